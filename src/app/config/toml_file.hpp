// The configuration file: TOML, one table a group of settings.
#pragma once

#include <string>

#include "app/config/draft.hpp"
#include "base/result.hpp"

namespace clientele::app {

// Applies the file's settings to `draft`, which collects the faults of single settings.
// Errors: file_error (cannot be read), bad_configuration (not TOML; says where).
Status apply_toml_file(const std::string& path, Draft& draft);

}  // namespace clientele::app
