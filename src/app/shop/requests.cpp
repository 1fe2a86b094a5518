// The request bodies of the endpoints that take the shop as it is.
#include <array>
#include <functional>

#include "app/shop/file_sink.hpp"
#include "app/shop/files.hpp"
#include "app/shop/linkage.hpp"
#include "schema/json_members.hpp"

namespace clientele::shop {
namespace {

using schema::JsonWriter;
using schema::number_member;
using schema::text_member;

constexpr std::uint64_t kBodyBytes = 19'000'000;  // below the limit of 20 MB
constexpr std::uint64_t kNpsBytes = 4'800'000;    // below the limit of 5 MB
constexpr std::size_t kProfiled = 60000;          // customers of segment_cluster_profiles
constexpr std::size_t kLabelled = 250000;         // rows of churn_label
constexpr std::size_t kLeaves = 40;

// The fields of a transaction, between begin_object() and end_object().
using WriteOrder = std::function<void(JsonWriter&, std::size_t order)>;

// `customers` with their `transactions`, up to kBodyBytes.
void write_customers(JsonWriter& json, const FileSink& sink, const Shop& shop,
                     const WriteOrder& write_order) {
  json.key("customers");
  json.begin_list();
  std::size_t order = 0;
  while (order < shop.orders.size() && sink.bytes() < kBodyBytes) {
    const std::uint32_t customer = shop.orders[order].customer;
    json.begin_object();
    text_member(json, "customer_id", shop.customers[customer].id);
    json.key("transactions");
    json.begin_list();
    for (; order < shop.orders.size() && shop.orders[order].customer == customer; ++order) {
      json.begin_object();
      write_order(json, order);
      json.end_object();
    }
    json.end_list();
    json.end_object();
  }
  json.end_list();
}

void write_features(JsonWriter& json, const FileSink& sink, const FileSet& files) {
  const Shop& shop = files.shop;
  text_member(json, "today", to_string(shop.last_date));
  write_customers(json, sink, shop, [&shop](JsonWriter& out, std::size_t i) {
    const OrderTotals sum = totals(shop, shop.orders[i]);
    text_member(out, "transaction_id", order_id(i));
    text_member(out, "date", to_string(shop.orders[i].date));
    number_member(out, "amount", units(sum.amount));
    text_member(out, "product_id", shop.products[sum.main_product].id);
  });
}

void write_rfm(JsonWriter& json, const FileSink& sink, const FileSet& files) {
  const Shop& shop = files.shop;
  json.key("bins");
  json.integer(5);
  text_member(json, "today", to_string(shop.last_date));
  write_customers(json, sink, shop, [&shop](JsonWriter& out, std::size_t i) {
    text_member(out, "date", to_string(shop.orders[i].date));
    number_member(out, "amount", units(totals(shop, shop.orders[i]).amount));
  });
}

void write_clv(JsonWriter& json, const FileSink& sink, const FileSet& files) {
  const Shop& shop = files.shop;
  text_member(json, "today", to_string(shop.last_date));
  write_customers(json, sink, shop, [&shop](JsonWriter& out, std::size_t i) {
    const OrderTotals sum = totals(shop, shop.orders[i]);
    text_member(out, "date", to_string(shop.orders[i].date));
    number_member(out, "amount", units(sum.amount));
    number_member(out, "cost", units(sum.cost));
  });
}

void write_loyalty(JsonWriter& json, const FileSink& sink, const FileSet& files) {
  const Shop& shop = files.shop;
  json.key("customers");
  json.begin_list();
  for (std::size_t i = 0; i < shop.customers.size() && sink.bytes() < kBodyBytes; ++i) {
    const CustomerSummary& summary = files.summaries[i];
    json.begin_object();
    text_member(json, "customer_id", shop.customers[i].id);
    json.key("features");
    json.begin_object();
    number_member(json, "purchase_total", units(summary.amount_spent));
    number_member(json, "visit_frequency", summary.frequency);
    json.key("avg_ticket");
    json.rounded(units(summary.amount_spent) / summary.frequency, 2);
    number_member(json, "product_diversity", summary.distinct_products);
    number_member(json, "recency_days", shop.last_date - summary.last_order);
    json.end_object();
    json.end_object();
  }
  json.end_list();
}

void write_churn_label(JsonWriter& json, const FileSink& sink, const FileSet& files) {
  const Shop& shop = files.shop;
  text_member(json, "business_type", "ecommerce");
  json.key("data");
  json.begin_list();
  const std::size_t rows = std::min(shop.customers.size(), kLabelled);
  for (std::size_t i = 0; i < rows && sink.bytes() < kBodyBytes; ++i) {
    json.begin_object();
    text_member(json, "customer_id", shop.customers[i].id);
    text_member(json, "snapshot_date", to_string(shop.last_date));
    text_member(json, "last_purchase_date", to_string(files.summaries[i].last_order));
    json.end_object();
  }
  json.end_list();
}

void write_nps(JsonWriter& json, const FileSink& sink, const FileSet& files) {
  const Shop& shop = files.shop;
  text_member(json, "group_by", "group");
  json.key("data");
  json.begin_list();
  for (std::size_t i = 0; i < shop.nps.size() && sink.bytes() < kNpsBytes; ++i) {
    const NpsAnswer& answer = shop.nps[i];
    json.begin_object();
    text_member(json, "customer_id", shop.customers[answer.customer].id);
    json.key("answer");
    json.integer(answer.answer);
    text_member(json, "group", answer.store);
    text_member(json, "date", to_string(answer.date));
    json.end_object();
  }
  json.end_list();
}

void write_hierarchy(JsonWriter& json, const FileSink&, const FileSet& files) {
  const std::size_t leaves = std::min(kLeaves, files.summaries.size());
  std::vector<std::array<double, 3>> points;
  for (std::size_t i = 0; i < leaves; ++i) {
    const CustomerSummary& summary = files.summaries[i];
    points.push_back({static_cast<double>(summary.frequency), units(summary.amount_spent),
                      static_cast<double>(summary.categories.size())});
  }
  json.key("dendrogram");
  json.begin_object();
  json.key("linkage_matrix");
  json.begin_list();
  for (const Merge& merge : ward_linkage(points)) {
    json.begin_list();
    json.integer(static_cast<std::int64_t>(merge.child1));
    json.integer(static_cast<std::int64_t>(merge.child2));
    json.number(merge.distance);
    json.integer(static_cast<std::int64_t>(merge.leaves));
    json.end_list();
  }
  json.end_list();
  json.key("leaf_labels");
  json.begin_list();
  for (std::size_t i = 0; i < leaves; ++i) json.text(files.shop.customers[i].id);
  json.end_list();
  json.end_object();
}

void write_profiles(JsonWriter& json, const FileSink& sink, const FileSet& files) {
  const Shop& shop = files.shop;
  json.key("customers");
  json.begin_list();
  const std::size_t most = std::min(shop.customers.size(), kProfiled);
  std::size_t written = 0;
  // The labels that follow take about a tenth.
  for (; written < most && sink.bytes() < kBodyBytes * 9 / 10; ++written) {
    const CustomerSummary& summary = files.summaries[written];
    json.begin_object();
    text_member(json, "id", shop.customers[written].id);
    json.key("frequency");
    json.integer(summary.frequency);
    number_member(json, "amount_spent", units(summary.amount_spent));
    json.key("product_types");
    json.begin_list();
    for (const std::string_view category : summary.categories) json.text(category);
    json.end_list();
    json.end_object();
  }
  json.end_list();
  json.key("labels");
  json.begin_object();
  for (std::size_t i = 0; i < written; ++i) {
    json.key(shop.customers[i].id);
    json.integer(static_cast<std::int64_t>(shop.truth.segment[i]));
  }
  json.end_object();
}

void write_cross_sell(JsonWriter& json, const FileSink& sink, const FileSet& files) {
  const Shop& shop = files.shop;
  text_member(json, "level", "item");
  json.key("item_catalog");
  json.begin_list();
  for (const Product& product : shop.products) {
    json.begin_object();
    text_member(json, "item_id", product.id);
    text_member(json, "category", product.category);
    json.end_object();
  }
  json.end_list();
  json.key("transactions");
  json.begin_list();
  for (std::size_t i = 0; i < shop.orders.size() && sink.bytes() < kBodyBytes; ++i) {
    const Order& order = shop.orders[i];
    json.begin_object();
    text_member(json, "customer_id", shop.customers[order.customer].id);
    text_member(json, "date", to_string(order.date));
    json.key("items");
    json.begin_list();
    for (std::uint32_t n = 0; n < order.line_count; ++n) {
      json.text(shop.products[shop.lines[order.first_line + n].product].id);
    }
    json.end_list();
    json.end_object();
  }
  json.end_list();
}

struct RequestFile {
  std::string_view endpoint;
  void (*write)(JsonWriter&, const FileSink&, const FileSet&);
};
constexpr std::array kRequestFiles{
    RequestFile{"customer_features", write_features},
    RequestFile{"customer_loyalty", write_loyalty},
    RequestFile{"customer_rfm", write_rfm},
    RequestFile{"customer_clv_features", write_clv},
    RequestFile{"churn_label", write_churn_label},
    RequestFile{"nps", write_nps},
    RequestFile{"segment_hierarchy_chart", write_hierarchy},
    RequestFile{"segment_cluster_profiles", write_profiles},
    RequestFile{"customer_segmentation", write_features},
    RequestFile{"segmentation_report_json", write_profiles},
    RequestFile{"cross_sell_matrix", write_cross_sell},
};

}  // namespace

Status write_requests(const FileSet& files) {
  for (const RequestFile& request : kRequestFiles) {
    FileSink sink(files.folder / (std::string(request.endpoint) + ".request.json"));
    JsonWriter json(sink);
    json.begin_object();
    request.write(json, sink, files);
    json.end_object();
    json.finish();
    if (Status status = sink.close(); !status) return status;
  }
  return Nothing{};
}

}  // namespace clientele::shop
