// A member that no field names.
#include "schema/describe.hpp"

namespace clientele::schema {

struct Order {
  Date date;
  double amount = 0;
};

Object describe(For<Order>) { return object<Order>("An order.", field<&Order::date>("Its day.")); }

}  // namespace clientele::schema
