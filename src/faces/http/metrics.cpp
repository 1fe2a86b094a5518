#include "faces/http/metrics.hpp"

#include <algorithm>
#include <utility>

#include "base/number_text.hpp"

namespace clientele::http {
namespace {

// Lines of the exposition format. Endpoint labels are the application's own and need no escaping.
class Exposition {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help);
    text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
  }
  void sample(std::string_view suffix, std::string_view labels, double value) {
    text_.append(name_).append(suffix);
    if (!labels.empty()) text_.append("{").append(labels).append("}");
    text_ += ' ';
    append_number(text_, value);
    text_ += '\n';
  }
  void single(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample("", "", value);
  }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
  std::string_view name_;
};

double as_double(std::uint64_t n) { return static_cast<double>(n); }

std::string endpoint_label(std::string_view endpoint) {
  return "endpoint=\"" + std::string(endpoint.empty() ? "none" : endpoint) + '"';
}

// The upper bound of a histogram bucket.
std::string bound_text(std::size_t bucket) {
  if (bucket == Metrics::kBounds.size()) return "+Inf";
  std::string text;
  append_number(text, Metrics::kBounds.at(bucket));
  return text;
}

void add_gauges(Exposition& text, const ServerGauges& gauges) {
  text.single("clientele_connections", "gauge", "Open client connections.",
              as_double(gauges.connections));
  text.single("clientele_requests_in_flight", "gauge", "Requests read and not yet answered.",
              as_double(gauges.requests_in_flight));
  text.single("clientele_queue_length", "gauge", "Requests that wait for a compute thread.",
              as_double(gauges.queue_length));
  text.single("clientele_bytes_in_flight", "gauge", "Bytes of bodies and answers held.",
              as_double(gauges.bytes_in_flight));
  text.single("clientele_refused_connections_total", "counter",
              "Connections over a connection limit.", as_double(gauges.refused_connections));
  text.single("clientele_stopping", "gauge", "1 while the server stops.", gauges.stopping ? 1 : 0);
}

}  // namespace

void Metrics::observe(const AccessRecord& record) {
  const double seconds = record.milliseconds / 1000;
  const auto bucket =
      static_cast<std::size_t>(std::ranges::lower_bound(kBounds, seconds) - kBounds.begin());
  const std::lock_guard lock(mutex_);
  auto found = series_.find(record.endpoint);
  if (found == series_.end()) {
    found = series_.emplace(std::string(record.endpoint), Series{}).first;
  }
  Series& series = found->second;
  ++series.by_status[record.status];
  ++series.buckets.at(bucket);
  series.seconds += seconds;
  series.bytes_in += record.bytes_in;
  series.bytes_out += record.bytes_out;
  series.incomplete += record.complete ? 0 : 1;
}

std::string Metrics::text(const ServerGauges& gauges) const {
  Exposition text;
  add_gauges(text, gauges);
  const std::lock_guard lock(mutex_);
  text.family("clientele_requests_total", "counter", "Answers by endpoint and status.");
  for (const auto& [endpoint, series] : series_) {
    for (const auto& [status, count] : series.by_status) {
      text.sample("", endpoint_label(endpoint) + ",status=\"" + std::to_string(status) + '"',
                  as_double(count));
    }
  }
  text.family("clientele_request_duration_seconds", "histogram",
              "From the complete head to the last byte of the answer.");
  for (const auto& [endpoint, series] : series_) {
    const std::string label = endpoint_label(endpoint);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < series.buckets.size(); ++i) {
      below += series.buckets[i];
      text.sample("_bucket", label + ",le=\"" + bound_text(i) + '"', as_double(below));
    }
    text.sample("_sum", label, series.seconds);
    text.sample("_count", label, as_double(below));
  }
  const auto total = [&](std::string_view name, std::string_view help,
                         std::uint64_t Series::*member) {
    text.family(name, "counter", help);
    for (const auto& [endpoint, series] : series_) {
      text.sample("", endpoint_label(endpoint), as_double(series.*member));
    }
  };
  total("clientele_received_bytes_total", "Bodies as received.", &Series::bytes_in);
  total("clientele_sent_bytes_total", "Answers as sent.", &Series::bytes_out);
  total("clientele_incomplete_answers_total", "Answers that the client did not get to the end.",
        &Series::incomplete);
  return std::move(text).take();
}

}  // namespace clientele::http
