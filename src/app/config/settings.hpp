// The declaration of every setting, made once: parsing, validation, environment names, command line
// flags, `clientele config` and the reference page are functions of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "app/config/config.hpp"

namespace clientele::app {

struct WholeNumber {
  std::uint64_t& (*member)(Config&);
  std::uint64_t minimum;
  std::uint64_t maximum;
};

struct Decimal {
  double& (*member)(Config&);
  double minimum;
  double maximum;
};

// A text with a rule; `rule` completes the sentence "NAME must be ...".
struct Text {
  std::string& (*member)(Config&);
  bool (*accepts)(std::string_view);
  std::string_view rule;
};

struct Choice {
  std::string& (*member)(Config&);
  std::span<const std::string_view> choices;
};

struct Setting {
  std::string_view name;          // as in the file, `http.port`
  std::string_view default_text;  // `processors` and a leading `$XDG_DATA_HOME` are filled in
  std::string_view unit;          // "" = none
  std::string_view sentence;
  std::variant<WholeNumber, Decimal, Text, Choice> kind;
  bool secret = false;  // never shown, and not a flag: other users can read command lines
};

// All of them, in the order in which they are shown.
std::span<const Setting> settings();
const Setting* find_setting(std::string_view name);

std::string environment_name(std::string_view setting);  // http.port -> CLIENTELE_HTTP_PORT
std::string flag_name(std::string_view setting);         // http.port -> --http-port

// What a setting accepts, in words: "a whole number from 0 to 65535".
std::string rule_of(const Setting& setting);

// Reads `text` into the setting's member of `config`; false, and nothing changed, if its rule
// forbids the text.
bool assign(const Setting& setting, std::string_view text, Config& config);
// The member's value as text that assign() reads back.
std::string value_text(const Setting& setting, const Config& config);

// The limits that have no setting each, because endpoints and tenants give them their names:
// `limits.rows.NAME` (a row limit, a whole number from 1), `tenants.NAME.requests_per_minute` and
// `tenants.NAME.concurrency` (as limits.requests_per_minute and limits.concurrency).
inline constexpr std::string_view kRowLimits = "limits.rows";
inline constexpr std::string_view kTenants = "tenants";
inline constexpr std::string_view kRowLimitRule = "a whole number from 1 to 1000000000000";

std::optional<std::uint64_t> parse_whole_number(std::string_view text, std::uint64_t minimum,
                                                std::uint64_t maximum);
std::optional<std::uint64_t> parse_row_limit(std::string_view text);

}  // namespace clientele::app
