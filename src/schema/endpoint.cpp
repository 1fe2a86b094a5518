#include "schema/endpoint.hpp"

namespace clientele::schema {
namespace {

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
  if (type_->kind == Kind::document) {
    return sink.write(type_->operations.load_string(response_.get()));
  }
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

bool Answer::is_streamed() const {
  if (type_->kind != Kind::object) return false;
  for (const Field& field : type_->object().fields) {
    const Type* type = &field.type();
    const void* member = static_cast<const char*>(response_.get()) + field.offset;
    while (type->kind == Kind::optional && member != nullptr) {
      member = type->operations.get(member);
      type = &type->element();
    }
    if (member != nullptr && type->kind == Kind::streamed) return true;
  }
  return false;
}

namespace detail {

Error too_late() {
  return {
      .kind = ErrorKind::deadline_exceeded,
      .detail = "The time of the request was over before its answer was ready; send less of it.",
      .faults = {},
      .retry_after_seconds = 1};
}

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
