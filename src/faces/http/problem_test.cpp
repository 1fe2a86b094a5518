#include "faces/http/problem.hpp"

#include <gtest/gtest.h>

namespace clientele::http {
namespace {

TEST(Problem, lists_its_faults) {
  Error error = invalid("/data/3/amount", "out_of_range", "amount must be >= 0");
  error.faults.push_back({"/lang", "not_allowed", "lang", {"en", "es", "pt"}});
  error.fault_total = 70;
  EXPECT_EQ(problem_body(problem_of(error), "id-1"),
            R"({"type":"/docs/errors#invalid_input","title":"The request is not valid",)"
            R"("status":400,"detail":"1 problem found in the request.","code":"invalid_input",)"
            R"("request_id":"id-1","errors":[{"pointer":"/data/3/amount","code":"out_of_range",)"
            R"("detail":"amount must be >= 0"},{"pointer":"/lang","code":"not_allowed",)"
            R"("detail":"lang","allowed":["en","es","pt"]}],"error_count":70})");
}

TEST(Problem, is_json_whatever_the_caller_sent) {
  const Error error = invalid("/\"\\\n\x01", "c", "caf\xC3\xA9 \xff\xC3", {});
  const std::string body = problem_body(problem_of(error), "\"");
  EXPECT_NE(body.find(R"("pointer":"/\"\\\n\u0001")"), std::string::npos);
  EXPECT_NE(body.find("caf\xC3\xA9 \xEF\xBF\xBD\xEF\xBF\xBD\""), std::string::npos);
  EXPECT_NE(body.find(R"("request_id":"\"")"), std::string::npos);
}

TEST(Problem, reply_says_when_to_come_back) {
  const Error error{.kind = ErrorKind::too_many_requests,
                    .detail = "Slow down.",
                    .faults = {},
                    .retry_after_seconds = 0.2};
  const Reply reply = problem_reply(error, "id");
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.content_type, "application/problem+json");
  EXPECT_EQ(find_field(reply.fields, "retry-after"), "1");
}

TEST(Problem, hides_what_went_wrong_inside) {
  const Error error{.kind = ErrorKind::internal, .detail = "/var/lib/secret", .faults = {}};
  EXPECT_EQ(problem_body(problem_of(error), "id").find("secret"), std::string::npos);
}

TEST(Problem, refusals_have_their_own_codes) {
  EXPECT_EQ(refusal_problem(505, "").code, "http_version_not_supported");
  EXPECT_EQ(refusal_problem(431, "").status, 431);
  EXPECT_NE(problem_body(refusal_problem(408, ""), "id").find("\"detail\":\"The request took"),
            std::string::npos);
}

}  // namespace
}  // namespace clientele::http
