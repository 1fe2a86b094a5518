#include "schema/endpoint.hpp"

namespace clientele::schema {
namespace {

bool has_streamed(const Type& type, int depth) {
  constexpr int kDeepest = 8;  // recursive shapes are only reached through a streamed value
  if (type.kind == Kind::streamed) return true;
  if (depth == kDeepest) return false;
  if (type.kind == Kind::object) {
    for (const Field& field : type.object().fields) {
      if (has_streamed(field.type(), depth + 1)) return true;
    }
    return false;
  }
  return type.element != nullptr && has_streamed(type.element(), depth + 1);
}

void write_warnings(JsonWriter& writer, const std::vector<Warning>& warnings) {
  writer.key("warnings");
  writer.begin_list();
  for (const Warning& warning : warnings) {
    writer.begin_object();
    writer.key("code");
    writer.text(warning.code);
    writer.key("detail");
    writer.text(warning.detail);
    if (!warning.pointer.empty()) {
      writer.key("pointer");
      writer.text(warning.pointer);
    }
    writer.end_object();
  }
  writer.end_list();
}

}  // namespace

bool Answer::write(Sink& sink) const {
  JsonWriter writer(sink);
  if (type_->kind == Kind::object) {
    writer.begin_object();
    writer.fields(type_->object(), response_.get());
    if (!warnings_.empty()) write_warnings(writer, warnings_);
    writer.end_object();
  } else {
    writer.value(*type_, response_.get());
  }
  return writer.finish();
}

bool Answer::is_streamed() const { return has_streamed(*type_, 0); }

namespace detail {

Error as_sent(Error error, const std::vector<std::string>& column_lists) {
  for (Fault& fault : error.faults) fault.pointer = pointer_as_sent(fault.pointer, column_lists);
  return error;
}

std::vector<Warning> as_sent(std::vector<Warning> warnings,
                             const std::vector<std::string>& column_lists) {
  for (Warning& warning : warnings) {
    warning.pointer = pointer_as_sent(warning.pointer, column_lists);
  }
  return warnings;
}

}  // namespace detail
}  // namespace clientele::schema
