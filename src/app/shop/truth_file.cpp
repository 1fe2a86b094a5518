// truth.json.
#include "app/shop/file_sink.hpp"
#include "app/shop/files.hpp"
#include "schema/json_members.hpp"

namespace clientele::shop {
namespace {

using schema::JsonWriter;
using schema::number_member;
using schema::text_member;

void write_segments(JsonWriter& json, const Truth& truth) {
  json.key("segments");
  json.begin_list();
  for (const SegmentPlan& plan : truth.plans) {
    json.begin_object();
    text_member(json, "name", plan.name);
    number_member(json, "share", plan.share);
    number_member(json, "orders_per_month", plan.orders_per_month);
    number_member(json, "rate_gamma_shape", plan.rate_shape);
    number_member(json, "lines_per_order", 1.0 + plan.extra_lines);
    number_member(json, "fewest_categories", plan.fewest_categories);
    number_member(json, "most_categories", plan.most_categories);
    number_member(json, "discount_share", plan.discount_share);
    json.end_object();
  }
  json.end_list();
}

void write_by_customer(JsonWriter& json, const Shop& shop) {
  json.key("customers");
  json.begin_list();
  for (std::size_t i = 0; i < shop.customers.size(); ++i) {
    json.begin_object();
    text_member(json, "customer_id", shop.customers[i].id);
    json.key("segment");
    json.integer(static_cast<std::int64_t>(shop.truth.segment[i]));
    text_member(json, "active_until", to_string(shop.truth.active_until[i]));
    json.key("churn_probability");
    json.rounded(shop.truth.churn.probability[i], 6);
    json.end_object();
  }
  json.end_list();
}

void write_logistic(JsonWriter& json, std::string_view key, const LogisticTruth& truth) {
  json.key(key);
  json.begin_object();
  number_member(json, "intercept", truth.intercept);
  json.key("coefficients");
  json.begin_object();
  for (const Coefficient& coefficient : truth.coefficients) {
    number_member(json, coefficient.feature, coefficient.value);
  }
  json.end_object();
  json.key("bayes_auc");
  json.rounded(truth.bayes_auc, 6);
  json.end_object();
}

void write_uplift(JsonWriter& json, const Shop& shop) {
  json.key("campaign");
  json.begin_object();
  json.key("average_uplift");
  json.rounded(shop.truth.average_uplift, 6);
  json.key("by_segment");
  json.begin_list();
  for (const SegmentPlan& plan : shop.truth.plans) {
    json.begin_object();
    text_member(json, "name", plan.name);
    number_member(json, "control_response", plan.control_response);
    number_member(json, "uplift", plan.uplift);
    json.end_object();
  }
  json.end_list();
  json.key("segment_by_contact");
  json.begin_object();
  for (std::size_t i = 0; i < shop.campaign.size(); ++i) {
    json.key(shop.campaign[i].id);
    json.integer(static_cast<std::int64_t>(shop.truth.mail_segment[i]));
  }
  json.end_object();
  json.end_object();
}

void write_pairs(JsonWriter& json, const Truth& truth) {
  json.key("pairs");
  json.begin_list();
  for (const PairTruth& pair : truth.pairs) {
    json.begin_object();
    text_member(json, "product_a", pair.product_a);
    text_member(json, "product_b", pair.product_b);
    number_member(json, "p_a", pair.p_a);
    number_member(json, "p_b", pair.p_b);
    json.key("p_both");
    json.rounded(pair.p_both, 8);
    number_member(json, "lift", pair.lift);
    json.key("confidence");
    json.rounded(pair.p_both / pair.p_a, 8);
    json.end_object();
  }
  json.end_list();
}

void write_season(JsonWriter& json, const SeasonTruth& season) {
  json.key("daily_revenue");
  json.begin_object();
  number_member(json, "base", season.base);
  number_member(json, "trend_per_year", season.trend_per_year);
  json.key("weekday_factors");
  json.begin_list();
  for (const double factor : season.weekday) json.number(factor);
  json.end_list();
  number_member(json, "yearly_amplitude", season.yearly_amplitude);
  number_member(json, "peak_day_of_year", season.peak_day);
  number_member(json, "promotion_factor", season.promotion_factor);
  number_member(json, "noise", season.noise);
  json.end_object();
}

void write_price(JsonWriter& json, const Shop& shop) {
  const PriceTruth& price = shop.truth.price;
  json.key("price_experiment");
  json.begin_object();
  text_member(json, "product_id", shop.prices.product_id);
  number_member(json, "cost_per_unit", units(shop.prices.cost_per_unit));
  number_member(json, "base_units", price.base_units);
  number_member(json, "reference_price", price.reference_price);
  number_member(json, "elasticity", price.elasticity);
  number_member(json, "cross_elasticity", price.cross_elasticity);
  json.key("best_profit_price");
  json.rounded(price.best_profit_price, 4);
  json.end_object();
}

void write_stores(JsonWriter& json, const Truth& truth) {
  json.key("nps");
  json.begin_list();
  for (const StoreTruth& store : truth.stores) {
    json.begin_object();
    text_member(json, "group", store.store);
    number_member(json, "promoters", store.promoters);
    number_member(json, "passives", store.passives);
    json.key("nps");
    json.rounded(store.nps(), 4);
    json.end_object();
  }
  json.end_list();
}

}  // namespace

Status write_truth(const FileSet& files) {
  const Shop& shop = files.shop;
  FileSink sink(files.folder / "truth.json");
  JsonWriter json(sink);
  json.begin_object();
  text_member(json, "first_date", to_string(shop.first_date));
  text_member(json, "last_date", to_string(shop.last_date));
  write_segments(json, shop.truth);
  write_logistic(json, "churn", shop.truth.churn);
  write_logistic(json, "upgrade", shop.truth.upgrade);
  write_pairs(json, shop.truth);
  write_season(json, shop.truth.season);
  write_price(json, shop);
  write_stores(json, shop.truth);
  write_uplift(json, shop);
  write_by_customer(json, shop);
  json.end_object();
  json.finish();
  return sink.close();
}

}  // namespace clientele::shop
