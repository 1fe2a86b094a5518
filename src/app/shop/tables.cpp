// The CSV files.
#include <string>

#include "app/shop/file_sink.hpp"
#include "app/shop/files.hpp"
#include "base/number_text.hpp"

namespace clientele::shop {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

// One CSV row after the other; fields are quoted where RFC 4180 asks for it.
class CsvWriter {
 public:
  CsvWriter(const std::filesystem::path& path, std::string_view header) : sink_(path) {
    buffer_ = header;
    buffer_ += '\n';
  }
  CsvWriter& text(std::string_view value) {
    separate();
    if (value.find_first_of(",\"\n\r") == std::string_view::npos) {
      buffer_ += value;
      return *this;
    }
    buffer_ += '"';
    for (const char c : value) buffer_.append(c == '"' ? 2 : 1, c);
    buffer_ += '"';
    return *this;
  }
  CsvWriter& number(double value) {
    separate();
    append_number(buffer_, value);
    return *this;
  }
  CsvWriter& integer(std::int64_t value) {
    separate();
    append_integer(buffer_, value);
    return *this;
  }
  CsvWriter& money(Cents value) { return number(units(value)); }
  CsvWriter& date(Date value) { return text(to_string(value)); }
  void end_row() {
    buffer_ += '\n';
    first_ = true;
    if (buffer_.size() < kPiece) return;
    sink_.write(buffer_);
    buffer_.clear();
  }
  Status close() {
    sink_.write(buffer_);
    return sink_.close();
  }

 private:
  void separate() {
    if (!first_) buffer_ += ',';
    first_ = false;
  }

  FileSink sink_;
  std::string buffer_;
  bool first_ = true;
};

Status write_orders(const FileSet& files) {
  const Shop& shop = files.shop;
  CsvWriter csv(files.folder / "orders.csv",
                "order_id,customer_id,date,product_id,category,quantity,amount,cost");
  for (std::size_t i = 0; i < shop.orders.size(); ++i) {
    const Order& order = shop.orders[i];
    const std::string id = order_id(i);
    const std::string date = to_string(order.date);
    for (std::uint32_t n = 0; n < order.line_count; ++n) {
      const OrderLine& line = shop.lines[order.first_line + n];
      const Product& product = shop.products[line.product];
      csv.text(id).text(shop.customers[order.customer].id).text(date);
      csv.text(product.id).text(product.category).integer(line.quantity);
      csv.money(line.amount).money(line.cost).end_row();
    }
  }
  return csv.close();
}

Status write_customers(const FileSet& files) {
  CsvWriter csv(files.folder / "customers.csv",
                "customer_id,signup_date,plan,region,age,tenure,usage_frequency,service_tickets,"
                "payment_events,discount_share,nps,autopay,frequency,amount_spent,n_categories,"
                "churned");
  for (std::size_t i = 0; i < files.shop.customers.size(); ++i) {
    const Customer& customer = files.shop.customers[i];
    const CustomerSummary& summary = files.summaries[i];
    csv.text(customer.id).date(customer.signup).text(customer.plan).text(customer.region);
    csv.integer(customer.age).integer(customer.tenure).number(customer.usage_frequency);
    csv.integer(customer.service_tickets).integer(customer.payment_events);
    csv.number(customer.discount_share).integer(customer.nps);
    csv.text(customer.autopay ? "true" : "false").integer(summary.frequency);
    csv.money(summary.amount_spent).integer(static_cast<std::int64_t>(summary.categories.size()));
    csv.integer(customer.churned ? 1 : 0).end_row();
  }
  return csv.close();
}

Status write_products(const FileSet& files) {
  CsvWriter csv(files.folder / "products.csv", "product_id,title,category,price,cost");
  for (const Product& product : files.shop.products) {
    csv.text(product.id).text(product.title).text(product.category);
    csv.money(product.price).money(product.cost).end_row();
  }
  return csv.close();
}

Status write_revenue(const FileSet& files) {
  CsvWriter csv(files.folder / "daily_revenue.csv", "date,revenue,promotion");
  for (const RevenueDay& day : files.shop.revenue) {
    csv.date(day.date).money(day.revenue).integer(day.promotion ? 1 : 0).end_row();
  }
  return csv.close();
}

Status write_campaign(const FileSet& files) {
  CsvWriter csv(files.folder / "campaign.csv",
                "id,treatment,outcome,age,region,prior_purchases,average_order_value,"
                "email_click_rate,days_since_last_order");
  for (const CampaignContact& contact : files.shop.campaign) {
    csv.text(contact.id).integer(contact.treated ? 1 : 0).integer(contact.responded ? 1 : 0);
    csv.integer(contact.age).text(contact.region).integer(contact.prior_purchases);
    csv.number(contact.average_order_value).number(contact.email_click_rate);
    csv.integer(contact.days_since_last_order).end_row();
  }
  return csv.close();
}

Status write_prices(const FileSet& files) {
  const PriceExperiment& prices = files.shop.prices;
  CsvWriter csv(files.folder / "prices.csv",
                "product_id,date,price,units_sold,competitor_price,inventory_level,cost_per_unit");
  for (const PriceDay& day : prices.days) {
    csv.text(prices.product_id).date(day.date).money(day.price).integer(day.units_sold);
    csv.money(day.competitor_price).integer(day.inventory_level).money(prices.cost_per_unit);
    csv.end_row();
  }
  return csv.close();
}

Status write_nps(const FileSet& files) {
  CsvWriter csv(files.folder / "nps.csv", "customer_id,answer,group,date");
  for (const NpsAnswer& answer : files.shop.nps) {
    csv.text(files.shop.customers[answer.customer].id).integer(answer.answer);
    csv.text(answer.store).date(answer.date).end_row();
  }
  return csv.close();
}

Status write_upgrades(const FileSet& files) {
  CsvWriter csv(files.folder / "upgrades.csv",
                "customer_id,current_plan,months_on_current_plan,storage_usage_pct,"
                "support_tickets_last_30d,label_upgrade");
  for (const UpgradeRow& row : files.shop.upgrades) {
    const Customer& customer = files.shop.customers[row.customer];
    csv.text(customer.id).text(customer.plan).integer(row.months_on_current_plan);
    csv.integer(row.storage_usage_pct).integer(row.support_tickets_last_30d);
    csv.integer(row.upgraded ? 1 : 0).end_row();
  }
  return csv.close();
}

}  // namespace

Status write_tables(const FileSet& files) {
  for (const auto& write : {write_orders, write_customers, write_products, write_revenue,
                            write_campaign, write_prices, write_nps, write_upgrades}) {
    if (Status status = write(files); !status) return status;
  }
  return Nothing{};
}

}  // namespace clientele::shop
