#include "app/config/toml_file.hpp"

#include <toml++/toml.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <variant>

namespace clientele::app {
namespace {

constexpr std::size_t kLongestFile = 1'000'000;

Error unreadable(const std::string& path, const std::string& why) {
  return {.kind = ErrorKind::file_error,
          .detail = "the configuration file " + path + " cannot be read: " + why};
}

Result<std::string> read_text(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(path, std::strerror(errno));
  std::string text(kLongestFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.gcount() == 0 && errno != 0)) {
    return unreadable(path, std::strerror(errno));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLongestFile) return unreadable(path, "it is longer than 1 MB");
  return text;
}

Result<toml::table> parse(const std::string& text, const std::string& path) {
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    return Error{.kind = ErrorKind::bad_configuration,
                 .detail = "the configuration file " + path + " is not TOML: line " +
                           std::to_string(begin.line) + ", column " + std::to_string(begin.column) +
                           ": " + std::string(error.description())};
  }
}

std::string as_is(std::string_view name) { return std::string(name); }

// Walks the tables and hands every value to the draft under its full name.
class Reader {
 public:
  Reader(const std::string& path, Draft& draft) : path_(path), draft_(draft) {}

  void read_settings(const toml::table& table, const std::string& prefix) {
    if (table.empty() && !prefix.empty()) {
      draft_.unknown(prefix, origin_of(table), as_is);
    }
    for (const auto& [key, node] : table) {
      const std::string name =
          prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
      const toml::table* const inner = node.as_table();
      const Setting* const setting = find_setting(name);
      if (setting != nullptr) {
        draft_.set(*setting, given(node, wants_text(*setting)));
      } else if (inner != nullptr && name == kRowLimits) {
        read_row_limits(*inner);
      } else if (inner != nullptr && name == kTenants) {
        read_tenants(*inner);
      } else if (inner != nullptr) {
        read_settings(*inner, name);
      } else {
        draft_.unknown(name, origin_of(node), as_is);
      }
    }
  }

 private:
  void read_row_limits(const toml::table& table) {
    for (const auto& [key, node] : table) draft_.set_row_limit(key.str(), given(node, false));
  }

  void read_tenants(const toml::table& table) {
    for (const auto& [tenant, node] : table) {
      const std::string name(tenant.str());
      const toml::table* const limits = node.as_table();
      if (limits == nullptr) {
        const std::string full = std::string(kTenants) + "." + shown_text(name);
        draft_.refuse(full, "bad_value",
                      full + " must be a table with requests_per_minute and concurrency (" +
                          origin_of(node) + ")");
        continue;
      }
      for (const auto& [limit, value] : *limits) {
        draft_.set_tenant_limit(name, limit.str(), given(value, false));
      }
    }
  }

  static bool wants_text(const Setting& setting) {
    return std::holds_alternative<Text>(setting.kind) ||
           std::holds_alternative<Choice>(setting.kind);
  }

  Draft::Given given(const toml::node& node, bool wants_text) const {
    Draft::Given value{.text = {}, .shown = {}, .origin = origin_of(node), .mistyped = false};
    if (const auto* const text = node.as_string()) {
      value.text = text->get();
      value.shown = shown_text(text->get());
      value.mistyped = !wants_text;
      return value;
    }
    if (const auto* const whole = node.as_integer()) {
      value.text = value.shown = std::to_string(whole->get());
    } else if (const auto* const number = node.as_floating_point()) {
      std::ostringstream written;
      written << std::setprecision(17) << number->get();
      value.text = value.shown = written.str();
    } else {
      std::ostringstream type;
      type << node.type();
      value.shown = "a value of type " + type.str();
    }
    value.mistyped = wants_text || value.text.empty();
    return value;
  }

  std::string origin_of(const toml::node& node) const {
    return "file " + path_ + ":" + std::to_string(node.source().begin.line);
  }

  const std::string& path_;
  Draft& draft_;
};

}  // namespace

Status apply_toml_file(const std::string& path, Draft& draft) {
  const Result<std::string> text = read_text(path);
  if (!text) return text.error();
  const Result<toml::table> table = parse(*text, path);
  if (!table) return table.error();
  Reader(path, draft).read_settings(*table, "");
  return Nothing{};
}

}  // namespace clientele::app
