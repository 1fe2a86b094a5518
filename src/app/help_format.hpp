// How `--help` looks.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "faces/cli/wrap_text.hpp"

namespace clientele::app {

// CLI11's own layout, with sentences broken to lines of 80 columns beneath each other.
class HelpFormat final : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return folded(Formatter::make_option(option, is_positional));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return folded(Formatter::make_subcommand(command));
  }

 private:
  static constexpr std::size_t kWidth = 80;
  std::string folded(const std::string& text) const {
    return cli::wrapped(text, kWidth, get_column_width());
  }
};

}  // namespace clientele::app
