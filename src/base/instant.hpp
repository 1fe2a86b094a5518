// Points in time, to the second, UTC.
#pragma once

#include <chrono>
#include <string>

namespace clientele {

using Instant = std::chrono::sys_seconds;

// The wall clock. For the edges of the program only: computations get their time handed in.
Instant current_instant();

// RFC 3339: `2025-03-01T09:30:00Z`.
std::string to_rfc3339(Instant instant);

}  // namespace clientele
