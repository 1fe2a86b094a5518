// A client that sends exactly the bytes it is told to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace clientele::http {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_) {}
  ~RawClient() { close(); }

  bool connected() const { return connected_; }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  // So that close() sends a reset.
  void reset() {
    const linger hard{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }
  // A small one, set before anything is received, makes a slow reader.
  void set_receive_buffer(int bytes) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }

  // False once the peer does not take any more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  struct Answer {
    int status = 0;  // 0: none came
    std::string head;
    std::string body;  // chunked transfer removed
    bool complete = false;
    bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
  };
  // The next answer; reads no byte of the one behind it.
  Answer receive(bool to_head = false, int timeout_ms = 10'000) {
    Answer answer;
    answer.head = until("\r\n\r\n", timeout_ms);
    if (answer.head.size() < 12) return answer;
    answer.status = std::atoi(answer.head.c_str() + 9);
    answer.complete = true;
    if (to_head || answer.status == 100 || answer.status == 204) return answer;
    const auto length = answer.head.find("Content-Length: ");
    if (length != std::string::npos) {
      const auto n = std::strtoull(answer.head.c_str() + length + 16, nullptr, 10);
      answer.complete = exactly(n, answer.body, timeout_ms);
    } else if (answer.has("Transfer-Encoding: chunked")) {
      answer.complete = chunks(answer.body, timeout_ms);
    } else {
      answer.body = rest(timeout_ms);
    }
    return answer;
  }

  // Everything up to the end of the connection or the timeout.
  std::string rest(int timeout_ms = 10'000) {
    while (more(timeout_ms)) {
    }
    return std::exchange(received_, {});
  }
  // The peer has closed (or does so in time) and nothing more was sent.
  bool at_end(int timeout_ms = 10'000) { return !more(timeout_ms) && ended_ && received_.empty(); }

 private:
  bool more(int timeout_ms) {
    if (ended_) return false;
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, timeout_ms) <= 0) return false;
    char bytes[16 * 1024];
    const auto n = ::recv(socket_, bytes, sizeof bytes, 0);
    ended_ = n <= 0;
    if (n > 0) received_.append(bytes, static_cast<std::size_t>(n));
    return n > 0;
  }
  std::string until(std::string_view mark, int timeout_ms) {
    std::size_t at = 0;
    while ((at = received_.find(mark)) == std::string::npos) {
      if (!more(timeout_ms)) return std::exchange(received_, {});
    }
    std::string text = received_.substr(0, at + mark.size());
    received_.erase(0, text.size());
    return text;
  }
  bool exactly(std::size_t n, std::string& out, int timeout_ms) {
    while (received_.size() < n && more(timeout_ms)) {
    }
    const bool enough = received_.size() >= n;
    out += received_.substr(0, n);
    received_.erase(0, n);
    return enough;
  }
  bool chunks(std::string& out, int timeout_ms) {
    while (true) {
      const std::string line = until("\r\n", timeout_ms);
      if (!line.ends_with("\r\n")) return false;
      const auto size = std::strtoull(line.c_str(), nullptr, 16);
      std::string end;
      if (!exactly(size, out, timeout_ms) || !exactly(2, end, timeout_ms)) return false;
      if (size == 0) return true;
    }
  }

  int socket_;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};

}  // namespace clientele::http
