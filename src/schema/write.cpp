#include "schema/write.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/date.hpp"
#include "base/number_text.hpp"

namespace clientele::schema {
namespace {

// Bytes of the UTF-8 character at the start of `text`, or 0 if it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
  if (lead == 0xED && byte(1) > 0x9F) return 0;  // surrogate
  if (lead == 0xF0 && byte(1) < 0x90) return 0;  // overlong
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;  // above U+10FFFF
  return length;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

// One past the string, number or word that starts at `at`.
std::size_t token_end(std::string_view json, std::size_t at) {
  if (json[at] != '"') return std::min(json.find_first_of(",:]} \t\r\n", at), json.size());
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

constexpr bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

constexpr std::uint64_t kEachByte = 0x0101010101010101;

// Whether the eight bytes at `text` are plain, so that most texts pass in a few steps. May say no
// where each byte is plain after all.
bool are_eight_plain(const char* text) {
  constexpr std::uint64_t kHigh = 0x80 * kEachByte;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text, sizeof bytes);
  const auto has_zero = [](std::uint64_t word) { return (word - kEachByte) & ~word; };
  return ((bytes | (bytes - 0x20 * kEachByte) | (bytes + kEachByte) |
           has_zero(bytes ^ '"' * kEachByte) | has_zero(bytes ^ '\\' * kEachByte)) &
          kHigh) == 0;
}

std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (length + 8 <= text.size() && are_eight_plain(text.data() + length)) length += 8;
  while (length < text.size() && is_plain(text[length])) ++length;
  return length;
}

}  // namespace

void append_json_string(std::string& out, std::string_view value) {
  out += '"';
  while (!value.empty()) {
    const std::size_t plain = plain_length(value);
    out.append(value.data(), plain);
    value.remove_prefix(plain);
    if (value.empty()) break;
    if (static_cast<unsigned char>(value[0]) < 0x80) {
      append_escaped(out, value[0]);
      value.remove_prefix(1);
      continue;
    }
    const std::size_t length = utf8_length(value);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      value.remove_prefix(1);
    } else {
      out.append(value.data(), length);
      value.remove_prefix(length);
    }
  }
  out += '"';
}

void JsonWriter::new_line() {
  buffer_ += '\n';
  buffer_.append(2 * depth_, ' ');
}

// Called before every key and every value that has no key.
void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
  } else {
    if (needs_comma_) buffer_ += ',';
    if (indent_ && depth_ > 0) new_line();
  }
  needs_comma_ = true;
}

void JsonWriter::open(char bracket) {
  separate();
  buffer_ += bracket;
  ++depth_;
  needs_comma_ = false;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (indent_ && needs_comma_) new_line();
  buffer_ += bracket;
  needs_comma_ = true;
  flush_full();
}

void JsonWriter::flush_full() {
  if (buffer_.size() < kPiece) return;
  if (!stopped_) stopped_ = !sink_.write(buffer_);
  buffer_.clear();
}

bool JsonWriter::finish() {
  if (!stopped_ && !buffer_.empty()) stopped_ = !sink_.write(buffer_);
  buffer_.clear();
  return !stopped_;
}

void JsonWriter::begin_object() { open('{'); }
void JsonWriter::end_object() { close('}'); }
void JsonWriter::begin_list() { open('['); }
void JsonWriter::end_list() { close(']'); }

void JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(buffer_, name);
  buffer_ += indent_ ? ": " : ":";
  after_key_ = true;
}

void JsonWriter::number(double value) {
  if (!std::isfinite(value)) return null();
  separate();
  if (value != last_number_) {
    last_number_ = value;
    last_text_.clear();
    append_number(last_text_, value);
  }
  buffer_ += last_text_;
  flush_full();
}

void JsonWriter::rounded(double value, int digits) {
  if (!std::isfinite(value)) return null();
  separate();
  append_rounded(buffer_, value, digits);
  flush_full();
}

void JsonWriter::integer(std::int64_t value) {
  separate();
  append_integer(buffer_, value);
  flush_full();
}

void JsonWriter::boolean(bool value) {
  separate();
  buffer_ += value ? "true" : "false";
}

void JsonWriter::text(std::string_view value) {
  separate();
  append_json_string(buffer_, value);
  flush_full();
}

void JsonWriter::raw(std::string_view json) {
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (c == '{' || c == '[') {
      open(c);
    } else if (c == '}' || c == ']') {
      close(c);
    } else if (c == ':') {
      buffer_ += indent_ ? ": " : ":";
      after_key_ = true;
    } else if (c != ',' && static_cast<unsigned char>(c) > ' ') {
      const std::size_t end = token_end(json, at);
      separate();
      buffer_.append(json.substr(at, end - at));
      at = end - 1;
    }
  }
  flush_full();
}

void JsonWriter::null() {
  separate();
  buffer_ += "null";
}

void JsonWriter::fields(const Object& object, const void* value) {
  for (const Field& field : object.fields) {
    const Type& type = field.type();
    const void* member = static_cast<const char*>(value) + field.offset;
    if (type.kind == Kind::optional && type.operations.get(member) == nullptr && !field.nullable) {
      continue;
    }
    separate();
    buffer_ += field.quoted;
    if (indent_) buffer_ += ' ';
    after_key_ = true;
    this->value(type, member, field.digits);
  }
}

void JsonWriter::value(const Type& type, const void* object, int digits) {
  const Operations& operations = type.operations;
  switch (type.kind) {
    case Kind::boolean:
      return boolean(*static_cast<const bool*>(object));
    case Kind::integer:
      return integer(operations.load_integer(object));
    case Kind::number: {
      const double number_value = *static_cast<const double*>(object);
      return digits < 0 ? number(number_value) : rounded(number_value, digits);
    }
    case Kind::string:
      return text(operations.load_string(object));
    case Kind::date:
      return text(to_string(*static_cast<const Date*>(object)));
    case Kind::choice:
      return text(type.names[static_cast<std::size_t>(operations.load_integer(object))]);
    case Kind::object:
      begin_object();
      fields(type.object(), object);
      return end_object();
    case Kind::optional: {
      const void* inner = operations.get(object);
      return inner == nullptr ? null() : value(type.element(), inner, digits);
    }
    case Kind::map:
      begin_object();
      for (std::size_t i = 0; i < operations.size(object); ++i) {
        key(operations.entry_key(object, i));
        value(type.element(), operations.entry_value(object, i), digits);
      }
      return end_object();
    case Kind::streamed:
      return operations.stream(object, *this);
    case Kind::features:
    case Kind::document:
      return null();  // a marker for reading, and a whole answer: no JSON holds one
    default:
      return list(type, object, digits);
  }
}

void JsonWriter::list(const Type& type, const void* object, int digits) {
  const Type& element = type.element();
  const bool tuple = type.kind == Kind::tuple;
  const std::size_t size = tuple ? type.count : type.operations.size(object);
  const auto* items =
      static_cast<const char*>(tuple ? object : type.operations.data(const_cast<void*>(object)));
  if (type.kind == Kind::one_or_many && type.operations.load_integer(object) == 0 && size == 1) {
    return value(element, items, digits);
  }
  begin_list();
  for (std::size_t i = 0; i < size && !stopped_; ++i) {
    value(element, items + i * element.size, digits);
  }
  end_list();
}

std::string to_json(const Type& type, const void* object) {
  StringSink sink;
  JsonWriter writer(sink);
  writer.value(type, object);
  writer.finish();
  return std::move(sink).text();
}

}  // namespace clientele::schema
