#include "models/cluster/ward_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numeric/lanes.hpp"

namespace clientele::cluster {
namespace {

using numeric::kLanes;
using numeric::kWidth;
using numeric::Lanes;
using numeric::lanes_where;
using numeric::load;
using numeric::take_lane;
using Tree = WardIndex::Tree;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Bounds are scaled down by this much, so that rounding never prunes the true neighbour.
constexpr double kRounding = 1.0 - 1e-12;
constexpr double kRebuildAt = 0.75;  // of the clusters are left
constexpr int kClassBits = 2;  // clusters of one class differ in size by less than a factor 2^2

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

struct Query {
  const double* centroid;
  double size;
  std::uint32_t slot;
};

// A block to be looked at: a leaf (level 0) or a block of levels[level - 1].
struct Pending {
  double bound;
  std::uint32_t level;
  std::uint32_t block;
};

CLIENTELE_SIMD_INLINE void offer(WardNeighbours& out, WardNeighbour candidate) {
  std::size_t at = out.count;
  if (out.count == kWardNear) {
    if (!(candidate < out.found[kWardNear - 1])) return;
    at = kWardNear - 1;
  } else {
    ++out.count;
  }
  for (; at > 0 && candidate < out.found[at - 1]; --at) out.found[at] = out.found[at - 1];
  out.found[at] = candidate;
  if (out.count == kWardNear) out.worst = out.found[kWardNear - 1].cost;
}

template <std::size_t D>
CLIENTELE_SIMD_INLINE void scan_leaf(const Tree& tree, const Query& query, std::size_t block,
                                     WardNeighbours& out) {
  const std::size_t d = D > 0 ? D : tree.blocks.d;
  for (std::size_t half = 0; half < kLanes; half += kWidth) {
    const double* x = tree.blocks.leaves.data() + block * d * kLanes + half;
    Lanes squared = {};
    Lanes difference;
    for (std::size_t j = 0; j < d; ++j) {
      load(difference, x + j * kLanes);
      difference -= query.centroid[j];
      squared += difference * difference;
    }
    const double* sizes = tree.sizes.data() + block * kLanes + half;
    const std::uint32_t* slots = tree.slots.data() + block * kLanes + half;
    Lanes size;
    load(size, sizes);
    std::uint64_t near =
        lanes_where(query.size * kRounding * size * squared <= out.worst * (query.size + size));
    while (near != 0) {
      const std::size_t l = take_lane(near);
      const double cost = ward_cost(query.size, sizes[l], squared[l]);
      if (cost <= out.worst && slots[l] != query.slot) offer(out, {cost, slots[l]});
    }
  }
}

// Adds the children of a block that may hold neighbours, the nearest on top; not the child
// `skipped`.
template <std::size_t D>
CLIENTELE_SIMD_INLINE void open_block(const Tree& tree, const Query& query, Pending at,
                                      std::size_t skipped, const WardNeighbours& out,
                                      Pending* pending, std::size_t& waiting) {
  const std::size_t d = D > 0 ? D : tree.blocks.d;
  const auto& level = tree.blocks.levels[at.level - 1];
  const std::size_t bottom = waiting;
  for (std::size_t half = 0; half < kLanes; half += kWidth) {
    const double* lower = level.lower.data() + at.block * d * kLanes + half;
    const double* upper = level.upper.data() + at.block * d * kLanes + half;
    Lanes squared = {};
    Lanes below;
    Lanes above;
    for (std::size_t j = 0; j < d; ++j) {
      load(below, lower + j * kLanes);
      load(above, upper + j * kLanes);
      below -= query.centroid[j];
      above = query.centroid[j] - above;
      Lanes outside = below > above ? below : above;
      outside = outside > 0.0 ? outside : Lanes{};
      squared += outside * outside;
    }
    const double* smallest = tree.smallest[at.level - 1].data() + at.block * kLanes + half;
    Lanes size;
    load(size, smallest);
    std::uint64_t near =
        lanes_where(query.size * kRounding * size * squared <= out.worst * (query.size + size));
    while (near != 0) {
      const std::size_t l = take_lane(near);
      const std::size_t child = at.block * kLanes + half + l;
      if (child == skipped) continue;
      const double bound = ward_cost(query.size, smallest[l], squared[l]) * kRounding;
      std::size_t p = waiting++;
      for (; p > bottom && pending[p - 1].bound < bound; --p) pending[p] = pending[p - 1];
      pending[p] = {bound, at.level - 1, static_cast<std::uint32_t>(child)};
    }
  }
}

// Looks through a tree, upwards from the leaf `start` when it stands there, else from the top.
template <std::size_t D>
CLIENTELE_SIMD void search(const Tree& tree, const Query& query, std::size_t start,
                           WardNeighbours& out) {
  const auto levels = static_cast<std::uint32_t>(tree.blocks.levels.size());
  Pending pending[8 * kLanes];  // levels x children
  std::size_t waiting = 0;
  if (start != kNowhere)
    scan_leaf<D>(tree, query, start, out);
  else
    pending[waiting++] = {0.0, levels, 0};
  for (std::uint32_t level = 1;; ++level) {
    if (start != kNowhere && level <= levels) {
      const auto parent = static_cast<std::uint32_t>(start / kLanes);
      open_block<D>(tree, query, {0.0, level, parent}, start, out, pending, waiting);
      start = parent;
    }
    while (waiting > 0) {
      const Pending at = pending[--waiting];
      if (at.bound > out.worst) continue;
      if (at.level == 0) {
        scan_leaf<D>(tree, query, at.block, out);
      } else {
        open_block<D>(tree, query, at, kNowhere, out, pending, waiting);
      }
    }
    if (start == kNowhere || level >= levels) return;
  }
}

void search(const Tree& tree, const Query& query, std::size_t start, WardNeighbours& out) {
  switch (tree.blocks.d) {
    case 1:
      return search<1>(tree, query, start, out);
    case 2:
      return search<2>(tree, query, start, out);
    case 3:
      return search<3>(tree, query, start, out);
    case 4:
      return search<4>(tree, query, start, out);
    case 5:
      return search<5>(tree, query, start, out);
    case 6:
      return search<6>(tree, query, start, out);
    case 8:
      return search<8>(tree, query, start, out);
    default:
      return search<0>(tree, query, start, out);
  }
}

// Smallest or largest of sixteen, and the smallest of sixteen lanes that are in use.
CLIENTELE_SIMD_INLINE double least(const double* lanes) {
  double x[kLanes / 2];
  for (std::size_t l = 0; l < kLanes / 2; ++l) {
    x[l] = lanes[l] < lanes[l + kLanes / 2] ? lanes[l] : lanes[l + kLanes / 2];
  }
  for (std::size_t half = kLanes / 4; half > 0; half /= 2) {
    for (std::size_t l = 0; l < half; ++l) x[l] = x[l] < x[l + half] ? x[l] : x[l + half];
  }
  return x[0];
}

}  // namespace

WardIndex::WardIndex(const WardClusters& clusters) : clusters_(clusters) { rebuild(); }

void WardIndex::nearest(std::uint32_t slot, WardNeighbours& out) const {
  out = {};
  const Query query{clusters_.centroid(slot), clusters_.sizes[slot], slot};
  const auto [own, position] = place_of_[slot];
  search(trees_[own], query, position / kLanes, out);
  for (std::uint32_t tree = 0; tree < trees_.size(); ++tree) {
    if (tree != own) search(trees_[tree], query, kNowhere, out);
  }
}

double WardIndex::smallest() const {
  double smallest = kInfinity;
  for (const Tree& tree : trees_) {
    const std::vector<double>& top = tree.smallest.empty() ? tree.sizes : tree.smallest.back();
    smallest = std::min(smallest, *std::min_element(top.begin(), top.end()));
  }
  return smallest;
}

std::vector<std::uint32_t> WardIndex::slots() const {
  std::vector<std::uint32_t> slots;
  for (const Tree& tree : trees_) {
    slots.insert(slots.end(), tree.slots.begin(),
                 tree.slots.begin() + static_cast<std::ptrdiff_t>(tree.blocks.n));
  }
  return slots;
}

void WardIndex::rebuild() {
  std::vector<std::vector<std::uint32_t>> classes;
  live_ = 0;
  for (std::uint32_t slot = 0; slot < clusters_.sizes.size(); ++slot) {
    if (clusters_.sizes[slot] == 0) continue;
    const auto size_class =
        static_cast<std::size_t>(std::ilogb(clusters_.sizes[slot]) / kClassBits);
    if (classes.size() <= size_class) classes.resize(size_class + 1);
    classes[size_class].push_back(slot);
    ++live_;
  }
  built_ = live_;
  trees_.clear();
  place_of_.resize(clusters_.sizes.size());
  for (const auto& slots : classes) {
    if (!slots.empty()) add_tree(slots);
  }
}

void WardIndex::add_tree(const std::vector<std::uint32_t>& slots) {
  std::vector<double> values;
  for (const std::uint32_t slot : slots) {
    const double* centroid = clusters_.centroid(slot);
    values.insert(values.end(), centroid, centroid + clusters_.d);
  }
  Tree tree;
  tree.blocks = numeric::build_block_tree({values.data(), slots.size(), clusters_.d});
  tree.sizes.assign(tree.blocks.leaf_count() * kLanes, kNoSize);
  tree.slots.assign(tree.sizes.size(), 0);
  for (std::uint32_t p = 0; p < slots.size(); ++p) {
    const std::uint32_t slot = slots[tree.blocks.order[p]];
    tree.slots[p] = slot;
    tree.sizes[p] = clusters_.sizes[slot];
    place_of_[slot] = {static_cast<std::uint32_t>(trees_.size()), p};
  }
  for (std::size_t h = 0; h < tree.blocks.levels.size(); ++h) {
    const std::vector<double>& below = h == 0 ? tree.sizes : tree.smallest.back();
    std::vector<double> smallest(tree.blocks.levels[h].blocks * kLanes, kNoSize);
    for (std::size_t child = 0; child * kLanes < below.size(); ++child) {
      smallest[child] = least(below.data() + child * kLanes);
    }
    tree.smallest.push_back(std::move(smallest));
  }
  trees_.push_back(std::move(tree));
}

void WardIndex::merged(const std::vector<std::uint32_t>& grown,
                       const std::vector<std::uint32_t>& gone) {
  live_ -= gone.size();
  if (static_cast<double>(live_) < kRebuildAt * static_cast<double>(built_)) return rebuild();
  for (const std::uint32_t slot : gone) place(slot);
  for (const std::uint32_t slot : grown) place(slot);
}

// Writes a changed cluster where it stands in its tree.
void WardIndex::place(std::uint32_t slot) {
  const Place place = place_of_[slot];
  Tree& tree = trees_[place.tree];
  const bool dead = clusters_.sizes[slot] == 0;
  const std::size_t leaf = place.position / kLanes;
  double* x = tree.blocks.leaves.data() + leaf * clusters_.d * kLanes + place.position % kLanes;
  for (std::size_t j = 0; j < clusters_.d; ++j) {
    x[j * kLanes] = dead ? kInfinity : clusters_.centroid(slot)[j];
  }
  tree.sizes[place.position] = dead ? kNoSize : clusters_.sizes[slot];
  refresh(place);
}

// Recomputes the boxes above a position.
void WardIndex::refresh(Place place) {
  Tree& tree = trees_[place.tree];
  const std::size_t d = clusters_.d;
  std::size_t child = place.position / kLanes;
  for (std::size_t h = 0; h < tree.blocks.levels.size(); ++h, child /= kLanes) {
    const double* lower = (h == 0 ? tree.blocks.leaves : tree.blocks.levels[h - 1].lower).data();
    const double* upper = (h == 0 ? tree.blocks.leaves : tree.blocks.levels[h - 1].upper).data();
    auto& level = tree.blocks.levels[h];
    for (std::size_t j = 0; j < d; ++j) {
      const std::size_t from = (child * d + j) * kLanes;
      const std::size_t to = (child / kLanes * d + j) * kLanes + child % kLanes;
      double negated[kLanes];
      for (std::size_t l = 0; l < kLanes; ++l) {
        negated[l] = upper[from + l] == kInfinity ? kInfinity : -upper[from + l];
      }
      level.lower[to] = least(lower + from);
      level.upper[to] = -least(negated);
    }
    const double* sizes = (h == 0 ? tree.sizes : tree.smallest[h - 1]).data();
    tree.smallest[h][child] = least(sizes + child * kLanes);
  }
}

}  // namespace clientele::cluster
