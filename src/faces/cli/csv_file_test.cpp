#include "faces/cli/csv_file.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "faces/cli/csv.hpp"

namespace clientele::cli {
namespace {

std::string gzip(std::string_view text) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> packer(
      libdeflate_alloc_compressor(6), &libdeflate_free_compressor);
  std::string out(libdeflate_gzip_compress_bound(packer.get(), text.size()), '\0');
  out.resize(
      libdeflate_gzip_compress(packer.get(), text.data(), text.size(), out.data(), out.size()));
  return out;
}

class CsvFile : public testing::Test {
 protected:
  std::string write(std::string_view bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return path_;
  }
  void TearDown() override { std::filesystem::remove(path_); }

  const std::string path_ =
      (std::filesystem::temp_directory_path() /
       ("clientele_csv_" + std::to_string(::getpid()) + "_" +
        std::string(testing::UnitTest::GetInstance()->current_test_info()->name())))
          .string();
};

TEST_F(CsvFile, ReadsPlainAndCompressedAlike) {
  std::string text = "a,b\n";
  for (int i = 0; i < 50000; ++i) text += std::to_string(i) + ",x\n";
  for (const std::string& bytes : {text, gzip(text), gzip("a,b\n") + gzip(text.substr(4))}) {
    const auto table = read_csv(write(bytes));
    ASSERT_TRUE(table);
    ASSERT_EQ(table->rows(), 50000U);
    EXPECT_EQ(table->column(0)[49999], "49999");
  }
}

TEST_F(CsvFile, SaysWhyAFileCannotBeRead) {
  for (const std::string& path :
       {path_ + ".none", std::filesystem::temp_directory_path().string()}) {
    const auto table = read_csv(path);
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().kind, ErrorKind::file_error);
    EXPECT_NE(table.error().detail.find(path), std::string::npos);
  }
}

TEST_F(CsvFile, BoundsWhatItReads) {
  const std::string bomb = gzip(std::string(std::size_t{50} << 20, 'a'));
  ASSERT_LT(bomb.size(), 100000U);
  const auto inflated = read_input(write(bomb), std::size_t{1} << 20);
  ASSERT_FALSE(inflated);
  EXPECT_EQ(inflated.error().kind, ErrorKind::too_large);
  const auto plain = read_input(write("0123456789"), 9);
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().kind, ErrorKind::too_large);
  EXPECT_TRUE(read_input(write("0123456789"), 10));
  EXPECT_TRUE(inflate_gzip(gzip("0123456789"), 10));
  EXPECT_FALSE(inflate_gzip(gzip("0123456789") + gzip("x"), 10));
}

TEST_F(CsvFile, RefusesDamagedCompression) {
  const std::string good = gzip("a,b\n1,2\n");
  for (std::size_t length = 2; length < good.size(); ++length) {
    EXPECT_FALSE(read_csv(write(good.substr(0, length)))) << length;
  }
  EXPECT_FALSE(inflate_gzip(good + "trailing", 1000));
  EXPECT_TRUE(inflate_gzip(good + std::string(512, '\0'), 1000));
}

}  // namespace
}  // namespace clientele::cli
