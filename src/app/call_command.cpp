#include "app/call_command.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "app/open_rewriter.hpp"
#include "app/server_run.hpp"

namespace clientele::app {
namespace {

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

int run_call(CallArguments& arguments) {
  const auto loaded = configuration(arguments.settings);
  if (!loaded) return cli::report(loaded.error(), std::cerr);
  cli::CallOptions& options = arguments.options;
  if (arguments.delimiter == "\\t" || arguments.delimiter == "tab") arguments.delimiter = "\t";
  if (!arguments.delimiter.empty()) options.csv.delimiter = arguments.delimiter[0];
  if (arguments.encoding == "latin1") options.csv.encoding = cli::TextEncoding::latin1;
  const auto rewriter = open_rewriter(loaded->config.report);
  if (!rewriter) return cli::report(rewriter.error(), std::cerr);
  options.rewriter = rewriter->get();
  const Limits limits = row_limits(loaded->config);
  options.limits = &limits;
  options.threads = loaded->config.compute.threads_per_request;
  options.is_terminal = isatty(STDOUT_FILENO) != 0;
  options.width = terminal_width();
  options.colour = options.is_terminal && std::getenv("NO_COLOR") == nullptr;
  std::ios::sync_with_stdio(false);
  return cli::call(options, std::cout, std::cerr);
}

}  // namespace

CLI::App* add_call(CLI::App& app, CallArguments& arguments, int& code) {
  CLI::App* call = app.add_subcommand("call", "Run an endpoint here, without a server or a key");
  cli::CallOptions& options = arguments.options;
  call->add_option("endpoint", options.endpoint, "Name of the endpoint")->required();
  call->add_option("file", options.file, "JSON, NDJSON or CSV (also .gz); - for standard input");
  call->add_option("--input-format", options.format,
                   "json, ndjson or csv, if the name does not tell");
  call->add_flag("--json", options.json, "JSON even on a terminal");
  call->add_option("--customers-from,--rows-of", options.mapping.group_by,
                   "CSV: column whose equal values make one item, e.g. customer_id or order_id");
  call->add_option("--map", options.mapping.columns, "CSV: FIELD=COLUMN or FIELD=COLUMN*COLUMN")
      ->allow_extra_args(false);
  call->add_option("--where", options.mapping.conditions, "CSV: COLUMN OP VALUE; keep these rows")
      ->allow_extra_args(false);
  call->add_option("--into", options.mapping.list, "CSV: list that the rows fill");
  call->add_option("--list", options.other_lists, "FIELD=FILE.csv: rows of a further list")
      ->allow_extra_args(false);
  call->add_option("--delimiter", arguments.delimiter, "CSV: delimiter; found by itself otherwise");
  call->add_option("--encoding", arguments.encoding, "CSV: utf8 or latin1")
      ->check(CLI::IsMember({"utf8", "latin1"}));
  add_settings(*call, arguments.settings, {"compute.", "limits.rows", "report."});
  call->footer(
      "Top-level fields of the endpoint are flags too: --bins 4 --today 2025-06-30.\n"
      "`clientele describe ENDPOINT` lists them.");
  call->callback([&arguments, &code] { code = run_call(arguments); });
  return call;
}

}  // namespace clientele::app
