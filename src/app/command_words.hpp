// The words of a command line before they are parsed: mistyped ones, and those that are fields.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace clientele::app {

// Errors: invalid_input naming the first command or flag that `app` does not have, and the nearest
// one. Positional arguments are not judged, nor is anything behind `call`.
Status check_words(const CLI::App& app, std::span<const std::string> words);

// Moves the flags among `words` that are top-level fields of the endpoint named there (`--bins 4`,
// `--bins=4`) into `fields`. `call` is the command that takes the other flags.
// Errors: as check_words; a field without value.
Status take_fields(const CLI::App& call, std::vector<std::string>& words,
                   std::map<std::string, std::string, std::less<>>& fields);

}  // namespace clientele::app
