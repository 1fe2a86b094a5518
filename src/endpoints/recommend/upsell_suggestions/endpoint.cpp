// upsell_suggestions: dearer items of the categories that a customer buys.
#include <algorithm>
#include <memory>
#include <string>

#include "base/dictionary.hpp"
#include "base/number_text.hpp"
#include "base/pointer.hpp"
#include "models/recommend/upsell.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/language.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::upsell_suggestions {
namespace {

using schema::field;
using vocabulary::Language;

constexpr int kMoneyDigits = 4;  // prices of a single screw have them
constexpr int kProbabilityDigits = 4;
constexpr Limit kMostOrders{"upsell_orders", 1'000'000};
constexpr Limit kMostItems{"upsell_items", 1'000'000};

struct Order {
  std::string_view customer_id;
  std::vector<std::string_view> items;
};
schema::Object describe(schema::For<Order>) {
  return schema::object<Order>("An order.", field<&Order::customer_id>("Who bought.").not_empty(),
                               field<&Order::items>("Items of the order; repeats count once.")
                                   .not_empty()
                                   .at_most_items({"items_per_order", 100'000}));
}

struct CatalogItem {
  std::string_view item_id;
  std::string_view category;
  double price = 0;
  std::string_view metadata;
};
schema::Object describe(schema::For<CatalogItem>) {
  using C = CatalogItem;
  return schema::object<C>(
      "An item with its price.", field<&C::item_id>("The item.").not_empty(),
      field<&C::category>("Offers stay inside a category.").not_empty(),
      field<&C::price>("Price of one.").above(0).at_most(vocabulary::kMostMoney).unit("currency"),
      field<&C::metadata>("Brand, title, tags: any words.").or_default());
}

struct Request {
  std::vector<Order> transactions;
  std::vector<CatalogItem> item_catalog;
  std::optional<std::string_view> customer_id;
  std::int32_t top_k = 5;
  double max_price_ratio = 2;
  double min_confidence = 0.05;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Orders and a priced catalogue.",
      field<&R::transactions>("One row an order.").at_least_items(1).at_most_items(kMostOrders),
      field<&R::item_catalog>("Every item that was bought or may be offered.")
          .at_least_items(1)
          .at_most_items(kMostItems)
          .unique_by("item_id"),
      field<&R::customer_id>("Suggest to this customer only; absent: to all."),
      field<&R::top_k>("Suggestions a customer.").or_default().between(1, 200),
      field<&R::max_price_ratio>("Offers cost at most so many times the item they replace.")
          .or_default()
          .above(1)
          .at_most(1'000),
      field<&R::min_confidence>("Least probability of an offer.").or_default().between(0.001, 1),
      field<&R::lang>("Language of the explanations.").or_default());
}

struct Suggestion {
  std::string_view customer_id;
  std::string_view item_id;
  std::string_view based_on;
  double price = 0;
  double price_delta = 0;
  double probability = 0;
  double expected_uplift = 0;
  std::string explanation;
};
schema::Object describe(schema::For<Suggestion>) {
  using S = Suggestion;
  return schema::object<S>(
      "An offer.", field<&S::customer_id>("To whom."), field<&S::item_id>("What to offer."),
      field<&S::based_on>("The customer's item that it would replace."),
      field<&S::price>("Its price.").unit("currency"),
      field<&S::price_delta>("Its price less that of based_on.")
          .unit("currency")
          .digits(kMoneyDigits),
      field<&S::probability>("Estimated share of the owners of based_on who take it.")
          .digits(kProbabilityDigits),
      field<&S::expected_uplift>("probability x price_delta, from the unrounded values.")
          .unit("currency")
          .digits(kProbabilityDigits),
      field<&S::explanation>("Why, in one sentence."));
}

struct ModelInfo {
  std::string_view algorithm;
  std::uint32_t customers = 0;
  std::uint32_t items = 0;
  std::uint64_t pairs = 0;
  std::uint64_t train_rows = 0;
  std::optional<std::string_view> note;
};
schema::Object describe(schema::For<ModelInfo>) {
  using M = ModelInfo;
  return schema::object<M>(
      "What the suggestions rest on.", field<&M::algorithm>("How probabilities are estimated."),
      field<&M::customers>("Customers with orders."), field<&M::items>("Items of the catalogue."),
      field<&M::pairs>("Pairs of one category that somebody owns together."),
      field<&M::train_rows>("Orders."), field<&M::note>("What else there is to know."));
}

struct Response {
  schema::Streamed<std::vector<Suggestion>> suggestions;
  ModelInfo model_info;
};
schema::Object describe(schema::For<Response>) {
  return schema::object<Response>(
      "The offers.",
      field<&Response::suggestions>("Customers in the order of the request, of each the offer of "
                                    "highest expected uplift first."),
      field<&Response::model_info>("What they rest on."));
}

// What the streamed suggestions are written from.
struct Shop {
  Dictionary items;
  Dictionary categories;
  Dictionary customers;
  std::vector<recommend::PricedItem> priced;
  recommend::Ownership owned;
  text::TfidfIndex index;
  std::optional<recommend::UpsellModel> model;
};

void read_catalog(const Request& request, Shop& shop) {
  std::vector<std::string_view> texts;
  for (const CatalogItem& item : request.item_catalog) {
    shop.items.code(item.item_id);
    shop.priced.push_back({shop.categories.code(item.category), item.price});
    texts.push_back(item.metadata);
  }
  shop.index = text::TfidfIndex::build(texts);
}

void read_orders(const Request& request, Shop& shop, Faults& faults) {
  std::vector<std::vector<std::uint32_t>> rows;
  for (std::size_t i = 0; i < request.transactions.size(); ++i) {
    const Order& order = request.transactions[i];
    const std::uint32_t customer = shop.customers.code(order.customer_id);
    if (customer == rows.size()) rows.emplace_back();
    for (std::size_t j = 0; j < order.items.size(); ++j) {
      if (const auto item = shop.items.find(order.items[j])) {
        rows[customer].push_back(*item);
      } else if (faults.full()) {
        faults.count_only();
      } else {
        faults.add(pointer_to("transactions", i, "items", j), "unknown_item",
                   "'" + std::string(order.items[j].substr(0, 80)) +
                       "' is not in item_catalog; add it with its price.");
      }
    }
  }
  for (std::vector<std::uint32_t>& row : rows) {
    std::sort(row.begin(), row.end());
    const auto repeats = std::unique(row.begin(), row.end());
    shop.owned.items.insert(shop.owned.items.end(), row.begin(), repeats);
    shop.owned.begin.push_back(shop.owned.items.size());
  }
}

std::string percent(double share) {
  std::string text;
  append_rounded(text, 100 * share, share < 0.1 ? 1 : 0);
  return text + " %";
}

std::string money(double amount) {
  std::string text;
  append_rounded(text, amount, kMoneyDigits);
  return text;
}

// One sentence: who takes it, and what it costs more.
std::string explained(const recommend::UpsellOffer& offer, const Shop& shop, double delta,
                      Language language) {
  const std::string from(shop.items.text(offer.based_on));
  const std::string both = std::to_string(offer.owners_too);
  const std::string owners = std::to_string(offer.owners);
  const std::string chance = percent(offer.probability);
  const bool is_one = offer.owners_too == 1;
  switch (language) {
    case Language::es:
      return both + " de " + owners + " clientes con " + from + " también lo " +
             (is_one ? "tiene" : "tienen") + " (probabilidad estimada: " + chance + "); cuesta " +
             money(delta) + " más.";
    case Language::pt:
      return both + " de " + owners + " clientes com " + from + " também o " +
             (is_one ? "tem" : "têm") + " (probabilidade estimada: " + chance + "); custa " +
             money(delta) + " a mais.";
    case Language::en:
      break;
  }
  return both + " of " + owners + " customers with " + from + (is_one ? " has" : " have") +
         " it too (estimated probability " + chance + "); it costs " + money(delta) + " more.";
}

void write_suggestions(const Shop& shop, std::span<const std::uint32_t> customers,
                       std::size_t top_k, Language language, schema::JsonWriter& writer) {
  recommend::UpsellDesk desk(*shop.model);
  writer.begin_list();
  for (const std::uint32_t customer : customers) {
    if (writer.stopped()) break;
    for (const auto& offer : desk.offers(shop.owned.of(customer), top_k)) {
      const double delta = shop.priced[offer.item].price - shop.priced[offer.based_on].price;
      const Suggestion suggestion{.customer_id = shop.customers.text(customer),
                                  .item_id = shop.items.text(offer.item),
                                  .based_on = shop.items.text(offer.based_on),
                                  .price = shop.priced[offer.item].price,
                                  .price_delta = delta,
                                  .probability = offer.probability,
                                  .expected_uplift = offer.expected_uplift,
                                  .explanation = explained(offer, shop, delta, language)};
      writer.value(schema::type_of<Suggestion>(), &suggestion);
    }
  }
  writer.end_list();
}

Result<Response> compute(const Request& request, Context& context) {
  auto shop = std::make_shared<Shop>();
  read_catalog(request, *shop);
  Faults faults;
  read_orders(request, *shop, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  auto model =
      recommend::UpsellModel::fit(shop->owned, shop->priced, shop->categories.size(), shop->index,
                                  {.max_price_ratio = request.max_price_ratio,
                                   .min_probability = request.min_confidence,
                                   .threads = context.threads,
                                   .cancellation = context.cancellation});
  if (!model) return std::move(model).error();
  shop->model.emplace(std::move(model).value());
  Response response;
  response.model_info = {.algorithm = "Co-purchase confidence with a content prior",
                         .customers = shop->customers.size(),
                         .items = shop->items.size(),
                         .pairs = shop->model->pairs(),
                         .train_rows = request.transactions.size(),
                         .note = std::nullopt};
  std::vector<std::uint32_t> customers;  // who gets suggestions
  if (!request.customer_id) {
    for (std::uint32_t i = 0; i < shop->customers.size(); ++i) customers.push_back(i);
  } else if (const auto customer = shop->customers.find(*request.customer_id)) {
    customers.push_back(*customer);
  } else {
    response.model_info.note = "The customer has no order, so there is nothing to build on.";
  }
  response.suggestions.write = [shop, customers = std::move(customers),
                                top_k = static_cast<std::size_t>(request.top_k),
                                language = request.lang](schema::JsonWriter& writer) {
    write_suggestions(*shop, customers, top_k, language, writer);
  };
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "upsell_suggestions",
       .group = "recommend",
       .title = "Dearer items worth offering",
       .description =
           "For each customer the dearer items of the categories they buy, ranked by expected "
           "extra "
           "revenue: probability x (price - price of the item it replaces).\n\n"
           "An offer is not owned yet, costs more than an owned item of its category and at most "
           "`max_price_ratio` times as much. Its probability is estimated over customers: "
           "(owners of both + 5 q) / (owners of based_on + 5), where q is the offer's share among "
           "the buyers of the category times (1 + TF-IDF cosine of the two texts) / 2. So a few "
           "owners prove little, and an item that nobody has bought is not offered. Among the "
           "owned items that it could replace `based_on` is the one of highest probability, then "
           "the dearest.\n\n"
           "The probability is a share observed in the orders sent, not the effect of making the "
           "offer: customers who own both may have bought them in either order. Measure the effect "
           "with uplift_model. Items of orders that are not in `item_catalog`, and prices that are "
           "missing or not above 0, are refused.",
       .cost = "O(sum of squared items per customer and category)",
       .since = "0.2"});
}

}  // namespace clientele::endpoints::upsell_suggestions
