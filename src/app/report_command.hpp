// `clientele report`: the segmentation report as a file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "app/settings_flags.hpp"

namespace clientele::app {

struct ReportArguments {
  SettingsFlags settings;
  std::string file;
  std::string pdf;
  std::string lang = "en";
  std::string depth = "full";
  std::string currency;
};

// `arguments` and `code`, the exit code, must outlive `app`.
void add_report(CLI::App& app, ReportArguments& arguments, int& code);

}  // namespace clientele::app
