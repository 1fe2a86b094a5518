// Links: catalog
// Arbitrary bytes as the request of every endpoint: an answer that is written out, or a refusal
// with a fault, never a crash. The first byte picks the endpoint, the next the threads.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/sink.hpp"
#include "catalog/catalog.hpp"

namespace {

using namespace clientele;

void require(bool holds) {
  if (!holds) std::abort();
}

// Small limits, so that the fuzzer looks at shapes and not at sizes; every example stays below
// them.
const Limits& small_limits() {
  static const Limits limits = [] {
    Limits set;
    for (const Limit& limit : catalog::limits()) set.set(std::string(limit.name), 256);
    set.set("feature_columns", 16);
    set.set("feature_cells", 4096);
    return set;
  }();
  return limits;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto& entries = catalog::entries();
  const schema::Endpoint& endpoint = entries[data[0] % entries.size()].endpoint;
  const schema::PaddedString body({reinterpret_cast<const char*>(data + 2), size - 2});
  schema::ReadInput input;
  input.body = body.view();
  input.limits = &small_limits();
  Context context;
  context.today = *parse_date("2025-06-30");
  context.generated_at = "2025-06-30T12:00:00Z";
  context.threads = 1 + data[1] % 2;
  context.limits = &small_limits();
  const auto answer = endpoint.run(endpoint, input, context);
  if (!answer) {
    const Error& error = answer.error();
    require(error.kind == ErrorKind::invalid_input && !error.faults.empty());
    require(error.faults.size() <= kMaxListedFaults && error.faults.size() <= error.fault_total);
    return 0;
  }
  StringSink sink;
  require(answer->write(sink));
  require(sink.text().find("nan") == std::string::npos ||
          body.view().text.find("nan") != std::string_view::npos);
  return 0;
}
