// Maximises the likelihood of x ~ sum_c share_c N(mean_c, covariance_c): expectation and
// maximisation alternate until the mean log-likelihood gains less than the tolerance. Starts: the
// labelling that is given, and labellings by nearest of k points drawn as in k-means++. With many
// points the starts run on a sample, and the best of them goes on with all points.
//
// Degenerate: a component that loses its customers is dropped; one that collapses onto equal
// customers keeps the regularised covariance and is counted in `collapsed`; without any column that
// varies there is one component.
// Sources: Dempster, Laird, Rubin (1977); the initialisation and regularisation follow
// scikit-learn.
#include "models/cluster/mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/rng.hpp"
#include "models/cluster/mixture_step.hpp"
#include "numeric/block_tree.hpp"

namespace clientele::cluster {
namespace {

using numeric::kWidth;

constexpr std::size_t kSample = 8192;  // points on which starts are compared
constexpr double kComparable = 1e-4;   // tolerance of a start
constexpr double kExtinct = 0.5;       // customers of a component that is dropped

struct Fit {
  std::vector<Component> components;
  double mean_log_likelihood = -std::numeric_limits<double>::infinity();
  std::size_t iterations = 0;
  bool converged = false;
};

// Standardised columns that vary.
struct Standardised {
  std::vector<double> values;  // n x d
  std::size_t d = 0;
  double log_scale = 0;  // sum of the logs of the columns' deviations
};

Standardised standardise(numeric::WeightedPoints points) {
  const auto [n, all] = std::pair(points.points.n, points.points.d);
  const double total = points.total();
  Standardised result;
  std::vector<std::size_t> columns;
  std::vector<double> means, deviations;
  for (std::size_t j = 0; j < all; ++j) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i) sum += points.weight(i) * points.points.row(i)[j];
    const double mean = sum / total;
    for (std::size_t i = 0; i < n; ++i) {
      const double difference = points.points.row(i)[j] - mean;
      squares += points.weight(i) * difference * difference;
    }
    const double deviation = std::sqrt(squares / total);
    if (!(deviation > 1e-12 * std::abs(mean))) continue;
    columns.push_back(j);
    means.push_back(mean);
    deviations.push_back(deviation);
    result.log_scale += std::log(deviation);
  }
  result.d = columns.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < result.d; ++j) {
      result.values.push_back((points.points.row(i)[columns[j]] - means[j]) / deviations[j]);
    }
  }
  return result;
}

MixturePoints arrange(const Standardised& data, numeric::WeightedPoints points,
                      const std::vector<std::uint32_t>& chosen) {
  MixturePoints arranged;
  arranged.n = chosen.size();
  arranged.d = data.d;
  const std::size_t groups = (chosen.size() + kWidth - 1) / kWidth;
  arranged.coordinates.resize(groups * kWidth * data.d, 0.0);
  arranged.weights.resize(groups * kWidth, 0.0);
  for (std::size_t p = 0; p < chosen.size(); ++p) {
    const double weight = points.weight(chosen[p]);
    arranged.weights[p] = weight;
    arranged.total += weight;
    for (std::size_t j = 0; j < data.d; ++j) {
      arranged.coordinates[(p / kWidth * data.d + j) * kWidth + p % kWidth] =
          data.values[chosen[p] * data.d + j];
    }
  }
  return arranged;
}

double coordinate(const MixturePoints& points, std::size_t p, std::size_t j) {
  return points.coordinates[(p / kWidth * points.d + j) * kWidth + p % kWidth];
}

// Components with the moments of labelled points; labels without points give none.
std::vector<Component> from_labels(const MixturePoints& points, const Labels& labels,
                                   std::size_t k) {
  const std::size_t d = points.d;
  std::vector<Moments> moments(
      k, {0, std::vector<double>(d, 0.0), std::vector<double>(d * (d + 1) / 2, 0.0)});
  std::vector<double> x(d);
  for (std::size_t p = 0; p < points.n; ++p) {
    Moments& own = moments[static_cast<std::size_t>(labels[p])];
    const double weight = points.weights[p];
    own.weight += weight;
    for (std::size_t j = 0, at = 0; j < d; ++j) {
      x[j] = coordinate(points, p, j);
      own.sums[j] += weight * x[j];
      for (std::size_t i = 0; i <= j; ++i) own.products[at++] += weight * x[j] * x[i];
    }
  }
  std::vector<Component> components;
  const std::vector<double> origin(d, 0.0);
  for (const Moments& own : moments) {
    if (own.weight > 0) components.push_back(component_of(own, origin, points.total));
  }
  return components;
}

// Points labelled by the nearest of k that are drawn as in k-means++.
Labels drawn_labels(const MixturePoints& points, std::size_t k, Rng& rng) {
  Labels labels(points.n, 0);
  std::vector<double> nearest(points.n, std::numeric_limits<double>::infinity());
  std::size_t drawn = rng.below(points.n);
  for (std::size_t c = 0; c < k; ++c) {
    double total = 0;
    for (std::size_t p = 0; p < points.n; ++p) {
      double squared = 0;
      for (std::size_t j = 0; j < points.d; ++j) {
        const double difference = coordinate(points, p, j) - coordinate(points, drawn, j);
        squared += difference * difference;
      }
      if (squared < nearest[p]) nearest[p] = squared, labels[p] = static_cast<std::int32_t>(c);
      total += points.weights[p] * nearest[p];
    }
    double left = rng.uniform() * total;
    for (drawn = 0; drawn + 1 < points.n; ++drawn) {
      left -= points.weights[drawn] * nearest[drawn];
      if (left < 0) break;
    }
  }
  return labels;
}

Fit iterate(const MixturePoints& points, std::vector<Component> components, double tolerance,
            const MixtureOptions& options) {
  Fit fit{std::move(components)};
  std::vector<Moments> moments;
  while (fit.iterations < options.max_iterations && !fit.converged && !options.cancelled()) {
    ++fit.iterations;
    const double before = fit.mean_log_likelihood;
    fit.mean_log_likelihood = expect(points, fit.components, options.threads, moments);
    fit.converged = fit.mean_log_likelihood - before < tolerance;
    if (fit.converged) break;
    std::vector<Component> next;
    for (std::size_t c = 0; c < moments.size(); ++c) {
      if (moments[c].weight < kExtinct) continue;
      next.push_back(component_of(moments[c], fit.components[c].mean, points.total));
    }
    if (next.size() < fit.components.size()) {
      fit.mean_log_likelihood = -std::numeric_limits<double>::infinity();
    }
    fit.components = std::move(next);
  }
  return fit;
}

// Indices of the points on which starts run: all, or a random sample in ascending order.
std::vector<std::uint32_t> sample(std::size_t n, const MixtureOptions& options) {
  std::vector<std::uint32_t> chosen;
  if (n <= 2 * kSample) {
    for (std::uint32_t i = 0; i < n; ++i) chosen.push_back(i);
    return chosen;
  }
  Rng rng(options.seed, 0x6d69787475726573);
  for (std::size_t c = 0; c < kSample; ++c) {  // one of each stretch
    const std::size_t begin = c * n / kSample, end = (c + 1) * n / kSample;
    chosen.push_back(static_cast<std::uint32_t>(begin + rng.below(end - begin)));
  }
  return chosen;
}

Fit best_start(const MixturePoints& few, std::size_t k, const Labels& initial,
               const MixtureOptions& options) {
  Fit best = iterate(few, from_labels(few, initial, k), kComparable, options);
  for (std::size_t start = 0; k > 1 && start < options.starts && !options.cancelled(); ++start) {
    Rng rng(options.seed, std::uint64_t{k} << 32 | (start + 1));
    Fit fit = iterate(few, from_labels(few, drawn_labels(few, k, rng), k), kComparable, options);
    if (fit.mean_log_likelihood > best.mean_log_likelihood) best = std::move(fit);
  }
  return best;
}

}  // namespace

Mixture fit_mixture(numeric::WeightedPoints points, std::size_t k,
                    std::span<const std::int32_t> initial, const MixtureOptions& options) {
  const std::size_t n = points.points.n;
  Mixture result;
  const Standardised data = standardise(points);
  if (data.d == 0) {
    result.labels.assign(n, 0);
    result.components = 1;
    return result;
  }
  // Near points next to each other share the components that are too far to count.
  const auto everyone = numeric::build_block_tree({data.values.data(), n, data.d}).order;
  const std::vector<std::uint32_t> chosen = sample(n, options);
  const MixturePoints all = arrange(data, points, everyone);
  Labels few_labels;
  for (const std::uint32_t i : chosen) few_labels.push_back(initial[i]);
  Fit fit = best_start(arrange(data, points, chosen), k, few_labels, options);
  fit = iterate(all, std::move(fit.components), options.tolerance, options);
  const Labels labels = likeliest(all, fit.components, options.threads);
  result.labels.resize(n);
  for (std::size_t p = 0; p < n; ++p) result.labels[everyone[p]] = labels[p];
  number_by_first_appearance(result.labels);
  result.components = fit.components.size();
  for (const Component& component : fit.components) result.collapsed += component.flat ? 1 : 0;
  result.mean_log_likelihood = fit.mean_log_likelihood - data.log_scale;
  const auto d = static_cast<double>(data.d);
  const double parameters = static_cast<double>(result.components) * (1 + d + d * (d + 1) / 2) - 1;
  result.bic = parameters * std::log(all.total) - 2 * all.total * result.mean_log_likelihood;
  result.iterations = fit.iterations;
  result.converged = fit.converged;
  return result;
}

}  // namespace clientele::cluster
