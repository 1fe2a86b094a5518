// A server with the toy application, and short words for requests to it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "faces/http/server.hpp"
#include "raw_client.hpp"
#include "toy_application.hpp"

namespace clientele::http {

using namespace std::chrono_literals;

class Edge : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    server = std::make_unique<Server>(options, application);
    const auto status = server->start();
    ASSERT_TRUE(status.ok()) << status.error().detail;
  }
  RawClient client() const { return RawClient(server->port()); }
  RawClient::Answer ask(std::string_view request) const {
    RawClient one = client();
    one.send(request);
    return one.receive();
  }

  static std::string get(std::string_view target, std::string_view fields = "") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n";
  }
  static std::string post(std::string_view target, std::string_view body,
                          std::string_view fields = "") {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(fields) + "\r\n" + std::string(body);
  }
  static bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit = 5s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(5ms);
    }
    return true;
  }

  ToyApplication application;
  std::unique_ptr<Server> server;
};

}  // namespace clientele::http
