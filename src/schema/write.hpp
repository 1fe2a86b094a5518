// Writes described structs, and hand-made pieces of them, as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sink.hpp"
#include "schema/type.hpp"

namespace clientele::schema {

// Writes one JSON value into a sink, in pieces of about 64 KB. Numbers that are not finite become
// null. Texts that are not valid UTF-8 are written with U+FFFD in place of the bad bytes.
class JsonWriter {
 public:
  explicit JsonWriter(Sink& sink) : sink_(sink) { buffer_.reserve(2 * kPiece); }

  // From now on, one member or item a line, two blanks a level. Call before anything is written.
  void indent() { indent_ = true; }

  void begin_object();
  void end_object();
  void begin_list();
  void end_list();
  void key(std::string_view name);
  void number(double value);               // shortest text that round-trips
  void rounded(double value, int digits);  // half away from zero
  void integer(std::int64_t value);
  void boolean(bool value);
  void text(std::string_view value);
  void null();
  // A JSON text as it stands; blanks outside strings follow the writer's own style.
  void raw(std::string_view json);
  // A described value. `digits` >= 0 rounds its numbers.
  void value(const Type& type, const void* object, int digits = -1);

  // The members of a described struct, inside an object that is open.
  void fields(const Object& object, const void* value);

  // Hands the rest to the sink. False: the sink does not take any more.
  bool finish();
  bool stopped() const { return stopped_; }

 private:
  static constexpr std::size_t kPiece = 64 * 1024;

  void separate();
  void open(char bracket);
  void close(char bracket);
  void new_line();
  void flush_full();
  void list(const Type& type, const void* object, int digits);

  Sink& sink_;
  std::string buffer_;
  std::size_t depth_ = 0;
  bool needs_comma_ = false;  // a value stands before the place where the next one goes
  bool after_key_ = false;
  bool indent_ = false;
  double last_number_ = 0;  // neighbouring values are often equal: their text is kept
  std::string last_text_ = "0";
  bool stopped_ = false;
};

// Appends `value` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view value);

// The JSON text of a described value.
std::string to_json(const Type& type, const void* object);

}  // namespace clientele::schema
