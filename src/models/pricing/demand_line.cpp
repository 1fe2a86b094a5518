#include "models/pricing/demand_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <Eigen/Cholesky>

namespace clientele::pricing {
namespace {

using Eigen::Index;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr std::array kControlScales{0.1, 0.3, 1.0};  // tau
constexpr int kNoiseSteps = 16;
constexpr double kLeastNoise = 1e-3;
constexpr double kUsualNoise = 0.4;  // centre of the prior of log sigma, one unit wide
constexpr double kLeastSpread = 0.05;
constexpr double kNegligible = 1e-5;  // weight of a grid point
constexpr int kCountSteps = 30;

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// Columns of the fitted rows about their means, weighted equally.
struct Centred {
  Matrix x;     // rows x p
  Vector mean;  // p
  Vector now;   // p, log price at its mean
};

Centred centre(const DemandColumns& columns, std::size_t rows) {
  const auto p = static_cast<Index>(columns.columns.size());
  Centred centred{Matrix(static_cast<Index>(rows), p), Vector(p), Vector(p)};
  for (Index j = 0; j < p; ++j) {
    const auto& column = columns.columns[static_cast<std::size_t>(j)];
    const Eigen::Map<const Vector> values(column.data(), static_cast<Index>(rows));
    centred.mean[j] = values.mean();
    centred.x.col(j) = values.array() - centred.mean[j];
    centred.now[j] = j == 0 ? 0.0 : column[columns.rows] - centred.mean[j];
  }
  return centred;
}

Vector prior_precision(Index p, const ElasticityPrior& prior, double control_deviation) {
  Vector precision = Vector::Constant(p, 1 / (control_deviation * control_deviation));
  precision[0] = 1 / (prior.deviation * prior.deviation);
  return precision;
}

double log_determinant(const Eigen::LLT<Matrix>& factor) {
  return 2 * factor.matrixLLT().diagonal().array().log().sum();
}

// The normal posterior of level and elasticity, whose joint precision `factor` holds.
LinePart part_of(const Eigen::LLT<Matrix>& factor, const Vector& mode, const Vector& now,
                 double intercept, double intercept_variance) {
  const Vector first = factor.solve(Vector::Unit(now.size(), 0));
  const Vector seen = factor.solve(now);
  return {.weight = 0,
          .level = intercept + now.dot(mode),
          .elasticity = mode[0],
          .level_variance = intercept_variance + now.dot(seen),
          .elasticity_variance = first[0],
          .covariance = seen[0],
          .noise = 0};
}

// Turns log evidences into weights and drops what does not count; coefficients are averaged.
void weigh(std::vector<double> evidence, const std::vector<Vector>& modes, DemandLine& line) {
  const double best = *std::max_element(evidence.begin(), evidence.end());
  for (double& e : evidence) e = std::exp(e - best);
  std::vector<LinePart> kept;
  Vector mean = Vector::Zero(modes.front().size());
  double total = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    if (evidence[i] < kNegligible) continue;
    kept.push_back(line.parts[i]);
    kept.back().weight = evidence[i];
    mean += evidence[i] * modes[i];
    total += evidence[i];
  }
  for (LinePart& part : kept) part.weight /= total;
  mean /= total;
  line.parts = std::move(kept);
  line.coefficients.assign(mean.data(), mean.data() + mean.size());
}

DemandLine fit_logs(const DemandColumns& columns, std::span<const double> units, std::size_t rows,
                    const ElasticityPrior& prior) {
  const Centred data = centre(columns, rows);
  Vector y(static_cast<Index>(rows));
  for (std::size_t i = 0; i < rows; ++i) y[static_cast<Index>(i)] = std::log(units[i]);
  const double mean = y.mean();
  y.array() -= mean;
  const auto n = static_cast<double>(rows);
  const Matrix gram = data.x.transpose() * data.x;
  const Vector moment = data.x.transpose() * y;
  const double squares = y.squaredNorm();
  const double spread = std::max(std::sqrt(squares / n), kLeastSpread);

  DemandLine line;
  line.reference = data.mean[0];
  std::vector<double> evidence;
  std::vector<Vector> modes;
  const double low = std::log(std::max(kLeastNoise, 0.02 * spread));
  const double high = std::log(1.6 * spread);
  for (const double tau : kControlScales) {
    const Vector precision = prior_precision(gram.rows(), prior, tau * spread);
    for (int step = 0; step < kNoiseSteps; ++step) {
      const double log_noise = low + (high - low) * step / (kNoiseSteps - 1);
      const double variance = std::exp(2 * log_noise);
      Matrix a = gram / variance;
      a.diagonal() += precision;
      const Eigen::LLT<Matrix> factor(a);
      Vector right = moment / variance;
      right[0] += precision[0] * prior.mean;
      const Vector mode = factor.solve(right);
      const double fit =
          squares / variance + precision[0] * prior.mean * prior.mean - mode.dot(right);
      const double off = log_noise - std::log(kUsualNoise);
      evidence.push_back(-(n - 1) * log_noise - 0.5 * log_determinant(factor) +
                         0.5 * precision.array().log().sum() - 0.5 * fit - 0.5 * off * off);
      line.parts.push_back(part_of(factor, mode, data.now, mean, variance / n));
      line.parts.back().noise = std::exp(log_noise);
      modes.push_back(mode);
    }
  }
  weigh(std::move(evidence), modes, line);
  line.intercept = mean;
  for (std::size_t j = 0; j < line.coefficients.size(); ++j) {
    line.intercept -= line.coefficients[j] * data.mean[static_cast<Index>(j)];
  }
  return line;
}

// Penalised quasi-likelihood of counts with an intercept as last coefficient.
struct CountFit {
  Vector mode;
  Eigen::LLT<Matrix> factor;  // of the negative Hessian
  double score = 0;           // log quasi-posterior at the mode
  double pearson = 0;         // sum of (y - mu)^2 / mu
};

double count_score(const Vector& y, const Vector& eta, double dispersion, const Vector& precision,
                   const Vector& off) {
  return (y.dot(eta) - eta.array().exp().sum()) / dispersion -
         0.5 * (precision.array() * off.array().square()).sum();
}

CountFit fit_counts_at(const Matrix& x, const Vector& y, const Vector& precision,
                       const Vector& prior_mean, double dispersion) {
  CountFit fit;
  fit.mode = prior_mean;
  Vector eta = x * fit.mode;
  fit.score = count_score(y, eta, dispersion, precision, fit.mode - prior_mean);
  for (int step = 0; step < kCountSteps; ++step) {
    const Vector mu = eta.array().exp().matrix();
    Matrix a = x.transpose() * mu.asDiagonal() * x / dispersion;
    a.diagonal() += precision;
    fit.factor.compute(a);
    const Vector gradient = x.transpose() * (y - mu) / dispersion -
                            (precision.array() * (fit.mode - prior_mean).array()).matrix();
    Vector move = fit.factor.solve(gradient);
    const double before = fit.score;
    for (int halving = 0; halving < 20; ++halving, move *= 0.5) {
      const Vector next = fit.mode + move;
      const Vector next_eta = x * next;
      const double score = count_score(y, next_eta, dispersion, precision, next - prior_mean);
      if (!(score >= before)) continue;
      fit.mode = next;
      eta = next_eta;
      fit.score = score;
      break;
    }
    if (fit.score - before < 1e-10 * (1 + std::abs(before))) break;
  }
  const Vector mu = eta.array().exp().matrix();
  fit.pearson = ((y - mu).array().square() / mu.array().max(1e-9)).sum();
  return fit;
}

DemandLine fit_counts(const DemandColumns& columns, std::span<const double> units, std::size_t rows,
                      const ElasticityPrior& prior) {
  const Centred data = centre(columns, rows);
  const Index p = data.x.cols();
  const Eigen::Map<const Vector> y(units.data(), static_cast<Index>(rows));
  Matrix x(data.x.rows(), p + 1);
  x << data.x, Vector::Ones(data.x.rows());
  Vector prior_mean = Vector::Zero(p + 1);
  prior_mean[0] = prior.mean;
  prior_mean[p] = std::log(std::max(y.mean(), 0.01));
  Vector now(p + 1);
  now << data.now, 1.0;
  const auto precision_at = [&](double tau) {
    Vector precision = prior_precision(p + 1, prior, tau);
    precision[p] = 1e-4;  // the level is the data's alone
    return precision;
  };
  const CountFit pilot = fit_counts_at(x, y, precision_at(kControlScales[1]), prior_mean, 1);
  // Degrees of freedom as if every column counted; never less dispersed than Poisson.
  const double freedom = std::max(1.0, static_cast<double>(rows) - static_cast<double>(p) - 1);
  const double dispersion = std::max(1.0, pilot.pearson / freedom);

  DemandLine line;
  line.counts = true;
  line.reference = data.mean[0];
  std::vector<double> evidence;
  std::vector<Vector> modes;
  for (const double tau : kControlScales) {
    const Vector precision = precision_at(tau);
    const CountFit fit = fit_counts_at(x, y, precision, prior_mean, dispersion);
    evidence.push_back(fit.score + 0.5 * precision.array().log().sum() -
                       0.5 * log_determinant(fit.factor));
    line.parts.push_back(part_of(fit.factor, fit.mode, now, 0, 0));
    line.parts.back().noise = dispersion;
    modes.push_back(fit.mode);
  }
  weigh(std::move(evidence), modes, line);
  line.intercept = line.coefficients.back();
  line.coefficients.pop_back();
  for (std::size_t j = 0; j < line.coefficients.size(); ++j) {
    line.intercept -= line.coefficients[j] * data.mean[static_cast<Index>(j)];
  }
  return line;
}

}  // namespace

double DemandLine::mean_elasticity() const {
  double mean = 0;
  for (const LinePart& part : parts) mean += part.weight * part.elasticity;
  return mean;
}

double DemandLine::elasticity_variance() const {
  const double mean = mean_elasticity();
  double variance = 0;
  for (const LinePart& part : parts) {
    const double off = part.elasticity - mean;
    variance += part.weight * (part.elasticity_variance + off * off);
  }
  return variance;
}

double DemandLine::elasticity_cdf(double value) const {
  double sum = 0;
  for (const LinePart& part : parts) {
    sum +=
        part.weight * normal_cdf((value - part.elasticity) / std::sqrt(part.elasticity_variance));
  }
  return sum;
}

double DemandLine::elasticity_quantile(double probability) const {
  const double centre = mean_elasticity();
  const double reach = 40 * std::sqrt(elasticity_variance());
  double low = centre - reach, high = centre + reach;
  for (int step = 0; step < 60; ++step) {
    const double middle = 0.5 * (low + high);
    (elasticity_cdf(middle) < probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double DemandLine::log_units(const DemandColumns& columns, std::size_t row) const {
  double sum = intercept;
  for (std::size_t j = 0; j < coefficients.size(); ++j) {
    sum += coefficients[j] * columns.columns[j][row];
  }
  return sum;
}

double DemandLine::log_units_now(double log_price) const {
  double sum = 0;
  for (const LinePart& part : parts) {
    sum += part.weight * (part.level + part.elasticity * (log_price - reference));
  }
  return sum;
}

DemandLine fit_demand_line(const DemandColumns& columns, std::span<const double> units,
                           std::size_t rows, const ElasticityPrior& prior) {
  const bool zeros = std::any_of(units.begin(), units.begin() + static_cast<std::ptrdiff_t>(rows),
                                 [](double u) { return u <= 0; });
  return zeros ? fit_counts(columns, units, rows, prior) : fit_logs(columns, units, rows, prior);
}

}  // namespace clientele::pricing
