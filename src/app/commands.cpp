#include "app/commands.hpp"

#include <algorithm>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/call_command.hpp"
#include "app/command_words.hpp"
#include "app/demo.hpp"
#include "app/help_format.hpp"
#include "app/key_commands.hpp"
#include "app/model_commands.hpp"
#include "app/report_command.hpp"
#include "app/server_run.hpp"
#include "app/settings_flags.hpp"
#include "faces/cli/call.hpp"
#include "faces/cli/describe.hpp"
#include "faces/docs/docs.hpp"
#include "faces/openapi/openapi.hpp"

namespace clientele::app {
namespace {

constexpr std::string_view kFooter =
    "Examples:\n"
    "  clientele demo\n"
    "  clientele call customer_rfm orders.csv --customers-from customer_id\n"
    "  clientele call nps answers.csv --group_by store --json\n"
    "  clientele key create --tenant acme && clientele serve\n"
    "\nExit codes: 0 done, 1 internal error, 2 invalid input or usage, 3 credentials,\n"
    "4 not found, 5 conflict, 6 busy (try again), 7 configuration, 8 file.\n";

// What the flags of all commands fill in.
struct Arguments {
  SettingsFlags settings;
  CallArguments call;
  std::string endpoint;
  std::string example;
  KeyArguments key;
  ModelArguments model;
  DemoOptions demo;
  ReportArguments report;
  std::string folder;
};

// Runs `body` with the configuration, or reports why there is none.
template <typename Body>
int with_config(const Arguments& arguments, Body&& body) {
  auto loaded = configuration(arguments.settings);
  if (!loaded) return cli::report(loaded.error(), std::cerr);
  return body(*loaded);
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
  std::error_code failed;
  std::filesystem::create_directories(folder + "/reference", failed);
  bool written = !failed;
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream file(folder + "/" + name, std::ios::binary);
    file << text;
    written = written && file.flush().good();
  };
  write("openapi.json", openapi::document(kVersion));
  write("cli.txt", help);
  for (const catalog::Entry& entry : catalog::entries()) {
    write("reference/" + entry.endpoint.name + ".md", docs::reference(entry));
  }
  if (written) return 0;
  return cli::report(
      {.kind = ErrorKind::file_error, .detail = "Cannot write into " + folder + ".", .faults = {}},
      std::cerr);
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
  add_settings(*serve, arguments.settings, {""});
  serve->callback([&arguments, &code] { code = run_serve(arguments); });
  CLI::App* config = app.add_subcommand("config", "Print the settings in force and their origin");
  add_settings(*config, arguments.settings, {""});
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
  add_settings(*demo_command, arguments.settings, {"http.", "compute.", "limits."});
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
    add_settings(*command, arguments.settings, {"store."});
    command->callback([&arguments, &code, action] {
      code = with_config(arguments, [&](const LoadedConfig& loaded) {
        return action.run(loaded.config, arguments.key, std::cout, std::cerr);
      });
    });
  }
}

void add_model_command(CLI::App& app, Arguments& arguments, int& code) {
  CLI::App* model =
      app.add_subcommand("model", "List and remove the fitted models kept for a tenant");
  model->require_subcommand(1);
  for (const ModelAction action : kModelActions) {
    CLI::App* command =
        model->add_subcommand(std::string(action.name), std::string(action.summary));
    command->add_option("--tenant", arguments.model.tenant, "Name of the tenant")->required();
    if (action.needs_id) {
      command->add_option("--id", arguments.model.id, "Id of the model")->required();
    }
    add_settings(*command, arguments.settings, {"store."});
    command->callback([&arguments, &code, action] {
      code = with_config(arguments, [&](const LoadedConfig& loaded) {
        return action.run(loaded.config, arguments.model, std::cout, std::cerr);
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
  app.formatter(std::make_shared<HelpFormat>());
  app.footer(std::string(kFooter));
  app.require_subcommand(1);
  Arguments arguments;
  int code = 0;
  const CLI::App* call = add_call(app, arguments.call, code);
  add_report(app, arguments.report, code);
  add_catalog_commands(app, arguments, code);
  add_server_commands(app, arguments, code);
  add_key_command(app, arguments, code);
  add_model_command(app, arguments, code);
  CLI::App* generate =
      app.add_subcommand("generate", "Write the repository's generated files")->group("");
  generate->add_option("folder", arguments.folder)->required();
  generate->callback([&] { code = write_generated(arguments.folder, all_help(app)); });
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (auto checked = check_words(app, words); !checked) {
    return cli::report(checked.error(), std::cerr);
  }
  if (!words.empty() && words[0] == "call") {
    if (auto taken = take_fields(*call, words, arguments.call.options.fields); !taken) {
      return cli::report(taken.error(), std::cerr);
    }
  }
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : face_of(ErrorKind::invalid_input).exit_code;
  }
  return code;
}

}  // namespace clientele::app
