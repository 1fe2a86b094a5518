// segment_hierarchy_chart: a dendrogram as nodes and links, or as a nested sunburst.
#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "models/hierarchy/dendrogram.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/dendrogram_shape.hpp"

namespace clientele::endpoints::segment_hierarchy_chart {
namespace {

using hierarchy::Merge;
using schema::field;
using schema::JsonWriter;

constexpr Limit kMostLeaves{"hierarchy_leaves", 100'000};
constexpr std::uint32_t kDeepForReaders = 500;  // many JSON readers give up at nesting like this

enum class Format { graph, sunburst };
constexpr auto choices(schema::For<Format>) {
  return std::array<std::string_view, 2>{"graph", "sunburst"};
}

using Dendrogram = vocabulary::DendrogramShape<kMostLeaves>;

struct Request {
  Dendrogram dendrogram;
  Format format = Format::graph;
};
schema::Object describe(schema::For<Request>) {
  return schema::object<Request>(
      "A dendrogram and the shape wanted.", field<&Request::dendrogram>("The dendrogram."),
      field<&Request::format>("graph: nodes and links; sunburst: nested nodes.").or_default());
}

struct Node {
  std::uint32_t id = 0;
  std::optional<std::string_view> label;
  std::optional<double> distance;
  std::optional<std::uint32_t> size;
  bool is_leaf = false;
};
schema::Object describe(schema::For<Node>) {
  using N = Node;
  return schema::object<N>("A node of the tree.",
                           field<&N::id>("Leaves first, then one node a row of the linkage."),
                           field<&N::label>("Customer id (leaves)."),
                           field<&N::distance>("Height of the merge (inner nodes)."),
                           field<&N::size>("Leaves below (inner nodes)."),
                           field<&N::is_leaf>("Whether it is a customer."));
}

struct Link {
  std::uint32_t source = 0;
  std::uint32_t target = 0;
  double distance = 0;
};
schema::Object describe(schema::For<Link>) {
  return schema::object<Link>("An edge.", field<&Link::source>("The inner node."),
                              field<&Link::target>("One of its two children."),
                              field<&Link::distance>("Height of the merge."));
}

struct SunburstNode {
  std::string_view name;
  std::uint32_t value = 0;
  double distance = 0;
  std::vector<SunburstNode> children;
};
schema::Object describe(schema::For<SunburstNode>) {
  using S = SunburstNode;
  return schema::object<S>("A ring segment.", field<&S::name>("Customer id, or node and its id."),
                           field<&S::value>("Leaves below, 1 for a leaf."),
                           field<&S::distance>("Height of the merge, 0 for a leaf."),
                           field<&S::children>("Two, or none for a leaf."));
}

struct Response {
  std::optional<std::vector<Node>> nodes;
  std::optional<std::vector<Link>> links;
  std::optional<std::vector<std::string_view>> columns;
  std::optional<std::vector<vocabulary::ClusterLegend>> cluster_legend;
  std::optional<std::string> name;
  std::optional<std::uint32_t> value;
  std::optional<double> distance;
  std::optional<schema::Streamed<std::vector<SunburstNode>>> children;
};
schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>(
      "A graph (nodes, links, columns) or a sunburst (the root node).",
      field<&R::nodes>("Leaves, then merges."),
      field<&R::links>("Two a merge, in the order of the rows."),
      field<&R::columns>("Names of a link's values."), field<&R::cluster_legend>("As sent."),
      field<&R::name>("Sunburst: the root."), field<&R::value>("Sunburst: number of leaves."),
      field<&R::distance>("Sunburst: height of the last merge."),
      field<&R::children>("Sunburst: the nested nodes."));
}

void fill_graph(const Dendrogram& dendrogram, const std::vector<Merge>& merges,
                Response& response) {
  const auto leaves = static_cast<std::uint32_t>(dendrogram.leaf_labels.size());
  auto& nodes = response.nodes.emplace();
  auto& links = response.links.emplace();
  nodes.reserve(leaves + merges.size());
  links.reserve(2 * merges.size());
  for (std::uint32_t leaf = 0; leaf < leaves; ++leaf) {
    nodes.push_back({leaf, dendrogram.leaf_labels[leaf], std::nullopt, std::nullopt, true});
  }
  for (std::uint32_t row = 0; row < merges.size(); ++row) {
    const Merge& merge = merges[row];
    nodes.push_back({leaves + row, std::nullopt, merge.distance, merge.size, false});
    links.push_back({leaves + row, merge.child1, merge.distance});
    links.push_back({leaves + row, merge.child2, merge.distance});
  }
  response.columns = std::vector<std::string_view>{"source", "target", "distance"};
  response.cluster_legend = dendrogram.cluster_legend;
}

// Writes the tree below the root without recursion: chains may be 100 000 levels deep.
class SunburstWriter {
 public:
  SunburstWriter(const Dendrogram& dendrogram, std::vector<Merge> merges)
      : labels_(dendrogram.leaf_labels), merges_(std::move(merges)) {}

  void write_children(JsonWriter& writer) const {
    writer.begin_list();
    std::uint32_t depth = 0;  // of the node that is open
    const auto order = hierarchy::depth_first(merges_);
    for (std::size_t i = 1; i < order.size() && !writer.stopped(); ++i) {
      for (; depth >= order[i].depth; --depth) close(writer);
      open(writer, order[i].node);
      depth = order[i].depth;
    }
    for (; depth >= 1; --depth) close(writer);
    writer.end_list();
  }

  std::uint32_t deepest() const {
    std::uint32_t deepest = 0;
    for (const auto& visit : hierarchy::depth_first(merges_)) {
      deepest = std::max(deepest, visit.depth);
    }
    return deepest;
  }

 private:
  void open(JsonWriter& writer, std::uint32_t node) const {
    const bool leaf = node < labels_.size();
    const Merge* merge = leaf ? nullptr : &merges_[node - labels_.size()];
    writer.begin_object();
    writer.key("name");
    writer.text(leaf ? std::string(labels_[node]) : "node " + std::to_string(node));
    writer.key("value");
    writer.integer(leaf ? 1 : merge->size);
    writer.key("distance");
    writer.number(leaf ? 0.0 : merge->distance);
    writer.key("children");
    writer.begin_list();
  }
  static void close(JsonWriter& writer) {
    writer.end_list();
    writer.end_object();
  }

  std::vector<std::string_view> labels_;
  std::vector<Merge> merges_;
};

void fill_sunburst(const Dendrogram& dendrogram, std::vector<Merge> merges, Response& response,
                   Context& context) {
  const std::size_t leaves = dendrogram.leaf_labels.size();
  response.name = merges.empty() ? std::string(dendrogram.leaf_labels[0])
                                 : "node " + std::to_string(leaves + merges.size() - 1);
  response.value = static_cast<std::uint32_t>(leaves);
  response.distance = merges.empty() ? 0.0 : merges.back().distance;
  const auto tree = std::make_shared<const SunburstWriter>(dendrogram, std::move(merges));
  if (tree->deepest() > kDeepForReaders) {
    context.warn("deep_tree", "The tree is " + std::to_string(tree->deepest()) +
                                  " levels deep; many JSON readers refuse that. Use format graph.");
  }
  response.children.emplace().write = [tree](JsonWriter& writer) { tree->write_children(writer); };
}

Result<Response> compute(const Request& request, Context& context) {
  const Dendrogram& dendrogram = request.dendrogram;
  Faults faults;
  auto merges = hierarchy::check_linkage(dendrogram.linkage_matrix, dendrogram.leaf_labels.size(),
                                         "/dendrogram/linkage_matrix", faults);
  if (!faults.empty()) return std::move(faults).to_error();
  Response response;
  if (request.format == Format::graph) {
    fill_graph(dendrogram, merges, response);
  } else {
    fill_sunburst(dendrogram, std::move(merges), response, context);
  }
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "segment_hierarchy_chart",
       .group = "segmentation",
       .title = "Dendrogram for charts",
       .description =
           "Turns the dendrogram of purchasing_segmentation_dendrogram into nodes and links for "
           "D3, ECharts or Plotly, or with `format: \"sunburst\"` (also `?format=sunburst`) into "
           "nested nodes.\n\nA linkage that is not a binary tree over the labels is refused with "
           "the row that is wrong.",
       .cost = "O(n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::segment_hierarchy_chart
