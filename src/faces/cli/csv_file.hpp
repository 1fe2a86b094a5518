// Whole files and standard input as bytes, gzip undone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace clientele::cli {

// All bytes of the file at `path`, or of standard input for "-". A gzip stream (known by its first
// bytes, whatever the name) is inflated. Errors: file_error with the system's reason, too_large
// when the file or what it inflates to exceeds `max_bytes`, invalid_input (bad_gzip).
// Requires: max_bytes is less than the largest std::size_t.
Result<std::string> read_input(const std::string& path, std::size_t max_bytes);

// Every member of a gzip stream, one after the other; zero bytes after the last one are ignored.
// Memory: at most `max_bytes` beside the input, however the stream was made.
Result<std::string> inflate_gzip(std::string_view compressed, std::size_t max_bytes);

}  // namespace clientele::cli
