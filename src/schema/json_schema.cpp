#include "schema/json_schema.hpp"

#include <algorithm>

namespace clientele::schema {
namespace {

void keyword(JsonWriter& writer, std::string_view name, std::string_view value) {
  writer.key(name);
  writer.text(value);
}

void keyword(JsonWriter& writer, std::string_view name, std::size_t value) {
  writer.key(name);
  writer.integer(static_cast<std::int64_t>(value));
}

bool has_default(const Field& field) {
  const Kind kind = field.type().kind;
  return !field.required && kind != Kind::optional && kind != Kind::list && kind != Kind::table;
}

bool has_features(const Type& row) {
  const auto& fields = row.object().fields;
  return std::any_of(fields.begin(), fields.end(),
                     [](const Field& field) { return field.type().kind == Kind::features; });
}

// What a response may hold where a number is declared: numbers that are not finite become null.
void number_type(JsonWriter& writer, bool is_request) {
  writer.key("type");
  if (is_request) return writer.text("number");
  writer.begin_list();
  writer.text("number");
  writer.text("null");
  writer.end_list();
}

// Nearly: texts are taken in three cases.
void label_values(JsonWriter& writer) {
  writer.key("enum");
  writer.begin_list();
  for (const bool truth : {false, true}) writer.boolean(truth);
  for (const int number : {0, 1}) writer.integer(number);
  for (const std::string_view text : {"0", "1", "no", "yes", "false", "true"}) writer.text(text);
  writer.end_list();
}

}  // namespace

void JsonSchema::request(const Type& root) {
  is_request_ = true;
  root_ = &root;
  type(root, nullptr);
}

void JsonSchema::response(const Type& root) {
  is_request_ = false;
  root_ = &root;
  type(root, nullptr);
}

void JsonSchema::component(const Type& root) {
  is_request_ = false;
  root_ = nullptr;
  open_.push_back(&root.object());
  writer_.begin_object();
  members(root.object());
  writer_.end_object();
  open_.pop_back();
}

void JsonSchema::bounds(const Field& rules) {
  if (rules.minimum) {
    writer_.key(rules.above_minimum ? "exclusiveMinimum" : "minimum");
    writer_.number(*rules.minimum);
  }
  if (rules.maximum) {
    writer_.key(rules.below_maximum ? "exclusiveMaximum" : "maximum");
    writer_.number(*rules.maximum);
  }
}

void JsonSchema::items_bounds(const Field& rules) {
  if (rules.fewest_items > 0) keyword(writer_, "minItems", rules.fewest_items);
  if (rules.most_items) {
    const auto most = limits_ == nullptr ? rules.most_items->value : limits_->of(*rules.most_items);
    keyword(writer_, "maxItems", most);
  }
}

void JsonSchema::scalar(const Type& type, const Field* rules) {
  switch (type.kind) {
    case Kind::boolean:
      if (rules != nullptr && rules->as_label) return label_values(writer_);
      return keyword(writer_, "type", "boolean");
    case Kind::integer:
      keyword(writer_, "type", "integer");
      if (rules != nullptr) bounds(*rules);
      return;
    case Kind::number:
      number_type(writer_, is_request_);
      if (rules != nullptr) bounds(*rules);
      return;
    case Kind::date:
      keyword(writer_, "type", "string");
      // A time stamp is taken too; its date counts.
      return keyword(writer_, "pattern", R"(^\d{4}-\d{2}-\d{2}([Tt ].+)?$)");
    case Kind::choice:
      writer_.key("enum");
      writer_.begin_list();
      for (const std::string_view name : type.names) writer_.text(name);
      return writer_.end_list();
    default:
      keyword(writer_, "type", "string");
      if (rules != nullptr && rules->shortest_text > 0) {
        keyword(writer_, "minLength", rules->shortest_text);
      }
      if (rules != nullptr && rules->longest_text) {
        keyword(writer_, "maxLength", *rules->longest_text);
      }
  }
}

void JsonSchema::default_of(const Field& field, const void* defaults) {
  if (!is_request_ || defaults == nullptr || !has_default(field)) return;
  writer_.key("default");
  writer_.value(field.type(), static_cast<const char*>(defaults) + field.offset);
}

void JsonSchema::property(const Field& field, const void* defaults) {
  writer_.key(field.name);
  writer_.begin_object();
  keyword(writer_, "description",
          field.unit.empty() ? field.summary : field.summary + " (" + field.unit + ")");
  default_of(field, defaults);
  const Type& value = field.type();
  const bool optional = value.kind == Kind::optional;
  const bool may_be_null = is_request_ ? !field.required : field.nullable;
  if (may_be_null) {
    writer_.key("anyOf");
    writer_.begin_list();
    type(optional ? value.element() : value, &field);
    writer_.begin_object();
    keyword(writer_, "type", "null");
    writer_.end_object();
    writer_.end_list();
  } else {
    inner(optional ? value.element() : value, &field);
  }
  writer_.end_object();
}

void JsonSchema::members(const Object& object) {
  keyword(writer_, "type", "object");
  keyword(writer_, "description", object.summary);
  writer_.key("properties");
  writer_.begin_object();
  for (const Field& field : object.fields) property(field, object.defaults);
  const bool root = root_ != nullptr && root_->kind == Kind::object && &root_->object() == &object;
  if (root && is_request_ && object.find("strict") == nullptr) strict_member();
  if (root && !is_request_) warnings_member();
  writer_.end_object();
  writer_.key("required");
  writer_.begin_list();
  for (const Field& field : object.fields) {
    const bool present = field.type().kind != Kind::optional || field.nullable;
    if (is_request_ ? field.required : present) writer_.text(field.name);
  }
  writer_.end_list();
  if (!is_request_) {
    writer_.key("additionalProperties");
    writer_.boolean(false);
  }
}

void JsonSchema::strict_member() {
  writer_.key("strict");
  writer_.begin_object();
  keyword(writer_, "type", "boolean");
  keyword(writer_, "description", "Refuse fields that are not declared instead of ignoring them.");
  writer_.end_object();
}

void JsonSchema::warnings_member() {
  writer_.key("warnings");
  writer_.begin_object();
  keyword(writer_, "type", "array");
  keyword(writer_, "description", "Remarks on the request that did not prevent an answer.");
  writer_.key("items");
  writer_.begin_object();
  keyword(writer_, "type", "object");
  writer_.key("properties");
  writer_.begin_object();
  for (const std::string_view name : {"code", "detail", "pointer"}) {
    writer_.key(name);
    writer_.begin_object();
    keyword(writer_, "type", "string");
    writer_.end_object();
  }
  writer_.end_object();
  writer_.end_object();
  writer_.end_object();
}

void JsonSchema::type(const Type& value, const Field* rules) {
  writer_.begin_object();
  inner(value, rules);
  writer_.end_object();
}

void JsonSchema::inner(const Type& value, const Field* rules) {
  switch (value.kind) {
    case Kind::object:
      return object(value);
    case Kind::optional:
    case Kind::streamed:
      return inner(value.element(), rules);
    case Kind::list:
    case Kind::table:
      return list(value, rules);
    case Kind::one_or_many:
      writer_.key("anyOf");
      writer_.begin_list();
      type(value.element(), rules);
      writer_.begin_object();
      list(value, rules);
      writer_.end_object();
      return writer_.end_list();
    case Kind::tuple:
      keyword(writer_, "type", "array");
      writer_.key("items");
      type(value.element(), rules);
      keyword(writer_, "minItems", value.count);
      return keyword(writer_, "maxItems", value.count);
    case Kind::map:
      keyword(writer_, "type", "object");
      writer_.key("additionalProperties");
      return type(value.element(), rules);
    case Kind::features:
      keyword(writer_, "type", "object");
      writer_.key("additionalProperties");
      return own_column();
    case Kind::document:
      keyword(writer_, "type", "string");
      return keyword(writer_, "format", "binary");
    default:
      return scalar(value, rules);
  }
}

void JsonSchema::own_column() {
  writer_.begin_object();
  writer_.key("type");
  writer_.begin_list();
  for (const std::string_view name : {"number", "string", "boolean", "null"}) writer_.text(name);
  writer_.end_list();
  writer_.end_object();
}

void JsonSchema::object(const Type& value) {
  const Object& described = value.object();
  if (std::find(open_.begin(), open_.end(), &described) != open_.end()) {
    const std::string name = prefix_ + "_node" + std::to_string(components_.size());
    for (const auto& [known, component_type] : components_) {
      if (&component_type->object() == &described) {
        return keyword(writer_, "$ref", "#/components/schemas/" + known);
      }
    }
    components_.emplace(name, &value);
    return keyword(writer_, "$ref", "#/components/schemas/" + name);
  }
  open_.push_back(&described);
  members(described);
  open_.pop_back();
}

void JsonSchema::list(const Type& value, const Field* rules) {
  keyword(writer_, "type", "array");
  const Type& element = value.element();
  writer_.key("items");
  writer_.begin_object();
  const bool objects = element.kind == Kind::object;
  inner(element, objects ? nullptr : rules);
  const bool flat_table = value.kind == Kind::table && !has_features(element);
  if (flat_table) {
    writer_.key("additionalProperties");
    own_column();
  }
  writer_.end_object();
  if (rules != nullptr) items_bounds(*rules);
  if (is_request_ && objects) {
    keyword(writer_, "x-column-form",
            "May also be sent as columns: an object with one list a field, all equally long.");
  }
}

}  // namespace clientele::schema
