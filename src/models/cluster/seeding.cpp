#include "models/cluster/seeding.hpp"

#include <algorithm>
#include <cmath>

#include "models/cluster/kmeans_step.hpp"
#include "numeric/lanes.hpp"

namespace clientele::cluster {
namespace {

using numeric::kLanes;
using numeric::kWidth;
using numeric::Lanes;
using numeric::lanes_where;
using numeric::load;
using numeric::store;
using numeric::take_lane;

// Squared distances to the nearest centre so far.
struct Reach {
  std::vector<double> nearest;    // by place
  std::vector<double> potential;  // by block: sum of weight x nearest
  std::vector<double> farthest;   // by block, padded to a whole group: largest nearest
};

// What a further centre would change: the blocks it improves, their new distances and potentials.
struct Trial {
  std::vector<std::uint32_t> blocks;
  std::vector<double> nearest;    // 16 for each of them
  std::vector<double> potential;  // one for each of them
  double gain = 0;
};

CLIENTELE_SIMD_INLINE void improve_block(const PointBlocks& data, const Reach& reach,
                                         const double* centre, std::size_t b, Trial& trial) {
  trial.blocks.push_back(static_cast<std::uint32_t>(b));
  const std::size_t at = trial.nearest.size();
  trial.nearest.resize(at + kLanes);
  Lanes sum = {};
  for (std::size_t half = 0; half < kLanes; half += kWidth) {
    Lanes squared = {};
    Lanes x;
    for (std::size_t j = 0; j < data.d; ++j) {
      load(x, data.block(b) + j * kLanes + half);
      x -= centre[j];
      squared += x * x;
    }
    Lanes before;
    Lanes weight;
    load(before, reach.nearest.data() + b * kLanes + half);
    load(weight, data.weights.data() + b * kLanes + half);
    const Lanes after = squared < before ? squared : before;
    store(trial.nearest.data() + at + half, after);
    sum += weight * after;
  }
  double potential = 0;
  for (std::size_t l = 0; l < kWidth; ++l) potential += sum[l];
  trial.potential.push_back(potential);
  trial.gain += reach.potential[b] - potential;
}

// Blocks whose box is nearer to the centre than their farthest point to its own.
CLIENTELE_SIMD void try_centre(const PointBlocks& data, const Reach& reach, const double* centre,
                               Trial& trial) {
  trial.blocks.clear();
  trial.nearest.clear();
  trial.potential.clear();
  trial.gain = 0;
  for (std::size_t group = 0; group < data.groups; ++group) {
    for (std::size_t half = 0; half < kLanes; half += kWidth) {
      Lanes squared = {};
      Lanes below;
      Lanes above;
      for (std::size_t j = 0; j < data.d; ++j) {
        const std::size_t at = (group * data.d + j) * kLanes + half;
        load(below, data.lower.data() + at);
        load(above, data.upper.data() + at);
        below -= centre[j];
        above = centre[j] - above;
        Lanes outside = below > above ? below : above;
        outside = outside > 0.0 ? outside : Lanes{};
        squared += outside * outside;
      }
      Lanes farthest;
      load(farthest, reach.farthest.data() + group * kLanes + half);
      std::uint64_t near = lanes_where(squared < farthest);
      while (near != 0) {
        improve_block(data, reach, centre, group * kLanes + half + take_lane(near), trial);
      }
    }
  }
}

void accept(const Trial& trial, Reach& reach) {
  for (std::size_t i = 0; i < trial.blocks.size(); ++i) {
    const std::size_t b = trial.blocks[i];
    const double* nearest = trial.nearest.data() + i * kLanes;
    std::copy(nearest, nearest + kLanes,
              reach.nearest.begin() + static_cast<std::ptrdiff_t>(b * kLanes));
    reach.potential[b] = trial.potential[i];
    reach.farthest[b] = *std::max_element(nearest, nearest + kLanes);
  }
}

double total(const std::vector<double>& values, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += values[i];
  return sum;
}

// The index at which the running sum passes `target`, which is reduced by the sum before it; the
// last positive one should rounding overshoot.
std::size_t pick(const double* mass, std::size_t count, double& target) {
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (mass[i] <= 0) continue;
    chosen = i;
    if (target < mass[i]) break;
    target -= mass[i];
  }
  return chosen;
}

// A place drawn with probability proportional to weight x nearest, or to the weights alone where
// `nearest` is null. `mass`: by block.
std::size_t draw_place(const PointBlocks& data, const std::vector<double>& mass,
                       const double* nearest, Rng& rng) {
  double target = rng.uniform() * total(mass, data.blocks);
  const std::size_t block = pick(mass.data(), data.blocks, target);
  double within[kLanes];
  for (std::size_t l = 0; l < kLanes; ++l) {
    const std::size_t p = block * kLanes + l;
    within[l] = data.weights[p] * (nearest == nullptr ? 1.0 : nearest[p]);
  }
  return block * kLanes + pick(within, kLanes, target);
}

void read_place(const PointBlocks& data, std::size_t place, double* centre) {
  for (std::size_t j = 0; j < data.d; ++j) {
    centre[j] = data.block(place / kLanes)[j * kLanes + place % kLanes];
  }
}

}  // namespace

void draw_centre(const PointBlocks& data, const std::vector<double>& centres, Rng& rng,
                 double* drawn) {
  std::vector<std::int32_t> cluster;
  std::vector<double> squared;
  assign(data, centres, cluster, squared);
  std::vector<double> mass(data.blocks, 0.0);
  for (std::size_t p = 0; p < squared.size(); ++p) mass[p / kLanes] += data.weights[p] * squared[p];
  read_place(data, draw_place(data, mass, squared.data(), rng), drawn);
}

std::vector<double> seed_centres(const PointBlocks& data, std::size_t k, Rng& rng) {
  std::vector<double> centres(k * data.d);
  // Farther than any point, yet finite: the first centre gains something everywhere.
  constexpr double kFar = 1e250;
  Reach reach{std::vector<double>(data.weights.size(), kFar), std::vector<double>(data.blocks, 0.0),
              std::vector<double>(data.groups * kLanes, -1.0)};
  std::fill(reach.farthest.begin(),
            reach.farthest.begin() + static_cast<std::ptrdiff_t>(data.blocks), kFar);
  Trial best;
  read_place(data, draw_place(data, data.block_weights, nullptr, rng), centres.data());
  try_centre(data, reach, centres.data(), best);
  accept(best, reach);
  const auto draws = 2 + static_cast<std::size_t>(std::log(static_cast<double>(k)));
  std::vector<double> candidate(data.d);
  Trial trial;
  for (std::size_t c = 1; c < k; ++c) {
    for (std::size_t draw = 0; draw < draws; ++draw) {
      read_place(data, draw_place(data, reach.potential, reach.nearest.data(), rng),
                 candidate.data());
      try_centre(data, reach, candidate.data(), trial);
      if (draw > 0 && trial.gain <= best.gain) continue;
      std::swap(best, trial);
      std::copy(candidate.begin(), candidate.end(),
                centres.begin() + static_cast<std::ptrdiff_t>(c * data.d));
    }
    accept(best, reach);
  }
  return centres;
}

}  // namespace clientele::cluster
