// segmentation_report_json: a finished segmentation told in words.
#include "schema/endpoint.hpp"
#include "vocabulary/report_rewriting.hpp"
#include "vocabulary/segment_report_answer.hpp"

namespace clientele::endpoints::segmentation_report_json {
namespace {

using namespace vocabulary;
using schema::field;

struct Request {
  std::vector<SegmentedCustomer> customers;
  Labels labels;
  std::optional<SegmentDendrogram> dendrogram;
  Language lang = Language::en;
  Depth depth = Depth::full;
  std::optional<std::string_view> currency;
  bool echo = true;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "A segmentation and how to tell it.",
      field<&R::customers>("Every customer of the segmentation.")
          .at_least_items(1)
          .at_most_items(kMostReportCustomers)
          .unique_by("id"),
      field<&R::labels>("Cluster by customer id, one for every customer; -1 is noise."),
      field<&R::dendrogram>("Unlocks dendrogram_insights."),
      field<&R::lang>("Language of the texts.").or_default(),
      field<&R::depth>("brief: texts of about a third of the length.").or_default(),
      field<&R::currency>("ISO 4217 code, shown with amounts, such as EUR.").at_most_bytes(3),
      field<&R::echo>("false leaves raw_payload out.").or_default());
}

Result<SegmentReport> compute(const Request& request, Context& context) {
  auto currency = currency_of(request.currency);
  if (!currency) return std::move(currency).error();
  const SegmentationParts parts{request.customers, request.labels, request.dendrogram};
  const auto read = read_segmentation(parts);
  if (!read) return read.error();
  const ReportWish wish{request.lang, request.depth, std::move(currency).value()};
  SegmentReport report = write_report(*read, wish, context);
  rewrite_sections(wish, report, context);
  if (request.echo) report.raw_payload = vocabulary::echo(parts);
  return report;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, SegmentReport, compute>(
      {.name = "segmentation_report_json",
       .group = "report",
       .title = "Segmentation report",
       .description =
           "Tells a finished segmentation in words: an executive summary (250-350 words), seven "
           "sections, three one-line insights, comments on the dendrogram when one is given, and "
           "the figures behind all of it. In English, Spanish or Brazilian Portuguese, with "
           "numbers written as the language writes them.\n\nEvery sentence follows from the "
           "request by rules: the clusters' ranking by revenue, their contrasts in spend and "
           "frequency, size against value, concentration of revenue, categories that set a cluster "
           "apart, clusters too small to rely on, and where the dendrogram's big merges are. "
           "Recommendations follow from spend, frequency and kind of category, never from the "
           "cluster's number. Every number in the texts is one of `cluster_metrics` or `facts`, "
           "rounded. Names of categories are shown without control and direction marks, at most "
           "32 characters long.\n\nRefused: customers without a label, labels without a customer, "
           "a dendrogram of other customers, a linkage that is no tree.",
       .cost = "O(n log n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::segmentation_report_json
