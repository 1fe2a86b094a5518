#include "app/shop/linkage.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace clientele::shop {
namespace {

double squared_distance(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

struct Cluster {
  std::size_t id;
  std::size_t leaves;
};

// Squared distances between the live clusters, by their places.
class Distances {
 public:
  explicit Distances(std::span<const std::array<double, 3>> points) : size_(points.size()) {
    values_.resize(size_ * size_);
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t j = 0; j < size_; ++j) at(i, j) = squared_distance(points[i], points[j]);
    }
  }
  double& at(std::size_t i, std::size_t j) { return values_[i * size_ + j]; }

 private:
  std::size_t size_;
  std::vector<double> values_;
};

// Places of the closest two clusters; the first ones met among equals.
std::pair<std::size_t, std::size_t> closest(Distances& distances,
                                            const std::vector<std::size_t>& places) {
  std::pair best{places[0], places[1]};
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = i + 1; j < places.size(); ++j) {
      if (distances.at(places[i], places[j]) < distances.at(best.first, best.second)) {
        best = {places[i], places[j]};
      }
    }
  }
  return best;
}

}  // namespace

std::vector<Merge> ward_linkage(std::span<const std::array<double, 3>> points) {
  Distances distances(points);
  std::vector<Cluster> clusters;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < points.size(); ++i) {
    clusters.push_back({i, 1});
    places.push_back(i);
  }
  std::vector<Merge> merges;
  while (places.size() > 1) {
    const auto [i, j] = closest(distances, places);
    const double between = distances.at(i, j);
    const auto n_i = static_cast<double>(clusters[i].leaves);
    const auto n_j = static_cast<double>(clusters[j].leaves);
    std::erase(places, j);
    for (const std::size_t k : places) {
      if (k == i) continue;
      const auto n_k = static_cast<double>(clusters[k].leaves);
      const double updated =
          ((n_i + n_k) * distances.at(i, k) + (n_j + n_k) * distances.at(j, k) - n_k * between) /
          (n_i + n_j + n_k);
      distances.at(i, k) = distances.at(k, i) = updated;
    }
    merges.push_back({std::min(clusters[i].id, clusters[j].id),
                      std::max(clusters[i].id, clusters[j].id), std::sqrt(between),
                      clusters[i].leaves + clusters[j].leaves});
    clusters[i] = {points.size() + merges.size() - 1, merges.back().leaves};
  }
  return merges;
}

}  // namespace clientele::shop
