#include "models/explain/oblivious_shap.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "models/explain/path_kernel.hpp"

namespace clientele::explain {
namespace {

constexpr std::size_t kChunkRows = 512;

// The tree written out as binary nodes, level by level. Cell column l holds bit l of the row's
// leaf; bit 0 goes left.
std::vector<PathNode> written_out(const trees::ObliviousEnsemble& model,
                                  const trees::ObliviousTree& tree,
                                  const std::vector<std::uint32_t>& group_of_level) {
  struct Place {
    std::uint32_t level;
    std::uint32_t bits;
  };
  std::vector<PathNode> nodes(1);
  std::vector<Place> places{{0, 0}};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Place place = places[i];
    if (place.level == tree.depth) {
      nodes[i].value = model.values[tree.first_leaf + place.bits];
      nodes[i].cover = model.covers[tree.first_leaf + place.bits];
      continue;
    }
    nodes[i].first_child = static_cast<std::uint32_t>(nodes.size());
    nodes[i].column = place.level;
    nodes[i].group = group_of_level[place.level];
    for (const std::uint32_t bit : {0U, 1U}) {
      nodes.emplace_back();
      places.push_back({place.level + 1, place.bits | bit << place.level});
    }
  }
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (nodes[i].first_child == 0) continue;
    nodes[i].cover = nodes[nodes[i].first_child].cover + nodes[nodes[i].first_child + 1].cover;
  }
  return nodes;
}

}  // namespace

ObliviousShap::ObliviousShap(const trees::ObliviousEnsemble& model)
    : model_(&model), base_(model.base) {
  tables_.reserve(model.trees.size());
  for (std::size_t tree = 0; tree < model.trees.size(); ++tree) {
    double mean = 0;
    tables_.push_back(table_of(tree, mean));
    base_ += mean;
  }
}

ObliviousShap::Table ObliviousShap::table_of(std::size_t tree, double& mean) const {
  const trees::ObliviousTree& shape = model_->trees[tree];
  Table table;
  std::vector<std::uint32_t> group_of_level;
  for (std::uint32_t level = 0; level < shape.depth; ++level) {
    const std::uint32_t column = model_->splits[shape.first_split + level].column;
    const std::uint32_t feature =
        column < model_->features ? column : model_->statistics[column - model_->features].feature;
    const auto known = std::find(table.features.begin(), table.features.end(), feature);
    group_of_level.push_back(static_cast<std::uint32_t>(known - table.features.begin()));
    if (known == table.features.end()) table.features.push_back(feature);
  }
  const PathProgram program = path_program(written_out(*model_, shape, group_of_level));
  mean = program.mean;
  const std::size_t leaves = std::size_t{1} << shape.depth, groups = table.features.size();
  table.values.resize(leaves * groups);
  std::vector<std::uint8_t> cells(shape.depth * kRowLanes);
  std::vector<double> values(groups * kRowLanes);
  for (std::size_t first = 0; first < leaves; first += kRowLanes) {
    for (std::size_t level = 0; level < shape.depth; ++level) {
      for (std::size_t lane = 0; lane < kRowLanes; ++lane) {
        cells[level * kRowLanes + lane] = (first + lane) >> level & 1;
      }
    }
    std::fill(values.begin(), values.end(), 0.0);
    add_path_values(program, cells.data(), values.data());
    for (std::size_t lane = 0; lane < std::min(kRowLanes, leaves - first); ++lane) {
      for (std::size_t group = 0; group < groups; ++group) {
        table.values[(first + lane) * groups + group] = values[group * kRowLanes + lane];
      }
    }
  }
  return table;
}

void ObliviousShap::explain(const trees::BinnedMatrix& matrix, std::span<const std::uint32_t> rows,
                            std::span<double> out, std::size_t threads) const {
  const std::size_t features = model_->features;
  const std::size_t chunks = (rows.size() + kChunkRows - 1) / kChunkRows;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const std::size_t begin = chunk * kChunkRows;
    const auto own = rows.subspan(begin, std::min(kChunkRows, rows.size() - begin));
    double* values = out.data() + begin * features;
    std::fill_n(values, own.size() * features, 0.0);
    std::vector<std::uint8_t> leaves(own.size());
    for (std::size_t tree = 0; tree < tables_.size(); ++tree) {
      trees::leaves_of(*model_, tree, matrix, own, leaves);
      const Table& table = tables_[tree];
      const std::size_t groups = table.features.size();
      for (std::size_t i = 0; i < own.size(); ++i) {
        const double* credit = table.values.data() + leaves[i] * groups;
        for (std::size_t g = 0; g < groups; ++g)
          values[i * features + table.features[g]] += credit[g];
      }
    }
  });
}

}  // namespace clientele::explain
