// Against a chat endpoint on this machine that answers well, wrongly, slowly and not at all.
#include "remote/chat_rewriter.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace clientele::remote {
namespace {

// Takes one connection, keeps what was asked, answers `reply` after `delay`.
class Stub {
 public:
  Stub(std::string reply, std::chrono::milliseconds delay)
      : reply_(std::move(reply)), delay_(delay), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(socket_, 1);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Stub() { stop(); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  // What was asked. Ends the stub.
  const std::string& asked() {
    stop();
    return asked_;
  }

 private:
  void stop() {
    if (!thread_.joinable()) return;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  void serve() {
    const int client = ::accept(socket_, nullptr, nullptr);
    if (client < 0) return;
    char bytes[65536];
    while (asked_.find("\"messages\"") == std::string::npos || !asked_.ends_with("]}")) {
      const ssize_t n = ::recv(client, bytes, sizeof bytes, 0);
      if (n <= 0) break;
      asked_.append(bytes, static_cast<std::size_t>(n));
    }
    std::this_thread::sleep_for(delay_);
    ::send(client, reply_.data(), reply_.size(), MSG_NOSIGNAL);
    ::close(client);
  }

  std::string reply_;
  std::chrono::milliseconds delay_;
  int socket_;
  int port_ = 0;
  std::string asked_;
  std::thread thread_;
};

std::string http(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

const std::vector<NamedText> kTexts{{"next_steps", "Cluster 1 has 31 customers."}};

class ChatRewriterTest : public testing::Test {
 protected:
  ChatRewriterTest() { ::setenv("no_proxy", "127.0.0.1", 1); }

  static Result<std::vector<NamedText>> ask(const std::string& url, double seconds = 5) {
    return ChatRewriter({.url = url, .model = "small", .key = "sesame", .seconds = seconds})
        .rewrite("English", kTexts, nullptr);
  }
  static std::string detail_of(const std::string& reply) {
    Stub stub(reply, {});
    const auto answer = ask(stub.url());
    EXPECT_FALSE(answer.ok());
    return answer.ok() ? "" : answer.error().detail;
  }
};

TEST_F(ChatRewriterTest, AGoodAnswerGivesTextsByName) {
  Stub stub(http("200 OK",
                 R"({"choices":[{"message":{"content":"```json\n{\"next_steps\":\"31 customers )"
                 R"(belong to cluster 1.\",\"odd\":3}\n```"}}]})"),
            {});
  const auto answer = ask(stub.url());
  ASSERT_TRUE(answer.ok()) << answer.error().detail;
  ASSERT_EQ(answer->size(), 1u);
  EXPECT_EQ((*answer)[0].name, "next_steps");
  EXPECT_EQ((*answer)[0].text, "31 customers belong to cluster 1.");
  const std::string& asked = stub.asked();
  EXPECT_TRUE(asked.starts_with("POST /v1/chat/completions HTTP/1.1\r\n")) << asked;
  EXPECT_NE(asked.find("Authorization: Bearer sesame\r\n"), std::string::npos);
  EXPECT_NE(asked.find(R"("model":"small")"), std::string::npos);
  EXPECT_NE(asked.find("Cluster 1 has 31 customers."), std::string::npos);
}

TEST_F(ChatRewriterTest, AnswersOfAnotherShapeAreErrors) {
  EXPECT_EQ(detail_of(http("200 OK", "hello")), "its answer is no chat completion");
  EXPECT_EQ(detail_of(http("200 OK", R"({"choices":[]})")), "its answer is no chat completion");
  EXPECT_EQ(detail_of(http("200 OK", R"({"choices":[{"message":{"content":"Sure!"}}]})")),
            "its message holds no JSON object");
  EXPECT_EQ(detail_of(http("200 OK", R"({"choices":[{"message":{"content":"{oops}"}}]})")),
            "its message holds no JSON object");
  EXPECT_EQ(detail_of(http("401 Unauthorized", "{}")), "it answered with status 401");
  EXPECT_EQ(detail_of(http("302 Found\r\nLocation: http://127.0.0.1:1/", "")),
            "it answered with status 302");
  EXPECT_EQ(detail_of(http("200 OK", std::string(1'100'000, ' '))),
            "its answer is longer than 1 MB");
}

TEST_F(ChatRewriterTest, ASlowAnswerIsNotWaitedFor) {
  Stub stub(http("200 OK", "{}"), std::chrono::milliseconds(1500));
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = ask(stub.url(), 0.2);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::deadline_exceeded);
}

TEST_F(ChatRewriterTest, NobodyThereIsAnErrorWithoutTheAddress) {
  const auto answer = ask("http://127.0.0.1:1/v1");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().detail, "it cannot be reached");
}

TEST_F(ChatRewriterTest, ARequestWhoseCallerHasGoneIsGivenUp) {
  Stub stub(http("200 OK", "{}"), std::chrono::milliseconds(1500));
  Cancellation cancellation;
  cancellation.cancel();
  const auto answer = ChatRewriter({.url = stub.url(), .model = "m", .key = "", .seconds = 5})
                          .rewrite("English", kTexts, &cancellation);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::deadline_exceeded);
}

}  // namespace
}  // namespace clientele::remote
