#include "store/sqlite_schema.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "store/temporary_folder_test.hpp"

namespace clientele::store {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFirst = "CREATE TABLE one (value INTEGER)";
constexpr const char* kSecond = "CREATE TABLE two (value INTEGER); INSERT INTO two VALUES (2)";
constexpr const char* kBroken =
    "CREATE TABLE three (value INTEGER); INSERT INTO nowhere VALUES (1)";

class SchemaTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = folder_.file("store.sqlite");

  Result<Database> open(std::vector<const char*> migrations) {
    return open_migrated(path_, 100ms, migrations);
  }
  void run(const std::string& sql) {
    auto database = Database::open(path_, 100ms);
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE(database->execute(sql).ok());
  }
  std::string bytes() {
    std::ostringstream content;
    content << std::ifstream(path_, std::ios::binary).rdbuf();
    return content.str();
  }
};

TEST_F(SchemaTest, AnOlderFileIsBroughtUpToDate) {
  ASSERT_TRUE(open({kFirst}).ok());
  run("INSERT INTO one VALUES (41)");
  auto database = open({kFirst, kSecond});
  ASSERT_TRUE(database.ok());
  EXPECT_EQ(*database->integer_of("PRAGMA user_version"), 2);
  EXPECT_EQ(*database->integer_of("SELECT value FROM one"), 41);
  EXPECT_EQ(*database->integer_of("SELECT value FROM two"), 2);
}

TEST_F(SchemaTest, ANewerFileIsRefusedAndLeftAlone) {
  ASSERT_TRUE(open({kFirst, kSecond}).ok());
  const std::string before = bytes();
  const auto refused = open({kFirst});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_configuration);
  EXPECT_EQ(refused.error().detail,
            "the store " + path_ +
                " has schema version 2, this clientele knows versions up to 1: it was written by a "
                "newer clientele; run that one, or restore the backup made before the upgrade");
  EXPECT_EQ(bytes(), before);
}

TEST_F(SchemaTest, AFailedMigrationLeavesTheFileAsItWas) {
  ASSERT_TRUE(open({kFirst}).ok());
  ASSERT_FALSE(open({kFirst, kBroken}).ok());
  auto database = open({kFirst});
  ASSERT_TRUE(database.ok());
  EXPECT_EQ(*database->integer_of("PRAGMA user_version"), 1);
  EXPECT_EQ(*database->integer_of("SELECT count(*) FROM sqlite_schema WHERE name = 'three'"), 0);
}

TEST_F(SchemaTest, ADatabaseOfAnotherProgramIsRefusedAndLeftAlone) {
  run("CREATE TABLE invoices (total REAL)");
  const std::string before = bytes();
  const auto refused = open({kFirst});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_configuration);
  EXPECT_NE(refused.error().detail.find("is a database of another program"), std::string::npos);
  EXPECT_EQ(bytes(), before);
}

TEST_F(SchemaTest, AnImpossibleVersionIsRefused) {
  ASSERT_TRUE(open({kFirst}).ok());
  run("PRAGMA user_version=-3");
  EXPECT_EQ(open({kFirst}).error().kind, ErrorKind::bad_configuration);
}

TEST_F(SchemaTest, TheStoresFileIsDurableAndKeepsItsReferences) {
  auto database = open_migrated(path_, 100ms, sqlite_migrations());
  ASSERT_TRUE(database.ok());
  constexpr int kFull = 2;
  EXPECT_EQ(*database->integer_of("PRAGMA synchronous"), kFull);
  EXPECT_EQ(*database->integer_of("PRAGMA foreign_keys"), 1);
  Statement mode = database->prepare("PRAGMA journal_mode");
  ASSERT_TRUE(*mode.step());
  EXPECT_EQ(mode.text(0), "wal");
  EXPECT_FALSE(database->execute("INSERT INTO api_key VALUES ('x', 77, 0, NULL, 0)").ok());
}

TEST_F(SchemaTest, EveryReleasedScriptStaysAsItWasReleased) {
  // A change of a released script would leave older files without it: append a new one instead.
  ASSERT_EQ(sqlite_migrations().size(), 2u);
  auto database = open_migrated(path_, 100ms, sqlite_migrations());
  Statement tables = database->prepare(
      "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE sql IS NOT NULL "
      "ORDER BY name)");
  ASSERT_TRUE(*tables.step());
  EXPECT_EQ(
      tables.text(0),
      "api_key api_key_by_revision api_key_of_tenant key_secret model model_by_age pepper_mark "
      "revision tenant");
}

}  // namespace
}  // namespace clientele::store
