#include "app/command_words.hpp"

#include <algorithm>

#include "base/edit_distance.hpp"
#include "catalog/catalog.hpp"

namespace clientele::app {
namespace {

bool is_flag(const std::string& word) { return word.size() > 2 && word.starts_with("--"); }

std::string name_of(const std::string& word) { return word.substr(0, word.find('=')); }

// Whether the flag's value is the next word.
bool takes_next(const CLI::Option& option, const std::string& word) {
  return option.get_items_expected_max() > 0 && word.find('=') == std::string::npos;
}

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

Error unknown(const std::string& what, const std::string& word,
              const std::vector<std::string>& known, const std::string& command) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  const auto nearest = nearest_name(word, names);
  return invalid("", "usage",
                 "There is no " + what + " '" + word + "'." +
                     (nearest ? " Did you mean '" + std::string(*nearest) + "'?" : "") + " `" +
                     command + " --help` lists them.");
}

// "bins" for --bins, --top-k as top_k.
std::string field_name(const std::string& flag) {
  std::string name = name_of(flag).substr(2);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::vector<std::string> scalar_fields(const catalog::Entry& entry) {
  std::vector<std::string> names{"strict"};
  for (const auto& field : entry.endpoint.request->object().fields) names.push_back(field.name);
  return names;
}

// Whether the field is yes or no, so that its flag may stand alone for yes.
bool is_switch(const catalog::Entry& entry, const std::string& name) {
  if (name == "strict") return true;
  for (const auto& field : entry.endpoint.request->object().fields) {
    if (field.name != name) continue;
    const schema::Type* type = field.value_type;
    if (type->kind == schema::Kind::optional) type = &type->element();
    return type->kind == schema::Kind::boolean;
  }
  return false;
}

}  // namespace

Status check_words(const CLI::App& app, std::span<const std::string> words) {
  const CLI::App* command = &app;
  std::string path = app.get_name();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (is_flag(word)) {
      const CLI::Option* option = command->get_option_no_throw(name_of(word));
      if (option == nullptr) return unknown("flag", name_of(word), flags_of(*command), path);
      if (takes_next(*option, word)) ++i;
      continue;
    }
    std::vector<std::string> names;
    for (const CLI::App* inner : command->get_subcommands({})) names.push_back(inner->get_name());
    if (names.empty() || word.starts_with('-')) continue;
    if (std::find(names.begin(), names.end(), word) == names.end()) {
      return unknown("command", word, names, path);
    }
    if (word == "call") return Nothing{};
    command = command->get_subcommand(word);
    path += " " + word;
  }
  return Nothing{};
}

Status take_fields(const CLI::App& call, std::vector<std::string>& words,
                   std::map<std::string, std::string, std::less<>>& fields) {
  const auto named = std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return catalog::find(word) != nullptr;
  });
  if (named == words.end()) return Nothing{};  // the call itself reports the unknown endpoint
  const std::vector<std::string> names = scalar_fields(*catalog::find(*named));
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!is_flag(word)) {
      rest.push_back(word);
      continue;
    }
    if (const CLI::Option* option = call.get_option_no_throw(name_of(word))) {
      rest.push_back(word);
      if (takes_next(*option, word) && i + 1 < words.size()) rest.push_back(words[++i]);
      continue;
    }
    const std::string name = field_name(word);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      std::vector<std::string> known = flags_of(call);
      for (const std::string& field : names) known.push_back("--" + field);
      return unknown("flag", name_of(word), known,
                     "clientele describe " + *named + "`, `clientele call");
    }
    if (word.find('=') != std::string::npos) {
      fields[name] = word.substr(word.find('=') + 1);
    } else if (is_switch(*catalog::find(*named), name) &&
               (i + 1 == words.size() || (words[i + 1] != "true" && words[i + 1] != "false"))) {
      fields[name] = "true";
    } else if (i + 1 < words.size()) {
      fields[name] = words[++i];
    } else {
      return invalid("", "usage", "The flag " + word + " needs a value.");
    }
  }
  words = std::move(rest);
  return Nothing{};
}

}  // namespace clientele::app
