#include "faces/cli/csv_body.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "base/dictionary.hpp"
#include "base/edit_distance.hpp"
#include "base/number_text.hpp"
#include "faces/cli/csv_cell.hpp"
#include "faces/cli/row_filter.hpp"
#include "schema/write.hpp"

namespace clientele::cli {

using schema::Field;
using schema::Kind;
using schema::Object;
using schema::Type;

namespace {

const Type& bare(const Type& type) {
  return type.kind == Kind::optional ? bare(type.element()) : type;
}

bool is_list_of_objects(const Type& type) {
  return (type.kind == Kind::list || type.kind == Kind::table) &&
         type.element().kind == Kind::object;
}

CellKind kind_of(const Type& type) {
  switch (type.kind) {
    case Kind::number:
    case Kind::integer:
      return CellKind::number;
    case Kind::boolean:
      return CellKind::boolean;
    default:
      return CellKind::text;
  }
}

// Where a field's values come from: a column, or the product of two.
struct Source {
  std::string field;
  CellKind kind = CellKind::text;
  std::span<const std::string_view> cells;
  std::span<const std::string_view> factor;  // empty, or multiplies `cells`

  void append(std::string& json, std::uint32_t row) const {
    if (factor.empty()) return append_cell(json, cells[row], kind);
    double left = 0, right = 0;
    const auto read = [](std::string_view cell, double& value) {
      return is_json_number(cell) &&
             std::from_chars(cell.data(), cell.data() + cell.size(), value).ec == std::errc{};
    };
    if (read(cells[row], left) && read(factor[row], right)) {
      append_number(json, left * right);
    } else {
      append_cell(json, cells[row], CellKind::text);
    }
  }
};

}  // namespace

class CsvBodyBuilder {
 public:
  CsvBodyBuilder(const Type& request, const CsvTable& table, const CsvMapping& mapping)
      : request_(request.object()), table_(table), mapping_(mapping) {}

  Result<CsvList> build() {
    const Field* list = find_list();
    if (list == nullptr) return no_list();
    auto rows = filter_rows(table_, mapping_.conditions);
    if (!rows) return std::move(rows).error();
    auto parsed = parse_columns();
    if (!parsed) return std::move(parsed).error();
    result_.field_ = list->name;
    const Object& item = list->type().element().object();
    const bool open = list->type().kind == Kind::table;
    if (mapping_.group_by.empty()) {
      if (nested_list(item) != nullptr && required_nested(item)) return needs_grouping(item);
      build_columns(item, open, *rows);
    } else {
      const auto group = table_.find(mapping_.group_by);
      if (!group) return unknown_column(mapping_.group_by, "--customers-from");
      build_groups(item, list->unique_key, *group, *rows);
    }
    note_unused(open && mapping_.group_by.empty());
    for (const auto& [field, columns] : mapped_) {
      if (!fields_.contains(field)) return unknown_field(field);
    }
    if (!missing_.empty()) return no_columns();
    return std::move(result_);
  }

 private:
  const Field* find_list() const {
    for (const Field& field : request_.fields) {
      const bool wanted = mapping_.list.empty() ? field.required : field.name == mapping_.list;
      if (wanted && is_list_of_objects(field.type())) return &field;
    }
    return nullptr;
  }

  Error no_list() const {
    std::vector<std::string> lists;
    for (const Field& field : request_.fields) {
      if (is_list_of_objects(field.type())) lists.push_back(field.name);
    }
    std::string detail = "This endpoint takes no list of rows; send it JSON.";
    if (!lists.empty()) {
      detail = mapping_.list.empty() ? "Say with --into LIST which list the rows fill."
                                     : "The endpoint has no list '" + mapping_.list + "'.";
    }
    return invalid("", "no_list", std::move(detail), std::move(lists));
  }

  static const Field* nested_list(const Object& item) {
    for (const Field& field : item.fields) {
      if (bare(field.type()).kind == Kind::list) return &field;
    }
    return nullptr;
  }
  static bool required_nested(const Object& item) { return nested_list(item)->required; }

  static Error needs_grouping(const Object& item) {
    return invalid("", "needs_grouping",
                   "Each item holds a list '" + nested_list(item)->name +
                       "': name the column whose equal values belong together, e.g. "
                       "--customers-from customer_id or --rows-of order_id.");
  }

  Error unknown_column(const std::string& name, const std::string& where) const {
    return invalid("", "unknown_column", where + ": the file has no column '" + name + "'.",
                   table_.names());
  }

  // Said once, before every line would say it.
  Error no_columns() const {
    std::string text = "The file has no column for";
    for (const std::string& field : missing_) text += " '" + field + "',";
    text.back() = '.';
    return invalid("", "unknown_column",
                   text + " Name it with --map " + missing_.front() + "=COLUMN, or rename it.",
                   table_.names());
  }

  Error unknown_field(const std::string& name) const {
    const std::vector<std::string_view> known(fields_.begin(), fields_.end());
    const auto near = nearest_name(name, known);
    return invalid("", "unknown_field",
                   "--map " + name + "=...: the rows have no field '" + name + "'." +
                       (near ? " Did you mean '" + std::string(*near) + "'?" : ""),
                   {fields_.begin(), fields_.end()});
  }

  // FIELD=COLUMN and FIELD=A*B, checked.
  Status parse_columns() {
    for (const std::string& text : mapping_.columns) {
      const std::size_t equals = text.find('=');
      if (equals == std::string::npos || equals == 0) {
        return invalid("", "bad_mapping",
                       "--map takes FIELD=COLUMN or FIELD=COLUMN*COLUMN; got '" + text + "'.");
      }
      const std::string field = text.substr(0, equals);
      const std::string expression = text.substr(equals + 1);
      const std::size_t star = table_.find(expression) ? std::string::npos : expression.find('*');
      std::vector<std::string> names{expression.substr(0, star)};
      if (star != std::string::npos) names.push_back(expression.substr(star + 1));
      for (const std::string& name : names) {
        if (!table_.find(name)) return unknown_column(name, "--map " + text);
      }
      mapped_[field] = std::move(names);
    }
    return Nothing{};
  }

  // The source of a declared field, or nothing when the file has none.
  std::optional<Source> source(const std::string& field, CellKind kind) {
    fields_.insert(field);
    std::vector<std::string> names{field};
    if (const auto found = mapped_.find(field); found != mapped_.end()) names = found->second;
    const auto first = table_.find(names[0]);
    if (!first) return std::nullopt;
    Source source{field, kind, table_.column(*first), {}};
    used_.insert(names.begin(), names.end());
    if (names.size() > 1) source.factor = table_.column(*table_.find(names[1]));
    return source;
  }

  // Sources of an object's scalar fields; with `open`, of all columns that no field takes.
  std::vector<Source> sources(const Object& object, bool open) {
    std::vector<Source> found;
    for (const Field& field : object.fields) {
      const Type& type = bare(field.type());
      if (type.kind == Kind::list || type.kind == Kind::features || type.kind == Kind::object)
        continue;
      if (auto from = source(field.name, kind_of(type))) {
        found.push_back(std::move(*from));
      } else if (field.required) {
        missing_.push_back(field.name);
      }
    }
    for (std::size_t i = 0; open && i < table_.names().size(); ++i) {
      const std::string& name = table_.names()[i];
      if (used_.contains(name) || object.find(name) != nullptr) continue;
      found.push_back({name, kind_of(table_.column(i)), table_.column(i), {}});
    }
    return found;
  }

  static void append_columns(std::string& json, const std::vector<Source>& from,
                             const std::vector<std::uint32_t>& rows) {
    json += '{';
    for (const Source& column : from) {
      if (json.back() != '{') json += ',';
      schema::append_json_string(json, column.field);
      json += ":[";
      for (const std::uint32_t row : rows) {
        if (json.back() != '[') json += ',';
        column.append(json, row);
      }
      json += ']';
    }
    json += '}';
  }

  void build_columns(const Object& item, bool open, const std::vector<std::uint32_t>& rows) {
    const bool boxed = std::any_of(item.fields.begin(), item.fields.end(), [](const Field& field) {
      return field.type().kind == Kind::features;
    });
    auto from = sources(item, open && !boxed);
    append_columns(result_.json_, from, rows);
    if (boxed) {  // the caller's own columns are an object of their own
      result_.json_.pop_back();
      const Object none;
      for (const Field& field : item.fields) {
        if (field.type().kind != Kind::features) continue;
        if (!from.empty()) result_.json_ += ',';
        schema::append_json_string(result_.json_, field.name);
        result_.json_ += ':';
        append_columns(result_.json_, sources(none, true), rows);
      }
      result_.json_ += '}';
    }
    auto& lines = result_.lines_.emplace_back();
    for (const std::uint32_t row : rows) lines.push_back(table_.line(row));
  }

  void build_groups(const Object& item, const std::string& id_field, std::size_t group_column,
                    const std::vector<std::uint32_t>& rows) {
    if (!id_field.empty()) mapped_[id_field] = {table_.names()[group_column]};
    used_.insert(table_.names()[group_column]);
    Dictionary groups;
    std::vector<std::vector<std::uint32_t>> members;
    for (const std::uint32_t row : rows) {
      const std::uint32_t group = groups.code(table_.column(group_column)[row]);
      if (group == members.size()) members.emplace_back();
      members[group].push_back(row);
    }
    result_.grouped_ = true;
    const auto own = sources(item, false);
    const Field* nested = nested_list(item);
    std::vector<Source> inner;
    const bool objects = nested != nullptr && nested->type().element().kind == Kind::object;
    if (objects) {
      inner = sources(nested->type().element().object(), false);
    } else if (nested != nullptr) {
      if (auto from = source(nested->name, kind_of(nested->type().element()))) inner = {*from};
    }
    std::string& json = result_.json_;
    json += '[';
    for (const auto& group : members) {
      if (json.back() != '[') json += ',';
      json += '{';
      for (const Source& from : own) {
        if (json.back() != '{') json += ',';
        schema::append_json_string(json, from.field);
        json += ':';
        from.append(json, group.front());
      }
      append_nested(nested, objects, inner, group);
      json += '}';
      auto& lines = result_.lines_.emplace_back();
      for (const std::uint32_t row : group) lines.push_back(table_.line(row));
    }
    json += ']';
  }

  void append_nested(const Field* nested, bool objects, const std::vector<Source>& inner,
                     const std::vector<std::uint32_t>& group) {
    if (nested == nullptr || inner.empty()) return;
    std::string& json = result_.json_;
    if (json.back() != '{') json += ',';
    schema::append_json_string(json, nested->name);
    json += ':';
    if (objects) return append_columns(json, inner, group);
    json += '[';
    for (const std::uint32_t row : group) {
      if (json.back() != '[') json += ',';
      inner[0].append(json, row);
    }
    json += ']';
  }

  void note_unused(bool all_used) {
    if (all_used) return;
    for (const std::string& name : table_.names()) {
      if (!used_.contains(name)) result_.unused_.push_back(name);
    }
  }

  const Object& request_;
  const CsvTable& table_;
  const CsvMapping& mapping_;
  std::map<std::string, std::vector<std::string>> mapped_;
  std::vector<std::string> missing_;  // required fields without a column
  std::set<std::string> used_;        // columns
  std::set<std::string> fields_;      // that columns were looked for
  CsvList result_;
};

std::string CsvList::place_of(const std::string& pointer) const {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    tokens.push_back(pointer.substr(at + 1, end - at - 1));
    at = end;
  }
  if (tokens.size() < 2 || tokens[0] != field_) return {};
  const auto number = [](const std::string& token) -> std::optional<std::size_t> {
    std::size_t value = 0;
    const auto end = token.data() + token.size();
    if (std::from_chars(token.data(), end, value).ptr != end || token.empty()) return std::nullopt;
    return value;
  };
  std::size_t item = 0, row = 0;
  std::string column;
  if (grouped_) {
    const auto index = number(tokens[1]);
    if (!index) return {};
    item = *index;
    column = tokens.size() > 3 ? tokens[3] : tokens.size() > 2 ? tokens[2] : "";
    if (tokens.size() > 4) row = number(tokens[4]).value_or(0);
  } else {
    column = tokens[1];
    if (tokens.size() > 2) row = number(tokens[2]).value_or(0);
  }
  if (item >= lines_.size() || row >= lines_[item].size()) return {};
  return "line " + std::to_string(lines_[item][row]) + (column.empty() ? "" : ", field " + column);
}

Result<CsvList> csv_list(const schema::Type& request, const CsvTable& table,
                         const CsvMapping& mapping) {
  return CsvBodyBuilder(request, table, mapping).build();
}

}  // namespace clientele::cli
