// What is particular to the SQLite store: files, other processes, kill -9, failing disks.
#include "store/sqlite_tenant_store.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/authenticator.hpp"
#include "store/key_ring.hpp"
#include "store/sqlite_database.hpp"
#include "store/temporary_folder_test.hpp"

namespace clientele::store {
namespace {

using namespace std::chrono_literals;

const Instant kNow{1'700'000'000s};
const std::string kPepperText(32, 'p');

// Runs `work` in a child process; its exit status is work's value.
template <typename Work>
pid_t in_child(const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  return child;
}

int exit_status(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class SqliteStoreTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = folder_.file("store.sqlite");

  Error refusal(const std::string& path, SqlitePatience patience = {}) {
    auto store = open_sqlite_store(path, patience);
    EXPECT_FALSE(store.ok()) << path;
    return store.ok() ? Error{} : std::move(store).error();
  }
};

TEST_F(SqliteStoreTest, FilesAreForTheirOwnerOnly) {
  const std::string nested = folder_.file("data/clientele/store.sqlite");
  const auto store = open_sqlite_store(nested);
  ASSERT_TRUE(store.ok());
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    struct stat status {};
    ASSERT_EQ(::stat((nested + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
  }
  struct stat status {};
  ASSERT_EQ(::stat(folder_.file("data/clientele").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(SqliteStoreTest, KeysOutliveTheProcess) {
  const Pepper pepper(kPepperText);
  std::string id;
  {
    const auto store = open_sqlite_store(path_);
    id = KeyRing(**store, pepper).create("acme", kNow)->id;
  }
  const auto store = open_sqlite_store(path_);
  EXPECT_EQ((*store)->list_keys("acme")->front().id, id);
}

TEST_F(SqliteStoreTest, NoSecretReachesTheDisk) {
  const Pepper pepper(kPepperText);
  const auto store = open_sqlite_store(path_);
  const auto key = KeyRing(**store, pepper).create("acme", kNow);
  for (const auto& entry : std::filesystem::directory_iterator(folder_.file(""))) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(content.find(key->secret.reveal().substr(8, 43)), std::string::npos) << entry;
  }
}

TEST_F(SqliteStoreTest, ATextFileIsNotAStore) {
  std::ofstream(path_) << "customer_id,date,amount\n" << std::string(5000, 'x');
  const Error error = refusal(path_);
  EXPECT_EQ(error.kind, ErrorKind::file_error);
  EXPECT_EQ(error.detail, "the store " + path_ +
                              " is damaged or is not an SQLite file: restore it from a backup, or "
                              "name another file with store.path");
}

TEST_F(SqliteStoreTest, AnImpossiblePlaceIsAnErrorWithARemedy) {
  EXPECT_EQ(refusal(folder_.file("")).kind, ErrorKind::file_error);
  std::ofstream(folder_.file("plain")) << "x";
  const Error error = refusal(folder_.file("plain/store.sqlite"));
  EXPECT_EQ(error.kind, ErrorKind::file_error);
  EXPECT_NE(error.detail.find("store.path"), std::string::npos) << error.detail;
}

TEST_F(SqliteStoreTest, NamesThatSqliteReadsSpeciallyAreFiles) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.file(""));
  EXPECT_TRUE(open_sqlite_store(":memory:").ok());
  EXPECT_TRUE(std::filesystem::exists(folder_.file(":memory:")));
  std::filesystem::current_path(before);
}

TEST_F(SqliteStoreTest, DamageIsAnErrorWithARemedy) {
  const Pepper pepper(kPepperText);
  {
    const auto store = open_sqlite_store(path_);
    KeyRing ring(**store, pepper);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(ring.create("acme", kNow).ok());
  }
  const auto size = std::filesystem::file_size(path_);
  std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(4096);
  file << std::string(size - 4096, '\xA5');
  file.close();
  const auto store = open_sqlite_store(path_);
  const Error error = store.ok() ? (*store)->list_keys(std::nullopt).error() : store.error();
  EXPECT_EQ(error.kind, ErrorKind::file_error);
  EXPECT_NE(error.detail.find("restore it from a backup"), std::string::npos) << error.detail;
}

TEST_F(SqliteStoreTest, ALockedStoreSaysSoAndReadsGoOn) {
  const Pepper pepper(kPepperText);
  const auto store = open_sqlite_store(path_, {.write = 50ms, .read = 50ms});
  KeyRing ring(**store, pepper);
  ASSERT_TRUE(ring.create("acme", kNow).ok());
  auto intruder = Database::open(path_, 1s);
  ASSERT_TRUE(intruder->execute("BEGIN IMMEDIATE").ok());
  const auto refused = ring.create("acme", kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::overloaded);
  EXPECT_GT(refused.error().retry_after_seconds, 0);
  EXPECT_NE(refused.error().detail.find("locked by another process"), std::string::npos);
  EXPECT_EQ(ring.list("acme", kNow)->size(), 1u);
  ASSERT_TRUE(intruder->execute("ROLLBACK").ok());
  EXPECT_TRUE(ring.create("acme", kNow).ok());
}

TEST_F(SqliteStoreTest, AFullDiskSaysSoAndNothingIsHalfWritten) {
  ASSERT_TRUE(open_sqlite_store(path_).ok());
  auto database = Database::open(path_, 1s);
  ASSERT_TRUE(database->execute("PRAGMA max_page_count=1").ok());
  Status filled = Nothing{};
  for (int i = 0; i < 10'000 && filled.ok(); ++i) {
    filled = database->prepare("INSERT INTO tenant (name, created_at) VALUES (?, 0)")
                 .bind(std::string(500, 'x') + std::to_string(i))
                 .run();
  }
  ASSERT_FALSE(filled.ok());
  EXPECT_EQ(filled.error().kind, ErrorKind::file_error);
  EXPECT_NE(filled.error().detail.find("its disk is full; free some space"), std::string::npos);
}

// The store's own writes meet a file that may not grow (EFBIG, which SQLite reports as it does
// EIO).
TEST_F(SqliteStoreTest, ADiskThatFailsIsAnErrorAndNotACrash) {
  const pid_t child = in_child([&]() -> int {
    const Pepper pepper(kPepperText);
    const auto store = open_sqlite_store(path_);
    if (!store.ok()) return 10;
    KeyRing ring(**store, pepper);
    if (!ring.create("acme", kNow).ok()) return 11;
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight{.rlim_cur = 100'000, .rlim_max = 100'000};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    for (int created = 1; created < 1000; ++created) {
      const auto key = ring.create("acme", kNow);
      if (key.ok()) continue;
      const bool honest = key.error().kind == ErrorKind::file_error &&
                          key.error().detail.find("free space") != std::string::npos &&
                          static_cast<int>(ring.list("acme", kNow)->size()) == created;
      return honest ? 0 : 12;
    }
    return 13;
  });
  EXPECT_EQ(exit_status(child), 0);
  EXPECT_TRUE(open_sqlite_store(path_).ok());
}

TEST_F(SqliteStoreTest, ARevocationByAnotherProcessIsSeenWithinTheRefreshTime) {
  const Pepper pepper(kPepperText);
  const auto store = open_sqlite_store(path_);
  const auto key = KeyRing(**store, pepper).create("acme", kNow);
  Authenticator authenticator(**store, pepper);
  ASSERT_TRUE(authenticator.authenticate(key->id, key->secret.reveal(), kNow).ok());
  const pid_t child = in_child([&] {
    const auto other = open_sqlite_store(path_);
    return other.ok() && KeyRing(**other, pepper).revoke("acme", key->id, kNow).ok() ? 0 : 1;
  });
  ASSERT_EQ(exit_status(child), 0);
  std::this_thread::sleep_for(Freshness{}.refresh_every);
  EXPECT_FALSE(authenticator.authenticate(key->id, key->secret.reveal(), kNow).ok());
}

TEST_F(SqliteStoreTest, ProcessesThatComeAtOnceShareTheStore) {
  constexpr int kProcesses = 4;
  constexpr int kKeys = 10;
  std::vector<pid_t> children;
  children.reserve(kProcesses);
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(in_child([&] {
      const Pepper pepper(kPepperText);
      const auto store = open_sqlite_store(path_);
      if (!store.ok()) return 1;
      KeyRing ring(**store, pepper);
      for (int i = 0; i < kKeys; ++i) {
        if (!ring.create("acme", kNow).ok()) return 2;
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(exit_status(child), 0);
  const auto store = open_sqlite_store(path_);
  EXPECT_EQ((*store)->list_keys("acme")->size(), 1u * kProcesses * kKeys);
}

// A key that a killed process had told anybody about.
struct Acknowledged {
  char id[36];
  char secret[Secret::kLength];
};

// Creates keys until killed, telling each to the pipe once it is created.
int create_and_tell(const std::string& path, int pipe) {
  const Pepper pepper(kPepperText);
  const auto store = open_sqlite_store(path);
  if (!store.ok()) return 1;
  KeyRing ring(**store, pepper);
  while (true) {
    const auto key = ring.create("acme", kNow);
    if (!key.ok()) return 2;
    Acknowledged told{};
    key->id.copy(told.id, sizeof told.id);
    key->secret.reveal().copy(told.secret, sizeof told.secret);
    if (::write(pipe, &told, sizeof told) != sizeof told) return 3;
  }
}

TEST_F(SqliteStoreTest, AcknowledgedKeysSurviveKill) {
  constexpr int kRounds = 50;
  const Pepper pepper(kPepperText);
  std::vector<Acknowledged> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t child = in_child([&] { return create_and_tell(path_, ends[1]); });
    ::close(ends[1]);
    Acknowledged told{};
    const int wanted = round % 4;
    for (int i = 0; i < wanted; ++i) {
      ASSERT_EQ(::read(ends[0], &told, sizeof told), static_cast<ssize_t>(sizeof told));
      acknowledged.push_back(told);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(373 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told)) {
      acknowledged.push_back(told);
    }
    ::close(ends[0]);

    const auto store = open_sqlite_store(path_);
    ASSERT_TRUE(store.ok()) << store.error().detail;
    Authenticator authenticator(**store, pepper);
    for (const Acknowledged& key : acknowledged) {
      ASSERT_TRUE(
          authenticator.authenticate({key.id, sizeof key.id}, {key.secret, sizeof key.secret}, kNow)
              .ok())
          << "round " << round;
    }
    const auto keys = (*store)->list_keys(std::nullopt);
    ASSERT_GE(keys->size(), acknowledged.size());
    // At most the one key that was written but not yet told.
    ASSERT_LE(keys->size(), acknowledged.size() + static_cast<std::size_t>(round) + 1);
  }
  EXPECT_GT(acknowledged.size(), 50u);
}

}  // namespace
}  // namespace clientele::store
