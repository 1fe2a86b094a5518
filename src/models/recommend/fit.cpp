// Which model: content below the thresholds; what was asked for above them; for `automatic` the
// candidate of highest NDCG@10 on the held-out last steps of up to kMeasuredUsers users (ALS, EASE
// with the ridges of kRidges, above kManyItems only with the default one, content where the
// catalogue has words; ties to the first), trained again on everything. A choice is kept in the
// store like a model: its key digests all that it depends on.
#include "models/recommend/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "models/recommend/model_bytes.hpp"

namespace clientele::recommend {
namespace {

using factorization::AlsModel;
using factorization::EaseModel;
using factorization::Interactions;

constexpr double kRidges[] = {200, 500, 1'000};
constexpr double kDefaultRidge = 500;
constexpr std::uint32_t kManyItems = 5'000;  // an inversion takes seconds
constexpr std::size_t kMeasuredUsers = 4'000;
constexpr std::size_t kMostStoredBytes = std::size_t{64} << 20;
constexpr std::string_view kKind = "recommend";

std::optional<std::vector<std::byte>> found(ModelStore* store, const std::string& key) {
  if (store == nullptr) return std::nullopt;
  auto model = store->find(kKind, key);
  if (!model.ok() || !model->has_value()) return std::nullopt;
  return std::move((*model)->bytes);
}

// A store that cannot take the bytes costs time, never the answer.
void keep(ModelStore* store, const std::string& key, std::span<const std::byte> bytes) {
  if (store == nullptr || bytes.size() > kMostStoredBytes) return;
  [[maybe_unused]] const auto saved = store->save(kKind, key, bytes);
}

double rmse_of(const AlsModel& model, const Interactions& interactions) {
  double sum = 0;
  for (std::uint32_t user = 0; user < interactions.users(); ++user) {
    for (const std::uint32_t item : interactions.by_user.columns_of(user)) {
      const double error = 1 - model.score(user, item);
      sum += error * error;
    }
  }
  return std::sqrt(sum / static_cast<double>(interactions.size()));
}

double rmse_of(const EaseModel& model, const Interactions& interactions) {
  std::vector<float> scores(interactions.items());
  double sum = 0;
  std::uint64_t count = 0;
  const std::uint32_t step = 1 + interactions.users() / 1'000;  // every so many users
  for (std::uint32_t user = 0; user < interactions.users(); user += step) {
    const auto items = interactions.by_user.columns_of(user);
    if (items.empty()) continue;
    model.score(items, scores);
    for (const std::uint32_t item : items) sum += (1 - scores[item]) * (1 - scores[item]);
    count += items.size();
  }
  return count > 0 ? std::sqrt(sum / static_cast<double>(count)) : 0;
}

std::string key_of(std::string_view model, const Interactions& interactions,
                   std::span<const double> settings) {
  Digest digest;
  digest.add(interactions);
  digest.add(settings);
  return std::string(model) + digest.hex();
}

Result<Trained<EaseModel>> train_or_find_ease(const Interactions& interactions, double ridge,
                                              const FitOptions& options) {
  const double settings[] = {ridge};
  const std::string key = key_of("ease1:", interactions, settings);
  if (const auto bytes = found(options.store, key)) {
    if (auto trained = ease_from(*bytes, interactions.items())) return std::move(*trained);
  }
  auto model = train_ease(
      interactions,
      {.ridge = ridge, .threads = options.threads, .cancellation = options.cancellation});
  if (!model) return std::move(model).error();
  const double rmse = rmse_of(*model, interactions);
  Trained<EaseModel> trained{std::move(model).value(), rmse};
  const std::size_t items = interactions.items();
  if (options.store != nullptr && 2 * items * items <= kMostStoredBytes) {
    keep(options.store, key, bytes_of(trained));
  }
  return trained;
}

// What one candidate makes of some histories.
Result<std::unique_ptr<Recommender>> trained(const Candidate& candidate,
                                             const Interactions& interactions,
                                             const ActiveItems& active,
                                             const text::TfidfIndex& index,
                                             const FitOptions& options, double* rmse) {
  if (candidate.algorithm == Algorithm::content) {
    return recommend_by_content(index, options.allowed);
  }
  if (candidate.algorithm == Algorithm::ease) {
    auto ease = train_or_find_ease(interactions, candidate.ridge, options);
    if (!ease) return std::move(ease).error();
    *rmse = ease->rmse;
    return recommend_by_weights(std::move(ease->model), active, options.allowed);
  }
  auto als = train_or_find_als(interactions, options, rmse);
  if (!als) return std::move(als).error();
  return recommend_by_factors(std::move(als).value(), active, options.closeness, options.allowed);
}

struct Measured {
  std::vector<Candidate> candidates;
  bool is_by_day = false;
};

// Measures the candidates on the held-out last steps.
Status measure(std::span<const Event> events, std::uint32_t users, const text::TfidfIndex& index,
               FitOptions options, Measured& measured) {
  const HoldOut hold_out = hold_out_last(events, users, kMeasuredUsers, options.seed);
  measured.is_by_day = hold_out.is_by_day;
  const Histories histories(hold_out.training, users);
  const ActiveItems active(histories, index.documents());
  const Interactions interactions = active.interactions(histories);
  options.allowed = nullptr;
  options.store = nullptr;
  for (Candidate& candidate : measured.candidates) {
    double rmse = 0;
    auto recommender = trained(candidate, interactions, active, index, options, &rmse);
    if (!recommender) return std::move(recommender).error();
    candidate.quality =
        quality_of(**recommender, histories, hold_out, index.documents(), options.threads);
  }
  return Nothing{};
}

std::string choice_key(std::span<const Event> events, std::uint32_t users,
                       const text::TfidfIndex& index, const FitOptions& options,
                       std::span<const Candidate> candidates) {
  const Histories histories(events, users);
  const ActiveItems active(histories, index.documents());
  Digest digest;
  std::vector<std::array<std::int64_t, 3>> days;  // sorted: the order of rows does not matter
  days.reserve(events.size());
  for (const Event& event : events) days.push_back({event.user, event.item, event.day});
  std::ranges::sort(days);
  digest.add(std::span<const std::array<std::int64_t, 3>>(days));
  for (std::uint32_t user = 0; user < users; ++user) {
    const Taste taste = histories.of(user);
    digest.add(taste.items);
    digest.add(taste.preferences);
    digest.add(taste.ratings);
  }
  for (std::uint32_t item = 0; item < index.documents(); ++item) {
    for (const auto& [term, weight] : index.row(item)) {
      digest.add(&term, sizeof(term));
      digest.add(&weight, sizeof(weight));
    }
  }
  std::vector<double> settings{static_cast<double>(options.seed), double(options.dims),
                               double(options.iterations),
                               options.closeness == Closeness::dot ? 0.0 : 1.0};
  for (const Candidate& candidate : candidates) {
    settings.push_back(static_cast<double>(candidate.algorithm));
    settings.push_back(candidate.ridge);
  }
  digest.add(std::span<const double>(settings));
  return "quality1:" + digest.hex();
}

// measure(), or what it found before.
Status measure_or_find(std::span<const Event> events, std::uint32_t users,
                       const text::TfidfIndex& index, const FitOptions& options,
                       Measured& measured) {
  static_assert(std::is_trivially_copyable_v<Candidate>);
  const std::size_t size = measured.candidates.size() * sizeof(Candidate);
  std::string key;
  if (options.store != nullptr) {
    key = choice_key(events, users, index, options, measured.candidates);
    const auto bytes = found(options.store, key);
    if (bytes && bytes->size() == size + 1) {
      std::memcpy(measured.candidates.data(), bytes->data(), size);
      measured.is_by_day = bytes->back() != std::byte{0};
      return Nothing{};
    }
  }
  Status status = measure(events, users, index, options, measured);
  if (!status || options.store == nullptr) return status;
  std::vector<std::byte> bytes(size + 1);
  std::memcpy(bytes.data(), measured.candidates.data(), size);
  bytes.back() = std::byte{measured.is_by_day};
  keep(options.store, key, bytes);
  return status;
}

std::vector<Candidate> candidates_for(const FitOptions& options, const Interactions& interactions,
                                      const text::TfidfIndex& index, bool is_dense) {
  const bool fits_ease = interactions.items() <= options.thresholds.ease_items;
  switch (options.algorithm) {
    case Algorithm::als:
      if (is_dense) return {{Algorithm::als, 0, {}}};
      break;
    case Algorithm::ease:
      if (interactions.size() > 0) return {{Algorithm::ease, kDefaultRidge, {}}};
      break;
    case Algorithm::content:
      break;
    case Algorithm::automatic: {
      std::vector<Candidate> candidates;
      if (is_dense) candidates.push_back({Algorithm::als, 0, {}});
      for (const double ridge : kRidges) {
        if (!is_dense || !fits_ease) break;
        if (interactions.items() > kManyItems && ridge != kDefaultRidge) continue;
        candidates.push_back({Algorithm::ease, ridge, {}});
      }
      if (candidates.empty() || index.vocabulary().size() > 0) {
        candidates.push_back({Algorithm::content, 0, {}});
      }
      return candidates;
    }
  }
  return {{Algorithm::content, 0, {}}};
}

}  // namespace

factorization::AlsOptions als_options(const FitOptions& options) {
  factorization::AlsOptions als;
  als.factors = options.dims;
  als.iterations = options.iterations;
  als.seed = options.seed;
  als.threads = options.threads;
  als.cancellation = options.cancellation;
  return als;
}

Result<AlsModel> train_or_find_als(const Interactions& interactions, const FitOptions& options,
                                   double* rmse) {
  const factorization::AlsOptions als = als_options(options);
  const double settings[] = {
      double(als.factors),          double(als.iterations), als.alpha,
      als.regularization,           als.frequency_exponent, double(als.seed >> 32),
      double(als.seed & 0xFFFFFFFF)};
  const std::string key =
      options.store == nullptr ? std::string() : key_of("als1:", interactions, settings);
  if (const auto bytes = found(options.store, key)) {
    if (auto trained = als_from(*bytes, als, interactions.items())) {
      *rmse = trained->rmse;
      return std::move(trained->model);
    }
  }
  auto model = train_als(interactions, als);
  if (!model) return model;
  *rmse = rmse_of(*model, interactions);
  const std::size_t floats = std::size_t{interactions.items()} * als.factors;
  if (options.store == nullptr || 4 * floats > kMostStoredBytes) return model;
  const Trained<AlsModel> trained{std::move(model).value(), *rmse};
  keep(options.store, key, bytes_of(trained));
  return trained.model;
}

Result<Fit> Fit::make(std::span<const Event> events, std::uint32_t users,
                      const text::TfidfIndex& index, const FitOptions& options) {
  Fit fit;
  fit.histories_ = std::make_unique<Histories>(events, users);
  fit.active_ = std::make_unique<ActiveItems>(*fit.histories_, index.documents());
  fit.interactions_ = std::make_unique<Interactions>(fit.active_->interactions(*fit.histories_));
  const Interactions& interactions = *fit.interactions_;
  if (options.algorithm == Algorithm::ease &&
      interactions.items() > options.thresholds.ease_items) {
    Error error;
    error.kind = ErrorKind::too_large;
    error.detail = std::to_string(interactions.items()) + " items are more than the " +
                   std::to_string(options.thresholds.ease_items) + " that EASE takes.";
    return error;
  }
  const bool is_dense = interactions.users() >= options.thresholds.users &&
                        interactions.items() >= options.thresholds.items &&
                        events.size() >= options.thresholds.interactions;
  Measured measured{candidates_for(options, interactions, index, is_dense), false};
  if (options.evaluates || options.algorithm == Algorithm::automatic) {
    Status status = measure_or_find(events, users, index, options, measured);
    if (!status) return std::move(status).error();
    fit.candidates_ = measured.candidates;
    fit.is_by_day_ = measured.is_by_day;
  }
  fit.chosen_ = measured.candidates.front();
  for (const Candidate& candidate : fit.candidates_) {
    if (candidate.quality.ndcg_at_10 > fit.chosen_.quality.ndcg_at_10) fit.chosen_ = candidate;
  }
  auto recommender = trained(fit.chosen_, interactions, *fit.active_, index, options, &fit.rmse_);
  if (!recommender) return std::move(recommender).error();
  fit.recommender_ = std::move(recommender).value();
  fit.content_ = recommend_by_content(index, options.allowed);
  return fit;
}

}  // namespace clientele::recommend
