#include "faces/cli/wrap_text.hpp"

#include <algorithm>

#include "faces/cli/table_text.hpp"

namespace clientele::cli {
namespace {

void append_wrapped(std::string& out, std::string_view line, std::size_t width,
                    std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string current;
  while (!line.empty()) {
    // A piece is a word with the blanks before it.
    const std::size_t word = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = std::min(line.find(' ', word), line.size());
    const bool is_new = current.find_first_not_of(' ') == std::string::npos;
    if (is_new || display_width(current) + display_width(line.substr(0, end)) <= width) {
      current += line.substr(0, end);
    } else {
      out += current + '\n';
      current = margin + std::string(line.substr(word, end - word));
    }
    line.remove_prefix(end);
  }
  out += current;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    append_wrapped(out, text.substr(0, end), width, indent);
    if (end == text.size()) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace clientele::cli
