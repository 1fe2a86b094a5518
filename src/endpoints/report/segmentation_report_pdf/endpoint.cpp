// segmentation_report_pdf: a finished segmentation as a printable report.
#include "schema/endpoint.hpp"
#include "endpoints/report/segmentation_report_pdf/document.hpp"
#include "vocabulary/orders.hpp"
#include "vocabulary/report_rewriting.hpp"
#include "vocabulary/segment_report_answer.hpp"

namespace clientele::endpoints::segmentation_report_pdf {
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
  std::optional<Date> today;
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
      field<&R::dendrogram>("Adds the dendrogram's page."),
      field<&R::lang>("Language of the report.").or_default(),
      field<&R::depth>("brief: texts of about a third of the length.").or_default(),
      field<&R::currency>("ISO 4217 code, shown with amounts, such as EUR.").at_most_bytes(3),
      field<&R::today>("Day shown on the title page; the server's day when absent."));
}

Result<schema::PdfDocument> compute(const Request& request, Context& context) {
  auto currency = currency_of(request.currency);
  if (!currency) return std::move(currency).error();
  const SegmentationParts parts{request.customers, request.labels, request.dendrogram};
  const auto read = read_segmentation(parts);
  if (!read) return read.error();
  const ReportWish wish{request.lang, request.depth, std::move(currency).value()};
  SegmentReport report = write_report(*read, wish, context);
  rewrite_sections(wish, report, context);
  return schema::PdfDocument{
      render_document({*read, report, wish, reference_day(request.today, context)})};
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, schema::PdfDocument, compute>(
      {.name = "segmentation_report_pdf",
       .group = "report",
       .title = "Segmentation report as PDF",
       .description =
           "The report of segmentation_report_json as a PDF to print or to send: a title page with "
           "the key figures, the executive summary, charts (share of revenue, customers, spend "
           "against frequency), the dendrogram when one is given, a page for each of the twelve "
           "clusters with the most revenue, all sections and a table of metrics.\n\nThe answer is "
           "`application/pdf`; fonts are embedded, charts can be read in grey. With the same "
           "`today` the same request gives the same bytes. On the command line: `clientele call "
           "segmentation_report_pdf segments.json > report.pdf`, or `clientele report "
           "segments.json --pdf report.pdf --lang es`.",
       .cost = "O(n log n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::segmentation_report_pdf
