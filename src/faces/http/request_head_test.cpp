#include "faces/http/request_head.hpp"

#include <gtest/gtest.h>

#include "faces/http/request_target.hpp"

namespace clientele::http {
namespace {

constexpr std::string_view kRequest =
    "POST /api/v1/ai/nps?lang=es&x=a%20b+c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
    "X-Secret:  sesame \r\n\r\n{}";

TEST(RequestHead, is_read_with_its_target_and_fields) {
  const auto outcome = parse_head(kRequest, {});
  const auto* parsed = std::get_if<ParsedHead>(&outcome);
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(parsed->size, kRequest.size() - 2);
  EXPECT_EQ(parsed->head.method, "POST");
  EXPECT_EQ(parsed->head.path, "/api/v1/ai/nps");
  EXPECT_EQ(parsed->head.parameter("lang"), "es");
  EXPECT_EQ(parsed->head.parameter("x"), "a b c");
  EXPECT_EQ(parsed->head.parameter("y"), std::nullopt);
  EXPECT_EQ(parsed->head.field("x-SECRET"), "sesame");
  EXPECT_EQ(parsed->framing.content_length, 2U);
  EXPECT_TRUE(parsed->head.has_body);
}

TEST(RequestHead, every_prefix_needs_more) {
  for (std::size_t n = 0; n + 2 < kRequest.size(); ++n) {
    EXPECT_TRUE(std::holds_alternative<NeedMore>(parse_head(kRequest.substr(0, n), {}))) << n;
  }
}

TEST(RequestHead, limits_hold_in_all_and_by_count) {
  const auto status = [](const std::string& request, HeadLimits limits) {
    const auto outcome = parse_head(request, limits);
    const auto* refusal = std::get_if<Refusal>(&outcome);
    return refusal == nullptr ? 0 : refusal->status;
  };
  std::string request = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 9; ++i) request += "A: " + std::string(100, 'b') + "\r\n";
  const HeadLimits exact{.bytes = request.size() + 2, .fields = 10};
  EXPECT_EQ(status(request + "\r\n", exact), 0);
  EXPECT_EQ(status(request + "\r\n", {.bytes = exact.bytes - 1, .fields = 10}), 431);
  EXPECT_EQ(status(request + "\r\n", {.bytes = exact.bytes, .fields = 9}), 431);
  EXPECT_EQ(status("GET /" + std::string(3000, 'a'), {.bytes = 2000, .fields = 10}), 431);
}

TEST(RequestHead, garbage_is_refused_before_the_end_of_the_head) {
  EXPECT_TRUE(std::holds_alternative<Refusal>(parse_head("\x16\x03\x01", {})));
  EXPECT_TRUE(std::holds_alternative<Refusal>(parse_head("GET  /", {})));
  EXPECT_TRUE(std::holds_alternative<Refusal>(parse_head("GET / HTTP/1.1\r\nA B: c\r\n", {})));
}

TEST(RequestTarget, forms) {
  EXPECT_EQ(parse_target("GET", "/a%62c")->path, "/abc");
  EXPECT_EQ(parse_target("GET", "/%C3%BC")->path, "/\xC3\xBC");
  EXPECT_EQ(parse_target("GET", "http://host")->path, "/");
  EXPECT_EQ(parse_target("GET", "HTTPS://host:1/a?b=c")->query.at(0).value, "c");
  EXPECT_EQ(parse_target("OPTIONS", "*")->path, "*");
  for (const char* bad : {"", "*", "a", "host:80", "/a#b", "/%", "/%4", "/%4g", "/%2f", "/%5C",
                          "/%00", "/%0a", "/a?b=%", "http://host?a", "ftp://host/a"}) {
    EXPECT_FALSE(parse_target("GET", bad)) << bad;
  }
}

TEST(RequestTarget, parameters_keep_order_and_repeats) {
  const auto target = parse_target("GET", "/?a=1&&b&a=%32&=x&c==");
  ASSERT_EQ(target->query.size(), 5U);
  EXPECT_EQ(target->query[0].value, "1");
  EXPECT_EQ(target->query[1].name, "b");
  EXPECT_EQ(target->query[2].value, "2");
  EXPECT_EQ(target->query[3].name, "");
  EXPECT_EQ(target->query[4].value, "=");
}

}  // namespace
}  // namespace clientele::http
