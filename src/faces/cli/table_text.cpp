#include "faces/cli/table_text.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/utf8.hpp"

namespace clientele::cli {
namespace {

struct Span {
  char32_t first;
  char32_t last;
};

constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

constexpr std::array kInvisible{
    Span{0x00AD, 0x00AD},   Span{0x0300, 0x036F},   Span{0x0483, 0x0489},   Span{0x0591, 0x05BD},
    Span{0x05BF, 0x05BF},   Span{0x05C1, 0x05C2},   Span{0x05C4, 0x05C5},   Span{0x05C7, 0x05C7},
    Span{0x0610, 0x061A},   Span{0x064B, 0x065F},   Span{0x0670, 0x0670},   Span{0x06D6, 0x06DC},
    Span{0x06DF, 0x06E4},   Span{0x06E7, 0x06E8},   Span{0x06EA, 0x06ED},   Span{0x0900, 0x0902},
    Span{0x093A, 0x093A},   Span{0x093C, 0x093C},   Span{0x0941, 0x0948},   Span{0x094D, 0x094D},
    Span{0x0951, 0x0957},   Span{0x0E31, 0x0E31},   Span{0x0E34, 0x0E3A},   Span{0x0E47, 0x0E4E},
    Span{0x1160, 0x11FF},   Span{0x1AB0, 0x1ACE},   Span{0x1DC0, 0x1DFF},   Span{0x200B, 0x200F},
    Span{0x202A, 0x202E},   Span{0x2060, 0x206F},   Span{0x20D0, 0x20F0},   Span{0x302A, 0x302D},
    Span{0x3099, 0x309A},   Span{0xFE00, 0xFE0F},   Span{0xFE20, 0xFE2F},   Span{0xFEFF, 0xFEFF},
    Span{0x1F3FB, 0x1F3FF}, Span{0xE0001, 0xE007F}, Span{0xE0100, 0xE01EF},
};

constexpr std::array kWide{
    Span{0x1100, 0x115F},   Span{0x231A, 0x231B},   Span{0x23E9, 0x23EC},   Span{0x2614, 0x2615},
    Span{0x2648, 0x2653},   Span{0x26A1, 0x26A1},   Span{0x26BD, 0x26BE},   Span{0x2705, 0x2705},
    Span{0x270A, 0x270B},   Span{0x2728, 0x2728},   Span{0x274C, 0x274C},   Span{0x2753, 0x2755},
    Span{0x2795, 0x2797},   Span{0x2B1B, 0x2B1C},   Span{0x2B50, 0x2B50},   Span{0x2E80, 0x303E},
    Span{0x3041, 0x33FF},   Span{0x3400, 0x4DBF},   Span{0x4E00, 0xA4CF},   Span{0xA960, 0xA97F},
    Span{0xAC00, 0xD7A3},   Span{0xF900, 0xFAFF},   Span{0xFE10, 0xFE19},   Span{0xFE30, 0xFE6F},
    Span{0xFF00, 0xFF60},   Span{0xFFE0, 0xFFE6},   Span{0x16FE0, 0x18DFF}, Span{0x1AFF0, 0x1B2FF},
    Span{0x1F1E6, 0x1F202}, Span{0x1F210, 0x1F251}, Span{0x1F260, 0x1F265}, Span{0x1F300, 0x1F64F},
    Span{0x1F680, 0x1F6FF}, Span{0x1F7E0, 0x1F7EB}, Span{0x1F90C, 0x1F9FF}, Span{0x1FA70, 0x1FAFF},
    Span{0x20000, 0x2FFFD}, Span{0x30000, 0x3FFFD},
};

bool within(std::span<const Span> spans, char32_t character) {
  const auto next = std::upper_bound(spans.begin(), spans.end(), character,
                                     [](char32_t value, Span span) { return value < span.first; });
  return next != spans.begin() && character <= std::prev(next)->last;
}

// Moves a terminal's cursor, state or reading direction.
bool is_control(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character < 0xA0) ||
         (character >= 0x2028 && character <= 0x202E) ||
         (character >= 0x2066 && character <= 0x2069) || character == 0x200E ||
         character == 0x200F || character == 0x061C;
}

void append_escape(std::string& out, char32_t character) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  if (character == '\n' || character == '\t' || character == '\r') {
    out += '\\';
    out += character == '\n' ? 'n' : character == '\t' ? 't' : 'r';
    return;
  }
  const bool narrow = character < 0x100;
  out += narrow ? "\\x" : "\\u";
  for (int shift = narrow ? 4 : 12; shift >= 0; shift -= 4) {
    out += kDigits[character >> shift & 0xF];
  }
}

}  // namespace

int character_width(char32_t character) {
  if (character < 0x300) return character == 0x00AD ? 0 : 1;
  if (within(kInvisible, character)) return 0;
  return within(kWide, character) ? 2 : 1;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto point = decode_utf8(text, at);
    if (!point) {
      out += kReplacement;
      ++at;
      continue;
    }
    if (is_control(point->value)) {
      append_escape(out, point->value);
    } else {
      out += text.substr(at, point->length);
    }
    at += point->length;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = decode_utf8(text, at);
    if (!point) return width + text.size() - at;
    width += static_cast<std::size_t>(character_width(point->value));
    at += point->length;
  }
  return width;
}

std::string fitted(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t used = 0;
  std::size_t at = 0;
  while (const auto point = decode_utf8(text, at)) {
    used += static_cast<std::size_t>(character_width(point->value));
    if (used > width - 1) break;
    at += point->length;
  }
  return std::string(text.substr(0, at)) + std::string(kEllipsis);
}

}  // namespace clientele::cli
