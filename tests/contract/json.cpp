#include "json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>

#include "base/pointer.hpp"

namespace clientele::contract {
namespace {

std::string unlike(const std::string& place, const Json& expected, const Json& actual) {
  return place + ": expected " + expected.dump().substr(0, 200) + ", got " +
         actual.dump().substr(0, 200);
}

bool near(double expected, double actual, double relative) {
  return std::fabs(expected - actual) <=
         relative * std::max(std::fabs(expected), std::fabs(actual));
}

std::string object_difference(const Json& expected, const Json& actual, const Comparison& how,
                              const std::string& place) {
  for (const auto& [key, value] : expected.items()) {
    std::string inside = place;
    append_token(inside, key);
    if (!actual.contains(key)) return inside + ": missing";
    if (is_clock(key)) continue;
    if (auto found = difference(value, actual.at(key), how, inside); !found.empty()) return found;
  }
  if (how.more_allowed) return "";
  for (const auto& [key, value] : actual.items()) {
    if (!expected.contains(key)) return place + "/" + key + ": not expected";
  }
  return "";
}

}  // namespace

Json parse_json(std::string_view text, bool may_be_none) {
  return Json::parse(text, nullptr, !may_be_none);
}

std::string text_of(const Json& value) { return value.dump(); }

bool is_clock(std::string_view key) {
  constexpr std::array<std::string_view, 5> kClocks{"generated_at", "generated_on", "trained_at",
                                                    "execution_time_seconds", "seconds"};
  return std::find(kClocks.begin(), kClocks.end(), key) != kClocks.end();
}

std::string difference(const Json& expected, const Json& actual, const Comparison& how,
                       const std::string& place) {
  if (expected.is_number() && actual.is_number()) {
    const bool equal = near(expected.get<double>(), actual.get<double>(), how.relative);
    return equal ? "" : unlike(place, expected, actual);
  }
  if (expected.is_object() && actual.is_object()) {
    return object_difference(expected, actual, how, place);
  }
  if (!expected.is_array() || !actual.is_array()) {
    return expected == actual ? "" : unlike(place, expected, actual);
  }
  if (expected.size() != actual.size()) return unlike(place, expected, actual);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    auto found = difference(expected[i], actual[i], how, place + "/" + std::to_string(i));
    if (!found.empty()) return found;
  }
  return "";
}

Json without_clock(Json value) {
  if (value.is_object()) {
    Json kept = Json::object();
    for (const auto& [key, member] : value.items()) {
      if (!is_clock(key)) kept[key] = without_clock(member);
    }
    return kept;
  }
  if (value.is_array()) {
    for (Json& item : value) item = without_clock(std::move(item));
  }
  return value;
}

}  // namespace clientele::contract

namespace nlohmann {

void PrintTo(const clientele::contract::Json& value, std::ostream* out) {
  *out << clientele::contract::text_of(value);
}

}  // namespace nlohmann
