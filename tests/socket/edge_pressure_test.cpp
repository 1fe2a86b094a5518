// Slow, leaving, greedy and too many clients; and the end of the server.
#include <algorithm>
#include <fstream>
#include <vector>

#include "edge_fixture.hpp"

namespace clientele::http {
namespace {

ServerOptions impatient() {
  ServerOptions options;
  options.header_deadline = 400ms;
  options.idle_deadline = 400ms;
  options.request_deadline = 3000ms;
  options.pace = {.grace = 300ms, .small_rate = 1000, .large_rate = 1e6, .large_bytes = 100'000};
  return options;
}

// Sanitizers keep freed memory: there the figure says nothing, and is given as 0.
std::size_t resident_kilobytes() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 0;
#else
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmRSS:") continue;
    std::size_t kilobytes = 0;
    status >> kilobytes;
    return kilobytes;
  }
  return 0;
#endif
}

using Milliseconds = std::chrono::duration<double, std::milli>;

TEST_F(Edge, a_head_has_to_arrive_in_one_total_deadline) {
  start(impatient());
  RawClient one = client();
  const auto begin = std::chrono::steady_clock::now();
  one.send("GET /health HTTP/1.1\r\nHost: x\r\n");
  for (int i = 0; i < 4; ++i) {  // every drip alone is fast enough
    one.send("X-A: b\r\n");
    std::this_thread::sleep_for(50ms);
  }
  const auto answer = one.receive();
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(one.at_end());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(Edge, silent_and_idle_connections_are_closed) {
  start(impatient());
  RawClient silent = client();
  RawClient idle = client();
  idle.send(post("/echo", "hello"));
  EXPECT_EQ(idle.receive().status, 200);
  EXPECT_TRUE(silent.at_end());
  EXPECT_TRUE(idle.at_end());
  EXPECT_TRUE(eventually([&] { return server->gauges().connections == 0; }));
}

TEST_F(Edge, a_body_has_to_keep_pace) {
  start(impatient());
  RawClient one = client();
  one.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n");
  for (int i = 0; i < 15 && one.send("ab"); ++i) std::this_thread::sleep_for(50ms);
  EXPECT_EQ(one.receive().status, 408);
  RawClient chunked = client();
  chunked.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe");
  EXPECT_EQ(chunked.receive().status, 408);
}

TEST_F(Edge, two_hundred_slow_clients_do_not_delay_a_healthy_one) {
  start();
  std::vector<RawClient> slow;
  // Median of 200 fresh connections with one request each, while every slow client drips a byte.
  const auto median_wait = [&] {
    std::vector<double> waits;
    for (int i = 0; i < 200; ++i) {
      for (RawClient& one : slow) one.send("b");
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_EQ(ask(post("/echo", "hello")).status, 200);
      waits.push_back(Milliseconds(std::chrono::steady_clock::now() - begin).count());
    }
    std::ranges::sort(waits);
    return waits[100];
  };
  const double alone = median_wait();
  for (int i = 0; i < 200; ++i) {
    slow.push_back(client());
    slow.back().send(i % 2 == 0
                         ? "GET /health HTTP/1.1\r\nHost: x\r\nX-A"
                         : "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc");
  }
  ASSERT_TRUE(eventually([&] { return server->gauges().connections >= 200; }));
  const double beside_slow_ones = median_wait();
  RecordProperty("alone_us", static_cast<int>(1000 * alone));
  RecordProperty("beside_slow_clients_us", static_cast<int>(1000 * beside_slow_ones));
  EXPECT_LT(beside_slow_ones, alone + 500.0);  // a server that they block needs seconds
}

TEST_F(Edge, garbage_leaves_memory_flat) {
  start();
  const auto round = [&] {
    std::string garbage(3000, '\0');
    for (int i = 0; i < 1000; ++i) {
      for (std::size_t j = 0; j < garbage.size(); ++j) {
        garbage[j] = static_cast<char>((i + 1) * 2654435761U >> (j % 24));
      }
      RawClient one = client();
      one.send(garbage);
      if (i % 3 == 0) one.reset();
    }
    EXPECT_TRUE(eventually([&] { return server->gauges().connections == 0; }, 20s));
  };
  round();
  const std::size_t before = resident_kilobytes();
  round();
  EXPECT_LT(resident_kilobytes(), before + 2000);
  EXPECT_EQ(ask(post("/echo", "hello")).status, 200);
}

TEST_F(Edge, a_client_that_leaves_cancels_its_work) {
  start();
  for (const bool reset : {false, true}) {
    application.cancelled = 0;
    RawClient one = client();
    one.send(post("/slow?ms=20000", ""));
    ASSERT_TRUE(eventually([&] { return application.running == 1; }));
    reset ? one.reset() : one.close();
    EXPECT_TRUE(eventually([&] { return application.cancelled == 1; }));
    EXPECT_TRUE(eventually([&] { return application.running == 0; }));
  }
  ASSERT_TRUE(eventually([&] { return application.lines().size() == 2; }));
  EXPECT_FALSE(application.lines()[0].complete);
  EXPECT_TRUE(eventually([&] { return server->gauges().requests_in_flight == 0; }));
}

TEST_F(Edge, a_client_that_leaves_a_stream_ends_it) {
  start();
  RawClient one = client();
  one.send(get("/endless"));
  EXPECT_EQ(one.receive(true).status, 200);
  one.close();
  EXPECT_TRUE(eventually([&] { return application.ended_streams == 1; }));
}

TEST_F(Edge, deadlines_are_answered) {
  start(impatient());
  const auto polite = ask(post("/slow?ms=20000&deadline_ms=200", ""));
  EXPECT_EQ(application.cancelled, 1);
  EXPECT_EQ(polite.body, "waited");  // the application's own words
  const auto stubborn = ask(post("/stubborn?ms=3000&deadline_ms=200", ""));
  EXPECT_EQ(stubborn.status, 503);
  EXPECT_TRUE(stubborn.has("Retry-After: 1"));
}

TEST_F(Edge, a_full_queue_says_when_to_come_back) {
  ServerOptions options;
  options.compute_threads = 1;
  options.queue_length = 2;
  start(options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(client());
    clients.back().send(post("/slow?ms=20000", ""));
    ASSERT_TRUE(eventually([&] { return application.running == 1; }));
  }
  ASSERT_TRUE(eventually([&] { return server->gauges().queue_length == 2; }));
  const auto refused = ask(post("/echo", "hello"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("Retry-After: 1"));
  EXPECT_EQ(ask(get("/health")).status, 200);  // answered by the I/O thread
}

TEST_F(Edge, bodies_stay_within_the_byte_budget) {
  ServerOptions options;
  options.bytes_in_flight = 10'000'000;
  start(options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(client());
    clients.back().send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
    clients.back().send(std::string(2'900'000, 'a'));
  }
  int refused = 0;
  EXPECT_TRUE(eventually([&] { return server->gauges().bytes_in_flight > 5'000'000; }));
  EXPECT_LE(server->gauges().bytes_in_flight, options.bytes_in_flight);
  const auto answer = ask(post("/size", std::string(9'000'000, 'a')));
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("Retry-After: 1"));
  for (RawClient& one : clients) {
    one.send(std::string(100'000, 'a'));
    const auto outcome = one.receive();
    EXPECT_TRUE(outcome.status == 200 || outcome.status == 503) << outcome.status;
    refused += outcome.status == 503 ? 1 : 0;
  }
  EXPECT_GE(refused, 1);
  EXPECT_LE(refused, 7);
  EXPECT_TRUE(eventually([&] { return server->gauges().bytes_in_flight == 0; }));
}

TEST_F(Edge, slow_readers_hold_neither_memory_nor_compute_threads) {
  ServerOptions options;
  options.compute_threads = 1;
  start(options);
  const std::size_t before = resident_kilobytes();
  std::vector<RawClient> readers;
  for (int i = 0; i < 10; ++i) {
    readers.push_back(client());
    readers.back().set_receive_buffer(4096);
    readers.back().send(get("/stream?bytes=200000000"));
  }
  ASSERT_TRUE(eventually([&] { return server->gauges().requests_in_flight == 10; }));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(post("/echo", "hello")).body, "hello");
  EXPECT_LT(resident_kilobytes(), before + 40'000);
}

TEST_F(Edge, readers_that_stop_are_dropped) {
  start(impatient());
  RawClient one = client();
  one.set_receive_buffer(4096);
  one.send(get("/endless"));
  EXPECT_TRUE(eventually([&] { return application.ended_streams == 1; }));
  EXPECT_TRUE(eventually([&] { return server->gauges().connections == 0; }));
}

TEST_F(Edge, connections_are_limited_in_all_and_by_address) {
  for (const bool by_address : {false, true}) {
    ServerOptions options;
    (by_address ? options.max_connections_per_address : options.max_connections) = 5;
    start(options);
    std::vector<RawClient> open;
    for (int i = 0; i < 5; ++i) open.push_back(client());
    ASSERT_TRUE(eventually([&] { return server->gauges().connections == 5; }));
    EXPECT_EQ(client().receive().status, 503);
    EXPECT_EQ(server->gauges().refused_connections, 1U);
    open.clear();
    ASSERT_TRUE(eventually([&] { return server->gauges().connections == 0; }));
    EXPECT_EQ(ask(get("/health")).status, 200);
  }
}

TEST_F(Edge, stops_gracefully) {
  start();
  RawClient idle = client();
  idle.send(get("/health"));
  EXPECT_EQ(idle.receive().status, 200);
  RawClient busy = client();
  busy.send(post("/slow?ms=500", "") + get("/health"));
  RawClient streaming = client();
  streaming.send(get("/stream?bytes=30000000"));
  EXPECT_EQ(streaming.receive(true).status, 200);
  ASSERT_TRUE(eventually([&] { return application.running == 1; }));
  server->request_stop();
  EXPECT_TRUE(server->gauges().stopping);
  EXPECT_TRUE(idle.at_end());
  ASSERT_TRUE(eventually([&] { return !client().connected(); }));
  const auto answer = busy.receive();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_TRUE(busy.at_end());
  EXPECT_GT(streaming.rest().size(), 30'000'000U);
  busy.close();
  streaming.close();
  server->wait();
  EXPECT_EQ(server->gauges().connections, 0U);
}

TEST_F(Edge, the_grace_of_a_stop_ends) {
  ServerOptions options;
  options.stop_grace = 300ms;
  start(options);
  RawClient busy = client();
  busy.send(post("/slow?ms=20000", ""));
  RawClient streaming = client();
  streaming.send(get("/endless"));
  EXPECT_EQ(streaming.receive(true).status, 200);
  ASSERT_TRUE(eventually([&] { return application.running == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  server->request_stop();
  server->wait();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
  EXPECT_TRUE(eventually([&] { return application.cancelled == 1; }));
  EXPECT_TRUE(eventually([&] { return application.ended_streams == 1; }));
}

}  // namespace
}  // namespace clientele::http
