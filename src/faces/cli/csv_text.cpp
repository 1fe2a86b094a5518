#include "faces/cli/csv_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/utf8.hpp"

namespace clientele::cli {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

// Windows-1252, bytes 0x80-0x9F; the five unassigned ones stay control characters, as browsers do.
// Source: WHATWG Encoding Standard, index windows-1252.
constexpr std::array<char32_t, 32> kWindows1252{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

std::string line_of(std::string_view text, std::size_t at) {
  const auto begin = text.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(at);
  const char line_end = text.find('\n') == std::string_view::npos ? '\r' : '\n';
  return "Line " + std::to_string(std::count(begin, end, line_end) + 1) + ": ";
}

std::string hex_byte(char byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto value = static_cast<std::uint8_t>(byte);
  return {'0', 'x', kDigits[value >> 4], kDigits[value & 15]};
}

Error too_large(std::size_t max_bytes) {
  return {.kind = ErrorKind::too_large,
          .detail = "The text is larger than " + std::to_string(max_bytes) +
                    " bytes. Split it, or raise the limit."};
}

bool is_ascii(char c) { return static_cast<std::uint8_t>(c) < 0x80; }

std::string from_windows_1252(std::string_view bytes) {
  std::string out;
  const auto ascii = std::count_if(bytes.begin(), bytes.end(), is_ascii);
  out.reserve(bytes.size() * 3 - static_cast<std::size_t>(ascii) * 2);
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto stop =
        std::find_if_not(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), is_ascii);
    const auto end = static_cast<std::size_t>(stop - bytes.begin());
    out.append(bytes, at, end - at);
    if (end < bytes.size()) {
      const auto byte = static_cast<std::uint8_t>(bytes[end]);
      append_utf8(out, byte < 0xA0 ? kWindows1252[byte - 0x80U] : char32_t{byte});
    }
    at = end + 1;
  }
  return out;
}

}  // namespace

Result<std::string> decode_text(std::string bytes, TextEncoding encoding, std::size_t max_bytes) {
  if (bytes.size() > max_bytes) return too_large(max_bytes);
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return invalid("", "not_utf8", "The file is UTF-16. Save it as UTF-8 and try again.");
  }
  if (const std::size_t nul = bytes.find('\0'); nul != std::string::npos) {
    return invalid("", "nul_byte",
                   line_of(bytes, nul) +
                       "a NUL byte; this is not a text file. Export it as CSV in "
                       "UTF-8.");
  }
  if (bytes.starts_with(kUtf8Mark)) {
    bytes.erase(0, kUtf8Mark.size());
  } else if (encoding == TextEncoding::latin1) {
    bytes = from_windows_1252(bytes);
    if (bytes.size() > max_bytes) return too_large(max_bytes);
  }
  if (const std::size_t bad = first_invalid_utf8(bytes); bad != bytes.size()) {
    return invalid("", "not_utf8",
                   line_of(bytes, bad) + "byte " + hex_byte(bytes[bad]) +
                       " is not UTF-8. If the file comes from Windows or an older system, read it "
                       "with encoding latin1.");
  }
  return bytes;
}

}  // namespace clientele::cli
