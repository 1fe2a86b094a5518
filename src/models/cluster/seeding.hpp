// Greedy k-means++ seeding. Internal to kmeans.cpp.
#pragma once

#include <cstddef>
#include <vector>

#include "base/rng.hpp"
#include "models/cluster/point_blocks.hpp"

namespace clientele::cluster {

// k centres (k x d, in the blocks' coordinates) among the points: each next one is drawn with
// probability proportional to weight times squared distance to the nearest centre so far, the best
// of 2 + floor(ln k) draws being kept. Requires: k <= distinct points.
// Source: Arthur & Vassilvitskii (2007), "k-means++", section 7 for the greedy form.
std::vector<double> seed_centres(const PointBlocks& blocks, std::size_t k, Rng& rng);

// One more point, drawn with probability proportional to weight times squared distance to the
// nearest of `centres`; written to `drawn` (d).
void draw_centre(const PointBlocks& blocks, const std::vector<double>& centres, Rng& rng,
                 double* drawn);

}  // namespace clientele::cluster
