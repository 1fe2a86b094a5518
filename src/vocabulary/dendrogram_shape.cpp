#include "vocabulary/dendrogram_shape.hpp"

namespace clientele::vocabulary {

using schema::field;

schema::Object describe(schema::For<ClusterLegend>) {
  using L = ClusterLegend;
  return schema::object<L>("Figures of a cluster, for tooltips.", field<&L::cluster_id>("Cluster."),
                           field<&L::n_customers>("Customers in it.").at_least(0),
                           field<&L::avg_spend>("Mean spend.").unit("currency"),
                           field<&L::avg_frequency>("Mean frequency."),
                           field<&L::top_categories>("What it buys."));
}

}  // namespace clientele::vocabulary
