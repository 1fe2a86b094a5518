#include "models/forecast/lasso.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace clientele::forecast {
namespace {

constexpr double kJitter = 1e-12;
constexpr double kSlack = 1e-9;  // of the weight, by which a gradient may miss its bound

class SignSearch {
 public:
  SignSearch(std::span<const double> h, std::span<const double> c, double weight,
             std::span<double> x)
      : h_(h), c_(c), weight_(weight), x_(x), k_(x.size()), sign_(k_), slope_(k_), end_(k_) {
    for (std::size_t i = 0; i < k_; ++i) {
      sign_[i] = x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0;
      size_ = std::max(size_, h[i * k_ + i]);
    }
  }

  void run() {
    bool settled = true;
    for (const double sign : sign_) settled = settled && sign == 0;
    for (std::size_t step = 0; step < 50 * (k_ + 1); ++step) {
      if (settled && !enter()) return;
      if (!solve_active()) return;
      settled = move();
    }
  }

 private:
  // Gradient of the quadratic at x_.
  void find_slope() {
    for (std::size_t i = 0; i < k_; ++i) {
      double sum = -c_[i];
      for (std::size_t j = 0; j < k_; ++j) sum += h_[i * k_ + j] * x_[j];
      slope_[i] = sum;
    }
  }
  // Lets the zero with the steepest slope in; false if none pays.
  bool enter() {
    find_slope();
    std::size_t best = k_;
    double steepest = weight_ * (1 + kSlack);
    for (std::size_t i = 0; i < k_; ++i) {
      if (sign_[i] != 0 || !(std::abs(slope_[i]) > steepest)) continue;
      steepest = std::abs(slope_[i]);
      best = i;
    }
    if (best == k_) return false;
    sign_[best] = slope_[best] > 0 ? -1 : 1;
    return true;
  }
  bool solve_active() {
    active_.clear();
    for (std::size_t i = 0; i < k_; ++i) {
      if (sign_[i] != 0) active_.push_back(i);
    }
    const std::size_t m = active_.size();
    matrix_.resize(m * m);
    right_.resize(m);
    for (std::size_t a = 0; a < m; ++a) {
      right_[a] = c_[active_[a]] - weight_ * sign_[active_[a]];
      for (std::size_t b = 0; b < m; ++b) matrix_[a * m + b] = h_[active_[a] * k_ + active_[b]];
      matrix_[a * m + a] += kJitter * size_;
    }
    return solve_positive(matrix_, right_);
  }
  double objective(std::span<const double> x) const {
    double sum = 0;
    for (std::size_t i = 0; i < k_; ++i) {
      double row = 0;
      for (std::size_t j = 0; j < k_; ++j) row += h_[i * k_ + j] * x[j];
      sum += x[i] * (0.5 * row - c_[i]) + weight_ * std::abs(x[i]);
    }
    return sum;
  }
  // Goes to the best point among the end of the step and its sign changes; true if at the end.
  bool move() {
    std::vector<double> goal(k_, 0), best;
    for (std::size_t a = 0; a < active_.size(); ++a) goal[active_[a]] = right_[a];
    std::vector<double> stops{1};
    for (const std::size_t i : active_) {
      if (x_[i] * goal[i] < 0) stops.push_back(x_[i] / (x_[i] - goal[i]));
    }
    double lowest = 0;
    bool whole = false;
    for (const double stop : stops) {
      for (std::size_t i = 0; i < k_; ++i) {
        end_[i] = stop == 1 ? goal[i] : x_[i] + stop * (goal[i] - x_[i]);
        const bool crosses = stop < 1 && x_[i] * goal[i] < 0;
        if (crosses && x_[i] / (x_[i] - goal[i]) == stop) end_[i] = 0;
      }
      const double value = objective(end_);
      if (!best.empty() && !(value < lowest)) continue;
      lowest = value;
      best = end_;
      whole = stop == 1;
    }
    bool kept = whole;
    for (std::size_t i = 0; i < k_; ++i) {
      const double sign = best[i] > 0 ? 1 : best[i] < 0 ? -1 : 0;
      kept = kept && sign == sign_[i];
      sign_[i] = sign;
      x_[i] = best[i];
    }
    return kept;
  }

  std::span<const double> h_, c_;
  double weight_;
  std::span<double> x_;
  std::size_t k_;
  double size_ = 0;
  std::vector<double> sign_, slope_, end_, matrix_, right_;
  std::vector<std::size_t> active_;
};

}  // namespace

bool solve_positive(std::span<double> a, std::span<double> b) {
  const std::size_t k = b.size();
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * k + j];
      for (std::size_t l = 0; l < j; ++l) sum -= a[i * k + l] * a[j * k + l];
      if (i == j && !(sum > 0)) return false;
      a[i * k + j] = i == j ? std::sqrt(sum) : sum / a[j * k + j];
    }
  }
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t l = 0; l < i; ++l) b[i] -= a[i * k + l] * b[l];
    b[i] /= a[i * k + i];
  }
  for (std::size_t i = k; i-- > 0;) {
    for (std::size_t l = i + 1; l < k; ++l) b[i] -= a[l * k + i] * b[l];
    b[i] /= a[i * k + i];
  }
  return true;
}

void minimise_lasso(std::span<const double> h, std::span<const double> c, double weight,
                    std::span<double> x) {
  if (!x.empty()) SignSearch(h, c, weight, x).run();
}

}  // namespace clientele::forecast
