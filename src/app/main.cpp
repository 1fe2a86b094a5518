#include <csignal>
#include <exception>
#include <iostream>

#include "app/commands.hpp"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return clientele::app::run_command(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << "clientele: internal error: " << failure.what() << '\n';
    return 1;
  }
}
