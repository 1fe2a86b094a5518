// From the bytes of a text file to UTF-8.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "faces/cli/csv.hpp"

namespace clientele::cli {

// `bytes` as UTF-8 without byte order mark. Errors name the line: not_utf8 (with what to do when
// the file is Latin-1 or UTF-16), nul_byte; too_large above `max_bytes`. Complexity: O(n).
Result<std::string> decode_text(std::string bytes, TextEncoding encoding, std::size_t max_bytes);

}  // namespace clientele::cli
