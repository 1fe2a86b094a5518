// Ward's criterion: merging clusters A, B adds cost(A, B) = |A||B| / (|A| + |B|) ||cA - cB||^2 to
// the within-cluster sum of squares; the height of the merge is sqrt(2 cost), which between single
// points is their Euclidean distance.
//
// Clusters that are each other's nearest merge, whatever the order: Ward's cost is reducible, a
// merged cluster is never nearer to a third one than the nearer of its parts was (Bruynooghe 1978;
// Murtagh 1983). While many pairs are mutual they merge in rounds, all pairs of a round at once
// (Yu, Wang, Gu, Dhulipala, Shun 2021, "ParChain"); when rounds yield little, a nearest-neighbour
// chain goes on, which needs at most 3n look-ups whatever the data (Benzecri 1982). Everything runs
// over centroids and sizes, O(n) memory. Each cluster remembers its nearest few and a bound that
// every other cluster's cost respects; the recurrence of Lance & Williams (1967) carries both over
// to merged clusters, so that most look-ups need no search.
//
// Ties: neighbours are ordered by (cost, slot) with slots in the cohort's canonical order, a strict
// order of pairs, so a mutual pair always exists and the result does not depend on the rows' order.
// Degenerate: one row gives an empty tree; equal rows merge at height 0, pairwise.
#include "models/cluster/ward.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.hpp"
#include "models/cluster/ward_index.hpp"

namespace clientele::cluster {
namespace {

constexpr double kRounding = 1.0 - 1e-12;  // see WardIndex: bounds err on the safe side

// The nearest few clusters of one cluster, by the slots they had when found. Every live cluster
// that none of these has become part of costs at least `bound`.
struct Vicinity {
  std::uint32_t slots[kWardNear];
  std::uint32_t count = 0;
  double bound = 0;
};

// A merge before it is numbered: any leaf of each part.
struct RawMerge {
  std::uint32_t a;
  std::uint32_t b;
  double height;
};

class Agglomeration {
 public:
  Agglomeration(numeric::WeightedPoints points, std::size_t threads,
                const std::function<bool()>& cancelled)
      : threads_(threads),
        cancelled_(cancelled),
        clusters_(start(points)),
        index_(clusters_),
        nearest_(points.points.n),
        vicinity_(points.points.n),
        into_(points.points.n),
        height_(points.points.n, 0.0),
        mark_(points.points.n, 0) {
    std::iota(into_.begin(), into_.end(), 0u);
    live_ = index_.slots();
  }

  // Merges of slots (= indices of points), parts before wholes; not all when cancelled.
  std::vector<RawMerge> run() {
    merges_.reserve(into_.size() - 1);
    std::size_t merged = live_.size();
    unsettled_ = live_;
    while (live_.size() > 1 && merged * kProductive > live_.size()) merged = round();
    if (live_.size() > 1 && !cancelled_()) chain();
    return std::move(merges_);
  }

 private:
  static constexpr std::size_t kProductive = 32;  // a round must merge one cluster in so many
  static constexpr std::size_t kChunk = 512;

  static WardClusters start(numeric::WeightedPoints points) {
    const auto [n, d] = std::pair(points.points.n, points.points.d);
    WardClusters clusters{d, {points.points.values, points.points.values + n * d}, {}};
    clusters.sizes.resize(n);
    std::vector<double> mean(d, 0.0);
    const double total = points.total();
    for (std::size_t i = 0; i < n; ++i) {
      const double weight = clusters.sizes[i] = points.weight(i);
      for (std::size_t j = 0; j < d; ++j) mean[j] += weight / total * points.points.row(i)[j];
    }
    for (std::size_t i = 0; i < n * d; ++i) clusters.centroids[i] -= mean[i % d];
    return clusters;
  }

  // Calls body(slot) for all of `slots`, on several threads when there are many.
  template <typename Body>
  void for_each(const std::vector<std::uint32_t>& slots, const Body& body) const {
    const std::size_t chunks = (slots.size() + kChunk - 1) / kChunk;
    parallel_for(chunks < 4 ? 1 : threads_, chunks, [&](std::size_t chunk) {
      const auto [begin, end] = chunk_range(slots.size(), chunks, chunk);
      for (std::size_t i = begin; i < end && !cancelled_(); ++i) body(slots[i]);
    });
  }

  // Merges all mutual pairs. Returns how many.
  std::size_t round() {
    for_each(unsettled_, [&](std::uint32_t slot) { nearest_[slot] = look_up(slot); });
    if (cancelled_()) return 0;
    smallest_ = index_.smallest();
    std::vector<std::uint32_t> grown;
    std::vector<std::uint32_t> gone;
    ++round_;
    for (const std::uint32_t slot : live_) {
      const std::uint32_t other = nearest_[slot].slot;
      if (other < slot || nearest_[other].slot != slot) continue;
      const std::uint32_t larger = merge(slot, other);
      grown.push_back(larger);
      gone.push_back(larger == slot ? other : slot);
      mark_[slot] = mark_[other] = round_;
    }
    for_each(grown, [&](std::uint32_t slot) { settle_vicinity(slot); });
    unsettled_.clear();
    std::size_t kept = 0;
    for (const std::uint32_t slot : live_) {
      if (clusters_.sizes[slot] == 0) continue;
      live_[kept++] = slot;
      if (mark_[slot] == round_ || mark_[nearest_[slot].slot] == round_) unsettled_.push_back(slot);
    }
    live_.resize(kept);
    index_.merged(grown, gone);
    return grown.size();
  }

  // Follows nearest neighbours until two are mutual, merges them, goes on from where it stood.
  void chain() {
    std::vector<std::uint32_t> links;
    std::size_t next = 0;
    mark_.assign(mark_.size(), 0);  // 1 = in the chain
    while (merges_.size() + 1 < into_.size() && !cancelled_()) {
      if (links.empty()) {
        while (clusters_.sizes[live_[next]] == 0) ++next;
        links.push_back(live_[next]);
        mark_[live_[next]] = 1;
      }
      const std::uint32_t tip = links.back();
      const std::uint32_t other = look_up(tip).slot;
      // A neighbour further back in the chain is a tie within rounding: the chain's costs descend.
      if (mark_[other] == 0) {
        links.push_back(other);
        mark_[other] = 1;
        continue;
      }
      const std::uint32_t before = links[links.size() - 2];
      links.resize(links.size() - 2);
      mark_[tip] = mark_[before] = 0;
      smallest_ = index_.smallest();
      const std::uint32_t larger = merge(tip, before);
      settle_vicinity(larger);
      index_.merged({larger}, {larger == tip ? before : tip});
    }
  }

  std::uint32_t root(std::uint32_t slot) const {
    while (into_[slot] != slot) slot = into_[slot];  // short: the smaller part joins the larger
    return slot;
  }

  double cost(std::uint32_t a, std::uint32_t b) const {
    const double s =
        numeric::squared_distance(clusters_.centroid(a), clusters_.centroid(b), clusters_.d);
    return ward_cost(clusters_.sizes[a], clusters_.sizes[b], s);
  }

  // The nearest cluster: from the vicinity if its bound allows, else by a search.
  WardNeighbour look_up(std::uint32_t slot) {
    Vicinity& vicinity = vicinity_[slot];
    WardNeighbour best{kAnyCost, slot};
    for (std::uint32_t i = 0; i < vicinity.count; ++i) {
      const std::uint32_t other = vicinity.slots[i] = root(vicinity.slots[i]);
      if (other == slot) continue;
      best = std::min(best, {cost(slot, other), other});
    }
    if (best.cost < vicinity.bound * kRounding) return best;
    WardNeighbours near;
    index_.nearest(slot, near);
    vicinity.count = static_cast<std::uint32_t>(near.count);
    for (std::size_t i = 0; i < near.count; ++i) vicinity.slots[i] = near.found[i].slot;
    vicinity.bound = near.worst;
    return near.found[0];
  }

  // Returns the slot that the merged cluster keeps. Its vicinity is to be settled afterwards.
  std::uint32_t merge(std::uint32_t x, std::uint32_t y) {
    const double merged_cost = cost(x, y);
    const auto [a, b] = std::minmax(x, y);
    const double height = std::max({std::sqrt(2 * merged_cost), height_[a], height_[b]});
    merges_.push_back({a, b, height});
    const bool keep_a = clusters_.sizes[a] >= clusters_.sizes[b];
    const std::uint32_t slot = keep_a ? a : b;
    const std::uint32_t gone = keep_a ? b : a;
    vicinity_[slot].bound = joint_bound(a, b, merged_cost);
    const double size = clusters_.sizes[slot] + clusters_.sizes[gone];
    const double share = clusters_.sizes[gone] / size;
    for (std::size_t j = 0; j < clusters_.d; ++j) {
      double& kept = clusters_.centroids[clusters_.d * slot + j];
      kept += (clusters_.centroid(gone)[j] - kept) * share;
    }
    clusters_.sizes[slot] = size;
    clusters_.sizes[gone] = 0;
    into_[gone] = slot;
    height_[slot] = height;
    partner_[slot] = gone;
    return slot;
  }

  // Lance & Williams: cost(a + b, x) = ((a+x) cost(a,x) + (b+x) cost(b,x) - x cost(a,b)) / (a+b+x),
  // monotone in the size x, so the extremes of x bound it.
  double joint_bound(std::uint32_t a, std::uint32_t b, double merged_cost) const {
    const double p = vicinity_[a].bound;
    const double q = vicinity_[b].bound;
    const double m = clusters_.sizes[a];
    const double n = clusters_.sizes[b];
    const double far = p + q - merged_cost;
    const double near = (m * p + n * q + smallest_ * far) / (m + n + smallest_);
    return std::max(0.0, std::min(near, far)) * kRounding;
  }

  // Gives a merged cluster the nearest of what its parts knew.
  void settle_vicinity(std::uint32_t slot) {
    Vicinity& vicinity = vicinity_[slot];
    WardNeighbour joint[2 * kWardNear];
    std::size_t count = 0;
    for (const Vicinity* part : {&vicinity, &vicinity_[partner_[slot]]}) {
      for (std::uint32_t i = 0; i < part->count; ++i) {
        const std::uint32_t other = root(part->slots[i]);
        if (other == slot) continue;
        const double c = cost(slot, other);
        if (c < vicinity.bound) joint[count++] = {c, other};
      }
    }
    std::partial_sort(joint, joint + count, joint + count);
    const auto same = [](const WardNeighbour& l, const WardNeighbour& r) {
      return l.slot == r.slot;
    };
    count = static_cast<std::size_t>(std::unique(joint, joint + count, same) - joint);
    if (count > kWardNear) vicinity.bound = joint[kWardNear].cost;
    vicinity.count = static_cast<std::uint32_t>(std::min(count, kWardNear));
    for (std::uint32_t i = 0; i < vicinity.count; ++i) vicinity.slots[i] = joint[i].slot;
  }

  std::size_t threads_;
  const std::function<bool()>& cancelled_;
  WardClusters clusters_;
  WardIndex index_;
  // By slot:
  std::vector<WardNeighbour> nearest_;
  std::vector<Vicinity> vicinity_;
  std::vector<std::uint32_t> into_;  // the slot that swallowed it, or itself
  std::vector<std::uint32_t> partner_ = std::vector<std::uint32_t>(into_.size());  // last swallowed
  std::vector<double> height_;       // of the last merge
  std::vector<std::uint32_t> mark_;  // the round of the last merge
  std::uint32_t round_ = 0;
  double smallest_ = 1;  // no live cluster is smaller
  std::vector<std::uint32_t> live_;
  std::vector<std::uint32_t> unsettled_;  // their nearest must be looked up
  std::vector<RawMerge> merges_;
};

// Merges equal rows pairwise, so that the tree over m of them is log m deep. Fills `leaf_of` with a
// row of each point.
std::vector<RawMerge> merge_equal_rows(const Cohort& cohort, std::vector<std::uint32_t>& leaf_of) {
  std::vector<std::vector<std::uint32_t>> rows(cohort.distinct());
  for (std::uint32_t row = 0; row < cohort.rows(); ++row) {
    rows[cohort.point_of_row()[row]].push_back(row);
  }
  std::vector<RawMerge> merges;
  leaf_of.resize(cohort.distinct());
  for (std::size_t point = 0; point < rows.size(); ++point) {
    const std::vector<std::uint32_t>& equal = rows[point];
    leaf_of[point] = equal[0];
    for (std::size_t step = 1; step < equal.size(); step *= 2) {
      for (std::size_t i = 0; i + step < equal.size(); i += 2 * step) {
        merges.push_back({equal[i], equal[i + step], 0.0});
      }
    }
  }
  return merges;
}

// Sorts by height, stably so that parts stay before wholes, and numbers the clusters.
Linkage number_clusters(std::vector<RawMerge> raw, std::size_t leaves) {
  std::stable_sort(raw.begin(), raw.end(),
                   [](const RawMerge& l, const RawMerge& r) { return l.height < r.height; });
  std::vector<std::uint32_t> into(2 * leaves);
  std::vector<std::uint32_t> size(2 * leaves, 1);
  std::iota(into.begin(), into.end(), 0u);
  const auto root = [&](std::uint32_t id) {
    while (into[id] != id) id = into[id] = into[into[id]];
    return id;
  };
  Linkage linkage{leaves, {}};
  linkage.merges.reserve(raw.size());
  for (const RawMerge& merge : raw) {
    const auto id = static_cast<std::uint32_t>(leaves + linkage.merges.size());
    const std::uint32_t a = root(merge.a);
    const std::uint32_t b = root(merge.b);
    size[id] = size[a] + size[b];
    into[a] = into[b] = id;
    linkage.merges.push_back({std::min(a, b), std::max(a, b), merge.height, size[id]});
  }
  return linkage;
}

}  // namespace

Linkage ward_linkage(const Cohort& cohort, std::size_t threads,
                     const std::function<bool()>& cancelled) {
  std::vector<std::uint32_t> leaf_of;
  std::vector<RawMerge> merges = merge_equal_rows(cohort, leaf_of);
  if (cohort.distinct() > 1) {
    for (const RawMerge& merge : Agglomeration(cohort.points(), threads, cancelled).run()) {
      merges.push_back({leaf_of[merge.a], leaf_of[merge.b], merge.height});
    }
  }
  if (merges.size() + 1 < cohort.rows()) return {cohort.rows(), {}};
  return number_clusters(std::move(merges), cohort.rows());
}

std::vector<Labels> cuts(const Linkage& linkage, std::span<const std::size_t> ks) {
  const std::size_t n = linkage.leaves;
  std::vector<Labels> all;
  std::vector<std::int32_t> cluster(2 * n);
  for (const std::size_t k : ks) {
    // Clusters from the top: the undone merges hand nothing down, their parts start clusters.
    std::int32_t next = 0;
    const std::size_t kept = n - k;
    std::fill(cluster.begin(), cluster.end(), kNoise);
    for (std::size_t i = linkage.merges.size(); i-- > 0;) {
      const Merge& merge = linkage.merges[i];
      if (i < kept && cluster[n + i] == kNoise) cluster[n + i] = next++;
      cluster[merge.first] = cluster[merge.second] = cluster[n + i];
    }
    Labels labels(cluster.begin(), cluster.begin() + static_cast<std::ptrdiff_t>(n));
    for (std::int32_t& label : labels) {
      if (label == kNoise) label = next++;
    }
    number_by_first_appearance(labels);
    all.push_back(std::move(labels));
  }
  return all;
}

Labels cut(const Linkage& linkage, std::size_t k) {
  return std::move(cuts(linkage, std::span(&k, 1)).front());
}

}  // namespace clientele::cluster
