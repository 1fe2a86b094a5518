#include "models/linear/elastic_net.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/simd.hpp"

namespace clientele::linear {
namespace {

constexpr int kMostSteps = 25;
constexpr std::size_t kFewestSweeps = 60;    // of the limit
constexpr std::size_t kSweptCells = 500000;  // of the Gram matrix a step, within the limit
constexpr int kStepsBeforeRenewal = 4;
constexpr double kSettled = 1e-10;  // of the loss, by one coefficient or one step
constexpr double kLeastWeight = 1e-5;

CLIENTELE_SIMD void add_scaled(double by, const double* line, std::size_t n, double* sums) {
  for (std::size_t k = 0; k < n; ++k) sums[k] += by * line[k];
}

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

double raw_of(const LinearModel& model, const Design& design, std::uint32_t row) {
  double sum = model.intercept;
  const float* const values = design.values.data() + std::size_t{row} * design.numbers;
  for (std::uint32_t j = 0; j < design.numbers; ++j) {
    sum += model.coefficients[j] * static_cast<double>(values[j]);
  }
  const std::uint32_t* const ones = design.ones.data() + std::size_t{row} * design.slots;
  for (std::uint32_t s = 0; s < design.slots; ++s) {
    if (ones[s] != kNoColumn) sum += model.coefficients[ones[s]];
  }
  return sum;
}

// Fits one model after another down the path. Index p stands for the intercept in gradients and in
// the Gram matrix.
class PathFitter {
 public:
  PathFitter(const LinearSet& set, double l1_share)
      : set_(set),
        l1_share_(l1_share),
        p_(set.code->coefficients),
        raw_(set.rows.size()),
        gram_((p_ + 1) * (p_ + 1)),
        gradient_(p_ + 1),
        step_(p_ + 1),
        product_(p_),
        plain_curvature_(p_) {
    model_.coefficients.assign(p_, 0.0);
    start();
  }

  bool constant() const { return constant_; }
  const LinearModel& model() const { return model_; }

  // Largest absolute gradient of a standardised coefficient at the intercept alone.
  double largest_gradient() {
    refresh_gradient();
    double largest = 0;
    for (std::size_t j = 0; j < p_; ++j) {
      const double scale = set_.code->deviations[j];
      if (scale > 0) largest = std::max(largest, std::abs(gradient_[j]) / scale);
    }
    return largest;
  }

  void fit(double lambda) {
    if (constant_) return;
    double objective = loss() + penalty(lambda, model_.coefficients);
    for (int step = 0; step < kMostSteps; ++step) {
      refresh_gradient();
      const bool renew = set_.objective == Objective::logistic
                             ? step > 0 && step % kStepsBeforeRenewal == 0
                             : false;
      if (!has_gram_ || renew) refresh_gram();
      if (solve_quadratic(lambda) < kSettled) return;
      const double before = objective;
      if (descend(lambda, objective)) {
        if (before - objective < kSettled) return;
      } else {
        if (step == 0 || renew) return;
        has_gram_ = false;  // a newer matrix may find the way
      }
    }
  }

 private:
  void start() {
    double sum = 0;
    for (const std::uint32_t row : set_.rows) sum += set_.target[row];
    const auto n = static_cast<double>(set_.rows.size());
    double spread = 0;
    for (const std::uint32_t row : set_.rows) spread += std::abs(set_.target[row] - sum / n);
    constant_ = p_ == 0 || spread <= 1e-12 * (n + std::abs(sum));
    if (set_.objective == Objective::logistic) {
      model_.intercept =
          constant_ ? std::log((sum + 0.5) / (n - sum + 0.5)) : std::log(sum / (n - sum));
    } else {
      model_.intercept = sum / n;
    }
    refresh_raw();
  }

  void refresh_raw() {
    for (std::size_t i = 0; i < raw_.size(); ++i) {
      raw_[i] = raw_of(model_, *set_.design, set_.rows[i]);
    }
  }

  double loss() const {
    double sum = 0;
    for (std::size_t i = 0; i < raw_.size(); ++i) {
      const double target = set_.target[set_.rows[i]];
      const double residual = target - raw_[i];
      sum += set_.objective == Objective::logistic ? softplus(raw_[i]) - target * raw_[i]
                                                   : residual * residual / 2;
    }
    return sum / static_cast<double>(raw_.size());
  }

  double penalty(double lambda, const std::vector<double>& b) const {
    double sum = 0;
    for (std::size_t j = 0; j < p_; ++j) {
      const double scaled = set_.code->deviations[j] * b[j];
      sum += l1_share_ * std::abs(scaled) + (1 - l1_share_) / 2 * scaled * scaled;
    }
    return lambda * sum;
  }

  // Of the mean loss.
  void refresh_gradient() {
    std::fill(gradient_.begin(), gradient_.end(), 0.0);
    const Design& design = *set_.design;
    const double share = 1.0 / static_cast<double>(raw_.size());
    for (std::size_t i = 0; i < raw_.size(); ++i) {
      const std::uint32_t row = set_.rows[i];
      const double fitted = set_.objective == Objective::logistic ? sigmoid(raw_[i]) : raw_[i];
      const double g = (fitted - set_.target[row]) * share;
      const float* const values = design.values.data() + std::size_t{row} * design.numbers;
      for (std::uint32_t j = 0; j < design.numbers; ++j) {
        gradient_[j] += g * static_cast<double>(values[j]);
      }
      const std::uint32_t* const ones = design.ones.data() + std::size_t{row} * design.slots;
      for (std::uint32_t s = 0; s < design.slots; ++s) {
        if (ones[s] != kNoColumn) gradient_[ones[s]] += g;
      }
      gradient_[p_] += g;
    }
  }

  // Second derivatives of the mean loss, from the places and values that a row really has.
  void refresh_gram() {
    std::fill(gram_.begin(), gram_.end(), 0.0);
    const Design& design = *set_.design;
    const std::size_t width = p_ + 1;
    const double share = 1.0 / static_cast<double>(raw_.size());
    std::vector<std::uint32_t> places;
    for (std::size_t i = 0; i < raw_.size(); ++i) {
      const std::uint32_t row = set_.rows[i];
      double w = share;
      if (set_.objective == Objective::logistic) {
        const double probability = sigmoid(raw_[i]);
        w *= std::max(probability * (1 - probability), kLeastWeight);
      }
      const float* const values = design.values.data() + std::size_t{row} * design.numbers;
      places.clear();
      for (std::uint32_t s = 0; s < design.slots; ++s) {
        const std::uint32_t one = design.ones[std::size_t{row} * design.slots + s];
        if (one != kNoColumn) places.push_back(one);
      }
      places.push_back(static_cast<std::uint32_t>(p_));
      for (std::uint32_t j = 0; j < design.numbers; ++j) {
        const double weighted = w * static_cast<double>(values[j]);
        double* const line = gram_.data() + j * width;
        for (std::uint32_t k = 0; k <= j; ++k) line[k] += weighted * static_cast<double>(values[k]);
      }
      for (std::size_t a = 0; a < places.size(); ++a) {
        double* const line = gram_.data() + places[a] * width;
        for (std::uint32_t j = 0; j < design.numbers; ++j) {
          line[j] += w * static_cast<double>(values[j]);
        }
        for (std::size_t b = 0; b <= a; ++b) line[places[b]] += w;
      }
    }
    for (std::size_t j = 0; j < width; ++j) {
      for (std::size_t k = 0; k < j; ++k) {
        // Slots are not in order of their coefficients: either half may have been filled.
        const double both = gram_[j * width + k] + gram_[k * width + j];
        gram_[j * width + k] = gram_[k * width + j] = both;
      }
    }
    centre_gram();
    has_gram_ = true;
  }

  // Takes the intercept out: it follows every other coefficient to its own optimum. Descent over
  // 0/1 columns that add up to the intercept would crawl otherwise.
  void centre_gram() {
    const std::size_t width = p_ + 1;
    const double* const last = gram_.data() + p_ * width;
    for (std::size_t j = 0; j < p_; ++j) {
      const double share = last[j] / last[p_];
      double* const line = gram_.data() + j * width;
      plain_curvature_[j] = line[j];
      for (std::size_t k = 0; k < p_; ++k) line[k] -= share * last[k];
    }
  }

  // step_ = minimiser of the penalised quadratic model minus the present point; returns twice the
  // loss that its largest element is worth.
  double solve_quadratic(double lambda) {
    const std::size_t width = p_ + 1;
    const double* const last = gram_.data() + p_ * width;
    std::fill(step_.begin(), step_.end(), 0.0);
    for (std::size_t j = 0; j < p_; ++j) {  // of the gradient at the step
      product_[j] = gradient_[j] - gradient_[p_] * last[j] / last[p_];
    }
    const std::size_t most = std::max(kFewestSweeps, kSweptCells / (p_ * p_));
    for (std::size_t sweep = 0; sweep < most; ++sweep) {
      if (sweep_over(lambda) < kSettled / 10) break;
    }
    double worth = 0, follows = gradient_[p_];
    for (std::size_t j = 0; j < p_; ++j) {
      worth = std::max(worth, gram_[j * width + j] * step_[j] * step_[j]);
      follows += last[j] * step_[j];
    }
    step_[p_] = -follows / last[p_];
    return std::max(worth, last[p_] * step_[p_] * step_[p_]);
  }

  // Each coefficient once to its optimum; returns twice the loss that the largest change is worth.
  double sweep_over(double lambda) {
    constexpr double kVaries = 1e-9;
    const std::size_t width = p_ + 1;
    double worth = 0;
    for (std::size_t j = 0; j < p_; ++j) {
      const double scale = set_.code->deviations[j];
      const double* const line = gram_.data() + j * width;
      const double curvature = line[j];
      if (!(scale > 0) || !(curvature > kVaries * plain_curvature_[j])) continue;
      const double ridge = lambda * (1 - l1_share_) * scale * scale;
      const double now = model_.coefficients[j] + step_[j];
      const double pull = curvature * now - product_[j];
      const double threshold = lambda * l1_share_ * scale;
      const double shrunk =
          pull > threshold ? pull - threshold : (pull < -threshold ? pull + threshold : 0.0);
      const double by = shrunk / (curvature + ridge) - now;
      if (by == 0) continue;
      step_[j] += by;
      add_scaled(by, line, p_, product_.data());
      worth = std::max(worth, curvature * by * by);
    }
    return worth;
  }

  // Takes the step, or a half, quarter, ... of it. False: none descends; the model is unchanged.
  bool descend(double lambda, double& objective) {
    const LinearModel before = model_;
    const std::vector<double> raw_before = raw_;
    for (double size = 1; size > 0.01; size /= 2) {
      for (std::size_t j = 0; j < p_; ++j) {
        model_.coefficients[j] = before.coefficients[j] + size * step_[j];
      }
      model_.intercept = before.intercept + size * step_[p_];
      refresh_raw();
      const double reached = loss() + penalty(lambda, model_.coefficients);
      if (reached <= objective + 1e-12) {
        objective = reached;
        return true;
      }
    }
    model_ = before;
    raw_ = raw_before;
    return false;
  }

  const LinearSet& set_;
  double l1_share_;
  std::size_t p_;
  bool constant_ = false;
  bool has_gram_ = false;
  LinearModel model_;
  std::vector<double> raw_;  // by position in set_.rows
  std::vector<double> gram_;
  std::vector<double> gradient_;
  std::vector<double> step_;
  std::vector<double> product_;          // gradient after the step, the intercept following
  std::vector<double> plain_curvature_;  // diagonal of the Gram matrix before centring
};

}  // namespace

std::vector<double> penalties(const LinearSet& set, const PathSettings& settings) {
  PathFitter fitter(set, settings.l1_share);
  const double largest = std::max(fitter.largest_gradient() / settings.l1_share, 1e-9);
  std::vector<double> lambdas;
  for (std::uint32_t i = 0; i < settings.lambdas; ++i) {
    const double share = settings.lambdas < 2
                             ? 1.0
                             : static_cast<double>(i) / static_cast<double>(settings.lambdas - 1);
    lambdas.push_back(largest * std::pow(settings.smallest, share));
  }
  return lambdas;
}

std::vector<LinearModel> fit_path(const LinearSet& set, std::span<const double> lambdas,
                                  double l1_share) {
  PathFitter fitter(set, l1_share);
  std::vector<LinearModel> models;
  models.reserve(lambdas.size());
  for (const double lambda : lambdas) {
    fitter.fit(lambda);
    models.push_back(fitter.model());
  }
  return models;
}

void predict_raw(const LinearModel& model, const Design& design,
                 std::span<const std::uint32_t> rows, std::span<double> out) {
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = raw_of(model, design, rows[i]);
}

double explain(const LinearModel& model, const DesignCode& code, const Design& design,
               std::span<const std::uint32_t> rows, std::size_t sources, std::span<double> out) {
  std::vector<double> mean(sources, 0.0);
  double base = model.intercept;
  for (std::uint32_t j = 0; j < code.coefficients; ++j) {
    const double share = model.coefficients[j] * code.means[j];
    mean[code.source_of[j]] += share;
    base += share;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double* const values = out.data() + i * sources;
    for (std::size_t s = 0; s < sources; ++s) values[s] = -mean[s];
    const std::size_t row = rows[i];
    for (std::uint32_t j = 0; j < design.numbers; ++j) {
      values[code.source_of[j]] +=
          model.coefficients[j] * static_cast<double>(design.values[row * design.numbers + j]);
    }
    for (std::uint32_t s = 0; s < design.slots; ++s) {
      const std::uint32_t one = design.ones[row * design.slots + s];
      if (one != kNoColumn) values[code.source_of[one]] += model.coefficients[one];
    }
  }
  return base;
}

}  // namespace clientele::linear
