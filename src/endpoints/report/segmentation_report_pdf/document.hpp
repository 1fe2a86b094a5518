// The report as pages: title, summary, charts, a page a segment, sections, metrics.
#pragma once

#include <string>

#include "base/date.hpp"
#include "vocabulary/segment_report_answer.hpp"

namespace clientele::endpoints::segmentation_report_pdf {

struct DocumentParts {
  const vocabulary::SegmentationRead& read;
  const vocabulary::SegmentReport& report;
  const vocabulary::ReportWish& wish;
  Date day;
};

// PDF bytes; the same parts give the same bytes.
std::string render_document(const DocumentParts& parts);

}  // namespace clientele::endpoints::segmentation_report_pdf
