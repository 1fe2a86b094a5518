#include "models/forecast/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clientele::forecast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kStepsBeforeGivingUp = 3;

// Eight partial sums: vectorises without changing the order of additions between machines.
double dot(const double* a, const double* b, std::size_t n) {
  double partial[8] = {};
  std::size_t t = 0;
  for (; t + 8 <= n; t += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) partial[lane] += a[t + lane] * b[t + lane];
  }
  for (; t < n; ++t) partial[0] += a[t] * b[t];
  double sum = 0;
  for (const double part : partial) sum += part;
  return sum;
}

// Solves (J'J + C + lambda diag J'J) d = -g on the free coordinates by Cholesky; 0 elsewhere.
class DampedStep {
 public:
  explicit DampedStep(std::size_t k) : k_(k), factor_(k * k), index_(k) {}

  bool solve(std::span<const double> jtj, std::span<const double> second, std::span<const double> g,
             const std::vector<char>& held, double lambda, std::span<double> d) {
    std::size_t m = 0;
    for (std::size_t i = 0; i < k_; ++i) {
      d[i] = 0;
      if (held[i] == 0 && jtj[i * k_ + i] > 0) index_[m++] = i;
    }
    if (m == 0 || !factorise(jtj, second, lambda, m)) return false;
    substitute(g, d, m);
    return true;
  }

 private:
  bool factorise(std::span<const double> jtj, std::span<const double> second, double lambda,
                 std::size_t m) {
    for (std::size_t i = 0; i < m; ++i) {
      const double scale = jtj[index_[i] * k_ + index_[i]];
      for (std::size_t j = 0; j <= i; ++j) {
        const std::size_t at = index_[i] * k_ + index_[j];
        double sum = jtj[at] + second[at];
        if (i == j) sum += lambda * scale;
        for (std::size_t l = 0; l < j; ++l) sum -= factor_[i * k_ + l] * factor_[j * k_ + l];
        if (i != j) {
          factor_[i * k_ + j] = sum / factor_[j * k_ + j];
        } else {
          if (!(sum > 1e-14 * scale)) return false;
          factor_[i * k_ + i] = std::sqrt(sum);
        }
      }
    }
    return true;
  }

  void substitute(std::span<const double> g, std::span<double> d, std::size_t m) {
    std::vector<double>& x = work_;
    x.assign(m, 0);
    for (std::size_t i = 0; i < m; ++i) {
      double sum = -g[index_[i]];
      for (std::size_t l = 0; l < i; ++l) sum -= factor_[i * k_ + l] * x[l];
      x[i] = sum / factor_[i * k_ + i];
    }
    for (std::size_t i = m; i-- > 0;) {
      double sum = x[i];
      for (std::size_t l = i + 1; l < m; ++l) sum -= factor_[l * k_ + i] * x[l];
      x[i] = sum / factor_[i * k_ + i];
      d[index_[i]] = x[i];
    }
  }

  std::size_t k_;
  std::vector<double> factor_;
  std::vector<std::size_t> index_;
  std::vector<double> work_;
};

void hold_at_bounds(std::span<const double> x, std::span<const double> lower,
                    std::span<const double> upper, std::span<const double> g,
                    std::vector<char>& held) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    held[i] = (x[i] <= lower[i] && g[i] > 0) || (x[i] >= upper[i] && g[i] < 0) ? 1 : 0;
  }
}

// C, what J'J lacks of half the second derivative of S: the secant update of Dennis, Gay and
// Welsch.
class SecondOrder {
 public:
  explicit SecondOrder(std::size_t k)
      : matrix_(k * k, 0), x_(k), g_(k), step_(k), lack_(k), y_(k) {}

  std::span<const double> matrix() const { return matrix_; }
  // Remembers the point; from the second on, corrects C by the change of the gradient.
  void visit(std::span<const double> x, std::span<const double> jtj, std::span<const double> g) {
    if (visited_) update(x, jtj, g);
    std::copy(x.begin(), x.end(), x_.begin());
    std::copy(g.begin(), g.end(), g_.begin());
    visited_ = true;
  }

 private:
  void update(std::span<const double> x, std::span<const double> jtj, std::span<const double> g) {
    const std::size_t k = x.size();
    double along = 0, wanted = 0, had = 0;
    for (std::size_t i = 0; i < k; ++i) {
      step_[i] = x[i] - x_[i];
      y_[i] = g[i] - g_[i];
      along += y_[i] * step_[i];
    }
    if (!(along > 0)) return;
    for (std::size_t i = 0; i < k; ++i) {
      double linear = 0, kept = 0;
      for (std::size_t j = 0; j < k; ++j) {
        linear += jtj[i * k + j] * step_[j];
        kept += matrix_[i * k + j] * step_[j];
      }
      lack_[i] = y_[i] - linear;
      wanted += lack_[i] * step_[i];
      had += kept * step_[i];
    }
    const double size = std::abs(had) > 0 ? std::min(1.0, std::abs(wanted / had)) : 0;
    for (double& value : matrix_) value *= size;
    double rest = 0;
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) lack_[i] -= matrix_[i * k + j] * step_[j];
      rest += lack_[i] * step_[i];
    }
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) {
        matrix_[i * k + j] +=
            (lack_[i] * y_[j] + y_[i] * lack_[j]) / along - rest * y_[i] * y_[j] / (along * along);
      }
    }
  }

  bool visited_ = false;
  std::vector<double> matrix_, x_, g_, step_, lack_, y_;
};

}  // namespace

LeastSquaresResult minimise(LeastSquares& problem, std::span<double> x,
                            std::span<const double> lower, std::span<const double> upper,
                            const LeastSquaresOptions& options) {
  const std::size_t k = x.size();
  for (std::size_t i = 0; i < k; ++i) x[i] = std::clamp(x[i], lower[i], upper[i]);
  std::vector<double> jtj(k * k), jtr(k), d(k), trial(k);
  std::vector<char> held(k);
  DampedStep step(k);
  SecondOrder second(k);
  double lambda = 1e-3;
  LeastSquaresResult result{kInfinity, 0};
  while (result.iterations < options.max_iterations) {
    result.cost = problem.linearise(x, jtj, jtr);
    ++result.iterations;
    if (!std::isfinite(result.cost)) return {kInfinity, result.iterations};
    if (options.second_order) second.visit(x, jtj, jtr);
    hold_at_bounds(x, lower, upper, jtr, held);
    double reached = result.cost;
    for (int attempt = 0; attempt < 12; ++attempt, lambda *= 8) {
      if (!step.solve(jtj, second.matrix(), jtr, held, lambda, d)) continue;
      for (std::size_t i = 0; i < k; ++i) trial[i] = std::clamp(x[i] + d[i], lower[i], upper[i]);
      const double cost = problem.cost(trial);
      if (!(cost < result.cost)) continue;
      reached = cost;
      std::copy(trial.begin(), trial.end(), x.begin());
      lambda = std::max(lambda * 0.1, 1e-9);
      break;
    }
    const double fall = result.cost - reached;
    result.cost = reached;
    if (!(fall > options.tolerance * result.cost)) break;
    const double missing = result.cost - options.target;
    if (result.iterations > kStepsBeforeGivingUp && missing > options.hopeless * fall) break;
  }
  return result;
}

double ResidualLeastSquares::difference_step(std::span<const double> x, std::size_t i) const {
  return 1e-7 * std::max(1.0, std::abs(x[i]));
}

double ResidualLeastSquares::cost(std::span<const double> x) {
  base_.resize(count_);
  at_.assign(x.begin(), x.end());
  at_cost_ = residuals(x, base_) ? dot(base_.data(), base_.data(), count_) : kInfinity;
  return at_cost_;
}

double ResidualLeastSquares::linearise(std::span<const double> x, std::span<double> jtj,
                                       std::span<double> jtr) {
  const std::size_t k = x.size();
  // An accepted step was evaluated last.
  const bool is_known = !base_.empty() && std::equal(at_.begin(), at_.end(), x.begin(), x.end());
  const double sum = is_known ? at_cost_ : cost(x);
  if (!std::isfinite(sum)) return kInfinity;
  columns_.resize(count_ * k);
  moved_.assign(x.begin(), x.end());
  for (std::size_t i = 0; i < k; ++i) {
    const std::span<double> column(columns_.data() + i * count_, count_);
    double step = difference_step(x, i);
    moved_[i] = x[i] + step;
    if (!residuals(moved_, column)) {
      step = -step;
      moved_[i] = x[i] + step;
      if (!residuals(moved_, column)) return kInfinity;
    }
    moved_[i] = x[i];
    for (std::size_t t = 0; t < count_; ++t) column[t] = (column[t] - base_[t]) / step;
  }
  for (std::size_t i = 0; i < k; ++i) {
    const double* a = columns_.data() + i * count_;
    jtr[i] = dot(a, base_.data(), count_);
    for (std::size_t j = 0; j <= i; ++j) {
      jtj[i * k + j] = jtj[j * k + i] = dot(a, columns_.data() + j * count_, count_);
    }
  }
  return sum;
}

}  // namespace clientele::forecast
