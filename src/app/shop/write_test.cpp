#include "app/shop/write.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "app/shop/files.hpp"
#include "app/shop/summary.hpp"

namespace clientele::shop {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class WriteShop : public testing::Test {
 protected:
  void SetUp() override { fs::remove_all(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  std::map<std::string, std::string> write(const Shop& shop, const std::string& name) {
    EXPECT_TRUE(write_shop(shop, folder_ / name));
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder_ / name)) {
      files[entry.path().filename().string()] = read(entry.path());
    }
    return files;
  }
  static Shop shop_of(const ShopOptions& options) {
    auto shop = generate_shop(options);
    EXPECT_TRUE(shop);
    return std::move(shop).value();
  }

  const fs::path folder_ =
      fs::temp_directory_path() /
      ("clientele_shop_" + std::to_string(::getpid()) + "_" +
       std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(WriteShop, IsTheSameToTheByte) {
  const auto first = write(shop_of({.seed = 1, .threads = 1}), "first");
  EXPECT_EQ(first.size(), 20U);
  EXPECT_EQ(first, write(shop_of({.seed = 1, .threads = 8}), "again"));
  for (const auto& [name, bytes] : write(shop_of({.seed = 2}), "other")) {
    EXPECT_NE(bytes, first.at(name)) << name;
  }
}

TEST_F(WriteShop, RequestsHoldTheShop) {
  const Shop shop = shop_of({.seed = 4, .customers = 60});
  const auto files = write(shop, "shop");
  simdjson::dom::parser parser;
  const auto body = [&](const std::string& endpoint) {
    return simdjson::dom::element(parser.parse(files.at(endpoint + ".request.json")));
  };
  for (const char* endpoint :
       {"customer_features", "customer_rfm", "customer_clv_features", "customer_loyalty"}) {
    EXPECT_EQ(body(endpoint)["customers"].get_array().size(), 60U) << endpoint;
  }
  const auto features = body("customer_features");
  EXPECT_EQ(features["today"].get_string().value(), "2025-06-30");
  std::size_t orders = 0;
  double amount = 0;
  for (const auto customer : features["customers"].get_array()) {
    for (const auto row : customer["transactions"].get_array()) {
      amount += row["amount"].get_double();
      EXPECT_EQ(row["transaction_id"].get_string().value(), order_id(orders));
      ++orders;
    }
  }
  EXPECT_EQ(orders, shop.orders.size());
  Cents total = 0;
  for (const OrderLine& line : shop.lines) total += line.amount;
  EXPECT_NEAR(amount, static_cast<double>(total) / 100.0, 0.001);
  EXPECT_EQ(body("churn_label")["data"].get_array().size(), 60U);
  EXPECT_EQ(body("nps")["data"].get_array().size(), shop.nps.size());
  EXPECT_EQ(body("segment_hierarchy_chart")["dendrogram"]["linkage_matrix"].get_array().size(),
            39U);
  EXPECT_EQ(body("segment_cluster_profiles")["labels"].get_object().size(), 60U);
  EXPECT_EQ(body("cross_sell_matrix")["transactions"].get_array().size(), shop.orders.size());
  EXPECT_EQ(body("cross_sell_matrix")["item_catalog"].get_array().size(), shop.products.size());
}

TEST_F(WriteShop, TablesHaveARowPerThing) {
  const Shop shop = shop_of({.seed = 4, .customers = 60});
  const auto files = write(shop, "shop");
  const auto rows = [&](const std::string& name) {
    const std::string& text = files.at(name);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) - 1;
  };
  EXPECT_EQ(rows("orders.csv"), shop.lines.size());
  EXPECT_EQ(rows("customers.csv"), 60U);
  EXPECT_EQ(rows("products.csv"), shop.products.size());
  EXPECT_EQ(rows("daily_revenue.csv"), shop.revenue.size());
  EXPECT_EQ(rows("campaign.csv"), shop.campaign.size());
  EXPECT_EQ(rows("prices.csv"), shop.prices.days.size());
  EXPECT_EQ(rows("nps.csv"), shop.nps.size());
  EXPECT_EQ(rows("upgrades.csv"), shop.upgrades.size());
  EXPECT_NE(files.at("products.csv").find("\"everyday kitchen mixing bowl, "), std::string::npos);
}

// A large shop is cut where an endpoint would refuse the body.
TEST_F(WriteShop, RequestsStayBelowTheLimits) {
  const Shop shop = shop_of({.seed = 4, .customers = 18000, .threads = 2});
  const auto summaries = summarise(shop);
  fs::create_directories(folder_);
  ASSERT_TRUE(write_requests({shop, summaries, folder_}));
  simdjson::dom::parser parser;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string bytes = read(entry.path());
    EXPECT_LE(bytes.size(), 20'000'000U) << entry.path();
    EXPECT_FALSE(parser.parse(bytes).error()) << entry.path();
  }
  EXPECT_LE(fs::file_size(folder_ / "nps.request.json"), 5'000'000U);
  EXPECT_GT(fs::file_size(folder_ / "customer_rfm.request.json"), 18'000'000U);
}

TEST_F(WriteShop, SaysWhyItCannotWrite) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "file") << "x";
  const Status status = write_shop(shop_of({.customers = 10, .months = 1}), folder_ / "file");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::file_error);
  EXPECT_NE(status.error().detail.find("file"), std::string::npos);
  fs::create_directories(folder_ / "taken" / "truth.json");
  const Status taken = write_shop(shop_of({.customers = 10, .months = 1}), folder_ / "taken");
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().detail.find("truth.json"), std::string::npos);
}

}  // namespace
}  // namespace clientele::shop
