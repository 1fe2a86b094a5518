// A dendrogram as requests carry it: a linkage in SciPy's form and the ids of its leaves.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "models/hierarchy/dendrogram.hpp"
#include "schema/describe.hpp"

namespace clientele::vocabulary {

struct ClusterLegend {
  std::int32_t cluster_id = 0;
  std::optional<std::int64_t> n_customers;
  std::optional<double> avg_spend;
  std::optional<double> avg_frequency;
  std::optional<std::string_view> top_categories;
};
schema::Object describe(schema::For<ClusterLegend>);

// `kMostLeaves`: the endpoint's own limit of rows.
template <const Limit& kMostLeaves>
struct DendrogramShape {
  std::vector<hierarchy::LinkageRow> linkage_matrix;
  std::optional<std::vector<std::string_view>> columns;
  std::vector<std::string_view> leaf_labels;
  std::optional<std::vector<ClusterLegend>> cluster_legend;
};

template <const Limit& kMostLeaves>
schema::Object describe(schema::For<DendrogramShape<kMostLeaves>>) {
  using schema::field;
  using D = DendrogramShape<kMostLeaves>;
  return schema::object<D>(
      "A linkage in SciPy's form, as the segmentations give it.",
      field<&D::linkage_matrix>("Rows of child1, child2, distance, sample_count.")
          .at_most_items(kMostLeaves),
      field<&D::columns>("Names of the row's columns; not needed."),
      field<&D::leaf_labels>("Customer id of each leaf, in the order of the leaf ids.")
          .at_least_items(1)
          .at_most_items(kMostLeaves),
      field<&D::cluster_legend>("Handed through to the answer; not needed."));
}

}  // namespace clientele::vocabulary
