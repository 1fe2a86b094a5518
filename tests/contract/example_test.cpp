// Every example gives its committed answer, as rows and as columns, on any number of threads.
#include <algorithm>

#include "column_form.hpp"
#include "exchange.hpp"

namespace clientele::contract {
namespace {

class Examples : public EachEndpoint {};
INSTANTIATE_TEST_SUITE_P(Catalog, Examples, testing::ValuesIn(all_entries()), name_of);

TEST_P(Examples, GiveTheCommittedAnswer) {
  ASSERT_FALSE(entry().examples.empty()) << "an endpoint needs an example";
  for (const catalog::Example& example : entry().examples) {
    const Reply reply = call(entry(), example.request);
    ASSERT_FALSE(reply.error) << example.name << ": " << words_of(*reply.error);
    EXPECT_EQ(difference(parse_json(example.response), reply.json), "") << example.name;
  }
}

TEST_P(Examples, ConformToTheSchemaOfTheRequest) {
  for (const catalog::Example& example : entry().examples) {
    EXPECT_EQ(request_violation(entry(), parse_json(example.request)), "") << example.name;
  }
}

// Texts without the pointer into the request that they begin with: it names places as they were
// sent.
Json without_pointers(Json value) {
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    if (text.starts_with('/')) value = text.substr(std::min(text.find(": "), text.size()));
  }
  if (!value.is_structured()) return value;
  for (Json& inner : value) inner = without_pointers(std::move(inner));
  return value;
}

TEST_P(Examples, GiveTheSameAnswerAsColumns) {
  const auto outer = [](std::size_t depth) { return depth == 0; };
  const auto inner = [](std::size_t depth) { return depth > 0; };
  const auto all = [](std::size_t) { return true; };
  for (const catalog::Example& example : entry().examples) {
    const Json request = parse_json(example.request);
    const Reply rows = call(entry(), example.request);
    for (const auto& chosen :
         {std::function<bool(std::size_t)>(outer), std::function<bool(std::size_t)>(inner),
          std::function<bool(std::size_t)>(all)}) {
      const Json columns = in_columns(*entry().endpoint.request, request, chosen);
      const Reply reply = call(entry(), text_of(columns));
      ASSERT_FALSE(reply.error) << example.name << ": " << words_of(*reply.error);
      EXPECT_EQ(
          difference(without_pointers(rows.json), without_pointers(reply.json), {.relative = 0}),
          "")
          << example.name;
    }
  }
}

TEST_P(Examples, GiveTheSameBytesOnAnyNumberOfThreads) {
  for (const catalog::Example& example : entry().examples) {
    const Reply whole = call(entry(), example.request);
    const std::string first = text_of(without_clock(whole.json));
    const bool is_document = entry().endpoint.response->kind == schema::Kind::document;
    for (const std::size_t threads : {1U, 2U, 8U}) {
      const Reply again = call(entry(), example.request, threads);
      EXPECT_EQ(first, text_of(without_clock(again.json))) << example.name << ", " << threads;
      EXPECT_TRUE(!is_document || whole.text == again.text) << example.name << ", " << threads;
    }
  }
}

}  // namespace
}  // namespace clientele::contract
