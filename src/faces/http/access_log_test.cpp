#include "faces/http/access_log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "faces/http/metrics.hpp"

namespace clientele::http {
namespace {

AccessRecord record(std::string_view path, int status, double milliseconds) {
  return {.method = "POST",
          .path = path,
          .endpoint = "nps",
          .tenant = "acme",
          .remote_address = "127.0.0.1",
          .request_id = "id-1",
          .status = status,
          .bytes_in = 5,
          .bytes_out = 100,
          .milliseconds = milliseconds};
}

TEST(AccessLog, one_line_of_json) {
  EXPECT_EQ(access_line(record("/api/v1/ai/nps", 200, 1.23456), "2025-01-02T03:04:05.678Z"),
            R"({"time":"2025-01-02T03:04:05.678Z","level":"info","event":"request",)"
            R"("method":"POST","path":"/api/v1/ai/nps","endpoint":"nps","tenant":"acme",)"
            R"("remote":"127.0.0.1","request_id":"id-1","status":200,"bytes_in":5,)"
            R"("bytes_out":100,"ms":1.235,"complete":true})");
  const std::string odd = access_line(record("/a\"\n\xff" + std::string(1000, 'x'), 404, 0), "t");
  EXPECT_EQ(odd.find('\n'), std::string::npos);
  EXPECT_LT(odd.size(), 600U);
}

TEST(AccessLog, appends_lines_to_a_file) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("clientele_access_log_test_" + std::to_string(::getpid()));
  {
    auto log = AccessLog::open(path.string());
    ASSERT_TRUE(log.ok());
    for (int i = 0; i < 100; ++i) log->write(record("/{}%s", 200, 1));  // no format strings
    log->write_error("failure", "id-2", "what {} said");
  }
  std::ifstream file(path);
  std::string line, last;
  int lines = 0;
  while (std::getline(file, line)) {
    ++lines;
    last = line;
    EXPECT_TRUE(line.starts_with("{\"time\":\"20"));
    EXPECT_TRUE(line.ends_with("}"));
  }
  EXPECT_EQ(lines, 101);
  EXPECT_NE(last.find("\"event\":\"failure\""), std::string::npos);
  std::filesystem::remove(path);
  EXPECT_FALSE(AccessLog::open("/proc/nowhere/log").ok());
}

TEST(Metrics, counts_by_endpoint_and_status) {
  Metrics metrics;
  metrics.observe(record("/a", 200, 3));
  metrics.observe(record("/a", 200, 30));
  metrics.observe(record("/a", 400, 100'000));
  AccessRecord nowhere = record("/b", 404, 1);
  nowhere.endpoint = "";
  nowhere.complete = false;
  metrics.observe(nowhere);
  ServerGauges gauges;
  gauges.connections = 7;
  const std::string text = metrics.text(gauges);
  for (const char* line : {
           "clientele_connections 7\n",
           "# TYPE clientele_request_duration_seconds histogram\n",
           "clientele_requests_total{endpoint=\"nps\",status=\"200\"} 2\n",
           "clientele_requests_total{endpoint=\"nps\",status=\"400\"} 1\n",
           "clientele_requests_total{endpoint=\"none\",status=\"404\"} 1\n",
           "clientele_request_duration_seconds_bucket{endpoint=\"nps\",le=\"0.0025\"} 0\n",
           "clientele_request_duration_seconds_bucket{endpoint=\"nps\",le=\"0.005\"} 1\n",
           "clientele_request_duration_seconds_bucket{endpoint=\"nps\",le=\"30\"} 2\n",
           "clientele_request_duration_seconds_bucket{endpoint=\"nps\",le=\"+Inf\"} 3\n",
           "clientele_request_duration_seconds_count{endpoint=\"nps\"} 3\n",
           "clientele_sent_bytes_total{endpoint=\"nps\"} 300\n",
           "clientele_incomplete_answers_total{endpoint=\"none\"} 1\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace clientele::http
