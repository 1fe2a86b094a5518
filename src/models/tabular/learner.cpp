#include "models/tabular/learner.hpp"

#include <algorithm>
#include <cmath>

#include "models/explain/oblivious_shap.hpp"
#include "models/explain/tree_shap.hpp"
#include "models/trees/table_columns.hpp"

namespace clientele::tabular {
namespace {

constexpr double kSurest = 1e-4;  // a forest's share this close to 0 or 1 says no more

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

Encoding learn_encoding(const FeatureTable& table, std::size_t threads) {
  return {linear::learn_design(table), trees::Binning::fit(trees::columns_of(table), {}, threads)};
}

EncodedTable encode(const Encoding& encoding, const FeatureTable& table, Reader reader,
                    std::size_t threads) {
  EncodedTable encoded;
  encoded.columns = table.columns.size();
  if (reader != Reader::trees) encoded.design = linear::encode(encoding.design, table);
  if (reader != Reader::linear) {
    encoded.matrix = encoding.binning.apply(trees::columns_of(table), threads);
  }
  return encoded;
}

void raw_output(const Model& model, const EncodedTable& table, std::span<const std::uint32_t> rows,
                std::span<double> out) {
  std::visit(
      Overloaded{[&](const linear::LinearModel& line) {
                   linear::predict_raw(line, table.design, rows, out);
                 },
                 [&](const auto& trees) { trees::predict_raw(trees, table.matrix, rows, out); }},
      model);
}

void log_odds(const Model& model, const EncodedTable& table, std::span<const std::uint32_t> rows,
              std::span<double> out) {
  raw_output(model, table, rows, out);
  const auto* ensemble = std::get_if<trees::TreeEnsemble>(&model);
  if (ensemble == nullptr || !ensemble->average) return;
  for (double& value : out) {
    const double share = std::clamp(value, kSurest, 1 - kSurest);
    value = std::log(share / (1 - share));
  }
}

double contributions(const Model& model, const linear::DesignCode& design,
                     const EncodedTable& table, std::span<const std::uint32_t> rows,
                     std::span<double> out, std::size_t threads) {
  return std::visit(Overloaded{[&](const linear::LinearModel& line) {
                                 return linear::explain(line, design, table.design, rows,
                                                        table.columns, out);
                               },
                               [&](const trees::TreeEnsemble& ensemble) {
                                 const explain::TreeShap shap(ensemble);
                                 shap.explain(table.matrix, rows, out, threads);
                                 return shap.base();
                               },
                               [&](const trees::ObliviousEnsemble& ensemble) {
                                 const explain::ObliviousShap shap(ensemble);
                                 shap.explain(table.matrix, rows, out, threads);
                                 return shap.base();
                               }},
                    model);
}

}  // namespace clientele::tabular
