// forecast_units_asyncio: the forecasts of many products at once.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <span>

#include "base/dictionary.hpp"
#include "base/parallel.hpp"
#include "base/pointer.hpp"
#include "base/stopwatch.hpp"
#include "numeric/exact_sum.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/forecast_settings.hpp"

namespace clientele::endpoints::forecast_units_asyncio {
namespace {

using namespace vocabulary;  // NOLINT: the shapes of all forecasts
using schema::field;

constexpr Limit kMostProducts{"forecast_products", 20'000};
constexpr std::size_t kFewestForPool = 5;  // products whose total tells of the year
constexpr Limit kMostRows{"forecast_rows_of_products", 2'000'000};

constexpr double kNotSent = std::numeric_limits<double>::quiet_NaN();

// Read leniently: what is wrong with one product must not spoil the others.
template <auto Member>
auto day_field() {
  return field<Member>("The day, YYYY-MM-DD; where one is missing, the product gets an `error`.")
      .or_default();
}
template <auto Member>
auto units_field() {
  return field<Member>(
             "Units sold, at least 0; where they are missing, the product gets an `error`.")
      .or_default()
      .unit("units");
}

struct Day {
  schema::LenientDate date;
  double sales_quantity = kNotSent;
};
schema::Object describe(schema::For<Day>) {
  return schema::object<Day>(
      "One day of the product. Further columns of numbers or booleans explain it.",
      day_field<&Day::date>(), units_field<&Day::sales_quantity>());
}

struct DayAhead {
  schema::LenientDate date;
};
schema::Object describe(schema::For<DayAhead>) {
  return schema::object<DayAhead>(
      "A day ahead, with the columns of the product's data that are already known for it.",
      day_field<&DayAhead::date>());
}

struct Row {
  std::string_view product_code;
  schema::LenientDate date;
  double sales_quantity = kNotSent;
};
schema::Object describe(schema::For<Row>) {
  return schema::object<Row>("One day of one product.",
                             field<&Row::product_code>("Your code of the product.").not_empty(),
                             day_field<&Row::date>(), units_field<&Row::sales_quantity>());
}

struct Item {
  std::string_view product_code;
  schema::Table<Day> data;
  schema::Table<DayAhead> future;
};
schema::Object describe(schema::For<Item>) {
  return schema::object<Item>(
      "One product.", field<&Item::product_code>("Your code of the product.").not_empty(),
      field<&Item::data>("Its daily history.").or_default().at_most_items(kMostForecastRows),
      future_field<&Item::future>());
}

struct Request {
  std::int32_t forecast_period = 6;
  std::vector<Row> data;
  std::vector<Item> items;
  std::optional<Country> country;
  bool daily = false;
  std::int64_t seed = 42;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Either `data`, rows of all products, or `items`, a history each.",
      period_field<&R::forecast_period>(),
      field<&R::data>("Rows of all products, in any order.").or_default().at_most_items(kMostRows),
      field<&R::items>("The products, each with its history and columns of its own.")
          .or_default()
          .at_most_items(kMostProducts)
          .unique_by("product_code"),
      country_field<&R::country>(), daily_field<&R::daily>(), forecast_seed_field<&R::seed>(),
      forecast_language_field<&R::lang>());
}

struct Response {
  std::int32_t forecast_period = 0;
  std::vector<ProductForecast> forecasts;
  double execution_time_seconds = 0;
};
schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>("Forecasts of products.", field<&R::forecast_period>("Months forecast."),
                           field<&R::forecasts>("One entry a product, in the order sent."),
                           field<&R::execution_time_seconds>("Time taken.").unit("seconds"));
}

// One product's history before it was looked at: its own rows, or its places among those of all.
// Nothing of the request is copied, so that many products need no more memory than one.
struct Product {
  std::string_view code;
  const Item* item = nullptr;
  std::string place;  // of its item in the request, "" among the rows of all
  std::span<const Row> rows;
  std::span<const std::uint32_t> places;

  std::size_t size() const { return item != nullptr ? item->data.rows.size() : places.size(); }
  Day day(std::size_t i) const {
    if (item != nullptr) return item->data.rows[i];
    const Row& row = rows[places[i]];
    return {row.date, row.sales_quantity};
  }
  // Pointer to a field of row i in the request.
  std::string pointer(std::size_t i, std::string_view name) const {
    return place + pointer_to("data", item != nullptr ? i : places[i], name);
  }
};

struct Products {
  std::vector<Product> list;
  std::vector<std::uint32_t> places;  // of the rows, product by product, each in the order sent
};

Products products_of(const Request& request) {
  Products out;
  Dictionary codes;
  std::vector<std::uint32_t> product_of_row, ends;
  product_of_row.reserve(request.data.size());
  for (const Row& row : request.data) {
    const std::uint32_t product = codes.code(row.product_code);
    if (product == ends.size()) {
      out.list.emplace_back().code = row.product_code;
      ends.push_back(0);
    }
    ++ends[product];
    product_of_row.push_back(product);
  }
  std::exclusive_scan(ends.begin(), ends.end(), ends.begin(), 0U);
  out.places.resize(product_of_row.size());
  for (std::uint32_t row = 0; row < product_of_row.size(); ++row) {
    out.places[ends[product_of_row[row]]++] = row;
  }
  for (std::size_t p = 0; p < out.list.size(); ++p) {
    const std::size_t begin = p == 0 ? 0 : ends[p - 1];
    out.list[p].rows = request.data;
    out.list[p].places = std::span(out.places).subspan(begin, ends[p] - begin);
  }
  for (const Item& item : request.items) {
    Product& product = out.list.emplace_back();
    product.code = item.product_code;
    product.item = &item;
    product.place = pointer_to("items", &item - request.items.data());
  }
  return out;
}

Error bad_date(schema::LenientDate date, std::string pointer) {
  return invalid(std::move(pointer), "bad_date",
                 date.is_absent() ? "missing; send the day, YYYY-MM-DD."
                                  : "no day of the calendar; send YYYY-MM-DD.");
}

// The first thing that is wrong with the history.
std::optional<Error> read_history(const Product& product, ForecastAsked& asked) {
  if (product.size() == 0) {
    return invalid(product.place + "/data", "too_few_items", "no rows; send at least one day.");
  }
  asked.observations.reserve(product.size());
  for (std::size_t i = 0; i < product.size(); ++i) {
    const auto [day, quantity] = product.day(i);
    const auto date = day.value();
    if (!date) return bad_date(day, product.pointer(i, "date"));
    if (std::isnan(quantity)) {
      return invalid(product.pointer(i, "sales_quantity"), "required",
                     "missing; send a number, 0 for no sale.");
    }
    if (!(quantity >= 0 && quantity <= 1e12)) {
      return invalid(product.pointer(i, "sales_quantity"), "out_of_range",
                     "must lie between 0 and 1e12.");
    }
    asked.observations.push_back({*date, quantity});
  }
  return std::nullopt;
}

// Likewise of the days ahead.
std::optional<Error> read_future(const Product& product, std::vector<FutureDay>& future) {
  if (product.item == nullptr) return std::nullopt;
  for (const DayAhead& day : product.item->future.rows) {
    const auto date = day.date.value();
    if (!date) {
      return bad_date(day.date, product.place + pointer_to("future", future.size(), "date"));
    }
    future.push_back({*date});
  }
  return std::nullopt;
}

// Daily total of all products, the large ones damped so that no best seller speaks for all; the
// yearly pattern of young products is learnt from it. Products that cannot be read are left out.
forecast_pipeline::DailySeries total_of(const std::vector<Product>& products) {
  const Date earliest = date_from({1900, 1, 1}), latest = date_from({2200, 12, 31});
  std::map<Date, ExactSum> total;
  for (const Product& product : products) {
    ForecastAsked asked;
    if (read_history(product, asked)) continue;
    double sum = 0;
    Date first = asked.observations.front().date, last = first;
    for (const auto& [date, value] : asked.observations) {
      sum += value;
      first = std::min(first, date);
      last = std::max(last, date);
    }
    const double days = last - first + 1.0;
    if (!(sum > 0) || first < earliest || last > latest || days > kMostHistoryDays) continue;
    const double weight = std::sqrt(days / sum);
    for (const auto& [date, value] : asked.observations) total[date].add(weight * value);
  }
  std::vector<forecast_pipeline::Observation> days;
  days.reserve(total.size());
  for (const auto& [date, sum] : total) days.push_back({date, sum.value()});
  return forecast_pipeline::assemble(days).series;
}

Result<ForecastPlan> plan_product(const Product& product, const Request& request,
                                  const forecast_pipeline::DailySeries* pool, Context& context) {
  ForecastAsked asked;
  std::vector<FutureDay> future;
  if (auto error = read_history(product, asked)) return *std::move(error);
  if (auto error = read_future(product, future)) return *std::move(error);
  asked.pool = pool;
  asked.one_of_many = true;
  asked.quantity = Quantity::units;
  if (product.item != nullptr) {
    asked.own = &product.item->data.features;
    asked.future = &future;
    asked.future_own = &product.item->future.features;
  }
  asked.rows = product.places;
  asked.months = request.forecast_period;
  asked.country = request.country;
  asked.seed = request.seed;
  return plan_forecast(asked, product.place, context);
}

// The first fault and its place as it was sent.
std::string words_of(const Error& error, const Context& context) {
  if (error.faults.empty()) return error.detail;
  const Fault& fault = error.faults.front();
  return schema::pointer_as_sent(fault.pointer, context.column_lists) + ": " + fault.detail;
}

ProductForecast forecast_product(const Product& product, const Request& request,
                                 const forecast_pipeline::DailySeries* pool, Context& context) {
  const auto plan = plan_product(product, request, pool, context);
  if (!plan) {
    ProductForecast failed;
    failed.product_code = product.code;
    failed.error = words_of(plan.error(), context);
    return failed;
  }
  return product_forecast(
      product.code,
      report_forecast(*plan, Quantity::units, {request.daily, false, false, request.lang}));
}

// The first warning of each item; of `data` one for all, where every product that could be read
// has it, since a single slow product says nothing about the rows.
void pass_on(const Request& request, const std::vector<std::vector<Warning>>& warnings,
             const std::vector<ProductForecast>& forecasts, Context& context) {
  const auto warn = [&context](const Warning& w) { context.warn(w.code, w.detail, w.pointer); };
  if (!request.items.empty()) {
    for (const auto& of_item : warnings) {
      if (!of_item.empty()) warn(of_item.front());
    }
    return;
  }
  const Warning* of_all = nullptr;
  for (std::size_t p = 0; p < warnings.size(); ++p) {
    if (forecasts[p].error) continue;
    if (warnings[p].empty()) return;
    of_all = &warnings[p].front();
  }
  if (of_all != nullptr) warn(*of_all);
}

Result<Response> compute(const Request& request, Context& context) {
  const Stopwatch watch;
  if (request.data.empty() == request.items.empty()) {
    return invalid(request.data.empty() ? "" : "/items", "one_of",
                   "Send either data or items, with at least one entry.");
  }
  const Products grouped = products_of(request);
  const std::vector<Product>& products = grouped.list;
  const std::uint64_t most = context.limit(kMostProducts);
  if (products.size() > most) {
    return invalid("/data", "too_many_items",
                   "Rows of " + std::to_string(products.size()) + " products; at most " +
                       std::to_string(most) + " are forecast in one request.");
  }
  Response response;
  response.forecast_period = request.forecast_period;
  response.forecasts.resize(products.size());
  const auto total = total_of(products);
  const auto* pool = products.size() >= kFewestForPool ? &total : nullptr;
  std::vector<std::vector<Warning>> warnings(products.size());
  if (context.steps != nullptr) context.steps->expect(products.size());
  parallel_for(context.threads, products.size(), [&](std::size_t p) {
    if (context.cancelled()) return;
    Context own;
    own.cancellation = context.cancellation;
    own.limits = context.limits;
    own.column_lists = context.column_lists;
    response.forecasts[p] = forecast_product(products[p], request, pool, own);
    warnings[p] = std::move(own.warnings);
    if (context.steps != nullptr) context.steps->finish_one();
  });
  pass_on(request, warnings, response.forecasts, context);
  if (total.size() > 0) {
    const auto months = forecast_pipeline::months_after(
        total.day(total.size() - 1), static_cast<std::size_t>(request.forecast_period));
    warn_of_unseen_months(total, months, context);
  }
  response.execution_time_seconds = watch.seconds();
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "forecast_units_asyncio",
       .group = "forecast",
       .title = "Unit forecasts of many products",
       .description =
           "forecast_units for many products in one request, computed side by side: one entry in "
           "`forecasts` for each product, in the order in which the request first names it. A "
           "product that cannot be forecast gets an `error` that says what is wrong, and spoils no "
           "other.\n\n"
           "Send `items` where products have columns of their own (a price, a promotion), with "
           "`future` rows for the days ahead of which they are known; rows in `data` carry the "
           "quantity only. The products' common yearly pattern helps those that "
           "are younger than a year (from five products on). Prophet and TBATS, which take "
           "longest, do not take part here.",
       .cost = "one fit a product, model and window",
       .since = "0.1",
       .limits = {kMostProducts}});
}

}  // namespace clientele::endpoints::forecast_units_asyncio
