// The chat endpoint that may reword reports, as configured.
#pragma once

#include <memory>

#include "app/config/config.hpp"
#include "base/result.hpp"
#include "base/rewriter.hpp"

namespace clientele::app {

// Null when none is configured. Errors: no model, a key file that cannot be read.
Result<std::unique_ptr<Rewriter>> open_rewriter(const Config::Report& config);

}  // namespace clientele::app
