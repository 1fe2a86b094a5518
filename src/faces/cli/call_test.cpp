#include "faces/cli/call.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "faces/cli/describe.hpp"
#include "faces/cli/table_text.hpp"

namespace clientele::cli {
namespace {

// A file that is gone when the test ends.
class InputFile {
 public:
  InputFile(const std::string& ending, const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "clientele-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return;
    folder_ = name;
    path_ = folder_ + "/input" + ending;
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~InputFile() { std::filesystem::remove_all(folder_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string folder_, path_;
};

struct Outcome {
  int code;
  std::string out, err;
};

Outcome run(CallOptions options) {
  const Limits limits;
  options.limits = &limits;
  std::ostringstream out, err;
  const int code = call(options, out, err);
  return {code, out.str(), err.str()};
}

Outcome run(const char* endpoint, const InputFile& file, bool is_terminal = false) {
  CallOptions options;
  options.endpoint = endpoint;
  options.file = file.path();
  options.is_terminal = is_terminal;
  return run(options);
}

TEST(Call, WritesJsonIntoAPipe) {
  const InputFile file(".csv", "customer_id,answer\nA,9\nB,3\n");
  const Outcome outcome = run("nps", file);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("{\"overall\":{\"nps\":0,")) << outcome.out;
  EXPECT_TRUE(outcome.out.ends_with("}\n"));
}

TEST(Call, FaultsOfNdjsonNameTheLine) {
  const InputFile file(".ndjson", "{\"customer_id\":\"A\",\"answer\":9}\r\n\n{\"answer\":11}\n");
  const Outcome outcome = run("nps", file);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("line 3, field answer"), std::string::npos) << outcome.err;
}

TEST(Call, FaultsOfCsvNameTheLine) {
  const InputFile file(".csv", "customer_id,answer\n\"A\nB\",9\nC,eleven\n");
  const Outcome outcome = run("nps", file);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("line 4, field answer"), std::string::npos) << outcome.err;
}

TEST(Call, FaultsOfCsvSayWhatACellNeeds) {
  const InputFile file(".csv", "customer_id;answer\nA;\nB;9,0\n");
  const Outcome outcome = run("nps", file);
  EXPECT_NE(outcome.err.find("got null. The cell is empty"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("got a string. Write numbers as"), std::string::npos) << outcome.err;
}

TEST(Call, MissingColumnsAreNamedOnce) {
  const InputFile file(".csv", "Customer ID,Answer\nA,9\nB,8\n");
  EXPECT_EQ(run("nps", file).err,
            "error: The file has no column for 'customer_id', 'answer'. Name it with --map "
            "customer_id=COLUMN, or rename it. Allowed: Customer ID Answer\n");
}

TEST(Call, NamesColumnsWithoutField) {
  const InputFile file(".csv", "customer_id,date,amount,colour\nA,2025-01-01,5,red\n");
  CallOptions options;
  options.endpoint = "customer_rfm";
  options.file = file.path();
  options.mapping.group_by = "customer_id";
  options.fields["today"] = "2025-02-01";
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "Columns not used: colour\n");
}

TEST(Call, SuggestsEndpoints) {
  CallOptions options;
  options.endpoint = "customer_rmf";
  const Outcome outcome = run(options);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_NE(outcome.err.find("Did you mean 'customer_rfm'?"), std::string::npos);
}

TEST(Call, ControlsOfTheInputDoNotReachTheTerminal) {
  const InputFile file(".json", "{\"data\":[{\"customer_id\":\"A\",\"answer\":\"\\u001b[2J\"}]}");
  EXPECT_EQ(run("nps", file).err.find('\x1B'), std::string::npos);
  CallOptions options;
  options.endpoint = "\x1B[2J";
  EXPECT_EQ(run(options).err.find('\x1B'), std::string::npos);
}

TEST(AnswerTable, FitsTheTerminal) {
  const InputFile file(".json", R"({"today":"2025-02-01","customers":[{"customer_id":"A",
      "transactions":[{"date":"2025-01-01","amount":5}]}]})");
  const Outcome outcome = run("customer_rfm", file, true);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("thresholds.recency: ["), std::string::npos) << outcome.out;
  std::istringstream lines(outcome.out.substr(0, outcome.out.find("thresholds")));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 80U) << line;
}

TEST(AnswerTable, AMatrixIsShownByItsBeginning) {
  const InputFile file(".json", R"({"level":"item","transactions":[
      {"customer_id":"C","items":["X","Y"]},{"customer_id":"D","items":["X"]}]})");
  const Outcome outcome = run("cross_sell_matrix", file, true);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("matrix\n1    2\n──────\n1  0.5\n1    1\n"), std::string::npos)
      << outcome.out;
}

TEST(Describe, TellsFieldsOfRequestAndResponse) {
  const std::string text = describe(*catalog::find("customer_rfm"));
  for (const char* part : {"bins", "customers", "rfm_tier", "clientele example customer_rfm"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_NE(endpoint_list().find("  customer_rfm  "), std::string::npos);
}

}  // namespace
}  // namespace clientele::cli
