// What the charts show.
#pragma once

#include <vector>

#include "models/report/wording.hpp"
#include "render/charts.hpp"
#include "vocabulary/segment_report.hpp"

namespace clientele::endpoints::segmentation_report_pdf {

// The seven segments with the most revenue, and the others as one bar.
std::vector<render::Bar> revenue_bars(const vocabulary::SegmentationRead& read,
                                      const report::Wording& wording);
std::vector<render::Bar> size_bars(const vocabulary::SegmentationRead& read,
                                   const report::Wording& wording);
// Share of the segment's customers who have each category.
std::vector<render::Bar> category_bars(const report::Segment& segment,
                                       const vocabulary::SegmentationRead& read,
                                       const report::Wording& wording);
// At most 2 000 customers, evenly spaced in the request; x purchases, y spend.
std::vector<render::Dot> customer_dots(const vocabulary::SegmentationRead& read);
// Means of the eight segments with the most revenue.
std::vector<render::Ring> segment_rings(const vocabulary::SegmentationRead& read);
// The last 23 merges; a leaf says its chief segment and how many customers it holds. Requires:
// merges.
std::vector<render::TreeNode> last_merges(const vocabulary::SegmentationRead& read);

}  // namespace clientele::endpoints::segmentation_report_pdf
