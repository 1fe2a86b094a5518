// The committed files of generated/ are what the program writes. Where they are not, this test
// rewrites them, so that a second run passes and the change can be committed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files[fs::relative(entry.path(), folder).string()] =
        std::string(std::istreambuf_iterator<char>(stream), {});
  }
  return files;
}

TEST(Generated, FilesAreFresh) {
  const fs::path committed = fs::path(CLIENTELE_SOURCE_DIR) / "generated";
  const fs::path fresh =
      fs::temp_directory_path() / ("clientele_generated_" + std::to_string(getpid()));
  fs::create_directories(fresh / "reference");
  const std::string command = std::string("'") + CLIENTELE_BINARY + "' generate '" +
                              fresh.string() + "' < /dev/null > /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  const auto wanted = files_of(fresh);
  EXPECT_GE(wanted.size(), 3u);
  fs::create_directories(committed / "reference");
  const auto present = files_of(committed);
  for (const auto& [name, text] : wanted) {
    const auto found = present.find(name);
    if (found != present.end() && found->second == text) continue;
    ADD_FAILURE() << "generated/" << name << " was stale and has been rewritten; commit it";
    std::ofstream(committed / name, std::ios::binary) << text;
  }
  for (const auto& [name, text] : present) {
    if (wanted.contains(name)) continue;
    ADD_FAILURE() << "generated/" << name << " is written by nothing and has been removed";
    fs::remove(committed / name);
  }
  fs::remove_all(fresh);
}

}  // namespace
