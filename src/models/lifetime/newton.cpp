#include "models/lifetime/newton.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::lifetime {
namespace {

constexpr double kLongestTrusted = 0.5;  // in log parameters: of a step without an evaluation

using Held = std::array<bool, kMostParameters>;

double dot(const Vector& a, const Vector& b) {
  return (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3]);
}

double largest(const Vector& values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

// True where `point` is on a bound and `direction` points out of the box, or does not move along
// it and `still_counts`.
Held at_bounds(const Vector& point, const Vector& direction, const Box& box, std::size_t n,
               bool still_counts) {
  Held held{};
  for (std::size_t i = 0; i < n; ++i) {
    const bool down = direction[i] < 0 || (still_counts && direction[i] == 0);
    const bool up = direction[i] > 0 || (still_counts && direction[i] == 0);
    held[i] = (point[i] <= box.lower[i] && down) || (point[i] >= box.upper[i] && up);
  }
  return held;
}

Held either(Held a, const Held& b) {
  for (std::size_t i = 0; i < kMostParameters; ++i) a[i] = a[i] || b[i];
  return a;
}

// -hessian with rows and columns of held coordinates replaced by those of the unit matrix.
Matrix information(const Curve& curve, const Held& held, std::size_t n) {
  Matrix negative;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const bool out = held[i] || held[j];
      negative(i, j) = out ? static_cast<double>(i == j) : -curve.hessian(i, j);
    }
  }
  return negative;
}

// The modified Newton step over the coordinates that are not held, exactly 0 elsewhere.
Vector newton_step(const Curve& curve, const Held& held, std::size_t n) {
  const Spectrum parts = spectrum(information(curve, held, n), n);
  Vector gradient{};
  for (std::size_t i = 0; i < n; ++i) gradient[i] = held[i] ? 0.0 : curve.gradient[i];
  const double floor = std::max(largest(parts.values) * 1e-14, 1e-280);
  Vector step{};
  for (std::size_t k = 0; k < n; ++k) {
    double along = 0;
    for (std::size_t i = 0; i < n; ++i) along += parts.vectors(i, k) * gradient[i];
    along /= std::max(std::abs(parts.values[k]), floor);
    for (std::size_t i = 0; i < n; ++i) step[i] += along * parts.vectors(i, k);
  }
  for (std::size_t i = 0; i < n; ++i) step[i] = held[i] ? 0.0 : step[i];
  return step;
}

// The largest share of `step`, at most 1, that stays in the box.
double share_inside(const Vector& point, const Vector& step, const Box& box) {
  double share = 1.0;
  for (std::size_t i = 0; i < kMostParameters; ++i) {
    const double room = step[i] > 0 ? box.upper[i] - point[i] : box.lower[i] - point[i];
    if (std::abs(step[i]) * share > std::abs(room)) share = room / step[i];
  }
  return share;
}

// point + step, put on every bound that it misses by less than a billionth.
Vector target_of(Vector point, const Vector& step, const Box& box) {
  for (std::size_t i = 0; i < kMostParameters; ++i) {
    point[i] += step[i];
    if (point[i] < box.lower[i] + 1e-9) point[i] = box.lower[i];
    if (point[i] > box.upper[i] - 1e-9) point[i] = box.upper[i];
  }
  return point;
}

double predicted_gain(const Curve& curve, const Vector& step) {
  double gain = dot(curve.gradient, step);
  for (std::size_t i = 0; i < kMostParameters; ++i) {
    gain += 0.5 * step[i] * dot(curve.hessian.row[i], step);
  }
  return gain;
}

// Until a step promises no more than `enough` or rounding hides it.
Maximum search(const std::function<Curve(const Vector&)>& function, std::size_t parameters,
               const Vector& start, const Box& box, double enough) {
  Maximum best{.parameters = parameters, .point = start, .curve = function(start)};
  best.evaluations = 1;
  double radius = 2.0;
  while (true) {
    const Curve& at = best.curve;
    best.held = at_bounds(best.point, at.gradient, box, parameters, true);
    Vector step = newton_step(at, best.held, parameters);
    best.promise = 0.5 * dot(at.gradient, step);
    const double scale = 1.0 + std::abs(at.value);
    const double hidden = 1e-14 * scale;
    const bool done = best.promise <= std::max(hidden, enough) || best.gradient_size() <= hidden;
    if (done || radius < 1e-13 || best.evaluations >= kMaxSteps) break;
    const Held blocked = either(best.held, at_bounds(best.point, step, box, parameters, false));
    if (blocked != best.held) step = newton_step(at, blocked, parameters);
    const double length = std::min(1.0, radius / largest(step));
    for (double& part : step) part *= length;
    const double share = share_inside(best.point, step, box);
    for (double& part : step) part *= share;
    const Vector target = target_of(best.point, step, box);
    const double predicted = predicted_gain(at, step);
    const Curve next = function(target);
    ++best.evaluations;
    const double gain = next.value - at.value;
    if (next.finite() && gain >= 1e-4 * predicted - 1e-15 * scale) {
      if (gain > 0.5 * predicted) radius = std::min(radius * 2.0, 6.0);
      best.point = target;
      best.curve = next;
    } else {
      radius = 0.25 * largest(step);
    }
  }
  best.converged = best.promise <= kNegligibleGain;
  return best;
}

}  // namespace

bool Curve::finite() const {
  double sum = std::abs(value);
  for (std::size_t i = 0; i < kMostParameters; ++i) {
    sum += std::abs(gradient[i]);
    for (const double second : hessian.row[i]) sum += std::abs(second);
  }
  return std::isfinite(sum);
}

bool Maximum::inside() const { return held == Held{}; }

double Maximum::gradient_size() const {
  double size = 0;
  for (std::size_t i = 0; i < parameters; ++i) {
    if (!held[i]) size = std::max(size, std::abs(curve.gradient[i]));
  }
  return size;
}

std::optional<Matrix> Maximum::covariance() const {
  Spectrum parts = spectrum(information(curve, held, parameters), parameters);
  for (std::size_t k = 0; k < parameters; ++k) {
    if (!(parts.values[k] > 0)) return std::nullopt;
    parts.values[k] = 1.0 / parts.values[k];
  }
  Matrix result = recomposed(parts, parts.values, parameters);
  for (std::size_t i = 0; i < parameters; ++i) {
    for (std::size_t j = 0; j < parameters; ++j) {
      if (held[i] || held[j]) result(i, j) = 0.0;
    }
  }
  return result;
}

Maximum maximise(const std::function<Curve(const Vector&)>& function, std::size_t parameters,
                 const Vector& start, const Box& box) {
  return search(function, parameters, start, box, 0);
}

Maximum maximise_roughly(const std::function<Curve(const Vector&)>& function,
                         std::size_t parameters, const Vector& start, const Box& box) {
  Maximum rough = search(function, parameters, start, box, kRoughGain);
  const Vector step = newton_step(rough.curve, rough.held, parameters);
  const bool trusted = rough.promise <= kRoughGain && largest(step) <= kLongestTrusted &&
                       share_inside(rough.point, step, box) >= 1.0;
  if (!trusted) return rough;
  rough.point = target_of(rough.point, step, box);
  rough.curve.value += rough.promise;
  return rough;
}

}  // namespace clientele::lifetime
