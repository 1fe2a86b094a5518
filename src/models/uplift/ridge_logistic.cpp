#include "models/uplift/ridge_logistic.hpp"

#include <algorithm>
#include <cmath>
#include <Eigen/Cholesky>
#include <numeric>

namespace clientele::uplift {
namespace {

using Eigen::Index;

constexpr std::size_t kMostLevels = 16;
constexpr std::size_t kRowsOfLevel = 10;
constexpr int kMostSteps = 8;
constexpr double kSmallStep = 1e-3;
constexpr std::size_t kBlock = 256;

using Values = std::vector<std::vector<double>>;

void add_standardised(std::vector<double> values, Values& columns) {
  double sum = 0, known = 0;
  for (const double value : values) {
    if (std::isfinite(value)) sum += value, ++known;
  }
  if (known == 0 || columns.size() >= kMostLinearColumns) return;
  const double mean = sum / known;
  double squares = 0;
  for (const double value : values) {
    if (std::isfinite(value)) squares += (value - mean) * (value - mean);
  }
  const double deviation = std::sqrt(squares / known);
  if (!std::isfinite(deviation) || !(deviation > 1e-9 * std::abs(mean))) return;
  // Far outliers would decide the line alone.
  for (double& value : values) {
    value = std::isfinite(value) ? std::clamp((value - mean) / deviation, -5.0, 5.0) : 0.0;
  }
  columns.push_back(std::move(values));
}

void add_levels(const FeatureColumn& column, Values& columns) {
  std::vector<std::size_t> counts(column.levels.size());
  for (const std::uint32_t code : column.codes) {
    if (code != FeatureColumn::kMissingCode) ++counts[code];
  }
  std::vector<std::uint32_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return counts[a] != counts[b] ? counts[a] > counts[b] : column.levels[a] < column.levels[b];
  });
  for (std::size_t k = 0; k < std::min(order.size(), kMostLevels); ++k) {
    if (counts[order[k]] < kRowsOfLevel) break;
    std::vector<double> is_level;
    is_level.reserve(column.codes.size());
    for (const std::uint32_t code : column.codes) is_level.push_back(code == order[k] ? 1.0 : 0.0);
    add_standardised(std::move(is_level), columns);
  }
}

}  // namespace

LinearColumns::LinearColumns(const FeatureTable& table) {
  Values columns;
  for (const FeatureColumn& column : table.columns) {
    if (column.kind == ColumnKind::text) {
      add_levels(column, columns);
    } else {
      add_standardised(column.numbers, columns);
    }
  }
  columns_ = columns.size();
  cells_.resize(table.rows * (columns_ + 1));
  for (std::size_t i = 0; i < table.rows; ++i) {
    float* cells = cells_.data() + i * (columns_ + 1);
    for (std::size_t j = 0; j < columns_; ++j) cells[j] = static_cast<float>(columns[j][i]);
    cells[columns_] = 1;
  }
}

std::vector<double> fit_ridge_logistic(const LinearColumns& columns,
                                       std::span<const std::uint8_t> positive,
                                       std::span<const std::uint32_t> rows, double penalty) {
  const auto p = static_cast<Index>(columns.columns() + 1);
  double positives = 0;
  for (const std::uint32_t row : rows) positives += positive[row];
  const auto n = static_cast<double>(rows.size());
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(p);
  beta[p - 1] = std::log((positives + 0.5) / (n - positives + 0.5));
  std::vector<double> result(beta.data(), beta.data() + p);
  if (positives == 0 || positives == n) return result;
  Eigen::MatrixXf block(p, static_cast<Index>(kBlock)), weighted(p, static_cast<Index>(kBlock));
  for (int step = 0; step < kMostSteps; ++step) {
    Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(p, p);
    Eigen::VectorXd gradient = -penalty * beta;
    hessian.diagonal().setConstant(penalty);
    hessian(p - 1, p - 1) = 1e-6;
    gradient[p - 1] = 0;
    const Eigen::VectorXf slopes = beta.cast<float>();
    for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
      const std::size_t end = std::min(begin + kBlock, rows.size());
      const auto count = static_cast<Index>(end - begin);
      Eigen::VectorXf residual(count);
      for (Index i = 0; i < count; ++i) {
        const std::uint32_t row = rows[begin + static_cast<std::size_t>(i)];
        block.col(i) = Eigen::Map<const Eigen::VectorXf>(columns.row(row), p);
        const double eta = block.col(i).dot(slopes);
        const double probability = 1 / (1 + std::exp(-eta));
        residual[i] = static_cast<float>(positive[row] - probability);
        weighted.col(i) =
            static_cast<float>(std::max(probability * (1 - probability), 1e-6)) * block.col(i);
      }
      hessian += (weighted.leftCols(count) * block.leftCols(count).transpose()).cast<double>();
      gradient += (block.leftCols(count) * residual).cast<double>();
    }
    Eigen::VectorXd move = hessian.ldlt().solve(gradient);
    const double longest = move.cwiseAbs().maxCoeff();
    if (!std::isfinite(longest)) break;
    if (longest > 2) move *= 2 / longest;
    beta += move;
    if (longest < kSmallStep) break;
  }
  result.assign(beta.data(), beta.data() + p);
  return result;
}

double ridge_probability(const LinearColumns& columns, std::span<const double> coefficients,
                         std::size_t row) {
  const float* cells = columns.row(row);
  double eta = 0;
  for (std::size_t j = 0; j < coefficients.size(); ++j) eta += coefficients[j] * cells[j];
  return 1 / (1 + std::exp(-eta));
}

}  // namespace clientele::uplift
