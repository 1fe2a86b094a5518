#include "models/forecast/tbats_recursion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace clientele::forecast {
namespace {

// Norms of the steps (64, 128] and (192, 256] are compared: a linear trend doubles them, growth by
// 1.0075 a step gives this factor.
constexpr std::size_t kLate = 128;
constexpr double kGrowth = 2.6;

}  // namespace

TbatsRecursion::TbatsRecursion(const TbatsModel& model)
    : model_(model),
      slope_(model.form.trend != TbatsTrend::none),
      ar_(model.form.ar),
      ma_(model.form.ma) {
  for (std::size_t i = 0; i < model.form.seasons.size(); ++i) {
    const FourierSeason& season = model.form.seasons[i];
    for (std::size_t k = 1; k <= season.harmonics; ++k) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(k) / season.period;
      cosine_.push_back(std::cos(angle));
      sine_.push_back(std::sin(angle));
      gamma1_.push_back(model.gamma1[i]);
      gamma2_.push_back(model.gamma2[i]);
    }
  }
  pairs_ = cosine_.size();
  size_ = 1 + (slope_ ? 1 : 0) + 2 * pairs_ + ar_ + ma_;
}

double TbatsRecursion::expected(std::span<const double> x) const {
  double sum = x[0];
  std::size_t at = 1;
  if (slope_) sum += model_.phi * x[at++];
  for (std::size_t j = 0; j < pairs_; ++j) sum += x[at + 2 * j];
  at += 2 * pairs_;
  for (std::size_t i = 0; i < ar_; ++i) sum += model_.ar[i] * x[at + i];
  at += ar_;
  for (std::size_t i = 0; i < ma_; ++i) sum += model_.ma[i] * x[at + i];
  return sum;
}

void TbatsRecursion::step(std::span<double> x, double error) {
  const std::size_t first_pair = slope_ ? 2 : 1;
  const std::size_t first_ar = first_pair + 2 * pairs_, first_ma = first_ar + ar_;
  double d = error;
  for (std::size_t i = 0; i < ar_; ++i) d += model_.ar[i] * x[first_ar + i];
  for (std::size_t i = 0; i < ma_; ++i) d += model_.ma[i] * x[first_ma + i];
  if (slope_) {
    x[0] += model_.phi * x[1] + model_.alpha * d;
    x[1] = model_.phi * x[1] + model_.beta * d;
  } else {
    x[0] += model_.alpha * d;
  }
  for (std::size_t j = 0; j < pairs_; ++j) {
    double& s = x[first_pair + 2 * j];
    double& other = x[first_pair + 2 * j + 1];
    const double turned = s * cosine_[j] + other * sine_[j] + gamma1_[j] * d;
    other = other * cosine_[j] - s * sine_[j] + gamma2_[j] * d;
    s = turned;
  }
  for (std::size_t i = ar_; i-- > 0;) x[first_ar + i] = i == 0 ? d : x[first_ar + i - 1];
  for (std::size_t i = ma_; i-- > 0;) x[first_ma + i] = i == 0 ? error : x[first_ma + i - 1];
}

void TbatsRecursion::errors(std::span<const double> y, std::span<double> e) {
  std::vector<double> x(size_, 0);
  for (std::size_t t = 0; t < y.size(); ++t) {
    e[t] = y[t] - expected(x);
    step(x, e[t]);
  }
}

void TbatsRecursion::observation(std::span<double> w) const {
  std::fill(w.begin(), w.end(), 0);
  w[0] = 1;
  std::size_t at = 1;
  if (slope_) w[at++] = model_.phi;
  for (std::size_t j = 0; j < pairs_; ++j) w[at + 2 * j] = 1;
  at += 2 * pairs_;
  for (std::size_t i = 0; i < ar_; ++i) w[at + i] = model_.ar[i];
  for (std::size_t i = 0; i < ma_; ++i) w[at + ar_ + i] = model_.ma[i];
}

void TbatsRecursion::propagate(std::span<double> v) const {
  const std::size_t first_pair = slope_ ? 2 : 1;
  const std::size_t first_ar = first_pair + 2 * pairs_, first_ma = first_ar + ar_;
  double through_d = model_.alpha * v[0] + (slope_ ? model_.beta * v[1] : 0);
  for (std::size_t j = 0; j < pairs_; ++j) {
    through_d += gamma1_[j] * v[first_pair + 2 * j] + gamma2_[j] * v[first_pair + 2 * j + 1];
  }
  if (ar_ > 0) through_d += v[first_ar];
  const double from_e = ma_ > 0 ? v[first_ma] : 0;
  const double gain = through_d + from_e;
  if (slope_) v[1] = model_.phi * (v[0] + v[1] - gain);
  v[0] -= gain;
  for (std::size_t j = 0; j < pairs_; ++j) {
    double& s = v[first_pair + 2 * j];
    double& other = v[first_pair + 2 * j + 1];
    const double turned = s * cosine_[j] - other * sine_[j];
    other = s * sine_[j] + other * cosine_[j];
    s = turned - gain;
  }
  for (std::size_t i = 0; i < ar_; ++i) {
    v[first_ar + i] = (i + 1 < ar_ ? v[first_ar + i + 1] : 0) - model_.ar[i] * from_e;
  }
  for (std::size_t i = 0; i < ma_; ++i) {
    v[first_ma + i] = (i + 1 < ma_ ? v[first_ma + i + 1] : 0) - model_.ma[i] * from_e;
  }
}

bool TbatsRecursion::shares(std::size_t n, std::vector<double>& columns) const {
  const std::size_t count = seeds();
  std::vector<double> v(size_);
  observation(v);
  columns.resize(n * count);
  double early = 1, late = 0;
  for (std::size_t t = 0; t < std::max(n, 2 * kLate); ++t) {
    if (t < n) {
      for (std::size_t j = 0; j < count; ++j) columns[j * n + t] = v[j];
    }
    propagate(v);
    const bool in_early = t >= kLate / 2 && t < kLate;
    if (!in_early && (t < 3 * kLate / 2 || t >= 2 * kLate)) continue;
    double& norm = in_early ? early : late;
    for (const double value : v) norm = std::max(norm, std::abs(value));
  }
  return late <= kGrowth * early;
}

}  // namespace clientele::forecast
