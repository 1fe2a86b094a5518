// Dearer items that a customer may take in place of one they buy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "models/basket/co_occurrence.hpp"
#include "models/text/tfidf_index.hpp"

namespace clientele::recommend {

struct PricedItem {
  std::uint32_t category;
  double price;  // > 0
};

// What customers own: rows of distinct items, by customer.
struct Ownership {
  std::vector<std::uint64_t> begin{0};
  std::vector<std::uint32_t> items;

  std::uint32_t customers() const { return static_cast<std::uint32_t>(begin.size() - 1); }
  std::span<const std::uint32_t> of(std::uint32_t customer) const {
    return std::span(items).subspan(begin[customer], begin[customer + 1] - begin[customer]);
  }
};

struct UpsellOptions {
  double max_price_ratio = 2;     // > 1
  double min_probability = 0.05;  // > 0
  std::size_t threads = 1;
  const Cancellation* cancellation = nullptr;
};

struct UpsellOffer {
  std::uint32_t item;
  std::uint32_t based_on;  // the owned item that it replaces
  double probability;
  double expected_uplift;    // probability x price difference
  std::uint32_t owners;      // customers who own based_on
  std::uint32_t owners_too;  // of them, those who own item as well
};

// P(owns one | owns another) within categories. Immutable; may be read from several threads.
// Arguments must outlive it.
class UpsellModel {
 public:
  // Requires: a document of `index` for every item; no item twice in a row of `owned`.
  // Errors: those of basket::count_pairs.
  static Result<UpsellModel> fit(const Ownership& owned, std::span<const PricedItem> items,
                                 std::uint32_t categories, const text::TfidfIndex& index,
                                 const UpsellOptions& options);

  // P(owns `item` | owns `based_on`), both of one category.
  double probability(std::uint32_t based_on, std::uint32_t item) const;

  std::uint64_t pairs() const { return counts_.pairs(); }

 private:
  friend class UpsellDesk;

  // A dearer item that may replace another one.
  struct Step {
    std::uint32_t item;
    std::uint32_t together;  // customers who own both
    double probability;
  };

  UpsellModel(basket::CoOccurrence counts, std::span<const PricedItem> items,
              const text::TfidfIndex& index, const UpsellOptions& options)
      : counts_(std::move(counts)), items_(items), index_(&index), options_(options) {}

  // All of at least the minimal probability, each once.
  void steps_from(std::uint32_t based_on, std::vector<Step>& steps) const;
  bool is_upsell(std::uint32_t from, std::uint32_t to) const;
  double chance(std::uint32_t based_on, std::uint32_t item, std::uint32_t together,
                double cosine) const;

  basket::CoOccurrence counts_;
  std::span<const PricedItem> items_;
  const text::TfidfIndex* index_;
  UpsellOptions options_;
  std::vector<std::vector<std::uint32_t>> by_support_;  // of each category, most owned first
  std::vector<std::uint32_t> buyers_;                   // customers of each category
};

// Asked for customer after customer. Remembers what may replace an item, up to 64 MB, so that many
// owners of it cost little more than one. Not for several threads; the model must outlive it.
class UpsellDesk {
 public:
  explicit UpsellDesk(const UpsellModel& model);

  // The k offers of highest expected uplift, ties by ascending item: items that are not owned, of a
  // category of an owned item, dearer than it and at most max_price_ratio times its price, with at
  // least min_probability.
  std::vector<UpsellOffer> offers(std::span<const std::uint32_t> owned, std::size_t k);

 private:
  using Step = UpsellModel::Step;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::span<const Step> steps_from(std::uint32_t item);

  const UpsellModel& model_;
  std::vector<std::vector<Step>> kept_;
  std::vector<std::uint32_t> kept_of_;  // by item: its place in kept_, or kNone
  std::size_t kept_steps_ = 0;
  std::vector<Step> passing_;            // of an item that is not kept
  std::vector<std::uint32_t> offer_of_;  // by item, between calls kNone
};

}  // namespace clientele::recommend
