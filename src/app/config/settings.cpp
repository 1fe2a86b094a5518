#include "app/config/settings.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/number_text.hpp"

namespace clientele::app {
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kTerabyte = 1'000'000 * kMegabyte;
constexpr std::uint64_t kMostThreads = 1024;
constexpr double kLongestSeconds = 86'400;
constexpr double kLongestHours = 8'760;
constexpr std::uint64_t kMostDays = 3'650;
constexpr double kFastestPace = 1e9;
constexpr std::uint64_t kHighestLimit = 1'000'000'000;
constexpr std::size_t kShortestPepper = 32;

bool is_address(std::string_view text) {
  const std::string address(text);
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

bool is_path(std::string_view text) {
  return !text.empty() && !text.starts_with('~') &&
         std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
}

bool is_path_or_empty(std::string_view text) { return text.empty() || is_path(text); }

bool is_url_or_empty(std::string_view text) {
  return text.empty() || ((text.starts_with("http://") || text.starts_with("https://")) &&
                          text.find_first_of(" \t\r\n@") == std::string_view::npos);
}

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
}

bool is_pepper(std::string_view text) { return text.empty() || text.size() >= kShortestPepper; }

using Whole = WholeNumber;
using C = Config;

constexpr std::string_view kLevels[]{"debug", "info", "warning", "error"};

constexpr Setting kSettings[]{
    {"http.address", "127.0.0.1", "",
     "Address to listen on; 0.0.0.0 or :: for every network of the machine.",
     Text{[](C& c) -> std::string& { return c.http.address; }, is_address,
          "an IPv4 or IPv6 address"}},
    {"http.port", "8080", "", "Port to listen on; 0 takes any free one.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.port; }, 0, 65'535}},
    {"http.io_threads", "1", "threads", "Threads that move bytes between network and memory.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.io_threads; }, 1, kMostThreads}},
    {"http.compute_threads", "processors", "threads", "Requests that are computed at one time.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.compute_threads; }, 1, kMostThreads}},
    {"http.queue_length", "256", "requests",
     "Requests that may wait for a compute thread; one more is answered 503.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.queue_length; }, 0, kMegabyte}},
    {"http.max_connections", "4096", "connections", "Connections open at one time.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.max_connections; }, 1, kMegabyte}},
    {"http.max_connections_per_address", "1024", "connections",
     "Connections open at one time from one address; 0 sets no limit, as behind a proxy.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.max_connections_per_address; }, 0,
           kMegabyte}},
    {"http.max_header_bytes", "16384", "bytes", "Longest request line and header fields.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.max_header_bytes; }, 1024, kMegabyte}},
    {"http.max_header_fields", "100", "fields", "Most header fields of a request.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.max_header_fields; }, 8, 10'000}},
    // 20 x 1024 x 1024: a body of 20 MB is accepted by either reading of the word.
    {"http.max_body_bytes", "20971520", "bytes", "Longest request body, decompressed.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.max_body_bytes; }, 1024, kTerabyte}},
    {"http.max_inflation_ratio", "200", "",
     "Most bytes that one byte of a compressed body may become.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.max_inflation_ratio; }, 1, kMegabyte}},
    {"http.memory_budget_bytes", "536870912", "bytes",
     "Bytes of bodies and answers held at one time; beyond it requests are answered 503.",
     Whole{[](C& c) -> std::uint64_t& { return c.http.memory_budget_bytes; }, kMegabyte,
           kTerabyte}},
    {"http.header_seconds", "10", "seconds",
     "Time for a request's header, from its first byte to its last.",
     Decimal{[](C& c) -> double& { return c.http.header_seconds; }, 0.1, kLongestSeconds}},
    {"http.idle_seconds", "60", "seconds", "Time a connection may wait for its next request.",
     Decimal{[](C& c) -> double& { return c.http.idle_seconds; }, 0.1, kLongestSeconds}},
    {"http.request_seconds", "120", "seconds",
     "Time for a request as a whole: header, body and computation.",
     Decimal{[](C& c) -> double& { return c.http.request_seconds; }, 0.1, kLongestSeconds}},
    {"http.pace_grace_seconds", "5", "seconds",
     "Time after which a body or an answer must keep the pace.",
     Decimal{[](C& c) -> double& { return c.http.pace_grace_seconds; }, 0, kLongestSeconds}},
    {"http.pace_bytes_per_second", "240", "bytes per second",
     "Slowest average transfer of a body or an answer.",
     Decimal{[](C& c) -> double& { return c.http.pace_bytes_per_second; }, 0, kFastestPace}},
    {"http.pace_large_bytes_per_second", "65536", "bytes per second",
     "Slowest average transfer of a body or an answer of more than 1 MB.",
     Decimal{[](C& c) -> double& { return c.http.pace_large_bytes_per_second; }, 0, kFastestPace}},
    {"http.stop_seconds", "25", "seconds",
     "Time for requests under way when the server is told to stop.",
     Decimal{[](C& c) -> double& { return c.http.stop_seconds; }, 0, kLongestSeconds}},
    {"compute.threads_per_request", "processors", "threads",
     "Threads that one request may use; its answer does not depend on them.",
     Whole{[](C& c) -> std::uint64_t& { return c.compute.threads_per_request; }, 1, kMostThreads}},
    {"limits.requests_per_minute", "6000", "requests per minute",
     "Requests of one tenant; 0 sets no limit.",
     Whole{[](C& c) -> std::uint64_t& { return c.limits.requests_per_minute; }, 0, kHighestLimit}},
    {"limits.concurrency", "32", "requests",
     "Requests of one tenant under way at one time; 0 sets no limit.",
     Whole{[](C& c) -> std::uint64_t& { return c.limits.concurrency; }, 0, kHighestLimit}},
    {"store.path", "$XDG_DATA_HOME/clientele/store.sqlite", "",
     "Database file of tenants, keys and kept models.",
     Text{[](C& c) -> std::string& { return c.store.path; }, is_path,
          "a path without ~ and control characters"}},
    {"store.key_overlap_hours", "24", "hours",
     "Time for which the old secret stays valid when a key is rotated.",
     Decimal{[](C& c) -> double& { return c.store.key_overlap_hours; }, 0, kLongestHours}},
    {"store.model_days", "30", "days", "Time for which a fitted model is kept.",
     Whole{[](C& c) -> std::uint64_t& { return c.store.model_days; }, 1, kMostDays}},
    {"store.model_bytes_per_tenant", "256000000", "bytes",
     "Space of a tenant's kept models; the oldest give way to new ones.",
     Whole{[](C& c) -> std::uint64_t& { return c.store.model_bytes_per_tenant; }, 0, kTerabyte}},
    {"pepper", "", "",
     "Secret with which the secrets of keys are hashed; empty: the file beside the store.",
     Text{[](C& c) -> std::string& { return c.pepper; }, is_pepper,
          "empty or at least 32 random characters (openssl rand -hex 32)"},
     true},
    {"log.level", "info", "", "Least important messages that are logged.",
     Choice{[](C& c) -> std::string& { return c.log.level; }, kLevels}},
    {"log.file", "", "", "File that the log is appended to; empty: standard error.",
     Text{[](C& c) -> std::string& { return c.log.file; }, is_path_or_empty,
          "empty or a path without ~ and control characters"}},
    {"report.llm_url", "", "",
     "OpenAI-compatible chat endpoint that may reword reports; empty: none. Texts are sent to it.",
     Text{[](C& c) -> std::string& { return c.report.llm_url; }, is_url_or_empty,
          "empty or an http or https address without credentials"}},
    {"report.llm_model", "", "", "Model that the chat endpoint is asked for.",
     Text{[](C& c) -> std::string& { return c.report.llm_model; }, is_printable,
          "a text without control characters"}},
    {"report.llm_key", "", "", "Bearer key of the chat endpoint; empty: none, or the file's.",
     Text{[](C& c) -> std::string& { return c.report.llm_key; }, is_printable,
          "a text without control characters"},
     true},
    {"report.llm_key_file", "", "", "File that holds the key of the chat endpoint.",
     Text{[](C& c) -> std::string& { return c.report.llm_key_file; }, is_path_or_empty,
          "empty or a path without ~ and control characters"}},
    {"report.llm_seconds", "20", "seconds",
     "Time for the chat endpoint; after it the computed texts are used.",
     Decimal{[](C& c) -> double& { return c.report.llm_seconds; }, 0.05, 600}},
};

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

std::string number_text(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

bool assign_decimal(const Decimal& decimal, std::string_view text, Config& config) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return false;
  if (!(value >= decimal.minimum && value <= decimal.maximum)) return false;
  decimal.member(config) = value;
  return true;
}

std::string spelled(std::string_view name, char separator, char (*change)(char)) {
  std::string result;
  for (const char c : name) result += c == '.' || c == '_' ? separator : change(c);
  return result;
}

}  // namespace

std::span<const Setting> settings() { return kSettings; }

const Setting* find_setting(std::string_view name) {
  const auto found = std::find_if(std::begin(kSettings), std::end(kSettings),
                                  [&](const Setting& setting) { return setting.name == name; });
  return found == std::end(kSettings) ? nullptr : &*found;
}

std::string environment_name(std::string_view setting) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return "CLIENTELE_" + spelled(setting, '_', upper);
}

std::string flag_name(std::string_view setting) {
  return "--" + spelled(setting, '-', [](char c) { return c; });
}

std::string rule_of(const Setting& setting) {
  return std::visit(Overloaded{[](const WholeNumber& whole) {
                                 return "a whole number from " + std::to_string(whole.minimum) +
                                        " to " + std::to_string(whole.maximum);
                               },
                               [](const Decimal& decimal) {
                                 return "a number from " + number_text(decimal.minimum) + " to " +
                                        number_text(decimal.maximum);
                               },
                               [](const Text& text) { return std::string(text.rule); },
                               [](const Choice& choice) {
                                 std::string words = "one of ";
                                 for (const std::string_view word : choice.choices) {
                                   if (word != choice.choices.front()) words += ", ";
                                   words += word;
                                 }
                                 return words;
                               }},
                    setting.kind);
}

bool assign(const Setting& setting, std::string_view text, Config& config) {
  return std::visit(
      Overloaded{[&](const WholeNumber& whole) {
                   const auto value = parse_whole_number(text, whole.minimum, whole.maximum);
                   if (value) whole.member(config) = *value;
                   return value.has_value();
                 },
                 [&](const Decimal& decimal) { return assign_decimal(decimal, text, config); },
                 [&](const Text& rule) {
                   const bool accepted = rule.accepts(text);
                   if (accepted) rule.member(config) = text;
                   return accepted;
                 },
                 [&](const Choice& choice) {
                   const auto& words = choice.choices;
                   const bool known = std::find(words.begin(), words.end(), text) != words.end();
                   if (known) choice.member(config) = text;
                   return known;
                 }},
      setting.kind);
}

std::string value_text(const Setting& setting, const Config& config) {
  Config copy = config;
  return std::visit(
      Overloaded{[&](const WholeNumber& whole) { return std::to_string(whole.member(copy)); },
                 [&](const Decimal& decimal) { return number_text(decimal.member(copy)); },
                 [&](const auto& text) { return text.member(copy); }},
      setting.kind);
}

std::optional<std::uint64_t> parse_whole_number(std::string_view text, std::uint64_t minimum,
                                                std::uint64_t maximum) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < minimum || value > maximum) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_row_limit(std::string_view text) {
  return parse_whole_number(text, 1, kTerabyte);
}

}  // namespace clientele::app
