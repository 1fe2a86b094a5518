// Reading of single values: numbers, texts, dates, words, and whatever nothing declares.
#include <cmath>

#include "base/number_text.hpp"
#include "schema/reader.hpp"

namespace clientele::schema {
namespace {

using simdjson::ondemand::json_type;

constexpr std::size_t kDeepest = 16;  // levels of objects and lists in a request
constexpr double kLargestExact = 0x1.0p53;

std::string number_text(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

std::string range_text(const Field& rules) {
  std::string text;
  if (rules.minimum) {
    text += (rules.above_minimum ? "above " : "at least ") + number_text(*rules.minimum);
  }
  if (rules.maximum) {
    if (!text.empty()) text += " and ";
    text += (rules.below_maximum ? "below " : "at most ") + number_text(*rules.maximum);
  }
  return text;
}

constexpr std::string_view kLabelRule = "Must be 0, 1, true, false, \"yes\" or \"no\"";

std::string_view type_name(json_type type) {
  switch (type) {
    case json_type::array:
      return "a list";
    case json_type::object:
      return "an object";
    case json_type::number:
      return "a number";
    case json_type::string:
      return "a string";
    case json_type::boolean:
      return "a boolean";
    case json_type::null:
      return "null";
  }
  return "something else";
}

}  // namespace

void Reader::check_range(const Field& rules, double value) {
  const bool low =
      rules.minimum && (rules.above_minimum ? value <= *rules.minimum : value < *rules.minimum);
  const bool high =
      rules.maximum && (rules.below_maximum ? value >= *rules.maximum : value > *rules.maximum);
  if (low || high) {
    fault("out_of_range", "Must be " + range_text(rules) + "; got " + number_text(value) + ".");
  }
}

bool Reader::wrong_type(std::string_view expected, Value& value) {
  json_type type;
  if (const auto error = value.type().get(type)) return malformed(error);
  fault("wrong_type",
        "Must be " + std::string(expected) + "; got " + std::string(type_name(type)) + ".");
  return walk(value, path_.depth());
}

bool Reader::bad_number(Value& value) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  const auto digits = [&token] {
    const std::size_t before = token.size();
    while (!token.empty() && token[0] >= '0' && token[0] <= '9') token.remove_prefix(1);
    return before - token.size();
  };
  if (!token.empty() && token[0] == '-') token.remove_prefix(1);
  const bool leading_zero =
      token.size() > 1 && token[0] == '0' && token[1] >= '0' && token[1] <= '9';
  bool valid = !leading_zero && digits() > 0;
  if (valid && !token.empty() && token[0] == '.') {
    token.remove_prefix(1);
    valid = digits() > 0;
  }
  if (valid && !token.empty() && (token[0] == 'e' || token[0] == 'E')) {
    token.remove_prefix(1);
    if (!token.empty() && (token[0] == '+' || token[0] == '-')) token.remove_prefix(1);
    valid = digits() > 0;
  }
  if (!valid || !token.empty()) return malformed(simdjson::NUMBER_ERROR);
  fault("out_of_range", "The number is too large to be represented.");
  return true;
}

bool Reader::walk(Value& value, std::size_t depth) {
  if (depth > kDeepest) {
    malformed(simdjson::DEPTH_ERROR);
    Faults deep;
    deep.add(path_.pointer(), "too_deep",
             "Nested more than " + std::to_string(kDeepest) + " levels deep.");
    faults_ = std::move(deep);
    return false;
  }
  json_type type;
  if (const auto error = value.type().get(type)) return malformed(error);
  switch (type) {
    case json_type::array:
      for (auto element : value.get_array()) {
        Value child;
        if (const auto error = element.get(child)) return malformed(error);
        if (!walk(child, depth + 1)) return false;
      }
      return true;
    case json_type::object:
      for (auto field : value.get_object()) {
        Value child;
        std::string_view key;
        if (const auto error = field.unescaped_key().get(key)) return malformed(error);
        if (const auto error = field.value().get(child)) return malformed(error);
        if (!walk(child, depth + 1)) return false;
      }
      return true;
    case json_type::number: {
      double number = 0;
      return value.get_double().get(number) == simdjson::SUCCESS || bad_number(value);
    }
    case json_type::string: {
      std::string_view text;
      const auto error = value.get_string().get(text);
      return !error || malformed(error);
    }
    case json_type::boolean: {
      bool truth = false;
      const auto error = value.get_bool().get(truth);
      return !error || malformed(error);
    }
    case json_type::null: {
      bool null = false;
      const auto error = value.is_null().get(null);
      return (!error && null) || malformed(simdjson::TAPE_ERROR);
    }
  }
  return malformed(simdjson::TAPE_ERROR);
}

bool Reader::read_number(const Field& rules, void* out, Value& value) {
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS) {
    json_type type;
    if (const auto error = value.type().get(type)) return malformed(error);
    return type == json_type::number ? bad_number(value) : wrong_type("a number", value);
  }
  *static_cast<double*>(out) = number;
  check_range(rules, number);
  return true;
}

void Reader::beyond_type(const Type& type) {
  fault("out_of_range", "Must be from " + std::to_string(type.smallest) + " to " +
                            std::to_string(type.largest) + ".");
}

void Reader::store_number(const Type& type, const Field& rules, void* out, double number) {
  if (type.kind == Kind::number) {
    *static_cast<double*>(out) = number;
    check_range(rules, number);
    return;
  }
  if (number != std::trunc(number)) {
    fault("wrong_type", "Must be a whole number; got " + number_text(number) + ".");
    return;
  }
  if (std::fabs(number) > kLargestExact || number < static_cast<double>(type.smallest) ||
      number > static_cast<double>(type.largest)) {
    beyond_type(type);
    return;
  }
  type.operations.store_integer(out, static_cast<std::int64_t>(number));
  check_range(rules, number);
}

bool Reader::read_integer(const Type& type, const Field& rules, void* out, Value& value) {
  std::int64_t integer = 0;
  if (value.get_int64().get(integer) == simdjson::SUCCESS && integer >= type.smallest &&
      integer <= type.largest) {
    type.operations.store_integer(out, integer);
    check_range(rules, static_cast<double>(integer));
    return true;
  }
  if (integer != 0) {  // read, but out of the type's bounds; as a double it might round into them
    beyond_type(type);
    return true;
  }
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS) {
    json_type json;
    if (const auto error = value.type().get(json)) return malformed(error);
    return json == json_type::number ? bad_number(value) : wrong_type("a whole number", value);
  }
  store_number(type, rules, out, number);
  return true;
}

void Reader::store_text(const Type& type, const Field& rules, void* out, std::string_view text) {
  switch (type.kind) {
    case Kind::date: {
      const auto date = parse_date(text);
      if (date) {
        *static_cast<Date*>(out) = *date;
      } else {
        fault("bad_date",
              "Must be a calendar date YYYY-MM-DD; got '" + std::string(text.substr(0, 40)) + "'.");
      }
      return;
    }
    case Kind::choice:
      for (std::size_t i = 0; i < type.names.size(); ++i) {
        if (type.names[i] == text) {
          type.operations.store_integer(out, static_cast<std::int64_t>(i));
          return;
        }
      }
      fault("not_allowed",
            "'" + std::string(text.substr(0, 40)) + "' is not one of the allowed values.",
            std::vector<std::string>(type.names.begin(), type.names.end()));
      return;
    default:
      type.operations.store_string(out, text);
      if (text.size() < rules.shortest_text) fault("too_short", "Must not be empty.");
      if (rules.longest_text && text.size() > *rules.longest_text) {
        fault("too_long", "Must be at most " + std::to_string(*rules.longest_text) +
                              " bytes; got " + std::to_string(text.size()) + ".");
      }
  }
}

// A string without escapes is used where it stands in the body; others are unescaped into the
// parser's buffer. False when the JSON is malformed; `is_string` tells whether there was one at
// all.
bool Reader::read_string(Value& value, std::string_view& text, bool& is_string) {
  const std::string_view token = value.raw_json_token();
  is_string = token[0] == '"';
  if (!is_string) return true;
  const char* const first = token.data() + 1;
  const char* end = first;
  while (*end != '"' && *end != '\\') ++end;
  if (*end == '"') {
    simdjson::ondemand::raw_json_string raw;
    if (const auto error = value.get_raw_json_string().get(raw)) return malformed(error);
    text = {first, static_cast<std::size_t>(end - first)};
    return true;
  }
  const auto error = value.get_string().get(text);
  return !error || malformed(error);
}

bool Reader::read_text(const Type& type, const Field& rules, void* out, Value& value) {
  std::string_view text;
  bool is_string = false;
  if (!read_string(value, text, is_string)) return false;
  if (!is_string) {
    return wrong_type(type.kind == Kind::date ? "a date YYYY-MM-DD" : "a string", value);
  }
  store_text(type, rules, out, text);
  return true;
}

// Data of all origins is labelled in all of these ways.
bool Reader::read_label(bool& truth, Value& value) {
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  if (json == json_type::boolean) {
    const auto error = value.get_bool().get(truth);
    return !error || malformed(error);
  }
  if (json == json_type::number) {
    double number = 0;
    if (value.get_double().get(number) != simdjson::SUCCESS) return bad_number(value);
    truth = number == 1;
    if (number != 0 && number != 1) {
      fault("wrong_type", std::string(kLabelRule) + "; got " + number_text(number) + ".");
    }
    return true;
  }
  if (json == json_type::string) {
    std::string_view text;
    bool is_string = false;
    if (!read_string(value, text, is_string)) return false;
    const auto is_one_of = [&](auto... words) { return ((text == words) || ...); };
    const bool yes = is_one_of("1", "yes", "Yes", "YES", "true", "True", "TRUE");
    if (yes || is_one_of("0", "no", "No", "NO", "false", "False", "FALSE")) {
      truth = yes;
      return true;
    }
    fault("wrong_type", std::string(kLabelRule) + ".");
    return true;
  }
  return wrong_type(kLabelRule.substr(kLabelRule.find('0')), value);
}

bool Reader::read_scalar(const Type& type, const Field& rules, void* out, Value& value) {
  switch (type.kind) {
    case Kind::number:
      return read_number(rules, out, value);
    case Kind::integer:
      return read_integer(type, rules, out, value);
    case Kind::boolean: {
      if (rules.as_label) return read_label(*static_cast<bool*>(out), value);
      bool truth = false;
      if (value.get_bool().get(truth) != simdjson::SUCCESS) {
        return wrong_type("true or false", value);
      }
      *static_cast<bool*>(out) = truth;
      return true;
    }
    default:
      return read_text(type, rules, out, value);
  }
}

}  // namespace clientele::schema
