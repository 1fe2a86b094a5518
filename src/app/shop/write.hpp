// A generated shop as files: requests to send, tables to import, and the planted truth.
#pragma once

#include <filesystem>

#include "app/shop/shop.hpp"
#include "base/result.hpp"

namespace clientele::shop {

// Writes into `folder` (made when missing; files of the same names are replaced):
// - NAME.request.json for customer_features, customer_loyalty, customer_rfm, customer_clv_features,
//   churn_label, nps, segment_hierarchy_chart (the first 40 customers), segment_cluster_profiles
//   and cross_sell_matrix. Where a large shop would exceed an endpoint's limits, the first
//   customers that fit are taken.
// - orders.csv (a row an order line), customers.csv, products.csv, daily_revenue.csv, campaign.csv,
//   prices.csv, nps.csv, upgrades.csv, complete whatever their size.
// - truth.json: everything planted, segments and probabilities by id.
// Errors: file_error with path and reason. Deterministic to the byte.
Status write_shop(const Shop& shop, const std::filesystem::path& folder);

}  // namespace clientele::shop
