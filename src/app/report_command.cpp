#include "app/report_command.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/open_rewriter.hpp"
#include "app/server_run.hpp"
#include "faces/cli/call.hpp"

namespace clientele::app {
namespace {

int cannot_write(const std::string& path) {
  return cli::report(
      {.kind = ErrorKind::file_error,
       .detail = "Cannot write " + path + ". Check that its folder exists and may be written to.",
       .faults = {}},
      std::cerr);
}

// Beside the place first, so that a failure leaves no half of a report.
int write_file(const std::string& path, const std::string& bytes) {
  const std::string unfinished = path + ".part";
  {
    std::ofstream file(unfinished, std::ios::binary);
    file << bytes;
    if (!file.flush().good()) return cannot_write(path);
  }
  std::error_code failed;
  std::filesystem::rename(unfinished, path, failed);
  return failed ? cannot_write(path) : 0;
}

int run_report(const ReportArguments& arguments) {
  const auto loaded = configuration(arguments.settings);
  if (!loaded) return cli::report(loaded.error(), std::cerr);
  const auto rewriter = open_rewriter(loaded->config.report);
  if (!rewriter) return cli::report(rewriter.error(), std::cerr);
  const Limits limits = row_limits(loaded->config);
  cli::CallOptions options;
  options.endpoint = arguments.pdf.empty() ? "segmentation_report_json" : "segmentation_report_pdf";
  options.file = arguments.file;
  options.fields = {{"lang", arguments.lang}, {"depth", arguments.depth}};
  if (!arguments.currency.empty()) options.fields.emplace("currency", arguments.currency);
  options.limits = &limits;
  options.threads = loaded->config.compute.threads_per_request;
  options.rewriter = rewriter->get();
  if (arguments.pdf.empty()) {
    options.fields.emplace("echo", "false");
    return cli::call(options, std::cout, std::cerr);
  }
  std::ostringstream bytes;
  if (const int code = cli::call(options, bytes, std::cerr); code != 0) return code;
  return write_file(arguments.pdf, std::move(bytes).str());
}

}  // namespace

void add_report(CLI::App& app, ReportArguments& arguments, int& code) {
  CLI::App* report = app.add_subcommand("report", "Tell a segmentation in words, as PDF or JSON");
  report
      ->add_option("file", arguments.file,
                   "JSON with customers, labels and perhaps dendrogram; - for standard input")
      ->required();
  report->add_option("--pdf", arguments.pdf,
                     "File to write the PDF to; without it JSON is printed");
  report->add_option("--lang", arguments.lang, "en, es or pt");
  report->add_option("--depth", arguments.depth, "full or brief");
  report->add_option("--currency", arguments.currency, "ISO 4217 code shown with amounts");
  add_settings(*report, arguments.settings, {"compute.", "limits.rows", "report."});
  report->callback([&arguments, &code] { code = run_report(arguments); });
}

}  // namespace clientele::app
