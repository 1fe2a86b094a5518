// Whole endpoints in one process: read, compute and write, without sockets.
#include <benchmark/benchmark.h>

#include <string>

#include "base/rng.hpp"
#include "catalog/catalog.hpp"

namespace clientele::catalog {
namespace {

class CountingSink final : public Sink {
 public:
  bool write(std::string_view bytes) override {
    bytes_ += bytes.size();
    return true;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

void run(benchmark::State& state, std::string_view name, const std::string& text) {
  const schema::Endpoint& endpoint = find(name)->endpoint;
  const schema::PaddedString body(text);
  std::size_t written = 0;
  for (auto _ : state) {
    Context context;
    context.today = date_from({2025, 1, 1});
    schema::ReadInput input;
    input.body = body.view();
    const auto answer = endpoint.run(endpoint, input, context);
    if (!answer) {
      state.SkipWithError(answer.error().faults.front().detail.c_str());
      return;
    }
    CountingSink sink;
    answer->write(sink);
    written = sink.bytes();
  }
  state.counters["body_MB"] = static_cast<double>(text.size()) / 1e6;
  state.counters["answer_MB"] = static_cast<double>(written) / 1e6;
}

std::string cents(Rng& rng, std::uint64_t most) {
  return std::to_string(rng.below(most)) + "." + std::to_string(10 + rng.below(90));
}

// 250 000 orders of 40 000 customers.
std::string orders_body() {
  Rng rng(1);
  std::string text = R"({"customers":[)";
  for (int i = 0; i < 40'000; ++i) {
    text += (i == 0 ? "" : ",") + (R"({"customer_id":"C-)" + std::to_string(100'000 + i)) +
            R"(","transactions":[)";
    for (int j = 0; j < 6 + (i % 4 == 0 ? 1 : 0); ++j) {
      const Date date{19'000 + static_cast<std::int32_t>(rng.below(1000))};
      text += (j == 0 ? "" : ",") + (R"({"date":")" + to_string(date)) + R"(","amount":)" +
              cents(rng, 300) + "}";
    }
    text += "]}";
  }
  return text + "]}";
}

std::string answers_body() {
  Rng rng(2);
  std::string text = R"({"group_by":"store","data":[)";
  for (int i = 0; i < 50'000; ++i) {
    text += (i == 0 ? "" : ",") + (R"({"customer_id":"C-)" + std::to_string(i)) + R"(","answer":)" +
            std::to_string(rng.below(11)) + R"(,"store":"S-)" + std::to_string(i % 50) + R"("})";
  }
  return text + "]}";
}

// A random binary tree over `leaves` leaves.
std::string tree_body(int leaves) {
  Rng rng(3);
  std::vector<std::pair<int, int>> active;
  for (int i = 0; i < leaves; ++i) active.emplace_back(i, 1);
  std::string text = R"({"dendrogram":{"linkage_matrix":[)";
  double distance = 0;
  for (int node = leaves; active.size() > 1; ++node) {
    std::swap(active[rng.below(active.size())], active.back());
    const auto a = active.back();
    active.pop_back();
    auto& b = active[rng.below(active.size())];
    distance += rng.uniform();
    text += (node == leaves ? "[" : ",[") + std::to_string(a.first) + "," +
            std::to_string(b.first) + "," + std::to_string(distance) + "," +
            std::to_string(a.second + b.second) + "]";
    b = {node, a.second + b.second};
  }
  text += R"(],"leaf_labels":[)";
  for (int i = 0; i < leaves; ++i) text += (i == 0 ? "\"C" : ",\"C") + std::to_string(i) + '"';
  return text + "]}}";
}

void BM_Rfm250kOrders(benchmark::State& state) { run(state, "customer_rfm", orders_body()); }
void BM_Nps50kRows(benchmark::State& state) { run(state, "nps", answers_body()); }
void BM_Hierarchy40kLeaves(benchmark::State& state) {
  run(state, "segment_hierarchy_chart", tree_body(40'000));
}
void BM_Hierarchy100kLeaves(benchmark::State& state) {
  run(state, "segment_hierarchy_chart", tree_body(100'000));
}

BENCHMARK(BM_Rfm250kOrders)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Nps50kRows)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Hierarchy40kLeaves)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Hierarchy100kLeaves)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clientele::catalog
