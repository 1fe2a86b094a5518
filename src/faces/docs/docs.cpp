#include "faces/docs/docs.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "base/error.hpp"
#include "schema/words.hpp"

namespace clientele::docs {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;
using schema::Type;

// One row of a field table: nested fields are written as path.inner.
struct Row {
  std::string path;
  std::string type;
  std::string rules;
  std::string summary;
};

const Object* inner_object(const Type& type) {
  if (type.kind == Kind::object) return &type.object();
  return type.element == nullptr ? nullptr : inner_object(type.element());
}

enum class Side { request, response };

void append_rows(const Object& object, const std::string& prefix, Side side,
                 std::vector<const Object*>& open, std::vector<Row>& rows) {
  if (std::find(open.begin(), open.end(), &object) != open.end()) return;
  open.push_back(&object);
  for (const Field& field : object.fields) {
    const Object* inner = inner_object(field.type());
    const bool direct = field.type().kind == Kind::object;
    const std::string path = prefix + field.name;
    rows.push_back({path + (inner != nullptr && !direct ? "[]" : ""),
                    schema::type_words(field.type()),
                    side == Side::request ? schema::rule_words(field, object.defaults) : field.unit,
                    field.summary});
    if (inner != nullptr) append_rows(*inner, path + (direct ? "." : "[]."), side, open, rows);
  }
  open.pop_back();
}

std::vector<Row> rows_of(const Type& type, Side side) {
  std::vector<Row> rows;
  std::vector<const Object*> open;
  if (const Object* object = inner_object(type)) {
    append_rows(*object, type.kind == Kind::object ? "" : "[].", side, open, rows);
  }
  return rows;
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

// Paragraphs, lists of "- " lines and `code` of the descriptions' small Markdown.
std::string html_of(std::string_view markdown) {
  std::string html = "<p>";
  bool code = false;
  const std::string text = escaped(markdown);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') {
      html += code ? "</code>" : "<code>";
      code = !code;
    } else if (text.compare(i, 3, "\n- ") == 0) {
      html += "<br>• ";
      i += 2;
    } else if (text.compare(i, 2, "\n\n") == 0) {
      html += "</p><p>";
      ++i;
    } else {
      html += text[i];
    }
  }
  return html + "</p>";
}

void append_table(std::string& html, const std::vector<Row>& rows) {
  html += "<table><tr><th>Field</th><th>Type</th><th>Rules</th><th>Meaning</th></tr>";
  for (const Row& row : rows) {
    html += "<tr><td><code>" + escaped(row.path) + "</code></td><td>" + escaped(row.type) +
            "</td><td>" + escaped(row.rules) + "</td><td>" + escaped(row.summary) + "</td></tr>";
  }
  html += "</table>";
}

// Long examples are shown by their beginning; the whole is in /openapi.json.
std::string beginning(std::string_view json) {
  constexpr std::size_t kShown = 1500;
  return json.size() <= kShown ? std::string(json) : std::string(json.substr(0, kShown)) + "\n …";
}

bool is_document(const schema::Endpoint& endpoint) {
  return endpoint.response->kind == Kind::document;
}

void append_section(std::string& html, const catalog::Entry& entry) {
  const schema::Endpoint& endpoint = entry.endpoint;
  html += "<section id=\"" + endpoint.name + "\"><h2>" + endpoint.name +
          "</h2><p class=\"path\">POST /api/v1/ai/" + endpoint.name + "</p><h3>" +
          escaped(endpoint.title) + "</h3>" + html_of(endpoint.description) + "<h4>Request</h4>";
  append_table(html, rows_of(*endpoint.request, Side::request));
  html += "<h4>Response</h4>";
  if (is_document(endpoint)) {
    html += "<p>" + escaped(endpoint.response->media_type) + "</p>";
  } else {
    append_table(html, rows_of(*endpoint.response, Side::response));
  }
  for (const catalog::Example& example : entry.examples) {
    html += "<h4>Example: " + escaped(example.name) + "</h4><pre>" +
            escaped(beginning(example.request)) + "</pre>";
    if (!is_document(endpoint)) {
      html += "<pre>" + escaped(beginning(example.response)) + "</pre>";
    }
  }
  html += "</section>";
}

void append_errors(std::string& html) {
  html +=
      "<section><h2 id=\"errors\">Errors</h2><p>Every refusal is a problem document (RFC 9457) "
      "with <code>code</code> and, for invalid input, <code>errors</code>: one entry a problem "
      "with a JSON pointer.</p><table><tr><th>Code</th><th>Status</th><th>Meaning</th></tr>";
  for (auto kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
    const ErrorFace& face = face_of(static_cast<ErrorKind>(kind));
    html += "<tr id=\"" + std::string(face.code) + "\"><td><code>" + std::string(face.code) +
            "</code></td><td>" + std::to_string(face.http_status) + "</td><td>" +
            escaped(face.title) + "</td></tr>";
  }
  html += "</table></section>";
}

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1d2733;background:#fff}"
    "nav{position:fixed;top:0;bottom:0;width:16rem;overflow:auto;padding:1rem;"
    "background:#f4f6f8;box-sizing:border-box}nav a{display:block;color:#1d4f91;"
    "text-decoration:none;font-size:.9rem}nav strong{display:block;margin-top:.8rem}"
    "main{margin-left:16rem;padding:1rem 2rem;max-width:64rem}"
    "table{border-collapse:collapse;width:100%;font-size:.85rem}"
    "td,th{border-bottom:1px solid #dde3e9;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}code,pre{font:13px/1.4 ui-monospace,monospace}"
    "pre{background:#f4f6f8;padding:.8rem;overflow:auto;max-height:24rem}"
    ".path{color:#5b6b7b}section{margin-bottom:3rem}"
    "@media(max-width:50rem){nav{position:static;width:auto}main{margin:0}}";

void append_markdown_table(std::string& text, const std::vector<Row>& rows) {
  const auto cell = [](std::string value) {
    for (std::size_t at = 0; (at = value.find('|', at)) != std::string::npos; at += 2) {
      value.insert(at, "\\");
    }
    return value;
  };
  text += "| field | type | rules | meaning |\n|---|---|---|---|\n";
  for (const Row& row : rows) {
    text += "| `" + row.path + "` | " + cell(row.type) + " | " + cell(row.rules) + " | " +
            cell(row.summary) + " |\n";
  }
}

}  // namespace

std::string reference(const catalog::Entry& entry) {
  const schema::Endpoint& endpoint = entry.endpoint;
  std::string text = "# " + endpoint.name + "\n\n" + endpoint.title + ". `POST /api/v1/ai/" +
                     endpoint.name + "`, since " + endpoint.since + ", cost " + endpoint.cost +
                     ".\n\n" + endpoint.description + "\n\n## Request\n\n";
  append_markdown_table(text, rows_of(*endpoint.request, Side::request));
  text += "\nLists of objects may also be sent as columns: an object with one list a field.\n";
  text += "\n## Response\n\n";
  if (is_document(endpoint)) {
    text += std::string(endpoint.response->media_type) + ".\n";
  } else {
    if (endpoint.response->kind != Kind::object) text += "A bare list of objects.\n\n";
    append_markdown_table(text, rows_of(*endpoint.response, Side::response));
  }
  for (const catalog::Example& example : entry.examples) {
    text += "\n## Example: " + std::string(example.name) + "\n\n```json\n" +
            beginning(example.request) + "\n```\n";
    if (!is_document(endpoint)) {
      text += "\n```json\n" + beginning(example.response) + "\n```\n";
    }
  }
  return text;
}

std::string page(std::string_view version) {
  std::string html =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
      "name=\"viewport\" content=\"width=device-width\"><title>clientele reference"
      "</title><style>" +
      std::string(kStyle) + "</style></head><body><nav><strong>clientele " + escaped(version) +
      "</strong><a href=\"/openapi.json\">openapi.json</a>"
      "<a href=\"#errors\">Errors</a>";
  std::map<std::string, std::string> links;
  for (const auto& entry : catalog::entries()) {
    const std::string& name = entry.endpoint.name;
    links[entry.endpoint.group] += "<a href=\"#" + name + "\">" + name + "</a>";
  }
  for (const auto& [group, list] : links) html += "<strong>" + group + "</strong>" + list;
  html += "</nav><main><h1>Reference</h1>";
  for (const auto& entry : catalog::entries()) append_section(html, entry);
  append_errors(html);
  return html + "</main></body></html>\n";
}

}  // namespace clientele::docs
