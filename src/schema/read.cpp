#include "schema/read.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <mutex>

#include "base/edit_distance.hpp"
#include "base/pointer.hpp"
#include "schema/reader.hpp"

namespace clientele::schema {

PaddedString::PaddedString(std::string_view text) : bytes_(text), size_(text.size()) {
  bytes_.append(kPadding, '\0');
}

namespace {

bool is_list_of_scalars(const Type& type) {
  if (type.kind != Kind::list) return false;
  switch (type.element().kind) {
    case Kind::string:
    case Kind::date:
    case Kind::choice:
    case Kind::boolean:
    case Kind::number:
    case Kind::integer:
      return true;
    default:
      return false;
  }
}

// Parsers between two requests. Making their buffers anew costs more than reading a body of 20 MB
// should; a few are kept, and only of ordinary size.
class ParserPool {
 public:
  std::unique_ptr<TextStore::Parser> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<TextStore::Parser>();
    auto parser = std::move(idle_.back());
    idle_.pop_back();
    return parser;
  }

  void give_back(std::unique_ptr<TextStore::Parser> parser) {
    constexpr std::size_t kMostIdle = 4;
    constexpr std::size_t kLargestKept = 32 * 1024 * 1024;  // bytes of body
    if (parser == nullptr || parser->json.capacity() > kLargestKept) return;
    parser->kept.clear();
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(parser));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<TextStore::Parser>> idle_;
};

ParserPool& parser_pool() {
  static ParserPool pool;
  return pool;
}

}  // namespace

TextStore::TextStore() : parser_(parser_pool().take()) {}
TextStore::~TextStore() { parser_pool().give_back(std::move(parser_)); }
TextStore::TextStore(TextStore&&) noexcept = default;
TextStore& TextStore::operator=(TextStore&& other) noexcept {
  std::swap(parser_, other.parser_);
  return *this;
}

std::string Path::pointer() const {
  std::string text;
  for (std::size_t i = 0; i < depth_; ++i) {
    const Step& step = steps_[i];
    if (step.name.data() == nullptr) {
      append_token(text, step.index);
    } else {
      append_token(text, step.name);
    }
  }
  return text;
}

std::string Path::pattern() const {
  std::string text;
  for (std::size_t i = 0; i < depth_; ++i) {
    const Step& step = steps_[i];
    if (step.name.data() == nullptr) {
      text += "/*";
    } else {
      append_token(text, step.name);
    }
  }
  return text;
}

void Reader::fault(std::string_view code, std::string detail, std::vector<std::string> allowed) {
  if (faults_.full()) {
    faults_.count_only();
    return;
  }
  faults_.add(path_.pointer(), std::string(code), std::move(detail), std::move(allowed));
}

bool Reader::malformed(simdjson::error_code code) {
  std::string detail;
  switch (code) {
    case simdjson::EMPTY:
      detail = "The body is empty; send a JSON object.";
      break;
    case simdjson::UTF8_ERROR:
      detail = "The body is not valid UTF-8; encode it as UTF-8.";
      break;
    case simdjson::UNCLOSED_STRING:
      detail = "A string is not closed with a quote.";
      break;
    case simdjson::UNESCAPED_CHARS:
      detail = "A string holds a control character; escape it.";
      break;
    case simdjson::STRING_ERROR:
      detail = "A string holds an escape that is not valid.";
      break;
    default:
      detail =
          "The body is not valid JSON here: a bracket, comma, colon or value is missing, "
          "misspelt or left over.";
  }
  const char* place = nullptr;
  const char* begin = input_.body.text.data();
  if (started_ && document_.current_location().get(place) == simdjson::SUCCESS && place >= begin &&
      place <= begin + input_.body.text.size()) {
    const auto line = std::count(begin, place, '\n') + 1;
    detail += " Noticed near line " + std::to_string(line) + ", byte " +
              std::to_string(place - begin + 1) + ".";
  }
  Faults only;
  only.add(path_.pointer(), "malformed_json", std::move(detail));
  faults_ = std::move(only);
  return false;
}

Result<ReadNotes> Reader::run(const Type& type, void* object) {
  const std::string_view text = input_.body.text;
  root_ = &type.object();
  read_parameters(object);
  auto error =
      texts_.parser().json.iterate(text.data(), text.size(), text.size() + kPadding).get(document_);
  started_ = !error;
  Value value;
  if (started_) error = document_.get_value().get(value);
  if (error == simdjson::SCALAR_DOCUMENT_AS_VALUE) {
    fault("wrong_type", "The body must be a JSON object.");
    return std::move(faults_).to_error();
  }
  if (error) {
    malformed(error);
    return std::move(faults_).to_error();
  }
  if (read_row(plan_of(root_), object, value, nullptr, 0)) {
    const char* rest = nullptr;
    if (document_.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
      malformed(simdjson::TAPE_ERROR);
    }
    report_unknown();
  }
  if (!faults_.empty()) return std::move(faults_).to_error();
  return std::move(notes_);
}

void Reader::unknown_field(const Object& object, std::string_view key, bool is_own_column) {
  constexpr std::size_t kMostRemembered = 200;
  for (const UnknownField& known : unknown_) {
    if (known.object == &object && known.key == key) return;
  }
  if (unknown_.size() < kMostRemembered) {
    unknown_.push_back({&object, std::string(key), path_.pointer(), is_own_column});
  }
}

// Unknown fields are warnings when they look like a typing error, faults when `strict` asks.
void Reader::report_unknown() {
  for (const UnknownField& unknown : unknown_) {
    std::vector<std::string_view> names;
    for (const Field& field : unknown.object->fields) names.push_back(field.name);
    if (unknown.object == root_) names.emplace_back("strict");
    const auto nearest = nearest_name(unknown.key, names);
    std::string detail = "Unknown field '" + unknown.key + "'.";
    if (nearest) detail += " Did you mean '" + std::string(*nearest) + "'?";
    if (strict_ && !unknown.is_own_column) {
      faults_.add(unknown.pointer, "unknown_field", std::move(detail),
                  std::vector<std::string>(names.begin(), names.end()));
    } else if (nearest) {
      notes_.warnings.push_back({"unknown_field", std::move(detail), unknown.pointer});
    }
  }
}

void Reader::read_parameters(void* out) {
  const Object& object = *root_;
  for (const auto& [name, text] : input_.query) {
    const Field* field = object.find(name);
    if (field != nullptr) {
      read_parameter(*field, out, text, "query parameter '" + name + "'");
      continue;
    }
    if (name == "strict") {
      strict_ = text == "true" || text == "1";
      continue;
    }
    unknown_.push_back({&object, name, "", false});
  }
  for (const Field& field : object.fields) {
    if (field.header.empty()) continue;
    std::string lower = field.header;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found = input_.headers.find(lower);
    if (found != input_.headers.end()) {
      read_parameter(field, out, found->second, "header '" + field.header + "'");
    }
  }
}

// Gives the field the value that the text spells; lists of numbers and words take "3" and "3,6".
void Reader::read_parameter(const Field& field, void* out, const std::string& text,
                            const std::string& source) {
  const Type* type = &field.type();
  void* slot = static_cast<char*>(out) + field.offset;
  while (type->kind == Kind::optional) {
    slot = type->operations.emplace(slot);
    type = &type->element();
  }
  path_.push(field.name);
  if (type->kind == Kind::one_or_many || is_list_of_scalars(*type)) {
    store_parameter_list(*type, field, slot, text, source);
  } else {
    store_parameter(*type, field, slot, text, source);
  }
  given_outside_ |= std::uint64_t{1} << (&field - root_->fields.data());
  path_.pop();
}

void Reader::store_parameter_list(const Type& type, const Field& field, void* slot,
                                  const std::string& text, const std::string& source) {
  type.operations.resize(slot, 0);
  if (type.kind == Kind::one_or_many) {
    const bool several = text.find(',') != std::string::npos;
    type.operations.store_integer(slot, several ? 1 : 0);
    if (!several) {
      return store_parameter(type.element(), field, type.operations.append(slot), text, source);
    }
  }
  std::size_t count = 0;
  path_.push_index();
  for (std::size_t at = 0; at <= text.size(); ++count) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    path_.set_index(count);
    void* item = type.operations.append(slot);
    store_parameter(type.element(), field, item, text.substr(at, end - at), source);
    at = end + 1;
  }
  path_.pop();
  if (type.kind == Kind::list) check_items(field, count);
}

void Reader::store_parameter(const Type& type, const Field& field, void* slot,
                             const std::string& text, const std::string& source) {
  double number = 0;
  const char* end = text.data() + text.size();
  switch (type.kind) {
    case Kind::string:
    case Kind::date:
    case Kind::choice:
      store_text(type, field, slot, texts_.parser().kept.emplace_back(text));
      break;
    case Kind::boolean:
      *static_cast<bool*>(slot) = text == "true" || text == "1";
      if (text != "true" && text != "1" && text != "false" && text != "0") {
        fault("wrong_type", "The " + source + " must be true or false.", {"true", "false"});
      }
      break;
    case Kind::number:
    case Kind::integer:
      if (!text.empty() && std::from_chars(text.data(), end, number).ptr == end &&
          std::isfinite(number)) {
        store_number(type, field, slot, number);
      } else {
        fault("wrong_type", "The " + source + " must be a number.");
      }
      break;
    default:
      fault("wrong_place", "The " + source + " cannot carry this field; put it into the body.");
  }
}

Result<ReadNotes> read(const Type& type, void* object, const ReadInput& input, TextStore& texts) {
  return Reader(input, texts).run(type, object);
}

std::string pointer_as_sent(const std::string& pointer,
                            const std::vector<std::string>& column_lists) {
  if (column_lists.empty()) return pointer;
  std::vector<std::string_view> tokens;
  for (std::size_t at = 0; at < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    tokens.push_back(std::string_view(pointer).substr(at + 1, end - at - 1));
    at = end;
  }
  std::string pattern;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool columns =
        std::find(column_lists.begin(), column_lists.end(), pattern) != column_lists.end();
    const bool index =
        !tokens[i].empty() && std::all_of(tokens[i].begin(), tokens[i].end(),
                                          [](char c) { return c >= '0' && c <= '9'; });
    const bool swapped = columns && index && i + 1 < tokens.size();
    if (swapped) std::swap(tokens[i], tokens[i + 1]);  // the patterns too are of the sent shape
    pattern += '/';
    pattern += index && !swapped ? std::string_view("*") : tokens[i];
  }
  std::string sent;
  for (const std::string_view token : tokens) {
    sent += '/';
    sent += token;
  }
  return sent;
}

}  // namespace clientele::schema
