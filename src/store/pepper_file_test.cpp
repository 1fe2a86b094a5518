#include "store/pepper_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/memory_tenant_store.hpp"
#include "store/temporary_folder_test.hpp"

namespace clientele::store {
namespace {

class PepperFileTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string file_ = folder_.file("store.sqlite.pepper");
  std::unique_ptr<TenantStore> store_ = make_memory_store();

  void write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(file_) << text;
    ::chmod(file_.c_str(), mode);
  }
  Error refusal(std::string_view configured) {
    Result<Pepper> pepper = load_pepper(*store_, configured, file_);
    EXPECT_FALSE(pepper.ok());
    return pepper.ok() ? Error{} : std::move(pepper).error();
  }
};

TEST_F(PepperFileTest, IsMadeOnFirstUseForItsOwnerOnly) {
  const auto made = load_pepper(*store_, "", file_);
  ASSERT_TRUE(made.ok()) << made.error().detail;
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(status.st_size, 65);
  EXPECT_EQ(load_pepper(*store_, "", file_)->mark(), made->mark());
  // Nothing but the pepper is left behind.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.file("")), {}), 1);
}

TEST_F(PepperFileTest, TheSettingComesBeforeTheFile) {
  const std::string configured(32, 'c');
  const auto pepper = load_pepper(*store_, configured, file_);
  ASSERT_TRUE(pepper.ok());
  EXPECT_EQ(pepper->mark(), Pepper(configured).mark());
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(PepperFileTest, AWrittenFileMayEndInANewline) {
  write(std::string(40, 'f') + "\r\n");
  EXPECT_EQ(load_pepper(*store_, "", file_)->mark(), Pepper(std::string(40, 'f')).mark());
}

TEST_F(PepperFileTest, AShortPepperIsRefused) {
  const Error error = refusal("hunter2");
  EXPECT_EQ(error.kind, ErrorKind::bad_configuration);
  EXPECT_EQ(error.detail,
            "pepper: the setting holds 7 characters; it needs at least 32 random ones "
            "(openssl rand -hex 32)");
  EXPECT_EQ(error.detail.find("hunter2"), std::string::npos);
  write("");
  EXPECT_EQ(refusal("").kind, ErrorKind::bad_configuration);
}

TEST_F(PepperFileTest, AFileThatOthersCanReadIsRefused) {
  write(std::string(40, 'f'), 0640);
  const Error error = refusal("");
  EXPECT_EQ(error.kind, ErrorKind::bad_configuration);
  EXPECT_NE(error.detail.find("chmod 600 " + file_), std::string::npos) << error.detail;
}

TEST_F(PepperFileTest, AnotherPepperThanTheStoresIsRefused) {
  ASSERT_TRUE(load_pepper(*store_, std::string(32, 'c'), file_).ok());
  const Error error = refusal(std::string(32, 'd'));
  EXPECT_EQ(error.kind, ErrorKind::bad_configuration);
  EXPECT_NE(error.detail.find("is not the pepper that this store's keys were made with"),
            std::string::npos);
}

TEST_F(PepperFileTest, ALostFileIsNotReplaced) {
  ASSERT_TRUE(load_pepper(*store_, "", file_).ok());
  std::filesystem::remove(file_);
  const Error error = refusal("");
  EXPECT_EQ(error.kind, ErrorKind::bad_configuration);
  EXPECT_NE(error.detail.find("is gone"), std::string::npos) << error.detail;
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(PepperFileTest, AnImpossiblePlaceIsAnError) {
  file_ = folder_.file("missing/pepper");
  EXPECT_EQ(refusal("").kind, ErrorKind::file_error);
  file_ = folder_.file("");
  EXPECT_EQ(refusal("").kind, ErrorKind::file_error);
}

TEST_F(PepperFileTest, ThoseWhoComeAtOnceAgree) {
  std::vector<SecretDigest> marks(8);
  std::vector<std::thread> threads;
  threads.reserve(marks.size());
  for (SecretDigest& mark : marks) {
    threads.emplace_back([&] {
      const auto pepper = load_pepper(*store_, "", file_);
      ASSERT_TRUE(pepper.ok()) << pepper.error().detail;
      mark = pepper->mark();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const SecretDigest& mark : marks) EXPECT_EQ(mark, marks.front());
}

}  // namespace
}  // namespace clientele::store
