// What dynamic_pricing_recommend takes and gives.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/endpoint.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::dynamic_pricing_recommend {

using schema::field;

inline constexpr Limit kMostRows{"pricing_rows", 20'000};
inline constexpr Limit kMostCandidates{"pricing_candidates", 200};
inline constexpr double kMostUnits = 1e12;

enum class Target { profit, revenue };
constexpr auto choices(schema::For<Target>) {
  return std::array<std::string_view, 2>{"profit", "revenue"};
}

enum class Block { min_margin_pct, max_discount_pct, max_extrapolation_pct };
constexpr auto choices(schema::For<Block>) {
  return std::array<std::string_view, 3>{"min_margin_pct", "max_discount_pct",
                                         "max_extrapolation_pct"};
}

struct Sale {
  Date date;
  double price = 0;
  std::int64_t units_sold = 0;
  std::optional<double> competitor_price;
  std::optional<double> inventory_level;
  schema::Map<std::string_view> segment;
};
inline schema::Object describe(schema::For<Sale>) {
  return schema::object<Sale>(
      "Sales of a day, or of a segment of a day; any further key (promotion, weather) is a "
      "control.",
      field<&Sale::date>("Day of the sale; rows may come in any order."),
      field<&Sale::price>("Price asked.").above(0).at_most(vocabulary::kMostMoney).unit("currency"),
      field<&Sale::units_sold>("Units sold.").between(0, kMostUnits),
      field<&Sale::competitor_price>("A rival's price of that day.")
          .above(0)
          .at_most(vocabulary::kMostMoney)
          .unit("currency"),
      field<&Sale::inventory_level>("Units in stock at the start of the day.")
          .between(0, kMostUnits),
      field<&Sale::segment>("Context as texts, for example channel and country.").or_default());
}

struct Request {
  std::string_view product_id;
  double cost_per_unit = 0;
  Target optimize_for = Target::profit;
  std::vector<double> candidate_prices;
  schema::Table<Sale> historical;
  std::optional<double> competitor_price_current;
  std::optional<std::int64_t> inventory_level_current;
  schema::Map<std::string_view> segment_current;
  schema::Map<double> controls_current;
  std::optional<Date> date_current;
  std::optional<double> current_price;
  std::optional<double> min_margin_pct;
  std::optional<double> max_discount_pct;
  double max_extrapolation_pct = 0.25;
  bool allow_upward = false;
  double elasticity_prior_mean = -2.2;
  double elasticity_prior_sd = 0.8;
  std::uint32_t seed = 42;
  vocabulary::Language lang = vocabulary::Language::en;
};
schema::Object describe(schema::For<Request>);

struct OutcomeRow {
  double candidate_price = 0;
  std::optional<double> expected_units;
  std::optional<double> expected_revenue;
  std::optional<double> expected_profit;
  std::optional<std::array<double, 2>> units_80;
  std::optional<std::array<double, 2>> revenue_80;
  std::optional<std::array<double, 2>> profit_80;
  std::optional<double> probability_best;
  std::optional<double> probability_better_than_current;
  bool extrapolated = false;
  std::optional<std::vector<Block>> blocked_by;
};
schema::Object describe(schema::For<OutcomeRow>);

struct CandidateModel {
  std::string_view algorithm;
  std::optional<double> mape;
};
inline schema::Object describe(schema::For<CandidateModel>) {
  using M = CandidateModel;
  return schema::object<M>(
      "A model that was tried.", field<&M::algorithm>("Its name."),
      field<&M::mape>("Mean absolute percentage error on the hold-out, as a fraction.")
          .digits(4)
          .nullable());
}

struct ModelInfo {
  std::optional<std::string_view> algorithm;
  std::optional<double> mape;
  std::int64_t train_rows = 0;
  std::int64_t holdout_rows = 0;
  std::optional<double> elasticity;
  std::optional<std::array<double, 2>> elasticity_ci;
  std::optional<double> prior_weight;
  std::vector<CandidateModel> model_candidates;
  std::optional<std::string> note;
};
schema::Object describe(schema::For<ModelInfo>);

struct Refused {
  std::string_view code;
  std::string reason;
};
inline schema::Object describe(schema::For<Refused>) {
  return schema::object<Refused>("Why no price is recommended.",
                                 field<&Refused::code>("A stable name of the reason."),
                                 field<&Refused::reason>("The reason, and what would help."));
}

struct Response {
  std::optional<double> best_price;
  std::vector<OutcomeRow> outcomes;
  ModelInfo model_info;
  std::optional<OutcomeRow> current;
  std::optional<Refused> refusal;
  std::string interpretation;
};
schema::Object describe(schema::For<Response>);

}  // namespace clientele::endpoints::dynamic_pricing_recommend
