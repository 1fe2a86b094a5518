#include "faces/cli/answer_table.hpp"

#include <algorithm>
#include <ostream>

#include "faces/cli/table_text.hpp"

namespace clientele::cli {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;
using schema::Type;

// A value and its type, with options and absent values looked through.
struct Value {
  const Type* type;
  const void* place;  // nullptr: absent
  int digits;
};

Value member(const Field& field, const void* object) {
  Value value{&field.type(), static_cast<const char*>(object) + field.offset, field.digits};
  while (value.type->kind == Kind::optional && value.place != nullptr) {
    value.place = value.type->operations.get(value.place);
    value.type = &value.type->element();
  }
  return value;
}

// Text of a value in one cell: bare texts, JSON for the rest.
std::string cell(const Value& value) {
  if (value.place == nullptr) return "";
  if (value.type->kind == Kind::string) {
    return std::string(value.type->operations.load_string(value.place));
  }
  StringSink sink;
  schema::JsonWriter writer(sink);
  writer.value(*value.type, value.place, value.digits);
  writer.finish();
  const std::string& text = sink.text();
  const bool quoted = text.size() >= 2 && text[0] == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// Takes the beginning of what is written.
class BeginningSink final : public Sink {
 public:
  bool write(std::string_view bytes) override {
    text_ += bytes.substr(0, kMostBytes - text_.size());
    return text_.size() < kMostBytes;
  }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kMostBytes = 1'000'000;
  std::string text_;
};

// The whole rows of a JSON list of lists of numbers, columns by number.
TextTable matrix_table(std::string_view json) {
  TextTable table;
  std::size_t at = 1;
  while (at < json.size() && json[at] == '[') {
    const std::size_t end = json.find(']', at);
    if (end == std::string_view::npos) break;
    auto& row = table.rows.emplace_back();
    for (std::size_t begin = at + 1; begin < end;) {
      const std::size_t next = std::min(json.find(',', begin), end);
      row.emplace_back(json.substr(begin, next - begin));
      begin = next + 1;
    }
    at = end + 2;
  }
  if (table.rows.empty()) return table;
  for (std::size_t i = 1; i <= table.rows[0].size(); ++i) table.header.push_back(std::to_string(i));
  return table;
}

// A part that exists only while it is written: its beginning.
void show_streamed(const Value& value, const TableOptions& options, std::ostream& out) {
  BeginningSink sink;
  schema::JsonWriter writer(sink);
  writer.value(*value.type, value.place, value.digits);
  writer.finish();
  const TextTable table = matrix_table(sink.text());
  if (table.rows.empty()) {
    out << printable(fitted(sink.text(), std::max<std::size_t>(options.width, 80))) << '\n';
  } else {
    out << render_table(table, options);
  }
  out << "(--json gives all of it)\n";
}

bool is_table(const Type& type) {
  return type.kind == Kind::list && type.element().kind == Kind::object;
}

void append_columns(const Object& object, const std::string& prefix,
                    std::vector<std::string>& header) {
  for (const Field& field : object.fields) {
    if (field.type().kind == Kind::object) {
      append_columns(field.type().object(), prefix + field.name + ".", header);
    } else {
      header.push_back(prefix + field.name);
    }
  }
}

void append_cells(const Object& object, const void* place, std::vector<std::string>& row) {
  for (const Field& field : object.fields) {
    const Value value = member(field, place);
    if (field.type().kind == Kind::object) {
      append_cells(field.type().object(), value.place, row);
    } else {
      row.push_back(cell(value));
    }
  }
}

void drop_empty_columns(TextTable& table) {
  for (std::size_t column = table.header.size(); column-- > 0;) {
    const bool empty = std::all_of(table.rows.begin(), table.rows.end(),
                                   [&](const auto& row) { return row[column].empty(); });
    if (!empty) continue;
    const auto at = static_cast<std::ptrdiff_t>(column);
    table.header.erase(table.header.begin() + at);
    for (auto& row : table.rows) row.erase(row.begin() + at);
  }
}

void show_table(const Value& list, const TableOptions& options, std::ostream& out) {
  const Object& object = list.type->element().object();
  TextTable table;
  append_columns(object, "", table.header);
  const std::size_t size = list.type->operations.size(list.place);
  const auto* items =
      static_cast<const char*>(list.type->operations.data(const_cast<void*>(list.place)));
  for (std::size_t i = 0; i < size; ++i) {
    append_cells(object, items + i * list.type->element().size, table.rows.emplace_back());
  }
  if (size == 0) {
    out << "(none)\n";
    return;
  }
  drop_empty_columns(table);
  out << render_table(table, options);
}

void show_object(const Object& object, const void* place, const std::string& prefix,
                 const TableOptions& options, std::ostream& out) {
  for (const Field& field : object.fields) {
    const Value value = member(field, place);
    if (value.place == nullptr) continue;
    if (is_table(*value.type) || value.type->kind == Kind::streamed) {
      if (&field != &object.fields.front()) out << '\n';
      out << prefix << field.name << '\n';
      value.type->kind == Kind::streamed ? show_streamed(value, options, out)
                                         : show_table(value, options, out);
      if (&field != &object.fields.back()) out << '\n';
    } else if (value.type->kind == Kind::object) {
      show_object(value.type->object(), value.place, prefix + field.name + ".", options, out);
    } else {
      out << prefix << field.name << ": " << printable(cell(value)) << '\n';
    }
  }
}

}  // namespace

void show_answer(const schema::Answer& answer, const TableOptions& options, std::ostream& out) {
  const Type& type = answer.type();
  if (is_table(type)) {
    show_table({&type, answer.response(), -1}, options, out);
  } else if (type.kind == Kind::object) {
    show_object(type.object(), answer.response(), "", options, out);
  }
}

}  // namespace clientele::cli
