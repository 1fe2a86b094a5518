#include "app/commands.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

#include "app/config/settings.hpp"
#include "app/demo.hpp"
#include "app/key_commands.hpp"
#include "app/server_run.hpp"
#include "base/edit_distance.hpp"
#include "faces/cli/call.hpp"
#include "faces/cli/describe.hpp"
#include "faces/docs/docs.hpp"
#include "faces/openapi/openapi.hpp"

namespace clientele::app {
namespace {

constexpr std::string_view kFooter =
    "\nExamples:\n"
    "  clientele demo\n"
    "  clientele call customer_rfm orders.csv --customers-from customer_id\n"
    "  clientele call nps answers.csv --group_by store --json\n"
    "  clientele key create --tenant acme && clientele serve\n"
    "\nExit codes: 0 done, 1 internal error, 2 invalid input or usage, 3 credentials, 4 not "
    "found,\n"
    "5 conflict, 6 busy (try again), 7 configuration, 8 file.\n";

// What the flags of all commands fill in.
struct Arguments {
  std::optional<std::string> config_file;
  std::vector<FlagValue> settings;
  cli::CallOptions call;
  std::string delimiter;
  std::string encoding = "utf8";
  std::string endpoint;
  std::string example;
  KeyArguments key;
  DemoOptions demo;
  std::string folder;
};

bool is_terminal(int descriptor) { return isatty(descriptor) != 0; }

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

Result<LoadedConfig> load(const Arguments& arguments) {
  ConfigSources sources;
  sources.file = arguments.config_file;
  sources.flags = arguments.settings;
  sources.environment = program_environment();
  sources.processors = std::max(1U, std::thread::hardware_concurrency());
  return load_config(sources);
}

// Runs `body` with the configuration, or reports why there is none.
template <typename Body>
int with_config(const Arguments& arguments, Body&& body) {
  auto loaded = load(arguments);
  if (!loaded) return cli::report(loaded.error(), std::cerr);
  if (auto checked = check_row_limits(loaded->config); !checked) {
    return cli::report(checked.error(), std::cerr);
  }
  return body(*loaded);
}

// A flag for every setting that may be one, on a command that reads the configuration.
void add_settings(CLI::App& command, Arguments& arguments) {
  command.add_option("--config", arguments.config_file, "Configuration file (TOML)");
  for (const Setting& setting : settings()) {
    if (setting.secret) continue;
    command
        .add_option_function<std::string>(
            flag_name(setting.name),
            [&arguments, name = std::string(setting.name)](const std::string& text) {
              arguments.settings.push_back({name, text});
            },
            std::string(setting.sentence) + " (" + rule_of(setting) + ")")
        ->group("Settings");
  }
  command
      .add_option_function<std::vector<std::string>>(
          "--limits-rows",
          [&arguments](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              arguments.settings.push_back({std::string(kRowLimits), text});
            }
          },
          "Row limit NAME=N; may be repeated")
      ->group("Settings");
}

const catalog::Entry* find_or_report(const std::string& name, int& code) {
  const catalog::Entry* entry = catalog::find(name);
  if (entry == nullptr) {
    cli::CallOptions options;
    options.endpoint = name;
    code = cli::call(options, std::cout, std::cerr);
  }
  return entry;
}

// `--bins 5` and `--bins=5` behind `call`: top-level fields of the endpoint.
Status take_fields(const std::vector<std::string>& words, cli::CallOptions& options) {
  const catalog::Entry* entry = catalog::find(options.endpoint);
  if (entry == nullptr) return Nothing{};  // reported by call()
  std::vector<std::string_view> names{"strict"};
  for (const auto& field : entry->endpoint.request->object().fields) names.emplace_back(field.name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::size_t equals = word.find('=');
    std::string name = word.substr(0, equals);
    if (!name.starts_with("--")) {
      return invalid("", "usage", "Unexpected argument '" + word + "'.");
    }
    name.erase(0, 2);
    std::replace(name.begin(), name.end(), '-', '_');
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const auto nearest = nearest_name(name, names);
      return invalid("", "usage",
                     "Unknown flag --" + name + "." +
                         (nearest ? " Did you mean --" + std::string(*nearest) + "?" : ""));
    }
    if (equals != std::string::npos) {
      options.fields[name] = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      options.fields[name] = words[++i];
    } else {
      return invalid("", "usage", "The flag --" + name + " needs a value.");
    }
  }
  return Nothing{};
}

int run_call(Arguments& arguments, const std::vector<std::string>& rest) {
  return with_config(arguments, [&](const LoadedConfig& loaded) {
    cli::CallOptions& options = arguments.call;
    if (auto taken = take_fields(rest, options); !taken) {
      return cli::report(taken.error(), std::cerr);
    }
    if (arguments.delimiter == "\\t" || arguments.delimiter == "tab") arguments.delimiter = "\t";
    if (!arguments.delimiter.empty()) options.csv.delimiter = arguments.delimiter[0];
    if (arguments.encoding == "latin1") options.csv.encoding = cli::TextEncoding::latin1;
    const Limits limits = row_limits(loaded.config);
    options.limits = &limits;
    options.threads = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    options.is_terminal = is_terminal(STDOUT_FILENO);
    options.width = terminal_width();
    options.colour = options.is_terminal && std::getenv("NO_COLOR") == nullptr;
    std::ios::sync_with_stdio(false);
    return cli::call(options, std::cout, std::cerr);
  });
}

int run_serve(const Arguments& arguments) {
  return with_config(arguments, [](const LoadedConfig& loaded) {
    auto server = ServerRun::start(loaded);
    if (!server) return cli::report(server.error(), std::cerr);
    std::cerr << "clientele " << kVersion << " listens on http://" << loaded.config.http.address
              << ':' << server->port() << std::endl;
    server->wait_for_signal();
    return 0;
  });
}

int run_example(const Arguments& arguments) {
  int code = 0;
  const catalog::Entry* entry = find_or_report(arguments.endpoint, code);
  if (entry == nullptr) return code;
  for (const catalog::Example& example : entry->examples) {
    if (!arguments.example.empty() && example.name != arguments.example) continue;
    std::cout << example.request << '\n';
    return 0;
  }
  std::cerr << "error: no example '" << arguments.example << "' of " << arguments.endpoint << '\n';
  return face_of(ErrorKind::not_found).exit_code;
}

// generated/: the OpenAPI document, a reference page an endpoint, and the command-line help.
int write_generated(const std::string& folder, const std::string& help) {
  const auto write = [&folder](const std::string& name, const std::string& text) {
    std::ofstream(folder + "/" + name, std::ios::binary) << text;
  };
  write("openapi.json", openapi::document(kVersion));
  write("cli.txt", help);
  for (const catalog::Entry& entry : catalog::entries()) {
    write("reference/" + entry.endpoint.name + ".md", docs::reference(entry));
  }
  return 0;
}

void add_call(CLI::App& app, Arguments& arguments, int& code) {
  CLI::App* call = app.add_subcommand("call", "Run an endpoint here, without a server or a key");
  cli::CallOptions& options = arguments.call;
  call->add_option("endpoint", options.endpoint, "Name of the endpoint")->required();
  call->add_option("file", options.file, "JSON, NDJSON or CSV (also .gz); - for standard input");
  call->add_option("--format", options.format, "json, ndjson or csv, if the name does not tell");
  call->add_flag("--json", options.json, "JSON even on a terminal");
  call->add_option("--customers-from,--rows-of", options.mapping.group_by,
                   "CSV: column whose equal values make one item, e.g. customer_id or order_id");
  call->add_option("--map", options.mapping.columns, "CSV: FIELD=COLUMN or FIELD=COLUMN*COLUMN");
  call->add_option("--where", options.mapping.conditions, "CSV: COLUMN OP VALUE; keep these rows");
  call->add_option("--into", options.mapping.list, "CSV: list that the rows fill");
  call->add_option("--list", arguments.call.other_lists, "FIELD=FILE.csv: rows of a further list");
  call->add_option("--delimiter", arguments.delimiter, "CSV: delimiter; found by itself otherwise");
  call->add_option("--encoding", arguments.encoding, "CSV: utf8 or latin1")
      ->check(CLI::IsMember({"utf8", "latin1"}));
  add_settings(*call, arguments);
  call->allow_extras();
  call->footer(
      "Top-level fields of the endpoint are flags too: --bins 4 --today 2025-06-30.\n"
      "`clientele describe ENDPOINT` lists them.");
  call->callback([&arguments, &code, call] { code = run_call(arguments, call->remaining()); });
}

void add_catalog_commands(CLI::App& app, Arguments& arguments, int& code) {
  app.add_subcommand("endpoints", "List the endpoints")->callback([] {
    std::cout << cli::endpoint_list();
  });
  CLI::App* describe = app.add_subcommand("describe", "Fields, rules and meaning of an endpoint");
  describe->add_option("endpoint", arguments.endpoint, "Name of the endpoint")->required();
  describe->callback([&arguments, &code] {
    if (const auto* entry = find_or_report(arguments.endpoint, code)) {
      std::cout << cli::describe(*entry);
    }
  });
  CLI::App* example = app.add_subcommand("example", "Print an example request of an endpoint");
  example->add_option("endpoint", arguments.endpoint, "Name of the endpoint")->required();
  example->add_option("case", arguments.example, "Name of the example; the first by default");
  example->callback([&arguments, &code] { code = run_example(arguments); });
  app.add_subcommand("openapi", "Print the OpenAPI document")->callback([] {
    std::cout << openapi::document(kVersion);
  });
  app.add_subcommand("version", "Print the version")->callback([] {
    std::cout << "clientele " << kVersion << '\n';
  });
}

void add_server_commands(CLI::App& app, Arguments& arguments, int& code) {
  CLI::App* serve = app.add_subcommand("serve", "Serve all endpoints over HTTP");
  add_settings(*serve, arguments);
  serve->callback([&arguments, &code] { code = run_serve(arguments); });
  CLI::App* config = app.add_subcommand("config", "Print the settings in force and their origin");
  add_settings(*config, arguments);
  config->callback([&arguments, &code] {
    code = with_config(arguments, [](const LoadedConfig& loaded) {
      std::cout << print_config(loaded);
      return 0;
    });
  });
  CLI::App* demo_command = app.add_subcommand("demo", "Serve a generated shop, ready to be called");
  demo_command->add_option("--folder", arguments.demo.folder,
                           "Where to put it; temporary if absent");
  demo_command->add_option("--customers", arguments.demo.customers, "Size of the shop")
      ->check(CLI::Range(10, 200000));
  demo_command->add_option("--seed", arguments.demo.seed, "Another seed, another shop");
  add_settings(*demo_command, arguments);
  demo_command->callback([&arguments, &code] {
    code = with_config(arguments, [&arguments](const LoadedConfig& loaded) {
      return demo(arguments.demo, loaded, std::cout, std::cerr);
    });
  });
}

void add_key_command(CLI::App& app, Arguments& arguments, int& code) {
  CLI::App* key = app.add_subcommand("key", "Create, list, rotate and revoke API keys");
  key->require_subcommand(1);
  for (const KeyAction action : kKeyActions) {
    CLI::App* command = key->add_subcommand(std::string(action.name), std::string(action.summary));
    command->add_option("--tenant", arguments.key.tenant, "Name of the tenant")
        ->required(action.needs_tenant);
    if (action.needs_id) {
      command->add_option("--id", arguments.key.id, "Id of the key")->required();
    }
    add_settings(*command, arguments);
    command->callback([&arguments, &code, action] {
      code = with_config(arguments, [&](const LoadedConfig& loaded) {
        return action.run(loaded.config, arguments.key, std::cout, std::cerr);
      });
    });
  }
}

std::string all_help(const CLI::App& app) {
  std::string text = app.help();
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_group().empty()) continue;
    text += "\n" + std::string(78, '-') + "\n" + command->help();
  }
  return text;
}

}  // namespace

int run_command(int argc, char** argv) {
  CLI::App app("Customer intelligence in one program: segments, value, churn, baskets and more.",
               "clientele");
  app.footer(std::string(kFooter));
  app.require_subcommand(1);
  Arguments arguments;
  int code = 0;
  add_call(app, arguments, code);
  add_catalog_commands(app, arguments, code);
  add_server_commands(app, arguments, code);
  add_key_command(app, arguments, code);
  CLI::App* generate =
      app.add_subcommand("generate", "Write the repository's generated files")->group("");
  generate->add_option("folder", arguments.folder)->required();
  generate->callback([&] { code = write_generated(arguments.folder, all_help(app)); });
  if (argc > 1 && argv[1][0] != '-') {
    std::vector<std::string> owned;
    for (const CLI::App* command : app.get_subcommands({})) owned.push_back(command->get_name());
    const std::vector<std::string_view> names(owned.begin(), owned.end());
    if (std::find(names.begin(), names.end(), argv[1]) == names.end()) {
      const auto nearest = nearest_name(argv[1], names);
      std::cerr << "error: there is no command '" << argv[1] << "'."
                << (nearest ? " Did you mean '" + std::string(*nearest) + "'?" : "")
                << " `clientele --help` lists them.\n";
      return face_of(ErrorKind::invalid_input).exit_code;
    }
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : face_of(ErrorKind::invalid_input).exit_code;
  }
  return code;
}

}  // namespace clientele::app
