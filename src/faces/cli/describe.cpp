#include "faces/cli/describe.hpp"

#include <algorithm>
#include <map>

#include "faces/cli/wrap_text.hpp"
#include "schema/words.hpp"

namespace clientele::cli {
namespace {

constexpr std::size_t kWidth = 96;

using schema::Field;
using schema::Kind;
using schema::Object;
using schema::rule_words;
using schema::Type;
using schema::type_words;

const Type& bare(const Type& type) {
  return type.kind == Kind::optional || type.kind == Kind::streamed ? bare(type.element()) : type;
}

const Object* inner_object(const Type& type) {
  const Type& value = bare(type);
  if (value.kind == Kind::object) return &value.object();
  if (value.kind == Kind::list || value.kind == Kind::table || value.kind == Kind::map) {
    return inner_object(value.element());
  }
  return nullptr;
}

void append_fields(std::string& text, const Object& object, const std::string& indent, bool request,
                   std::vector<const Object*>& open) {
  if (std::find(open.begin(), open.end(), &object) != open.end()) return;
  open.push_back(&object);
  for (const Field& field : object.fields) {
    std::string line = indent + field.name + "  " + type_words(field.type());
    const std::string rules = request ? rule_words(field, object.defaults) : field.unit;
    if (!rules.empty()) line += " (" + rules + ")";
    line += "\n" + indent + "    " + field.summary + "\n";
    text += wrapped(line, kWidth, indent.size() + 4);
    if (const Object* inner = inner_object(field.type())) {
      append_fields(text, *inner, indent + "  ", request, open);
    }
  }
  open.pop_back();
}

}  // namespace

std::string endpoint_list() {
  std::map<std::string, std::string> by_group;
  std::size_t widest = 0;
  for (const auto& entry : catalog::entries()) {
    widest = std::max(widest, entry.endpoint.name.size());
  }
  for (const auto& entry : catalog::entries()) {
    std::string name = entry.endpoint.name;
    name.resize(widest + 2, ' ');
    by_group[entry.endpoint.group] += "  " + name + entry.endpoint.title + "\n";
  }
  std::string text;
  for (const auto& [group, lines] : by_group) text += group + "\n" + lines;
  return text;
}

std::string describe(const catalog::Entry& entry) {
  const schema::Endpoint& endpoint = entry.endpoint;
  std::string text = endpoint.name + " — " + endpoint.title + "\nPOST /api/v1/ai/" + endpoint.name +
                     "   since " + endpoint.since + ", cost " + endpoint.cost + "\n\n" +
                     wrapped(endpoint.description, kWidth, 0) + "\n\nRequest\n";
  std::vector<const Object*> open;
  append_fields(text, endpoint.request->object(), "  ", true, open);
  text += "\nResponse\n";
  if (const Object* response = inner_object(*endpoint.response)) {
    if (endpoint.response->kind != Kind::object) text += "  a bare list of:\n";
    append_fields(text, *response, "  ", false, open);
  } else if (endpoint.response->kind == Kind::document) {
    text += "  " + type_words(*endpoint.response) + "\n";
  }
  if (!entry.examples.empty()) {
    text += "\nTry it\n  clientele example " + endpoint.name + " | clientele call " +
            endpoint.name + " -" + (endpoint.response->kind == Kind::document ? " > FILE\n" : "\n");
  }
  return text;
}

}  // namespace clientele::cli
