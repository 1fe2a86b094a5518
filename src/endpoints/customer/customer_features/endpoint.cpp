// customer_features: the six behavioural features of every customer, from raw orders.
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "models/activity/purchases.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/order_lines.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::customer_features {
namespace {

using schema::field;

struct ProductOrder {
  std::string_view transaction_id;
  Date date;
  double amount = 0;
  std::string_view product_id;
};
schema::Object describe(schema::For<ProductOrder>) {
  using O = ProductOrder;
  return schema::object<O>(
      "An order of a product.", field<&O::transaction_id>("Your id of the order.").not_empty(),
      field<&O::date>("Day of the order."),
      field<&O::amount>("Value of the order.").between(0, vocabulary::kMostMoney).unit("currency"),
      field<&O::product_id>("SKU or category bought.").not_empty());
}

struct Customer {
  std::string_view customer_id;
  std::optional<double> loyalty_score;
  std::vector<ProductOrder> transactions;
};
schema::Object describe(schema::For<Customer>) {
  using C = Customer;
  return schema::object<C>(
      "A customer and their orders.",
      field<&C::customer_id>("Your id of the customer.").not_empty(),
      field<&C::loyalty_score>("A loyalty or RFM score that you have; 0 when absent.")
          .between(0, 1),
      field<&C::transactions>("The customer's orders, in any order.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostOrders));
}

struct Request {
  std::optional<Date> today;
  bool ignore_future = false;
  bool merge_lines = false;
  std::vector<Customer> customers;
};
schema::Object describe(schema::For<Request>) {
  return schema::object<Request>(
      "Orders by customer.",
      field<&Request::today>("Day from which recency counts; the server's UTC date by default."),
      field<&Request::ignore_future>("Leave out orders dated after today instead of refusing them.")
          .or_default(),
      field<&Request::merge_lines>(std::string(vocabulary::kMergeLinesSummary)).or_default(),
      field<&Request::customers>("Customers with their orders.")
          .at_least_items(1)
          .at_most_items(vocabulary::kMostCustomers)
          .unique_by("customer_id"));
}

struct Features {
  double purchase_total = 0;
  double visit_frequency = 0;
  double avg_ticket = 0;
  double product_diversity = 0;
  double loyalty_score = 0;
  double recency_days = 0;
};
schema::Object describe(schema::For<Features>) {
  using F = Features;
  return schema::object<F>(
      "The six features.",
      field<&F::purchase_total>("Sum of the order values.").unit("currency").digits(2),
      field<&F::visit_frequency>("Number of orders."),
      field<&F::avg_ticket>("purchase_total / visit_frequency.").unit("currency").digits(2),
      field<&F::product_diversity>("Number of distinct products."),
      field<&F::loyalty_score>("The score that was sent, or 0.").digits(2),
      field<&F::recency_days>("Days since the last order.").unit("days"));
}

struct FeaturedCustomer {
  std::string_view customer_id;
  Features features;
};
schema::Object describe(schema::For<FeaturedCustomer>) {
  return schema::object<FeaturedCustomer>(
      "One customer's features.", field<&FeaturedCustomer::customer_id>("The id as sent."),
      field<&FeaturedCustomer::features>("The feature vector."));
}

struct Response {
  std::vector<FeaturedCustomer> customers;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>("Feature vectors.",
                                  field<&Response::customers>("In the order of the request."));
}

// Counts distinct products of one customer after another without a new set each time.
class ProductCounter {
 public:
  std::size_t count(const std::vector<ProductOrder>& orders, Date today) {
    seen_.clear();
    for (const ProductOrder& order : orders) {
      if (order.date <= today) seen_.insert(order.product_id);
    }
    return seen_.size();
  }

 private:
  std::unordered_set<std::string_view> seen_;
};

Result<Response> compute(const Request& request, Context& context) {
  const Date today = vocabulary::reference_day(request.today, context);
  Faults faults;
  if (!request.ignore_future) vocabulary::refuse_future(request.customers, today, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  Response response;
  response.customers.reserve(request.customers.size());
  std::vector<std::string_view> without_orders;
  ProductCounter products;
  vocabulary::OrderLines<ProductOrder> lines(request.merge_lines);
  for (const Customer& customer : request.customers) {
    activity::Purchases purchases;
    for (const ProductOrder& order : lines.orders(customer.transactions)) {
      if (order.date <= today) purchases.add(order.date, order.amount);
    }
    if (purchases.count() == 0) {
      without_orders.push_back(customer.customer_id);
      continue;
    }
    response.customers.push_back(
        {customer.customer_id,
         {.purchase_total = purchases.total(),
          .visit_frequency = static_cast<double>(purchases.count()),
          .avg_ticket = purchases.mean(),
          .product_diversity = static_cast<double>(products.count(customer.transactions, today)),
          .loyalty_score = customer.loyalty_score.value_or(0.0),
          .recency_days = static_cast<double>(today - purchases.last())}});
  }
  lines.warn(context);
  vocabulary::warn_without_orders(without_orders, context);
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "customer_features",
       .group = "customer",
       .title = "Behavioural features from orders",
       .description =
           "Rolls raw orders up into six features a customer: total spend, number of orders, "
           "average order value, distinct products, loyalty score and days since the last order. "
           "Feed them to customer_loyalty or to segmentation.\n\n"
           "Every row counts as one visit; with `merge_lines`, rows of a customer that share a "
           "`transaction_id` are lines of one visit. Orders dated after `today` are refused unless "
           "`ignore_future` is true; customers who then have no order left are omitted and named "
           "in a warning.",
       .cost = "O(n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::customer_features
