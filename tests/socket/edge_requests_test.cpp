// Ordinary traffic: keep-alive, pipelining, codings, limits, streams.
#include <zstd.h>

#include "edge_fixture.hpp"
#include "faces/http/content_coding.hpp"

namespace clientele::http {
namespace {

TEST_F(Edge, answers_on_one_kept_connection) {
  start();
  RawClient one = client();
  for (int i = 0; i < 3; ++i) {
    one.send(post("/echo", "hello"));
    const auto answer = one.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_FALSE(answer.has("Connection: close"));
  }
  one.send(get("/health", "Connection: close\r\n"));
  EXPECT_TRUE(one.receive().has("Connection: close"));
  EXPECT_TRUE(one.at_end());
}

TEST_F(Edge, answers_pipelined_requests_in_order) {
  start();
  RawClient one = client();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += i % 2 == 0 ? post("/echo", "n" + std::to_string(i)) : get("/health");
  }
  one.send(requests);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(one.receive().body, i % 2 == 0 ? "n" + std::to_string(i) : "ok\n");
  }
}

TEST_F(Edge, reads_a_request_that_arrives_byte_by_byte) {
  start();
  RawClient one = client();
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;note=1\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" +
      get("/health");
  for (const char c : request) one.send(std::string_view(&c, 1));
  EXPECT_EQ(one.receive().body, "abcde");
  EXPECT_EQ(one.receive().body, "ok\n");
}

TEST_F(Edge, speaks_http_1_0) {
  start();
  RawClient one = client();
  one.send("GET /health HTTP/1.0\r\n\r\n");
  const auto answer = one.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has("HTTP/1.0 200 OK"));
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_TRUE(one.at_end());

  RawClient kept = client();
  kept.send("GET /health HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(kept.receive().has("Connection: keep-alive"));
  kept.send("GET /stream?bytes=400000 HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.receive().body.size(), 400'000U);
  EXPECT_TRUE(kept.at_end());
}

TEST_F(Edge, head_has_the_length_and_no_body) {
  start();
  RawClient one = client();
  one.send("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n" + get("/health"));
  EXPECT_TRUE(one.receive(true).has("Content-Length: 3"));
  EXPECT_EQ(one.receive().body, "ok\n");
}

TEST_F(Edge, gives_every_answer_a_request_id) {
  start();
  EXPECT_TRUE(ask(get("/health", "X-Request-Id: abc-1\r\n")).has("X-Request-Id: abc-1\r\n"));
  const auto made = ask(get("/health", "X-Request-Id: not visible\r\n"));
  EXPECT_FALSE(made.has("not visible"));
  EXPECT_TRUE(made.has("X-Request-Id: "));
  EXPECT_TRUE(ask("rubbish\r\n\r\n").has("X-Request-Id: "));
}

TEST_F(Edge, early_refusal_with_a_small_body_keeps_the_connection) {
  start();
  RawClient one = client();
  one.send(post("/guarded", "{}") + post("/guarded", "{}", "X-Secret: sesame\r\n"));
  EXPECT_EQ(one.receive().status, 401);
  EXPECT_EQ(one.receive().status, 200);
}

TEST_F(Edge, early_refusal_with_a_large_body_can_be_read_by_a_client_that_keeps_sending) {
  start();
  RawClient one = client();
  one.send("POST /guarded HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n");
  one.send(std::string(8'000'000, ' '));
  const auto answer = one.receive();
  EXPECT_EQ(answer.status, 401);
  EXPECT_TRUE(answer.has("Connection: close"));
}

TEST_F(Edge, wrong_method_names_the_allowed_ones) {
  start();
  const auto answer = ask(get("/echo"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_TRUE(answer.has("Allow: POST\r\n"));
  EXPECT_TRUE(answer.has("Content-Type: application/problem+json"));
}

TEST_F(Edge, body_limits) {
  ServerOptions options;
  options.body_limit = 5'000'000;
  start(options);
  EXPECT_EQ(ask(post("/size", std::string(5'000'000, 'a'))).body, "{\"bytes\":5000000}");
  EXPECT_EQ(ask(post("/size", std::string(5'000'001, 'a'))).status, 413);
  const std::string secret = "X-Secret: sesame\r\n";
  EXPECT_EQ(ask(post("/guarded", std::string(1000, 'a'), secret)).status, 200);
  EXPECT_EQ(ask(post("/guarded", std::string(1001, 'a'), secret)).status, 413);
  const std::string head =
      "POST /guarded HTTP/1.1\r\nHost: x\r\nX-Secret: sesame\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(ask(head + "3e8\r\n" + std::string(1000, 'a') + "\r\n0\r\n\r\n").status, 200);
  EXPECT_EQ(ask(head + "3e9\r\n" + std::string(1001, 'a') + "\r\n0\r\n\r\n").status, 413);
  // An answer is on its way before the body behind it is let go.
  EXPECT_TRUE(eventually([&] { return server->gauges().bytes_in_flight == 0; }));
}

TEST_F(Edge, inflates_gzip_and_zstd_up_to_the_limit) {
  ServerOptions options;
  options.body_limit = 3'000'000;
  start(options);
  std::string text;
  for (int i = 0; text.size() < 2'500'000; ++i) text += std::to_string(i * 7919) + ",";
  const std::string expected = "{\"bytes\":" + std::to_string(text.size()) + "}";
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const std::string field = "Content-Encoding: " + std::string(name_of(coding)) + "\r\n";
    const std::string wire = *compressed(coding, text);
    EXPECT_EQ(ask(post("/size", wire, field)).body, expected);
    EXPECT_EQ(ask(post("/size", *compressed(coding, text + text), field)).status, 413);
    EXPECT_EQ(ask(post("/size", wire.substr(0, wire.size() / 2), field)).status, 400);
    EXPECT_EQ(ask(post("/size", "nonsense", field)).status, 400);
  }
  const auto unknown = ask(post("/size", "x", "Content-Encoding: br\r\n"));
  EXPECT_EQ(unknown.status, 415);
  EXPECT_TRUE(unknown.has("Accept-Encoding: gzip, zstd"));
  EXPECT_EQ(ask(post("/size", "x", "Content-Encoding: gzip, gzip\r\n")).status, 415);
}

TEST_F(Edge, compresses_answers_on_request) {
  start();
  const std::string text(100'000, 'a');
  const auto gzip = ask(post("/echo", text, "Accept-Encoding: gzip, deflate, br\r\n"));
  EXPECT_TRUE(gzip.has("Content-Encoding: gzip"));
  EXPECT_TRUE(gzip.has("Vary: Accept-Encoding"));
  EXPECT_LT(gzip.body.size(), 1000U);
  const auto zstd = ask(post("/echo", text, "Accept-Encoding: gzip;q=0.5, zstd\r\n"));
  EXPECT_TRUE(zstd.has("Content-Encoding: zstd"));
  std::string plain(text.size(), '\0');
  EXPECT_EQ(ZSTD_decompress(plain.data(), plain.size(), zstd.body.data(), zstd.body.size()),
            text.size());
  EXPECT_EQ(plain, text);
  EXPECT_EQ(ask(post("/echo", text)).body, text);
  EXPECT_EQ(ask(post("/echo", text, "Accept-Encoding: gzip;q=0\r\n")).body, text);
  EXPECT_EQ(ask(post("/echo", "short", "Accept-Encoding: gzip\r\n")).body, "short");
}

TEST_F(Edge, streams_long_answers_in_chunks) {
  start();
  RawClient one = client();
  one.send(get("/stream?bytes=20000000") + get("/stream?bytes=5000") + get("/health"));
  const auto answer = one.receive();
  EXPECT_TRUE(answer.has("Transfer-Encoding: chunked"));
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body, std::string(20'000'000, 'x'));
  EXPECT_TRUE(one.receive().has("Content-Length: 5000"));  // short enough to be sent whole
  EXPECT_EQ(one.receive().body, "ok\n");
}

TEST_F(Edge, streams_with_zstd_where_accepted) {
  start();
  const auto answer = ask(get("/stream?bytes=3000000", "Accept-Encoding: zstd\r\n"));
  EXPECT_TRUE(answer.has("Content-Encoding: zstd"));
  EXPECT_LT(answer.body.size(), 10'000U);
  std::string plain(3'000'001, '\0');
  EXPECT_EQ(ZSTD_decompress(plain.data(), plain.size(), answer.body.data(), answer.body.size()),
            3'000'000U);
}

TEST_F(Edge, says_continue_only_to_admitted_requests) {
  start();
  RawClient one = client();
  one.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(one.receive().status, 100);
  one.send("hello");
  EXPECT_EQ(one.receive().body, "hello");

  RawClient refused = client();
  refused.send(
      "POST /guarded HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(refused.receive().status, 401);
  EXPECT_EQ(ask(post("/echo", "hello", "Expect: tea\r\n")).status, 417);
}

TEST_F(Edge, a_fault_of_the_application_stays_inside) {
  start();
  const auto answer = ask(get("/throw"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_EQ(application.last_failure(), "secret internals");
}

TEST_F(Edge, records_every_answer) {
  start();
  ask(post("/echo?secret=1", "hello"));
  ask("rubbish\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return application.lines().size() == 2; }));
  const auto lines = application.lines();
  EXPECT_EQ(lines[0].path, "/echo");
  EXPECT_EQ(lines[0].status, 200);
  EXPECT_EQ(lines[0].bytes_in, 5U);
  EXPECT_GT(lines[0].bytes_out, 100U);
  EXPECT_TRUE(lines[0].complete);
  EXPECT_EQ(lines[1].path, "");
  EXPECT_EQ(lines[1].status, 400);
}

TEST_F(Edge, several_io_threads_share_one_port) {
  ServerOptions options;
  options.io_threads = 3;
  start(options);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(ask(post("/echo", "hello")).body, "hello");
  ServerOptions same;
  same.port = server->port();
  for (const std::size_t io_threads : {1U, 2U}) {
    same.io_threads = io_threads;
    Server second(same, application);
    EXPECT_FALSE(second.start().ok());
  }
}

TEST_F(Edge, refuses_options_that_cannot_work) {
  for (const auto& spoil : std::initializer_list<void (*)(ServerOptions&)>{
           [](ServerOptions& o) { o.address = "nowhere"; },
           [](ServerOptions& o) { o.io_threads = 0; },
           [](ServerOptions& o) { o.compute_threads = 0; },
           [](ServerOptions& o) { o.header_limit = 0; }}) {
    ServerOptions options;
    spoil(options);
    Server refused(options, application);
    const auto status = refused.start();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind, ErrorKind::bad_configuration);
  }
}

}  // namespace
}  // namespace clientele::http
