// segmentation_report_json_i18n: a finished segmentation told in several languages at once.
#include <algorithm>

#include "schema/endpoint.hpp"
#include "vocabulary/report_rewriting.hpp"
#include "vocabulary/segment_report_answer.hpp"

namespace clientele::endpoints::segmentation_report_json_i18n {
namespace {

using namespace vocabulary;
using schema::field;

struct Request {
  std::vector<SegmentedCustomer> customers;
  Labels labels;
  std::optional<SegmentDendrogram> dendrogram;
  std::vector<Language> langs{Language::en, Language::es, Language::pt};
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
      field<&R::langs>("Languages of the reports; all when absent.")
          .or_default()
          .at_least_items(1)
          .at_most_items({"report_languages", 30}),
      field<&R::depth>("brief: texts of about a third of the length.").or_default(),
      field<&R::currency>("ISO 4217 code, shown with amounts, such as EUR.").at_most_bytes(3),
      field<&R::echo>("false leaves raw_payload out of every report.").or_default());
}

struct Reports {
  std::optional<SegmentReport> en;
  std::optional<SegmentReport> es;
  std::optional<SegmentReport> pt;
};
schema::Object describe(schema::For<Reports>) {
  using R = Reports;
  return schema::object<R>("A report a language.", field<&R::en>("English, if wanted."),
                           field<&R::es>("Spanish, if wanted."),
                           field<&R::pt>("Portuguese, if wanted."));
}

struct Response {
  Reports reports;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("Reports by language.",
                                  field<&Response::reports>("Those that were asked for."));
}

Result<Response> compute(const Request& request, Context& context) {
  auto currency = currency_of(request.currency);
  if (!currency) return std::move(currency).error();
  const SegmentationParts parts{request.customers, request.labels, request.dendrogram};
  const auto read = read_segmentation(parts);
  if (!read) return read.error();
  Response response;
  const auto tell = [&](Language language, std::optional<SegmentReport>& place) {
    if (std::ranges::find(request.langs, language) == request.langs.end()) return;
    const ReportWish wish{language, request.depth, *currency};
    place = write_report(*read, wish, context);
    rewrite_sections(wish, *place, context);
    if (request.echo) place->raw_payload = vocabulary::echo(parts);
  };
  tell(Language::en, response.reports.en);
  tell(Language::es, response.reports.es);
  tell(Language::pt, response.reports.pt);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "segmentation_report_json_i18n",
       .group = "report",
       .title = "Segmentation report in several languages",
       .description =
           "The report of segmentation_report_json in every language of `langs` (all of them when "
           "absent) from one reading of the data: `{\"reports\": {\"en\": ..., \"es\": ..., "
           "\"pt\": ...}}`. The figures are the same in all of them; only the words and the way of "
           "writing numbers differ. `echo: false` leaves the repeated raw_payload out.",
       .cost = "O(n log n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::segmentation_report_json_i18n
