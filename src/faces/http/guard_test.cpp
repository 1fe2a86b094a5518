#include "faces/http/guard.hpp"

#include <gtest/gtest.h>

namespace clientele::http {
namespace {

using Fields = std::vector<Field>;

int status_of(Fields fields, std::string_view method = "POST", int version_minor = 1,
              bool with_host = true) {
  if (with_host) fields.push_back({"Host", "shop.example:8080"});
  const auto outcome = guard_head(method, version_minor, fields);
  const auto* refusal = std::get_if<Refusal>(&outcome);
  return refusal == nullptr ? 200 : refusal->status;
}

Framing framing_of(Fields fields, int version_minor = 1) {
  fields.push_back({"Host", "x"});
  const auto outcome = guard_head("POST", version_minor, fields);
  const auto* framing = std::get_if<Framing>(&outcome);
  EXPECT_NE(framing, nullptr);
  return framing == nullptr ? Framing{} : *framing;
}

TEST(Guard, content_length_is_one_plain_decimal) {
  EXPECT_EQ(framing_of({{"content-length", "42"}}).content_length, 42U);
  EXPECT_EQ(framing_of({{"Content-Length", "18446744073709551615"}}).content_length, ~0ULL);
  for (const char* bad : {"", "+5", "-5", " 5", "5 ", "5,5", "0x5", "5a", "18446744073709551616"}) {
    EXPECT_EQ(status_of({{"Content-Length", bad}}), 400) << bad;
  }
  EXPECT_EQ(status_of({{"Content-Length", "5"}, {"content-length", "5"}}), 400);
}

TEST(Guard, transfer_coding_is_exactly_chunked) {
  EXPECT_TRUE(framing_of({{"Transfer-Encoding", "Chunked"}}).chunked);
  EXPECT_EQ(status_of({{"Transfer-Encoding", "chunked"}}, "POST", 0), 400);
  EXPECT_EQ(status_of({{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}), 400);
  EXPECT_EQ(status_of({{"Transfer-Encoding", "gzip"}, {"Content-Length", "5"}}), 400);
  EXPECT_EQ(status_of({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}), 400);
  EXPECT_EQ(status_of({{"Transfer-Encoding", "chunked, identity"}}), 400);
  EXPECT_EQ(status_of({{"Transfer-Encoding", "chunked, chunked"}}), 400);
  for (const char* unknown :
       {"", "xchunked", "gzip, chunked", "identity", "\"chunked\"", "chunke"}) {
    EXPECT_EQ(status_of({{"Transfer-Encoding", unknown}}), 501) << unknown;
  }
}

TEST(Guard, host_is_one_and_plain) {
  EXPECT_EQ(status_of({}, "GET", 1, false), 400);
  EXPECT_EQ(status_of({}, "GET", 0, false), 200);
  EXPECT_EQ(status_of({{"host", "other"}}), 400);
  for (const char* bad : {"a b", "a,b", "a/b", "user@a", "a\\b", "a\"b"}) {
    EXPECT_EQ(status_of({{"Host", bad}}, "GET", 1, false), 400) << bad;
  }
  for (const char* good : {"", "a.b:1", "[::1]:80", "127.0.0.1"}) {
    EXPECT_EQ(status_of({{"Host", good}}, "GET", 1, false), 200) << good;
  }
}

TEST(Guard, names_and_values_are_clean) {
  EXPECT_EQ(status_of({{"X_Secret", "a"}}), 400);
  EXPECT_EQ(status_of({{"", "a"}}), 400);
  EXPECT_EQ(status_of({{"X-A", std::string("a\0b", 3)}}), 400);
  EXPECT_EQ(status_of({{"X-A", "a\rb"}}), 400);
  EXPECT_EQ(status_of({{"X-A", "a\x7f"}}), 400);
  EXPECT_EQ(status_of({{"X-A", "a\tb \xC3\xBC"}}), 200);
}

TEST(Guard, what_decides_may_not_repeat) {
  for (const char* name : {"Content-Type", "Content-Encoding", "X-Secret", "X-Customer-Api-Id",
                           "Authorization", "Expect", "X-Request-Id", "Idempotency-Key"}) {
    EXPECT_EQ(status_of({{name, "100-continue"}, {name, "100-continue"}}), 400) << name;
  }
  EXPECT_EQ(status_of({{"Accept", "a"}, {"Accept", "b"}}), 200);
}

TEST(Guard, methods_and_expectations) {
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(status_of({}, method), 200) << method;
  }
  for (const char* method : {"get", "TRACE", "CONNECT", "BREW", ""}) {
    EXPECT_EQ(status_of({}, method), 501) << method;
  }
  EXPECT_EQ(status_of({{"Expect", "tea"}}), 417);
  EXPECT_TRUE(framing_of({{"Expect", "100-Continue"}, {"Content-Length", "1"}}).expect_continue);
  EXPECT_FALSE(framing_of({{"Expect", "100-continue"}}).expect_continue);
  EXPECT_FALSE(
      framing_of({{"Expect", "100-continue"}, {"Content-Length", "1"}}, 0).expect_continue);
}

TEST(Guard, connection_options) {
  EXPECT_TRUE(framing_of({}).keep_alive);
  EXPECT_FALSE(framing_of({}, 0).keep_alive);
  EXPECT_FALSE(framing_of({{"Connection", "TE , Close"}}).keep_alive);
  EXPECT_TRUE(framing_of({{"Connection", "Keep-Alive"}}, 0).keep_alive);
  EXPECT_FALSE(framing_of({{"Connection", "keep-alive"}, {"Connection", "close"}}).keep_alive);
}

}  // namespace
}  // namespace clientele::http
