// Lets the installation's chat endpoint, if it has one, put a report's sections into other words.
#pragma once

#include "base/context.hpp"
#include "vocabulary/segment_report_answer.hpp"

namespace clientele::vocabulary {

// Replaces sections by their rewritten text where that keeps to the computed numbers and to the
// section's length; a warning names those that keep the computed text, and why. Without a
// rewriter in the context nothing changes.
void rewrite_sections(const ReportWish& wish, SegmentReport& report, Context& context);

}  // namespace clientele::vocabulary
