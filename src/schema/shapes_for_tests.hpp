// Very different requests: scalars, feature tables alone and in lists, nested lists.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "schema/describe.hpp"

namespace clientele::schema {

enum class Mode { fast, exact };
constexpr auto choices(For<Mode>) { return std::array<std::string_view, 2>{"fast", "exact"}; }

struct Scalars {
  std::int32_t bins = 5;
  double rate = 0.5;
  bool flag = false;
  Mode mode = Mode::fast;
  std::optional<Date> today;
  std::string_view name;
  OneOrMany<std::int32_t> horizons;
};
inline Object describe(For<Scalars>) {
  return object<Scalars>(
      "Scalars.", field<&Scalars::bins>("Buckets.").or_default().between(2, 10),
      field<&Scalars::rate>("Rate.").or_default().above(0).below(1),
      field<&Scalars::flag>("Flag.").or_default(), field<&Scalars::mode>("Mode.").or_default(),
      field<&Scalars::today>("Day."), field<&Scalars::name>("Name.").not_empty().at_most_bytes(8),
      field<&Scalars::horizons>("Months.").or_default().between(1, 60).header("X-Horizons"));
}

struct FlatRow {
  std::string_view customer_id;
  std::optional<bool> churned;
};
inline Object describe(For<FlatRow>) {
  return object<FlatRow>("Row.", field<&FlatRow::customer_id>("Customer."),
                         field<&FlatRow::churned>("Label."));
}
struct Flat {
  Table<FlatRow> data;
};
inline Object describe(For<Flat>) {
  return object<Flat>("Flat.", field<&Flat::data>("Rows.").at_most_items({"flat_rows", 4}));
}
struct DeepRow {
  std::string_view customer_id;
  FeatureRow features;
};
inline Object describe(For<DeepRow>) {
  return object<DeepRow>("Row.", field<&DeepRow::customer_id>("Customer."),
                         field<&DeepRow::features>("Own columns."));
}
struct Deep {
  Table<DeepRow> data;
};
inline Object describe(For<Deep>) {
  return object<Deep>("Deep.", field<&Deep::data>("Rows.").unique_by("customer_id"));
}

struct Shop {
  std::string_view name;
  Table<FlatRow> data;
};
inline Object describe(For<Shop>) {
  return object<Shop>("A shop.", field<&Shop::name>("Name."), field<&Shop::data>("Rows."));
}
struct Shops {
  std::vector<Shop> shops;
};
inline Object describe(For<Shops>) {
  return object<Shops>("Tables in a list.", field<&Shops::shops>("Shops."));
}

struct Order {
  Date date;
  double amount = 0;
};
inline Object describe(For<Order>) {
  return object<Order>("An order.", field<&Order::date>("Day of the order."),
                       field<&Order::amount>("Order value.").at_least(0));
}
struct Customer {
  std::string_view customer_id;
  std::vector<Order> transactions;
};
inline Object describe(For<Customer>) {
  return object<Customer>("A customer.", field<&Customer::customer_id>("Id.").not_empty(),
                          field<&Customer::transactions>("Orders.").at_least_items(1));
}
struct Nested {
  std::vector<Customer> customers;
  Map<double> weights;
  std::vector<std::array<double, 4>> rows;
  std::vector<double> prices;
};
inline Object describe(For<Nested>) {
  return object<Nested>(
      "Customers.", field<&Nested::customers>("Customers.").unique_by("customer_id"),
      field<&Nested::weights>("Weights.").or_default().at_least(0),
      field<&Nested::rows>("Rows.").or_default(),
      field<&Nested::prices>("Prices.").or_default().above(0).at_most_items({"prices", 3}));
}

struct DiaryDay {
  LenientDate date;
};
inline Object describe(For<DiaryDay>) {
  return object<DiaryDay>("A day.", field<&DiaryDay::date>("Day, if it is one.").or_default());
}
struct Diary {
  std::vector<DiaryDay> days;
};
inline Object describe(For<Diary>) { return object<Diary>("Diary.", field<&Diary::days>("Days.")); }

}  // namespace clientele::schema
