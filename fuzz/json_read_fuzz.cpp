// Links: schema
// Arbitrary bytes as a request of six shapes (schema/shapes_for_tests.hpp): a value
// that is written and reads back as it was, or a refusal with a fault, never a crash. The first
// byte picks the shape. catalog_fuzz does the same with the endpoints and their computations.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "base/sink.hpp"
#include "schema/read.hpp"
#include "schema/shapes_for_tests.hpp"
#include "schema/write.hpp"

namespace {

using namespace clientele;

void require(bool holds) {
  if (!holds) std::abort();
}

// What was read, and whatever it points into.
template <typename T>
struct Reading {
  explicit Reading(std::string_view text) : body(text) {
    for (const char* name : {"flat_rows", "feature_columns", "feature_cells"}) limits.set(name, 64);
    schema::ReadInput input;
    input.body = body.view();
    input.limits = &limits;
    notes = schema::read(schema::type_of<T>(), &value, input, texts);
  }

  Limits limits;
  schema::PaddedString body;
  schema::TextStore texts;
  T value;
  Result<schema::ReadNotes> notes = Error{};
};

template <typename T>
std::string written(const T& value) {
  StringSink sink;
  schema::JsonWriter writer(sink);
  writer.value(schema::type_of<T>(), &value);
  require(writer.finish());
  return std::move(sink).text();
}

template <typename T>
void check(std::string_view text) {
  const Reading<T> once(text);
  if (!once.notes) {
    const Error& error = once.notes.error();
    require(error.kind == ErrorKind::invalid_input && !error.faults.empty());
    require(error.faults.size() <= kMaxListedFaults && error.faults.size() <= error.fault_total);
    return;
  }
  if constexpr (!requires { once.value.data; }) {  // feature tables are only read
    const std::string json = written(once.value);
    const Reading<T> twice(json);
    require(twice.notes.ok() && written(twice.value) == json);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  constexpr std::array kShapes{check<schema::Scalars>, check<schema::Flat>,  check<schema::Deep>,
                               check<schema::Shops>,   check<schema::Diary>, check<schema::Nested>};
  kShapes[data[0] % kShapes.size()](text);
  return 0;
}
