// Serves the toy application until SIGTERM or SIGINT; for load generators (wrk, h2load,
// slowhttptest). Usage: http_toy_server PORT [IO_THREADS [COMPUTE_THREADS]]
#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "faces/http/server.hpp"
#include "toy_application.hpp"

int main(int argc, char** argv) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);

  clientele::http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  options.io_threads = static_cast<std::size_t>(argc > 2 ? std::atoi(argv[2]) : 1);
  options.compute_threads = static_cast<std::size_t>(argc > 3 ? std::atoi(argv[3]) : 1);
  clientele::http::ToyApplication application;
  application.keep_lines = false;
  clientele::http::Server server(options, application);
  if (const auto status = server.start(); !status) {
    std::fprintf(stderr, "%s\n", status.error().detail.c_str());
    return 1;
  }
  std::printf("%u\n", server.port());
  std::fflush(stdout);
  int signal_number = 0;
  sigwait(&stops, &signal_number);
  server.request_stop();
  server.wait();
  return 0;
}
