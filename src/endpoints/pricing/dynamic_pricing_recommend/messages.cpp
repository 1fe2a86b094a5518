#include "endpoints/pricing/dynamic_pricing_recommend/messages.hpp"

namespace clientele::endpoints::dynamic_pricing_recommend {

schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "A product's sales, and the prices to choose from.",
      field<&R::product_id>("Your id of the product.").not_empty(),
      field<&R::cost_per_unit>("Landed cost of a unit.")
          .between(0, vocabulary::kMostMoney)
          .unit("currency"),
      field<&R::optimize_for>("What to maximise."),
      field<&R::candidate_prices>("Prices to choose from.")
          .at_least_items(1)
          .at_most_items(kMostCandidates)
          .above(0)
          .at_most(vocabulary::kMostMoney)
          .unit("currency"),
      field<&R::historical>("Recent sales, at two prices or more.")
          .at_least_items(10)
          .at_most_items(kMostRows),
      field<&R::competitor_price_current>(
          "The rival's price now; the last one observed by default.")
          .above(0)
          .at_most(vocabulary::kMostMoney)
          .unit("currency"),
      field<&R::inventory_level_current>("Units in stock now: no more can be sold.")
          .between(0, kMostUnits),
      field<&R::segment_current>(
          "Context of the price: the segment's keys, or own columns of text; "
          "what is not given is as in the last row.")
          .or_default(),
      field<&R::controls_current>("Values now of own numeric columns (true = 1); what is not given "
                                  "is as in the last row.")
          .or_default(),
      field<&R::date_current>("Day for which the price is wanted; the day after the last row by "
                              "default."),
      field<&R::current_price>("Today's price, from which discounts count; that of the last row by "
                               "default.")
          .above(0)
          .at_most(vocabulary::kMostMoney)
          .unit("currency"),
      field<&R::min_margin_pct>("Guardrail: least (price - cost) / price, 0.25 for 25 %.")
          .between(0, 1)
          .header("X-Min-Margin-Pct"),
      field<&R::max_discount_pct>("Guardrail: largest discount on today's price, 0.25 for 25 %.")
          .between(0, 1),
      field<&R::max_extrapolation_pct>("How far beyond the observed prices a candidate may lie and "
                                       "still be recommended.")
          .or_default()
          .between(0, 1),
      field<&R::allow_upward>("Let demand rise with the price (prestige goods).").or_default(),
      field<&R::elasticity_prior_mean>("Elasticity expected before the data are seen.")
          .or_default()
          .between(-20, 5),
      field<&R::elasticity_prior_sd>("How sure that is: a standard deviation.")
          .or_default()
          .between(0.01, 10),
      field<&R::seed>("Seed of the simulated demand and of the trees.").or_default(),
      field<&R::lang>("Language of the texts.").or_default());
}

schema::Object describe(schema::For<OutcomeRow>) {
  using O = OutcomeRow;
  return schema::object<O>(
      "What a price is expected to bring in one row's period; null where demand is not known.",
      field<&O::candidate_price>("The price.").unit("currency"),
      field<&O::expected_units>("Mean units, stock considered.").digits(2).nullable(),
      field<&O::expected_revenue>("price x expected_units.").unit("currency").digits(2).nullable(),
      field<&O::expected_profit>("(price - cost) x expected_units.")
          .unit("currency")
          .digits(2)
          .nullable(),
      field<&O::units_80>("Four of five days lie within.").digits(2),
      field<&O::revenue_80>("The same for revenue.").unit("currency").digits(2),
      field<&O::profit_80>("The same for profit.").unit("currency").digits(2),
      field<&O::probability_best>("P(this is the best of the candidates that nothing blocks).")
          .digits(3),
      field<&O::probability_better_than_current>("P(better than today's price).").digits(3),
      field<&O::extrapolated>("The price lies outside those observed."),
      field<&O::blocked_by>("Guardrails that the price breaks."));
}

schema::Object describe(schema::For<ModelInfo>) {
  using M = ModelInfo;
  return schema::object<M>(
      "The demand model.", field<&M::algorithm>("The model that forecast the hold-out best."),
      field<&M::mape>("Its mean absolute percentage error there, as a fraction.")
          .digits(4)
          .nullable(),
      field<&M::train_rows>("Rows of the final fit."),
      field<&M::holdout_rows>("Latest rows on which the models were compared."),
      field<&M::elasticity>("Change of demand in per cent when the price rises by 1 %.").digits(3),
      field<&M::elasticity_ci>("95 % interval of the elasticity.").digits(3),
      field<&M::prior_weight>("How much of what is known of the elasticity is its prior: 1 all, 0 "
                              "nothing.")
          .digits(3),
      field<&M::model_candidates>("Every model that was tried."),
      field<&M::note>("What to keep in mind."));
}

schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>("Price advice.",
                           field<&R::best_price>("The recommended price; null with a refusal.")
                               .unit("currency")
                               .nullable(),
                           field<&R::outcomes>("One for each candidate, in order."),
                           field<&R::model_info>("How it was computed."),
                           field<&R::current>("The same for today's price."),
                           field<&R::refusal>("Set when no price is recommended."),
                           field<&R::interpretation>("The answer in words."));
}

}  // namespace clientele::endpoints::dynamic_pricing_recommend
