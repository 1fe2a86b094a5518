// Customers are integrated side by side, one panel of each a round; most need a single panel.
#include "models/lifetime/leaving_integral.hpp"

#include <algorithm>
#include <cmath>

#include "models/lifetime/elementary.hpp"
#include "numeric/simd.hpp"

namespace clientele::lifetime {
namespace {

constexpr std::size_t kNodes = 16;
constexpr std::size_t kTile = 16;
// Abscissae and weights of the 16-point Gauss-Legendre rule on [0, 1].
constexpr double kAt[kNodes] = {
    0.0052995325041750337, 0.0277124884633837102, 0.0671843988060841224, 0.1222977958224984867,
    0.1910618777986781147, 0.2709916111713863151, 0.3591982246103705422, 0.4524937450811812866,
    0.5475062549188187134, 0.6408017753896294578, 0.7290083888286136849, 0.8089381222013218853,
    0.8777022041775015133, 0.9328156011939158776, 0.9722875115366162898, 0.9947004674958249663};
constexpr double kShare[kNodes] = {
    0.0135762297058770490, 0.0311267619693239538, 0.0475792558412463928, 0.0623144856277669384,
    0.0747979944082883680, 0.0845782596975012679, 0.0913017075224617940, 0.0947253052275342511,
    0.0947253052275342511, 0.0913017075224617940, 0.0845782596975012679, 0.0747979944082883680,
    0.0623144856277669384, 0.0475792558412463928, 0.0311267619693239538, 0.0135762297058770490};

// The parameters by size: `near` is the lesser of alpha and beta, `gap` = far - near.
struct Scales {
  double near, far, gap;
  double near_power, far_power;
  double whole;  // 1 where beta is near: dy/(beta+y) is then du; otherwise m/(m+gap) du
};

Scales scales_of(const ParetoParameters& at, double power) {
  if (at.alpha <= at.beta) return {at.alpha, at.beta, at.beta - at.alpha, power, at.s, 0.0};
  return {at.beta, at.alpha, at.alpha - at.beta, at.s, power, 1.0};
}

// Panels of up to kTile customers: near + y runs over [from, from e^length].
struct Panels {
  double from[kTile];
  double length[kTile];
  double recency[kTile];
  double moment[kLeavingMoments][kTile];
};

// The panels' integrands at one node, and that times the features.
struct Node {
  double f[kTile], a[kTile], p[kTile], b[kTile], g[kTile];
};

CLIENTELE_SIMD_INLINE void fill_node(Node& node, const Panels& panels, const double* ln_start,
                                     const double* far_seen, const Scales& at, double position,
                                     double share) {
  const double near = at.near, far = at.far, gap = at.gap, whole = at.whole;
  const double near_power = at.near_power, far_power = at.far_power;
  for (std::size_t j = 0; j < kTile; ++j) {
    const double u = panels.length[j] * position;
    const double m = panels.from[j] * exp_clamped(u);
    const double beyond = m + gap;
    const double part = m / beyond;
    node.a[j] = -(ln_start[j] + u);
    node.b[j] = -log_positive(beyond * far_seen[j]);
    node.p[j] = near / m;
    node.g[j] = far / beyond;
    node.f[j] = share * panels.length[j] * (part + whole * (1.0 - part)) *
                exp_clamped(near_power * node.a[j] + far_power * node.b[j]);
  }
}

CLIENTELE_SIMD_INLINE void add_products(double* sum, const double* f, const double* x,
                                        const double* y) {
  for (std::size_t j = 0; j < kTile; ++j) sum[j] += f[j] * x[j] * y[j];
}

CLIENTELE_SIMD
void integrate_panels(const Scales& at, Panels& panels) {
  double ln_start[kTile], far_seen[kTile], one[kTile];
  double sum[kLeavingMoments][kTile] = {};
  for (std::size_t j = 0; j < kTile; ++j) {
    ln_start[j] = log_positive(panels.from[j] / (at.near + panels.recency[j]));
    far_seen[j] = 1.0 / (at.far + panels.recency[j]);
    one[j] = 1.0;
  }
  Node node;
  const double* feature[5] = {one, node.a, node.p, node.b, node.g};
  for (std::size_t i = 0; i < kNodes; ++i) {
    fill_node(node, panels, ln_start, far_seen, at, kAt[i], kShare[i]);
    std::size_t place = 0;
    for (std::size_t x = 0; x < 5; ++x) {
      for (std::size_t y = x; y < 5; ++y) {
        add_products(sum[place++], node.f, feature[x], feature[y]);
      }
    }
  }
  for (std::size_t m = 0; m < kLeavingMoments; ++m) {
    for (std::size_t j = 0; j < kTile; ++j) panels.moment[m][j] = sum[m][j];
  }
}

// A customer whose integral is not finished.
struct Pending {
  std::size_t place;
  double from;
  double left;  // in ln(near + y)
};

double panel_length(const Scales& at, const Pending& pending) {
  const double near_fall = at.near_power + (at.whole > 0 ? 1.0 : 0.0);
  const double far_fall = at.far_power + (at.whole > 0 ? 0.0 : 1.0);
  const double slope = near_fall + far_fall * pending.from / (pending.from + at.gap);
  const double local = std::max(14.0 / (near_fall + far_fall), std::min(1.5, 3.0 / slope));
  const double length = std::min({pending.left, 4.0, local});
  return pending.left - length < 0.05 * length ? pending.left : length;
}

// Steps past a finished panel; false where nothing is left to integrate.
bool advance(const Scales& at, double recency, double length, Pending& pending) {
  if (length >= pending.left) return false;
  pending.from *= std::exp(length);
  pending.left -= length;
  const double fall = at.near_power * std::log(pending.from / (at.near + recency)) +
                      at.far_power * std::log((pending.from + at.gap) / (at.far + recency));
  return fall < 42.0;
}

// Puts the moments of (near, far) into the order of (alpha, beta).
void restore_order(LeavingMoments& m) {
  std::swap(m[kA], m[kB]);
  std::swap(m[kP], m[kG]);
  std::swap(m[kAa], m[kBb]);
  std::swap(m[kAp], m[kBg]);
  std::swap(m[kAg], m[kPb]);
  std::swap(m[kPp], m[kGg]);
}

}  // namespace

std::vector<LeavingMoments> leaving_moments(const ParetoParameters& at, double power,
                                            std::span<const double> recency,
                                            std::span<const double> age) {
  const Scales scales = scales_of(at, power);
  std::vector<LeavingMoments> moments(age.size(), LeavingMoments{});
  std::vector<Pending> pending;
  pending.reserve(age.size());
  for (std::size_t i = 0; i < age.size(); ++i) {
    const double from = scales.near + recency[i];
    if (age[i] > recency[i])
      pending.push_back({i, from, log1p_positive((age[i] - recency[i]) / from)});
  }
  Panels panels;
  while (!pending.empty()) {
    std::size_t kept = 0;
    for (std::size_t first = 0; first < pending.size(); first += kTile) {
      const std::size_t size = std::min(kTile, pending.size() - first);
      for (std::size_t j = 0; j < kTile; ++j) {
        const Pending& next = pending[first + std::min(j, size - 1)];
        panels.from[j] = next.from;
        panels.length[j] = panel_length(scales, next);
        panels.recency[j] = recency[next.place];
      }
      integrate_panels(scales, panels);
      for (std::size_t j = 0; j < size; ++j) {
        Pending next = pending[first + j];
        for (std::size_t m = 0; m < kLeavingMoments; ++m) {
          moments[next.place][m] += panels.moment[m][j];
        }
        if (advance(scales, recency[next.place], panels.length[j], next)) pending[kept++] = next;
      }
    }
    pending.resize(kept);
  }
  if (at.alpha > at.beta) {
    for (LeavingMoments& m : moments) restore_order(m);
  }
  return moments;
}

}  // namespace clientele::lifetime
