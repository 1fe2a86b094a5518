#include "models/lifetime/leaving_integral.hpp"

#include <algorithm>
#include <cmath>

#include "models/lifetime/elementary.hpp"
#include "numeric/simd.hpp"

namespace clientele::lifetime {
namespace {

constexpr std::size_t kTile = 16;
// Abscissae and weights of the 16-point Gauss-Legendre rule on [0, 1].
constexpr double kAt[16] = {
    0.0052995325041750337, 0.0277124884633837102, 0.0671843988060841224, 0.1222977958224984867,
    0.1910618777986781147, 0.2709916111713863151, 0.3591982246103705422, 0.4524937450811812866,
    0.5475062549188187134, 0.6408017753896294578, 0.7290083888286136849, 0.8089381222013218853,
    0.8777022041775015133, 0.9328156011939158776, 0.9722875115366162898, 0.9947004674958249663};
constexpr double kShare[16] = {
    0.0135762297058770490, 0.0311267619693239538, 0.0475792558412463928, 0.0623144856277669384,
    0.0747979944082883680, 0.0845782596975012679, 0.0913017075224617940, 0.0947253052275342511,
    0.0947253052275342511, 0.0913017075224617940, 0.0845782596975012679, 0.0747979944082883680,
    0.0623144856277669384, 0.0475792558412463928, 0.0311267619693239538, 0.0135762297058770490};

// The 4-point rule, for panels over which f hardly changes.
constexpr double kFewAt[4] = {0.0694318442029737124, 0.3300094782075718676, 0.6699905217924281324,
                              0.9305681557970262876};
constexpr double kFewShare[4] = {0.1739274225687269287, 0.3260725774312730713,
                                 0.3260725774312730713, 0.1739274225687269287};
constexpr double kHardly = 0.4;  // error of the 4-point rule about 1e-13 of the panel

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

struct Tile {
  double from[kTile];
  double length[kTile];
  double moment[kLeavingMoments][kTile];
};

// The panels' integrands at one node, and the features.
struct Node {
  double f[kTile], a[kTile], q[kTile], b[kTile], h[kTile];
};

CLIENTELE_SIMD_INLINE void fill_node(Node& node, const Tile& tile, const Scales& at,
                                     double position, double share) {
  const double near = at.near, far = at.far, whole = at.whole;
  const double near_power = at.near_power, far_power = at.far_power;
  for (std::size_t j = 0; j < kTile; ++j) {
    const double u = tile.length[j] * position;
    const double near_from = near + tile.from[j];
    const double far_from = far + tile.from[j];
    const double passed = near_from * u * expm1_ratio(u);
    const double part = (near_from + passed) / (far_from + passed);
    node.a[j] = u;
    node.b[j] = log1p_positive(passed / far_from);
    node.q[j] = near / near_from * (passed / (near_from + passed));
    node.h[j] = far / far_from * (passed / (far_from + passed));
    node.f[j] = share * tile.length[j] * (part + whole * (1.0 - part)) *
                exp_clamped(-near_power * node.a[j] - far_power * node.b[j]);
  }
}

CLIENTELE_SIMD
void integrate(const Scales& at, const double* position, const double* share, std::size_t nodes,
               Tile& tile) {
  double one[kTile];
  double sum[kLeavingMoments][kTile] = {};
  for (std::size_t j = 0; j < kTile; ++j) one[j] = 1.0;
  Node node;
  const double* feature[5] = {one, node.a, node.q, node.b, node.h};
  for (std::size_t i = 0; i < nodes; ++i) {
    fill_node(node, tile, at, position[i], share[i]);
    std::size_t place = 0;
    for (std::size_t x = 0; x < 5; ++x) {
      for (std::size_t y = x; y < 5; ++y) {
        for (std::size_t j = 0; j < kTile; ++j) {
          sum[place][j] += node.f[j] * feature[x][j] * feature[y][j];
        }
        ++place;
      }
    }
  }
  for (std::size_t m = 0; m < kLeavingMoments; ++m) {
    for (std::size_t j = 0; j < kTile; ++j) tile.moment[m][j] = sum[m][j];
  }
}

// Puts the moments of (near, far) into the order of (alpha, beta).
void restore_order(LeavingMoments& m) {
  std::swap(m[kA], m[kB]);
  std::swap(m[kQ], m[kH]);
  std::swap(m[kAa], m[kBb]);
  std::swap(m[kAq], m[kBh]);
  std::swap(m[kAh], m[kQb]);
  std::swap(m[kQq], m[kHh]);
}

}  // namespace

void append_panels(const ParetoParameters& at, double power, double from, double to,
                   std::vector<Panel>& panels) {
  const Scales scales = scales_of(at, power);
  const double near_fall = scales.near_power + scales.whole;
  const double far_fall = scales.far_power + 1.0 - scales.whole;
  const double start = scales.near + from;
  double place = start;
  double done = 0;
  double left = log1p_positive((to - from) / start);
  while (left > 0) {
    const double slope = near_fall + far_fall * place / (place + scales.gap);
    const double local = std::max(14.0 / (near_fall + far_fall), std::min(1.5, 3.0 / slope));
    double length = std::min({left, 4.0, local});
    if (left - length < 0.05 * length) length = left;
    panels.push_back({from + start * std::expm1(done), length});
    if (length >= left) return;
    done += length;
    left -= length;
    place = start * std::exp(done);
    const double fall = scales.near_power * std::log(place / start) +
                        scales.far_power * std::log1p((place - start) / (start + scales.gap));
    if (fall >= kDeepestFall) return;
  }
}

std::vector<LeavingMoments> panel_moments(const ParetoParameters& at, double power,
                                          std::span<const Panel> panels) {
  const Scales scales = scales_of(at, power);
  const double falls = power + at.s + 1.0;
  std::vector<LeavingMoments> moments(panels.size());
  Tile tile;
  for (std::size_t first = 0; first < panels.size(); first += kTile) {
    const std::size_t size = std::min(kTile, panels.size() - first);
    double longest = 0;
    for (std::size_t j = 0; j < kTile; ++j) {
      const Panel& panel = panels[first + std::min(j, size - 1)];
      tile.from[j] = panel.from;
      tile.length[j] = panel.length;
      longest = std::max(longest, panel.length);
    }
    const bool few = longest * falls <= kHardly;
    integrate(scales, few ? kFewAt : kAt, few ? kFewShare : kShare, few ? 4 : 16, tile);
    for (std::size_t j = 0; j < size; ++j) {
      LeavingMoments& m = moments[first + j];
      for (std::size_t k = 0; k < kLeavingMoments; ++k) m[k] = tile.moment[k][j];
      if (scales.whole > 0) restore_order(m);
    }
  }
  return moments;
}

Shift shift_of(const ParetoParameters& at, double power, double from, double to) {
  const double passed = to - from;
  Shift shift;
  shift.a = log1p_positive(passed / (at.alpha + from));
  shift.b = log1p_positive(passed / (at.beta + from));
  shift.q = at.alpha / (at.alpha + from) * (passed / (at.alpha + to));
  shift.h = at.beta / (at.beta + from) * (passed / (at.beta + to));
  shift.left = exp_clamped(-power * shift.a - at.s * shift.b);
  return shift;
}

void add_shifted(LeavingMoments& moments, const LeavingMoments& later, const Shift& shift) {
  const double c[5] = {1.0, shift.a, shift.q, shift.b, shift.h};
  std::size_t place = 0;
  for (std::size_t x = 0; x < 5; ++x) {
    for (std::size_t y = x; y < 5; ++y) {
      double moved = later[place];
      if (x > 0) moved += c[x] * later[y] + c[y] * later[x] + c[x] * c[y] * later[kMass];
      if (x == 0 && y > 0) moved += c[y] * later[kMass];
      moments[place++] += shift.left * moved;
    }
  }
}

std::vector<double> leaving_masses(const ParetoParameters& at, double power,
                                   std::span<const double> recency, std::span<const double> age) {
  std::vector<double> masses(age.size());
  std::vector<Panel> panels;
  std::vector<std::size_t> customer;
  for (std::size_t i = 0; i < age.size(); ++i) {
    if (age[i] > recency[i]) append_panels(at, power, recency[i], age[i], panels);
    customer.resize(panels.size(), i);
  }
  const std::vector<LeavingMoments> moments = panel_moments(at, power, panels);
  for (std::size_t k = 0; k < panels.size(); ++k) {
    const std::size_t i = customer[k];
    masses[i] += shift_of(at, power, recency[i], panels[k].from).left * moments[k][kMass];
  }
  return masses;
}

}  // namespace clientele::lifetime
