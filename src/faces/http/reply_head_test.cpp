#include "faces/http/reply_head.hpp"

#include <gtest/gtest.h>

namespace clientele::http {
namespace {

TEST(ReplyHead, writes_the_fields_of_the_framing) {
  Reply reply;
  reply.fields.push_back({"Allow", "POST"});
  EXPECT_EQ(reply_head(reply, {.version_minor = 1, .keep_alive = true, .content_length = 5}, "id",
                       "today"),
            "HTTP/1.1 200 OK\r\nDate: today\r\nContent-Type: application/json\r\n"
            "Content-Length: 5\r\nX-Request-Id: id\r\nAllow: POST\r\n\r\n");
  EXPECT_EQ(reply_head(reply, {.version_minor = 0, .keep_alive = false, .content_length = {}}, "id",
                       "today"),
            "HTTP/1.0 200 OK\r\nDate: today\r\nContent-Type: application/json\r\n"
            "X-Request-Id: id\r\nConnection: close\r\nAllow: POST\r\n\r\n");
  reply.status = 204;
  EXPECT_EQ(reply_head(reply, {.version_minor = 1, .keep_alive = true, .content_length = 0}, "id",
                       "today"),
            "HTTP/1.1 204 No Content\r\nDate: today\r\nX-Request-Id: id\r\nAllow: POST\r\n\r\n");
}

TEST(ReplyHead, values_cannot_split_the_head) {
  Reply reply;
  reply.fields.push_back({"X-A", "b\r\nSet-Cookie: c\r\n\r\n"});
  const std::string head =
      reply_head(reply, {.version_minor = 1, .keep_alive = true, .content_length = {}}, "id", "d");
  EXPECT_NE(head.find("X-A: bSet-Cookie: c\r\n"), std::string::npos);
  EXPECT_EQ(head.find("\r\n\r\n"), head.size() - 4);
}

TEST(ReplyHead, dates_are_those_of_http) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(current_http_date().size(), 29U);
}

}  // namespace
}  // namespace clientele::http
