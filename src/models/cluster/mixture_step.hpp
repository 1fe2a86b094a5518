// One step of expectation maximisation. Internal to mixture.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "numeric/lanes.hpp"
#include "numeric/points.hpp"

namespace clientele::cluster {

// Points in groups of eight: coordinate j of point p is at [(p/8 * d + j) * 8 + p%8]. Places beyond
// the last point have weight 0.
struct MixturePoints {
  std::size_t n = 0;
  std::size_t d = 0;
  std::vector<double> coordinates;
  std::vector<double> weights;
  double total = 0;  // sum of weights

  std::size_t groups() const { return weights.size() / numeric::kWidth; }
};

struct Component {
  double share = 0;              // of the customers
  std::vector<double> mean;      // d
  std::vector<double> whitener;  // inverse of the covariance's lower Cholesky factor: packed rows
  double log_scale = 0;          // log of share times the density at the mean
  bool flat = false;             // the covariance is all regularisation in some direction
};

// What one component attracts, relative to its mean; packed lower triangle of the products.
struct Moments {
  double weight = 0;
  std::vector<double> sums;
  std::vector<double> products;
};

// The components' moments under the responsibilities of the current ones, and the mean
// log-likelihood of a customer under these. Fixed chunks: independent of `threads`.
double expect(const MixturePoints& points, const std::vector<Component>& components,
              std::size_t threads, std::vector<Moments>& moments);

// The component from its moments; `mean` is what they are relative to.
Component component_of(const Moments& moments, const std::vector<double>& mean, double total);

// The likeliest component of every point.
std::vector<std::int32_t> likeliest(const MixturePoints& points,
                                    const std::vector<Component>& components, std::size_t threads);

}  // namespace clientele::cluster
