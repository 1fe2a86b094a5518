// Long lines of text broken for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clientele::cli {

// `text` with every line of more than `width` columns broken at blanks; what follows a break starts
// `indent` columns in. A word that is wider than a line stays whole.
// Requires: printable text but for its line feeds; indent < width.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace clientele::cli
