// Implicit ALS: minimise over X, Y
//
//   sum over all u, i of c_ui (p_ui - x_u.y_i)^2 + sum_u lambda_u |x_u|^2 + sum_i lambda_i |y_i|^2,
//   p = 1, c = 1 + alpha w on interactions, p = 0, c = 1 elsewhere,
//   lambda_u = reg (items + alpha sum_i w_ui)^nu, lambda_i alike.
//
// Each half-step rotates the fixed side to its principal axes and improves every row of the other
// by a few conjugate gradients from where it stood; the last one, and the fold-in of a user, are
// exact. Explanations (Hu et al., section 5): x_u = A^-1 sum_j c_j y_j, so score(i) = sum_j c_j
// y_i'A^-1 y_j. Degenerate: rows without interactions are 0 and never similar to anything; without
// any interaction all scores are 0. Source: Hu, Koren, Volinsky (2008); Rendle et al. (2021),
// "Revisiting the performance of iALS", for the scaled ridge. Complexity of an iteration:
// O(interactions d + rows d^2 + d^3).
#include "models/factorization/als.hpp"

#include <atomic>
#include <cmath>
#include <Eigen/Cholesky>
#include <numeric>

#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "models/factorization/principal_axes.hpp"
#include "models/factorization/row_solver.hpp"

namespace clientele::factorization {
namespace {

constexpr std::size_t kRowsPerChunk = 256;
constexpr double kInitialSpread = 0.1;  // length of a row at the start

std::size_t chunks_of(std::uint32_t rows) { return (rows + kRowsPerChunk - 1) / kRowsPerChunk; }

double ridge_of(const AlsOptions& options, std::span<const float> weights, std::uint32_t others) {
  const double seen = std::accumulate(weights.begin(), weights.end(), 0.0);
  return options.regularization *
         std::pow(others + options.alpha * seen, options.frequency_exponent);
}

// Of every row.
std::vector<float> ridges_of(const AlsOptions& options, const SparseRows& rows,
                             std::uint32_t others) {
  std::vector<float> ridges(rows.rows());
  for (std::uint32_t row = 0; row < rows.rows(); ++row) {
    ridges[row] = static_cast<float>(ridge_of(options, rows.values_of(row), others));
  }
  return ridges;
}

FactorMatrix initial_factors(std::uint32_t rows, const AlsOptions& options) {
  FactorMatrix factors(rows, options.factors);
  const double spread = kInitialSpread / std::sqrt(options.factors);
  parallel_for(options.threads, chunks_of(rows), [&](std::size_t chunk) {
    const Range range = chunk_range(rows, chunks_of(rows), chunk);
    for (std::size_t r = range.begin; r < range.end; ++r) {
      Rng rng(options.seed, r);
      float* row = factors.row(static_cast<std::uint32_t>(r));
      for (std::uint32_t k = 0; k < options.factors; ++k) {
        row[k] = static_cast<float>(spread * rng.normal());
      }
    }
  });
  return factors;
}

enum class Outcome { done, cancelled, diverged };

// Calls body(range, solver) for pieces of the rows; `fixed` lies in its principal axes.
template <typename Body>
Outcome for_pieces(std::uint32_t rows, const FactorMatrix& fixed, std::span<const float> diagonal,
                   const AlsOptions& options, const Body& body) {
  const RowSolver solver(fixed, diagonal, static_cast<float>(options.alpha));
  std::atomic<Outcome> outcome{Outcome::done};
  const std::size_t chunks = chunks_of(rows);
  parallel_for(options.threads, chunks, [&](std::size_t chunk) {
    if (outcome != Outcome::done) return;
    if (options.cancellation != nullptr && options.cancellation->requested()) {
      outcome = Outcome::cancelled;
      return;
    }
    body(chunk_range(rows, chunks, chunk), solver);
  });
  return outcome;
}

// Brings the columns of the row after next towards the cache.
void prefetch(const RowSolver& solver, const SparseRows& rows, std::size_t row, Range range) {
  if (row + 2 < range.end) solver.prefetch(rows.columns_of(static_cast<std::uint32_t>(row) + 2));
}

// Solves every row of `target` with `fixed` held.
Outcome solve_rows(const SparseRows& rows, std::span<const float> ridges, const FactorMatrix& fixed,
                   std::span<const float> diagonal, FactorMatrix& target,
                   const AlsOptions& options) {
  return for_pieces(target.rows(), fixed, diagonal, options,
                    [&](Range range, const RowSolver& solver) {
                      RowScratch scratch;
                      for (std::size_t r = range.begin; r < range.end; ++r) {
                        const auto row = static_cast<std::uint32_t>(r);
                        prefetch(solver, rows, r, range);
                        solver.solve(rows.columns_of(row), rows.values_of(row), ridges[row],
                                     target.row(row), scratch);
                      }
                    });
}

// The same from where the rows stood before `fixed` was rotated to its axes, nearly.
Outcome improve_rows(const SparseRows& rows, std::span<const float> ridges,
                     const FactorMatrix& fixed, const PrincipalAxes& axes, FactorMatrix& target,
                     const AlsOptions& options) {
  return for_pieces(target.rows(), fixed, axes.diagonal, options,
                    [&](Range range, const RowSolver& solver) {
                      DescentScratch scratch;
                      rotate(axes, range, target);
                      for (std::size_t r = range.begin; r < range.end; ++r) {
                        const auto row = static_cast<std::uint32_t>(r);
                        prefetch(solver, rows, r, range);
                        solver.improve(rows.columns_of(row), rows.values_of(row), ridges[row],
                                       target.row(row), scratch);
                      }
                    });
}

struct Side {
  const SparseRows& rows;
  std::vector<float> ridges;
  FactorMatrix& factors;
};

// Half an iteration: `fixed` to its principal axes, then the rows of `target`.
Outcome half_step(const Side& target, FactorMatrix& fixed, const AlsOptions& options, bool exact,
                  std::vector<float>& diagonal) {
  const PrincipalAxes axes = principal_axes(fixed, options.threads);
  diagonal = axes.diagonal;
  if (!std::isfinite(std::accumulate(diagonal.begin(), diagonal.end(), 0.0F))) {
    return Outcome::diverged;
  }
  rotate(axes, options.threads, fixed);
  return exact ? solve_rows(target.rows, target.ridges, fixed, diagonal, target.factors, options)
               : improve_rows(target.rows, target.ridges, fixed, axes, target.factors, options);
}

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

Vector to_vector(std::span<const float> values) {
  return Eigen::Map<const Eigen::VectorXf>(values.data(), static_cast<Eigen::Index>(values.size()))
      .cast<double>();
}

// A = Y'Y + sum_j alpha w_j y_j y_j' + ridge I, factored.
Eigen::LLT<Matrix> user_system(const AlsModel& model, const std::vector<double>& item_gram,
                               std::span<const std::uint32_t> items,
                               std::span<const float> weights) {
  const auto dims = static_cast<Eigen::Index>(model.items().dims());
  Matrix system = Eigen::Map<const Matrix>(item_gram.data(), dims, dims);
  for (std::size_t j = 0; j < items.size(); ++j) {
    const Vector y = to_vector(model.items().values_of(items[j]));
    system.noalias() += model.options().alpha * weights[j] * y * y.transpose();
  }
  system.diagonal().array() +=
      std::max(ridge_of(model.options(), weights, model.items().rows()), 1e-12);
  return system.llt();
}

double squared_length(std::span<const float> row) { return dot(row, row); }

double ridge_loss(const SparseRows& rows, const FactorMatrix& factors, std::uint32_t others,
                  const AlsOptions& options) {
  double sum = 0;
  for (std::uint32_t row = 0; row < factors.rows(); ++row) {
    sum += ridge_of(options, rows.values_of(row), others) * squared_length(factors.values_of(row));
  }
  return sum;
}

Error not_finite() {
  Error error;
  error.detail = "factors are not finite; raise regularization";
  return error;
}

Error stopped() {
  Error error;
  error.kind = ErrorKind::deadline_exceeded;
  error.detail = "training was stopped";
  return error;
}

}  // namespace

Result<AlsModel> train_als(const Interactions& interactions, const AlsOptions& options) {
  AlsModel model;
  model.options_ = options;
  model.items_ = initial_factors(interactions.items(), options);
  model.users_ = FactorMatrix(interactions.users(), options.factors);
  const Side users{interactions.by_user,
                   ridges_of(options, interactions.by_user, interactions.items()), model.users_};
  const Side items{interactions.by_item,
                   ridges_of(options, interactions.by_item, interactions.users()), model.items_};
  // One half-step more for the users, exact, so that each is the fold-in of its own interactions.
  const std::uint32_t last = 2 * options.iterations;
  for (std::uint32_t step = 0; step <= last; ++step) {
    const bool of_users = step % 2 == 0;
    const Outcome outcome = half_step(of_users ? users : items, (of_users ? items : users).factors,
                                      options, step == last, model.gram_diagonal_);
    if (outcome == Outcome::diverged) return not_finite();
    if (outcome == Outcome::cancelled) return stopped();
  }
  const std::vector<double> user_gram = gram_of(model.users_, options.threads);
  if (!std::isfinite(std::accumulate(user_gram.begin(), user_gram.end(), 0.0))) {
    return not_finite();
  }
  model.item_gram_ = gram_of(model.items_, options.threads);
  return model;
}

AlsModel AlsModel::restored(const AlsOptions& options, FactorMatrix items,
                            std::vector<float> gram_diagonal) {
  AlsModel model;
  model.options_ = options;
  model.items_ = std::move(items);
  model.gram_diagonal_ = std::move(gram_diagonal);
  model.item_gram_ = gram_of(model.items_, options.threads);
  return model;
}

std::vector<float> AlsModel::fold_in(std::span<const std::uint32_t> items,
                                     std::span<const float> weights) const {
  const RowSolver solver(items_, gram_diagonal_, static_cast<float>(options_.alpha));
  RowScratch scratch;
  std::vector<float> factors(items_.stride());
  solver.solve(items, weights, static_cast<float>(ridge_of(options_, weights, items_.rows())),
               factors.data(), scratch);
  return factors;
}

Result<FactorMatrix> AlsModel::fold_in_each(const SparseRows& rows, std::size_t threads,
                                            const Cancellation* cancellation) const {
  FactorMatrix users(rows.rows(), items_.dims());
  AlsOptions options = options_;
  options.threads = threads;
  options.cancellation = cancellation;
  const auto ridges = ridges_of(options, rows, items_.rows());
  if (solve_rows(rows, ridges, items_, gram_diagonal_, users, options) == Outcome::cancelled) {
    return stopped();
  }
  return users;
}

std::vector<std::vector<Contribution>> AlsModel::explain(
    std::span<const std::uint32_t> items, std::span<const float> weights,
    std::span<const std::uint32_t> targets) const {
  const Eigen::LLT<Matrix> system = user_system(*this, item_gram_, items, weights);
  std::vector<std::vector<Contribution>> result;
  for (const std::uint32_t target : targets) {
    const Vector direction = system.solve(to_vector(items_.values_of(target)));
    std::vector<Contribution>& contributions = result.emplace_back();
    for (std::size_t j = 0; j < items.size(); ++j) {
      contributions.push_back({items[j], (1 + options_.alpha * weights[j]) *
                                             direction.dot(to_vector(items_.values_of(items[j])))});
    }
  }
  return result;
}

double AlsModel::loss(const Interactions& interactions, std::size_t threads) const {
  const std::vector<double> user_gram = gram_of(users_, threads);
  double sum = std::inner_product(user_gram.begin(), user_gram.end(), item_gram_.begin(), 0.0);
  const SparseRows& rows = interactions.by_user;
  for (std::uint32_t user = 0; user < rows.rows(); ++user) {
    const auto columns = rows.columns_of(user);
    const auto weights = rows.values_of(user);
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const double s = score(user, columns[j]);
      sum += (1 + options_.alpha * weights[j]) * (1 - s) * (1 - s) - s * s;
    }
  }
  return sum + ridge_loss(rows, users_, items_.rows(), options_) +
         ridge_loss(interactions.by_item, items_, users_.rows(), options_);
}

}  // namespace clientele::factorization
