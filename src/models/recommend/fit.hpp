// From events to a recommender: which model, trained or taken from the tenant's store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "base/model_store.hpp"
#include "base/result.hpp"
#include "models/recommend/evaluation.hpp"
#include "models/recommend/recommender.hpp"

namespace clientele::recommend {

enum class Algorithm { als, ease, content, automatic };

// From how much on the models of behaviour are used.
struct Thresholds {
  std::uint32_t users = 75;
  std::uint32_t items = 50;
  std::uint64_t interactions = 1'500;
  std::uint32_t ease_items = 10'000;  // at most
};

struct FitOptions {
  Algorithm algorithm = Algorithm::als;
  bool evaluates = false;  // measures the chosen model out of sample; `automatic` always does
  Closeness closeness = Closeness::dot;
  const IdSet* allowed = nullptr;  // null: the whole catalogue
  Thresholds thresholds = {};
  std::uint32_t dims = 50;
  std::uint32_t iterations = 30;
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  const Cancellation* cancellation = nullptr;
  ModelStore* store = nullptr;  // trained models are looked for and left there
};

struct Candidate {
  Algorithm algorithm = Algorithm::als;
  double ridge = 0;  // of EASE
  Quality quality = {};
};

// What a list is made with. Movable; `events`, `index` and the store must outlive it.
class Fit {
 public:
  // Errors: deadline_exceeded when cancelled; too_large when EASE is asked for more active items
  // than the threshold; internal when factors stop being finite.
  // Deterministic: the same with and without a store and on any number of threads.
  static Result<Fit> make(std::span<const Event> events, std::uint32_t users,
                          const text::TfidfIndex& index, const FitOptions& options);

  const Recommender& recommender() const { return *recommender_; }
  // Ranks by content, for lists that the model cannot fill.
  const Recommender& content() const { return *content_; }
  const Histories& histories() const { return *histories_; }
  const ActiveItems& active() const { return *active_; }
  const factorization::Interactions& interactions() const { return *interactions_; }

  Algorithm algorithm() const { return chosen_.algorithm; }
  double ridge() const { return chosen_.ridge; }
  double rmse() const { return rmse_; }  // ALS and EASE: of fitted preferences against 1
  bool is_by_day() const { return is_by_day_; }
  // The models that were measured, in the order of trial; empty without evaluation.
  const std::vector<Candidate>& candidates() const { return candidates_; }

 private:
  std::unique_ptr<Histories> histories_;
  std::unique_ptr<ActiveItems> active_;
  std::unique_ptr<factorization::Interactions> interactions_;
  std::unique_ptr<Recommender> recommender_;
  std::unique_ptr<Recommender> content_;
  Candidate chosen_;
  std::vector<Candidate> candidates_;
  double rmse_ = 0;
  bool is_by_day_ = false;
};

// ALS with the defaults of the product.
factorization::AlsOptions als_options(const FitOptions& options);
// Trains, or takes from the store what the same call trained before.
Result<factorization::AlsModel> train_or_find_als(const factorization::Interactions& interactions,
                                                  const FitOptions& options, double* rmse);

}  // namespace clientele::recommend
