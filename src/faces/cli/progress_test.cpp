#include "faces/cli/progress.hpp"

#include <gtest/gtest.h>

#include "base/context.hpp"
#include "catalog/catalog.hpp"
#include "schema/read.hpp"

namespace clientele::cli {
namespace {

TEST(Progress, NamesTheStepsWhereTheWorkHasSome) {
  Steps steps;
  EXPECT_EQ(progress_line("computing nps", steps, 2), "computing nps … 2 s");
  steps.expect(1000);
  steps.finish_one();
  EXPECT_EQ(progress_line("computing nps", steps, 3), "computing nps … 1 of 1000, 3 s");
}

TEST(Progress, ForecastsOfManyProductsCountTheirProducts) {
  std::string body = R"({"forecast_period": 1, "data": [)";
  for (const char* product : {"A", "B", "C"}) {
    body += std::string(body.back() == '[' ? "" : ",") + R"({"product_code": ")" + product +
            R"(", "date": "2025-01-01", "sales_quantity": 2})";
  }
  const schema::PaddedString padded(body + "]}");
  schema::ReadInput input;
  input.body = padded.view();
  Steps steps;
  Context context;
  context.steps = &steps;
  const schema::Endpoint& endpoint = catalog::find("forecast_units_asyncio")->endpoint;
  ASSERT_TRUE(endpoint.run(endpoint, input, context));
  EXPECT_EQ(steps.done(), 3u);
  EXPECT_EQ(steps.total(), 3u);
}

}  // namespace
}  // namespace clientele::cli
