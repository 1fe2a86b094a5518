// Malformed and ambiguous requests: the classes by which requests are smuggled past proxies. Every
// one is refused, and the connection is closed behind the refusal.
#include "edge_fixture.hpp"

namespace clientele::http {
namespace {

struct Probe {
  const char* name;
  std::string request;
  int status;
};

std::string posted(std::string_view fields, std::string_view body) {
  return "POST /echo HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n" + std::string(body);
}
std::string got(std::string_view fields) {
  return "GET /health HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n";
}
std::string many_fields(int n) {
  std::string fields;
  for (int i = 0; i < n; ++i) fields += "A" + std::to_string(i) + ": b\r\n";
  return fields;
}

std::vector<Probe> probes() {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string nul(1, '\0');
  return {
      {"content length, then chunked", posted("Content-Length: 5\r\n" + chunked, "0\r\n\r\n"), 400},
      {"chunked, then content length", posted(chunked + "Content-Length: 5\r\n", "0\r\n\r\n"), 400},
      {"two content lengths", posted("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), 400},
      {"the same content length twice",
       posted("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"content length list", posted("Content-Length: 5, 5\r\n", "hello"), 400},
      {"signed content length", posted("Content-Length: +5\r\n", "hello"), 400},
      {"gzip transfer coding and length",
       posted("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"), 400},
      {"xchunked", posted("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
      {"chunked, identity", posted("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 400},
      {"gzip, chunked", posted("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {"chunked twice", posted(chunked + chunked, "0\r\n\r\n"), 400},
      {"chunked in HTTP/1.0",
       "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"bare LF in a chunk extension", posted(chunked, "5;a\nb\r\nhello\r\n0\r\n\r\n"), 400},
      {"bad chunk terminator", posted(chunked, "5\r\nhelloAXX0\r\n\r\n"), 400},
      {"bad chunk size", posted(chunked, "-5\r\nhello\r\n0\r\n\r\n"), 400},
      {"huge chunk size", posted(chunked, "ffffffffffffffffff\r\n"), 400},
      {"trailer", posted(chunked, "5\r\nhello\r\n0\r\nX-Secret: sesame\r\n\r\n"), 400},
      {"long chunk extension", posted(chunked, "5;" + std::string(100'000, 'a')), 400},
      {"space before the colon", got("X-A : b\r\n"), 400},
      {"NUL in a value", got("X-A: b" + nul + "c\r\n"), 400},
      {"bare CR in a value", got("X-A: b\rc\r\n"), 400},
      {"folded field", got("X-A: b\r\n c\r\n"), 400},
      {"no Host", "GET /health HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", got("Host: y\r\n"), 400},
      {"Host with a path", "GET /health HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
      {"content length over the limit", posted("Content-Length: 4000000000\r\n", ""), 413},
      {"content length beyond 64 bits", posted("Content-Length: 99999999999999999999\r\n", ""),
       400},
      {"64 KB of one header field", got("X-A: " + std::string(65'536, 'b') + "\r\n"), 431},
      {"10 000 header fields", got(many_fields(10'000)), 431},
      {"101 short header fields", got(many_fields(101)), 431},
      {"long request line", "GET /" + std::string(65'536, 'a') + " HTTP/1.1\r\n", 431},
      {"underscore in a field name", got("X_Secret: sesame\r\n"), 400},
      {"credentials twice", got("X-Secret: a\r\nx-secret: b\r\n"), 400},
      {"content type twice", got("Content-Type: a/b\r\nContent-Type: c/d\r\n"), 400},
      {"HTTP/2.0", "GET /health HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"HTTP/0.9", "GET /health\r\n", 400},
      {"unknown method", "BREW /health HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"lower case method", "get /health HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"broken escape in the path", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"encoded slash in the path", "GET /a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"encoded NUL in the path", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"authority form", "GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"TLS handshake", "\x16\x03\x01\x02" + nul + "\x01" + nul + "\x01\xfc\x03\x03", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
  };
}

TEST_F(Edge, refuses_every_probe_and_closes) {
  start();
  for (const Probe& probe : probes()) {
    RawClient one = client();
    // What follows must never be read as a second request.
    one.send(probe.request + "\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = one.receive();
    EXPECT_EQ(answer.status, probe.status) << probe.name;
    EXPECT_TRUE(answer.has("Connection: close")) << probe.name;
    EXPECT_TRUE(answer.has("application/problem+json")) << probe.name;
    EXPECT_TRUE(answer.complete) << probe.name;
    EXPECT_TRUE(one.at_end()) << probe.name;
  }
}

TEST_F(Edge, takes_no_field_from_a_trailer) {
  start();
  const auto answer =
      ask("POST /guarded HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
          "2\r\n{}\r\n0\r\nX-Secret: sesame\r\n\r\n");
  EXPECT_EQ(answer.status, 401);
}

TEST_F(Edge, accepts_unusual_but_clear_requests) {
  start();
  EXPECT_EQ(ask("\r\n" + got("")).status, 200);
  EXPECT_EQ(ask("GET http://x/health?a=b HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  EXPECT_EQ(ask("GET /he%61lth HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  EXPECT_EQ(ask(got("X-A:\tb  \r\nX-B:\r\n")).status, 200);
  EXPECT_EQ(
      ask(posted("Transfer-Encoding: Chunked\r\n", "A;x=\"y z\"\r\n0123456789\r\n000\r\n\r\n"))
          .body,
      "0123456789");
  EXPECT_EQ(ask(got(many_fields(90))).status, 200);
}

}  // namespace
}  // namespace clientele::http
