// A complete declaration compiles.
#include "schema/describe.hpp"

namespace clientele::schema {

struct Order {
  Date date;
  double amount = 0;
};

Object describe(For<Order>) {
  return object<Order>("An order.", field<&Order::date>("Its day."),
                       field<&Order::amount>("Its value."));
}

}  // namespace clientele::schema
