#include "endpoints/report/segmentation_report_pdf/document.hpp"

#include <algorithm>

#include "endpoints/report/segmentation_report_pdf/figures.hpp"
#include "models/report/chapters.hpp"
#include "models/report/segment_words.hpp"
#include "render/canvas.hpp"
#include "render/charts.hpp"

namespace clientele::endpoints::segmentation_report_pdf {
namespace {

using namespace render;
using report::Segment;

constexpr std::size_t kMostSegmentPages = 12;
constexpr std::size_t kMostTableRows = 400;
constexpr double kLeft = Canvas::kMargin;
constexpr double kBottom = Canvas::kHeight - 60;
const TextStyle kHeading{.size = 18, .bold = true, .colour = kAccent};
const TextStyle kSubheading{.size = 12, .bold = true};
const TextStyle kBody{.size = 10};

class Pages {
 public:
  explicit Pages(const DocumentParts& parts)
      : parts_(parts),
        facts_(parts.read.facts),
        texts_(report::language(choices(
            schema::For<vocabulary::Language>{})[static_cast<std::size_t>(parts.wish.lang)])),
        wording_(texts_, parts.wish.currency),
        story_{.facts = facts_,
               .hierarchy = parts.read.hierarchy ? &*parts.read.hierarchy : nullptr,
               .categories = parts.read.categories,
               .brief = parts.wish.depth == vocabulary::Depth::brief} {}

  std::string draw() {
    title_page();
    summary_page();
    chart_page();
    if (!parts_.read.merges.empty()) tree_page();
    const std::size_t shown = std::min(facts_.segments.size(), kMostSegmentPages);
    for (std::size_t i = 0; i < shown; ++i) segment_page(facts_.segments[facts_.by_revenue[i]]);
    section_pages();
    metrics_pages();
    return canvas_.finish({.title = word("title"),
                           .subject = subtitle(),
                           .created = to_string(parts_.day) + "T00:00:00Z"},
                          [&](std::size_t page, std::size_t pages) {
                            return page == 1 ? std::string()
                                             : wording_.sentence(
                                                   "pdf.page", {{"page", wording_.count(page)},
                                                                {"pages", wording_.count(pages)}});
                          });
  }

 private:
  std::string word(std::string_view key) const {
    return std::string(wording_.text("pdf." + std::string(key)));
  }
  std::string subtitle() const {
    const std::size_t clusters = facts_.segments.size();
    if (facts_.customers == 1) return word("subtitle_one");
    return wording_.sentence("pdf.subtitle",
                             {{"customers", wording_.count(facts_.customers)},
                              {"clusters", wording_.count(clusters), clusters == 1}});
  }
  std::string segment_name(const Segment& segment) const {
    return wording_.sentence("pdf.segment", {{"id", report::shown_id(segment.id)}});
  }

  void tile(const Box& box, const std::string& figure, const std::string& label) {
    canvas_.fill(box, kPaper);
    canvas_.fill({box.x, box.y, 3, box.height}, kAccent);
    canvas_.text({box.x + 14, box.y + 11}, box.width - 22, figure,
                 {.size = 17, .bold = true, .one_line = true});
    canvas_.text({box.x + 14, box.y + 39}, box.width - 22, label,
                 {.size = 8.5, .colour = kQuiet, .one_line = true});
  }

  // Tiles side by side, three a row; returns the place below.
  double tiles(double top, const std::vector<std::pair<std::string, std::string>>& figures) {
    constexpr double kGap = 12, kHeight = 60, kWidth = (Canvas::kInner - 2 * kGap) / 3;
    for (std::size_t i = 0; i < figures.size(); ++i) {
      const std::size_t column = i % 3, row = i / 3;
      tile({kLeft + static_cast<double>(column) * (kWidth + kGap),
            top + static_cast<double>(row) * (kHeight + kGap), kWidth, kHeight},
           figures[i].first, figures[i].second);
    }
    const std::size_t rows = (figures.size() + 2) / 3;
    return top + static_cast<double>(rows) * (kHeight + kGap);
  }

  void title_page() {
    canvas_.new_page();
    canvas_.fill({0, 0, Canvas::kWidth, 14}, kAccent);
    double y = 190;
    y += canvas_.text({kLeft, y}, Canvas::kInner, word("title"),
                      {.size = 30, .bold = true, .colour = kAccent});
    y += 10;
    y += canvas_.text({kLeft, y}, Canvas::kInner, subtitle(), {.size = 15});
    y += 6;
    y += canvas_.text({kLeft, y}, Canvas::kInner,
                      wording_.sentence("pdf.generated", {{"date", to_string(parts_.day)}}),
                      {.size = 10, .colour = kQuiet});
    const Segment& leader = facts_.segments[facts_.by_revenue[0]];
    tiles(y + 46, {{wording_.count(facts_.customers), word("customers")},
                   {wording_.count(facts_.segments.size()), word("clusters")},
                   {wording_.money(facts_.revenue), word("revenue")},
                   {wording_.money(facts_.avg_spend), word("avg_spend")},
                   {wording_.average(facts_.avg_frequency), word("avg_frequency")},
                   {wording_.percent(leader.share_revenue_pct),
                    wording_.sentence("pdf.top_share", {{"id", report::shown_id(leader.id)}})}});
    canvas_.line({{kLeft, 770}, {Canvas::kWidth - kLeft, 770}}, kRule, 0.7);
    canvas_.text({kLeft, 778}, Canvas::kInner, "clientele", {.size = 9, .colour = kQuiet});
  }

  double page(const std::string& heading) {
    canvas_.new_page();
    const double height = canvas_.text({kLeft, kLeft}, Canvas::kInner, heading, kHeading);
    const double rule = kLeft + height + 6;
    canvas_.line({{kLeft, rule}, {Canvas::kWidth - kLeft, rule}}, kRule, 0.7);
    return rule + 16;
  }

  void summary_page() {
    double y = page(word("executive_summary"));
    y += canvas_.text({kLeft, y}, Canvas::kInner, parts_.report.executive_summary, {.size = 10.5}) +
         20;
    for (const std::string& insight : parts_.report.auto_insights) {
      const double height =
          canvas_.text_height(Canvas::kInner - 34, insight, {.size = 11, .bold = true});
      canvas_.fill({kLeft, y, Canvas::kInner, height + 18}, kPaper);
      canvas_.fill({kLeft, y, 3, height + 18}, kAccent);
      canvas_.text({kLeft + 16, y + 9}, Canvas::kInner - 34, insight, {.size = 11, .bold = true});
      y += height + 28;
    }
  }

  void chart_page() {
    double y = page(word("charts"));
    const auto bars = [&](std::string_view title, const std::vector<Bar>& values) {
      const double height = 34 + 24 * static_cast<double>(values.size());
      bar_chart(canvas_, {kLeft, y, Canvas::kInner, height}, word(title), values);
      y += height;
    };
    bars("chart_revenue", revenue_bars(parts_.read, wording_));
    bars("chart_size", size_bars(parts_.read, wording_));
    const auto dots = customer_dots(parts_.read);
    const bool sampled = dots.size() < facts_.customers;
    scatter_chart(canvas_, {kLeft, y, Canvas::kInner, std::min(kBottom - y, 380.0)},
                  sampled ? wording_.sentence("pdf.chart_scatter_sample",
                                              {{"count", wording_.count(dots.size())}})
                          : word("chart_scatter"),
                  dots, segment_rings(parts_.read),
                  {.x_title = word("axis_frequency"),
                   .y_title = word("axis_spend"),
                   .x_text =
                       [this](double tick) {
                         return wording_.number(tick,
                                                tick < 3 && tick != static_cast<int>(tick) ? 1 : 0);
                       },
                   .y_text =
                       [this](double tick) {
                         const bool whole = tick == static_cast<double>(static_cast<long>(tick));
                         return whole ? wording_.whole_money(tick) : wording_.money(tick);
                       }});
  }

  void tree_page() {
    double y = page(word("dendrogram_insights"));
    tree_chart(canvas_, {kLeft, y, Canvas::kInner, 340}, word("chart_tree"),
               last_merges(parts_.read), word("axis_distance"),
               [this](double height) { return wording_.number(height, height >= 10 ? 0 : 1); });
    y += 356;
    canvas_.text({kLeft, y}, Canvas::kInner, parts_.report.dendrogram_insights.value_or(""), kBody);
  }

  void segment_page(const Segment& segment) {
    double y = page(segment_name(segment));
    const report::Values values = report::values_of(segment, story_, wording_);
    std::string persona(wording_.text("persona." + std::string(name_of(segment.persona))));
    y += canvas_.text({kLeft, y}, Canvas::kInner,
                      wording_.sentence("pdf.metric_share", values) + " — " + persona,
                      {.size = 11}) +
         14;
    const std::string none = word("none");
    y = tiles(y, {{wording_.count(segment.customers), word("customers")},
                  {wording_.money(segment.revenue), word("revenue")},
                  {wording_.money(segment.avg_spend), word("avg_spend")},
                  {wording_.money(segment.median_spend), word("median")},
                  {wording_.average(segment.avg_frequency), word("avg_frequency")},
                  {segment.order_value > 0 ? wording_.money(segment.order_value) : "–",
                   word("order_value")}}) +
        8;
    y += comparison(y, segment);
    const auto categories = category_bars(segment, parts_.read, wording_);
    bar_chart(canvas_, {kLeft, y, Canvas::kInner, 142}, word("categories"), categories);
    y += 30 + 24 * static_cast<double>(categories.size()) + 10;
    for (const std::string& paragraph : report::segment_page(segment, story_, wording_)) {
      y += canvas_.text({kLeft, y}, Canvas::kInner, paragraph, kBody) + 7;
    }
  }

  // Bars of what there is an average of; returns their height.
  double comparison(double y, const Segment& segment) {
    std::vector<Bar> bars;
    const auto add = [&](bool known, std::string_view key, double ratio) {
      if (known) bars.push_back({word(key), 100 * ratio, wording_.number(100 * ratio, 0)});
    };
    add(facts_.revenue > 0, "bar_spend", segment.spend_ratio);
    add(facts_.avg_frequency > 0, "bar_frequency", segment.frequency_ratio);
    add(segment.order_value > 0, "bar_order", segment.order_ratio);
    if (bars.empty()) return 0;
    const double height = 24 + 24 * static_cast<double>(bars.size());
    bar_chart(canvas_, {kLeft, y, Canvas::kInner, height}, word("versus"), bars, 100);
    return height + 12;
  }

  void section_pages() {
    double y = 0;
    vocabulary::SegmentReport copy = parts_.report;
    const auto sections = sections_of(copy);
    for (std::size_t i = 1; i < sections.size(); ++i) {
      const double height = canvas_.text_height(Canvas::kInner, *sections[i], kBody) + 22;
      if (y == 0 || y + height > kBottom) {
        canvas_.new_page();
        y = kLeft;
      }
      canvas_.text({kLeft, y}, Canvas::kInner, word(report::kSections[i]), kSubheading);
      canvas_.text({kLeft, y + 22}, Canvas::kInner, *sections[i], kBody);
      y += height + 22;
    }
    const std::size_t clusters = facts_.segments.size();
    if (clusters <= kMostSegmentPages || clusters > kMostTableRows) return;
    const std::string note =
        wording_.sentence("pdf.more_segments", {{"count", wording_.count(kMostSegmentPages)}});
    if (y + 30 < kBottom) {
      canvas_.text({kLeft, y}, Canvas::kInner, note, {.size = 9, .colour = kQuiet});
    }
  }

  void metrics_row(double y, const std::vector<std::string>& cells, bool bold) {
    static constexpr double kColumns[]{0, 58, 128, 206, 294, 352};
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const double end = i + 1 < std::size(kColumns) ? kColumns[i + 1] : Canvas::kInner;
      const bool number = i > 0 && i < 5;
      canvas_.text({kLeft + kColumns[i], y}, end - kColumns[i] - (number ? 14 : 4), cells[i],
                   {.size = 8.5,
                    .bold = bold,
                    .align = number ? Align::right : Align::left,
                    .one_line = true});
    }
  }

  void metrics_pages() {
    constexpr double kRow = 17;
    double y = 0;
    const std::size_t rows = std::min(facts_.segments.size(), kMostTableRows);
    for (std::size_t i = 0; i < rows; ++i) {
      if (y == 0 || y + kRow > kBottom) {
        y = page(word("metrics"));
        metrics_row(y,
                    {word("column_cluster"), word("customers"), word("avg_spend"),
                     word("axis_frequency"), "%", word("categories")},
                    true);
        y += kRow;
      }
      const Segment& segment = facts_.segments[i];
      canvas_.line({{kLeft, y - 3}, {Canvas::kWidth - kLeft, y - 3}}, kRule, 0.5);
      metrics_row(y,
                  {report::shown_id(segment.id), wording_.count(segment.customers),
                   wording_.money(segment.avg_spend), wording_.average(segment.avg_frequency),
                   wording_.percent(segment.share_revenue_pct),
                   parts_.report.cluster_metrics[i].top_categories},
                  false);
      y += kRow;
    }
  }

  const DocumentParts& parts_;
  const report::Facts& facts_;
  const report::LanguageTexts& texts_;
  report::Wording wording_;
  report::Story story_;
  Canvas canvas_;
};

}  // namespace

std::string render_document(const DocumentParts& parts) { return Pages(parts).draw(); }

}  // namespace clientele::endpoints::segmentation_report_pdf
