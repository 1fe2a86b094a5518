// cross_sell_matrix: how strongly items or categories are bought together.
#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <string>

#include "base/dictionary.hpp"
#include "base/number_text.hpp"
#include "base/pointer.hpp"
#include "models/basket/affinity_matrix.hpp"
#include "models/basket/co_occurrence.hpp"
#include "schema/endpoint.hpp"

namespace clientele::endpoints::cross_sell_matrix {
namespace {

using basket::AffinityMatrix;
using basket::CoOccurrence;
using schema::field;
using schema::JsonWriter;

constexpr int kValueDigits = 4;
constexpr Limit kMostOrders{"cross_sell_orders", 1'000'000};
constexpr Limit kMostItems{"cross_sell_items", 5'000};  // sides of a dense matrix

enum class Level { item, category };
constexpr auto choices(schema::For<Level>) {
  return std::array<std::string_view, 2>{"item", "category"};
}
enum class Metric { confidence, lift, jaccard };
constexpr auto choices(schema::For<Metric>) {
  return std::array<std::string_view, 3>{"confidence", "lift", "jaccard"};
}
constexpr std::array<std::string_view, 3> kMetricTexts{
    "orders_with_i_and_j / orders_with_i",
    "orders_with_i_and_j * orders / (orders_with_i * orders_with_j)",
    "orders_with_i_and_j / orders_with_i_or_j"};
constexpr std::string_view kMeanConfidence =
    "(orders_with_i_and_j / orders_with_i + orders_with_i_and_j / orders_with_j) / 2";
constexpr std::array kMeasures{basket::Measure::confidence, basket::Measure::lift,
                               basket::Measure::jaccard};
enum class Ordering { id, support };
constexpr auto choices(schema::For<Ordering>) {
  return std::array<std::string_view, 2>{"id", "support"};
}
enum class Format { dense, sparse };
constexpr auto choices(schema::For<Format>) {
  return std::array<std::string_view, 2>{"dense", "sparse"};
}

struct Order {
  std::string_view customer_id;
  std::vector<std::string_view> items;
  std::optional<Date> date;
};
schema::Object describe(schema::For<Order>) {
  return schema::object<Order>("An order.", field<&Order::customer_id>("Who bought.").not_empty(),
                               field<&Order::items>("Items of the order; repeats count once.")
                                   .not_empty()
                                   .at_most_items({"items_per_order", 100'000}),
                               field<&Order::date>("Day of the order; needed for time_range."));
}

struct CatalogItem {
  std::string_view item_id;
  std::string_view category;
};
schema::Object describe(schema::For<CatalogItem>) {
  return schema::object<CatalogItem>("An item's category.",
                                     field<&CatalogItem::item_id>("The item.").not_empty(),
                                     field<&CatalogItem::category>("Its category.").not_empty());
}

struct TimeRange {
  std::optional<Date> start;
  std::optional<Date> end;
};
schema::Object describe(schema::For<TimeRange>) {
  return schema::object<TimeRange>("Days, both included.",
                                   field<&TimeRange::start>("First day; open when absent."),
                                   field<&TimeRange::end>("Last day; open when absent."));
}

struct Request {
  Level level = Level::item;
  std::optional<std::string_view> customer_id;
  std::vector<Order> transactions;
  std::vector<CatalogItem> item_catalog;
  Metric metric = Metric::confidence;
  std::int32_t min_support = 1;
  bool symmetric = false;
  std::optional<TimeRange> time_range;
  Ordering order = Ordering::id;
  std::int32_t top_n = 0;
  Format format = Format::dense;
  double min_value = 0;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Orders and what to measure on them.",
      field<&R::level>("Rows and columns of the matrix.").or_default(),
      field<&R::customer_id>("Counts the orders of this customer only."),
      field<&R::transactions>("One row an order.").at_least_items(1).at_most_items(kMostOrders),
      field<&R::item_catalog>("Category of every item; required for level category.")
          .or_default()
          .at_most_items({"catalog_items", 1'000'000})
          .unique_by("item_id"),
      field<&R::metric>("Measure of a pair (i, j).").or_default(),
      field<&R::min_support>("Leaves out items or categories in fewer orders.")
          .or_default()
          .at_least(1),
      field<&R::symmetric>("Averages the values of (i, j) and (j, i).").or_default(),
      field<&R::time_range>("Counts orders of these days only."),
      field<&R::order>("Rows and columns by id, or by descending support.").or_default(),
      field<&R::top_n>("Adds a list of the strongest pairs.").or_default().between(0, 10'000),
      field<&R::format>("dense: the whole matrix; sparse: rows of [i, j, value].").or_default(),
      field<&R::min_value>("Sparse form: leaves out smaller values.").or_default().at_least(0));
}

struct Pair {
  std::string_view i;
  std::string_view j;
  double value = 0;
  std::uint32_t orders_with_i_and_j = 0;
  std::uint32_t orders_with_i = 0;
  std::uint32_t orders_with_j = 0;
};
schema::Object describe(schema::For<Pair>) {
  using P = Pair;
  return schema::object<P>("A pair.", field<&P::i>("Row."), field<&P::j>("Column."),
                           field<&P::value>("The metric.").digits(kValueDigits),
                           field<&P::orders_with_i_and_j>("Orders with both."),
                           field<&P::orders_with_i>("Orders with i."),
                           field<&P::orders_with_j>("Orders with j."));
}

struct Response {
  std::vector<std::string_view> items_or_categories;
  std::optional<schema::Streamed<std::vector<std::vector<double>>>> matrix;
  std::optional<schema::Streamed<std::vector<std::array<double, 3>>>> cells;
  std::optional<std::vector<Pair>> pairs;
  std::string_view metric;
  std::uint32_t orders = 0;
  std::string generated_at;
};
schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>(
      "The matrix.", field<&R::items_or_categories>("What rows and columns stand for."),
      field<&R::matrix>("Value of row i and column j, rounded to 4 digits (dense form)."),
      field<&R::cells>("Rows of [i, j, value], indexes from 0, off the diagonal (sparse form)."),
      field<&R::pairs>("The strongest pairs; ties by more common orders, then by row and column."),
      field<&R::metric>("Formula of the metric."), field<&R::orders>("Orders that were counted."),
      field<&R::generated_at>("When this was computed (UTC)."));
}

// The orders that count, as codes.
struct Coded {
  Dictionary items;
  std::vector<std::uint32_t> offsets{0};
  std::vector<std::uint32_t> lines;
  Dictionary categories;
  std::vector<std::uint32_t> category_of_item;  // level category only

  basket::Orders orders() const {
    return {.offsets = offsets,
            .items = lines,
            .item_count = items.size(),
            .group_of = category_of_item,
            .group_count = categories.size()};
  }
  std::string_view name(std::uint32_t code) const {
    return category_of_item.empty() ? items.text(code) : categories.text(code);
  }
};

void check_dates(const Request& request, Faults& faults) {
  if (!request.time_range) return;
  const auto& [start, end] = *request.time_range;
  if (start && end && *end < *start) {
    faults.add("/time_range/end", "out_of_range", "Must not be before start.");
  }
  for (std::size_t i = 0; i < request.transactions.size(); ++i) {
    if (request.transactions[i].date) continue;
    if (faults.full()) {
      faults.count_only();
    } else {
      faults.add(pointer_to("transactions", i, "date"), "required",
                 "Required: time_range needs the day of every order.");
    }
  }
}

bool counts(const Order& order, const Request& request) {
  if (request.customer_id && order.customer_id != *request.customer_id) return false;
  if (!request.time_range) return true;
  const auto& [start, end] = *request.time_range;
  return (!start || *order.date >= *start) && (!end || *order.date <= *end);
}

Coded code_orders(const Request& request) {
  Coded coded;
  for (const Order& order : request.transactions) {
    if (!counts(order, request)) continue;
    for (const std::string_view item : order.items) coded.lines.push_back(coded.items.code(item));
    coded.offsets.push_back(static_cast<std::uint32_t>(coded.lines.size()));
  }
  return coded;
}

// The category of every item that was bought; faults at each line whose item the catalog lacks.
void code_categories(const Request& request, Coded& coded, Faults& faults) {
  if (request.item_catalog.empty()) {
    faults.add("/item_catalog", "required",
               "Required: level category needs every item's category.");
    return;
  }
  constexpr std::uint32_t kNone = 0xFFFFFFFF;
  coded.category_of_item.assign(coded.items.size(), kNone);
  for (const CatalogItem& item : request.item_catalog) {
    const auto code = coded.items.find(item.item_id);
    if (code) coded.category_of_item[*code] = coded.categories.code(item.category);
  }
  for (std::size_t i = 0; i < request.transactions.size() && !faults.full(); ++i) {
    const Order& order = request.transactions[i];
    if (!counts(order, request)) continue;
    for (std::size_t j = 0; j < order.items.size(); ++j) {
      if (coded.category_of_item[*coded.items.find(order.items[j])] != kNone) continue;
      faults.add(pointer_to("transactions", i, "items", j), "unknown_item",
                 "'" + std::string(order.items[j].substr(0, 80)) + "' is not in item_catalog.");
    }
  }
}

// Codes of the kept rows in the order that was asked for.
std::vector<std::uint32_t> row_codes(const CoOccurrence& pairs, const Coded& coded,
                                     Ordering ordering) {
  std::vector<std::uint32_t> codes(pairs.kept());
  for (std::uint32_t rank = 0; rank < pairs.kept(); ++rank) codes[rank] = pairs.code_of(rank);
  std::sort(codes.begin(), codes.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (ordering == Ordering::support && pairs.support(a) != pairs.support(b)) {
      return pairs.support(a) > pairs.support(b);
    }
    return coded.name(a) < coded.name(b);
  });
  return codes;
}

// What the streamed parts of the answer are written from.
struct Counted {
  explicit Counted(CoOccurrence counted) : pairs(std::move(counted)) {}
  CoOccurrence pairs;
  std::vector<std::uint32_t> codes;
  std::optional<AffinityMatrix> matrix;
};

void write_dense(const Counted& counted, JsonWriter& writer) {
  std::vector<double> row(counted.matrix->size());
  writer.begin_list();
  for (std::size_t i = 0; i < row.size() && !writer.stopped(); ++i) {
    counted.matrix->fill_row(i, row);
    writer.begin_list();
    for (const double value : row) writer.rounded(value, kValueDigits);
    writer.end_list();
  }
  writer.end_list();
}

void write_sparse(const Counted& counted, double min_value, JsonWriter& writer) {
  std::vector<AffinityMatrix::Cell> cells;
  writer.begin_list();
  for (std::size_t i = 0; i < counted.matrix->size() && !writer.stopped(); ++i) {
    counted.matrix->sparse_row(i, min_value, cells);
    for (const AffinityMatrix::Cell& cell : cells) {
      writer.begin_list();
      writer.integer(static_cast<std::int64_t>(i));
      writer.integer(cell.column);
      writer.rounded(cell.value, kValueDigits);
      writer.end_list();
    }
  }
  writer.end_list();
}

std::vector<Pair> strongest_pairs(const Counted& counted, const Coded& coded, std::size_t n) {
  std::vector<Pair> pairs;
  for (const AffinityMatrix::Pair& pair : counted.matrix->top_pairs(n)) {
    const std::uint32_t i = counted.matrix->code_of(pair.row);
    const std::uint32_t j = counted.matrix->code_of(pair.column);
    pairs.push_back({coded.name(i), coded.name(j), pair.value, pair.together,
                     counted.pairs.support(i), counted.pairs.support(j)});
  }
  return pairs;
}

// A lift of 50 from one common order is chance; the list says so rather than hide it.
void warn_of_rare(const std::vector<Pair>& pairs, Context& context) {
  constexpr std::int64_t kFewOrders = 5;
  const auto rare = std::count_if(pairs.begin(), pairs.end(), [](const Pair& pair) {
    return pair.orders_with_i_and_j < kFewOrders;
  });
  if (rare == 0) return;
  context.warn("rare_pairs",
               std::to_string(rare) + " of the " + std::to_string(pairs.size()) +
                   " listed pairs rest on fewer than " + std::to_string(kFewOrders) +
                   " common orders and may be chance; min_support leaves rare items out.",
               "/min_support");
}

Result<Response> respond(const Request& request, const Coded& coded,
                         const std::shared_ptr<Counted>& counted, Context& context) {
  if (request.format == Format::dense && counted->pairs.kept() > context.limit(kMostItems)) {
    return invalid("/transactions", "too_many_items",
                   std::to_string(counted->pairs.kept()) +
                       " items make a dense matrix of more than " +
                       std::to_string(context.limit(kMostItems)) +
                       " rows; raise min_support or ask for format sparse.");
  }
  const auto metric = static_cast<std::size_t>(request.metric);
  counted->codes = row_codes(counted->pairs, coded, request.order);
  counted->matrix.emplace(counted->pairs, basket::AffinityOptions{.measure = kMeasures[metric],
                                                                  .is_symmetric = request.symmetric,
                                                                  .order = counted->codes});
  Response response;
  for (const std::uint32_t code : counted->codes) {
    response.items_or_categories.push_back(coded.name(code));
  }
  if (request.format == Format::dense) {
    response.matrix.emplace().write = [counted](JsonWriter& writer) {
      write_dense(*counted, writer);
    };
  } else {
    response.cells.emplace().write = [counted, least = request.min_value](JsonWriter& writer) {
      write_sparse(*counted, least, writer);
    };
  }
  if (request.top_n > 0) {
    response.pairs = strongest_pairs(*counted, coded, static_cast<std::size_t>(request.top_n));
    warn_of_rare(*response.pairs, context);
  }
  const bool is_mean = request.symmetric && request.metric == Metric::confidence;
  response.metric = is_mean ? kMeanConfidence : kMetricTexts[metric];
  response.orders = counted->pairs.orders();
  response.generated_at = context.generated_at;
  return response;
}

Result<Response> compute(const Request& request, Context& context) {
  Faults faults;
  check_dates(request, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  Coded coded = code_orders(request);
  if (request.level == Level::category) code_categories(request, coded, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  if (coded.orders().size() == 0) {
    context.warn("no_orders", "No order is left for this customer and time range.");
  }
  auto pairs = basket::count_pairs(coded.orders(),
                                   {.min_support = static_cast<std::uint32_t>(request.min_support),
                                    .threads = context.threads,
                                    .cancellation = context.cancellation});
  if (!pairs) return std::move(pairs).error();
  return respond(request, coded, std::make_shared<Counted>(std::move(pairs).value()), context);
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "cross_sell_matrix",
       .group = "recommend",
       .title = "What is bought together",
       .description =
           "A square matrix of confidence, lift or Jaccard similarity between items, or between "
           "the "
           "categories of items, counted over orders. Repeats inside an order count once.\n\n"
           "confidence(i, j) = orders with both / orders with i; lift divides that by the share of "
           "orders with j (above 1: together more often than by chance); on the diagonal "
           "confidence "
           "and Jaccard are 1 and lift is orders / orders with i. Rare pairs give extreme lifts: "
           "set "
           "`min_support`. Big catalogues: `format: \"sparse\"` with `min_value`, or `top_n`.",
       .cost = "O(sum of squared order sizes + rows x columns)",
       .since = "0.1",
       .limits = {kMostItems}});
}

}  // namespace clientele::endpoints::cross_sell_matrix
