// Damaged requests give an answer or invalid_input, requests whose time is over no answer.
#include <algorithm>

#include "base/rng.hpp"
#include "exchange.hpp"

namespace clientele::contract {
namespace {

constexpr std::size_t kCuts = 150;
constexpr std::size_t kMutations = 150;  // of an endpoint

class DamagedRequests : public EachEndpoint {
 protected:
  void expect_answer_or_refusal(const std::string& text) const {
    const Reply reply = call(entry(), text);
    if (!reply.error) return;
    EXPECT_EQ(reply.error->kind, ErrorKind::invalid_input)
        << words_of(*reply.error) << "\n for " << text.substr(0, 1000);
    EXPECT_FALSE(reply.error->faults.empty()) << text.substr(0, 1000);
  }
};
INSTANTIATE_TEST_SUITE_P(Catalog, DamagedRequests, testing::ValuesIn(all_entries()), name_of);

class LateRequests : public EachEndpoint {};
INSTANTIATE_TEST_SUITE_P(Catalog, LateRequests, testing::ValuesIn(all_entries()), name_of);

TEST_P(LateRequests, GiveNoAnswer) {
  for (const catalog::Example& example : entry().examples) {
    Cancellation over;
    over.cancel();
    const Reply reply = call(entry(), example.request, 2, nullptr, nullptr, &over);
    ASSERT_TRUE(reply.error) << reply.text.substr(0, 500);
    EXPECT_EQ(reply.error->kind, ErrorKind::deadline_exceeded) << words_of(*reply.error);
  }
}

TEST_P(DamagedRequests, CutOffAreMalformed) {
  for (const catalog::Example& example : entry().examples) {
    const std::string_view whole = example.request.substr(0, example.request.rfind('}') + 1);
    const std::size_t stride = std::max<std::size_t>(1, whole.size() / kCuts);
    for (std::size_t size = 0; size < whole.size(); size += stride) {
      const Reply reply = call(entry(), whole.substr(0, size));
      ASSERT_TRUE(reply.error) << whole.substr(0, size);
      EXPECT_EQ(reply.error->kind, ErrorKind::invalid_input);
      ASSERT_EQ(reply.error->faults.size(), 1u) << words_of(*reply.error);
      EXPECT_EQ(reply.error->faults.front().code, "malformed_json") << words_of(*reply.error);
    }
  }
}

TEST_P(DamagedRequests, WithSomethingLeftOverOrBadBytesAreMalformed) {
  const std::string whole(entry().examples.front().request);
  for (const std::string& text : {whole + "{}", whole + " x", whole + "]", std::string("{"),
                                  std::string("\xff\xfe{}"), "{\"\xc3\x28\": 1, " + whole}) {
    const Reply reply = call(entry(), text);
    ASSERT_TRUE(reply.error) << text;
    ASSERT_EQ(reply.error->faults.size(), 1u) << words_of(*reply.error);
    EXPECT_EQ(reply.error->faults.front().code, "malformed_json") << words_of(*reply.error);
  }
}

// The object's text with one of its keys sent a second time.
std::string with_twice(const Json& object, const std::string& key) {
  std::string text = text_of(object);
  text.pop_back();
  return text + "," + text_of(key) + ":" + text_of(object.at(key)) + "}";
}

// The request with a key of the first of the objects in list `name` sent a second time.
std::string with_twice_in_row(Json request, const std::string& name, const std::string& key) {
  const std::string row = with_twice(request.at(name)[0], key);
  request[name][0] = "THE ROW";
  std::string text = text_of(request);
  const std::string_view mark = "\"THE ROW\"";
  return text.replace(text.find(mark), mark.size(), row);
}

TEST_P(DamagedRequests, WithAKeyTwiceAreRefused) {
  const auto expect_refusal = [this](const std::string& text) {
    const Reply reply = call(entry(), text);
    ASSERT_TRUE(reply.error) << text.substr(0, 1000);
    const auto& faults = reply.error->faults;
    EXPECT_TRUE(std::any_of(faults.begin(), faults.end(), [](const Fault& fault) {
      return fault.code == "duplicate_key";
    })) << words_of(*reply.error);
  };
  for (const catalog::Example& example : entry().examples) {
    const Json request = parse_json(example.request);
    for (const auto& [name, value] : request.items()) {
      expect_refusal(with_twice(request, name));
      if (!value.is_array() || value.empty() || !value[0].is_object()) continue;
      for (const auto& [key, cell] : value[0].items()) {
        expect_refusal(with_twice_in_row(request, name, key));
      }
    }
  }
}

// The same customer, day, amount or label in every row.
TEST_P(DamagedRequests, WithOneValueInAColumnGiveAnAnswerOrARefusal) {
  for (const catalog::Example& example : entry().examples) {
    const Json request = parse_json(example.request);
    for (const auto& [name, rows] : request.items()) {
      if (!rows.is_array() || rows.empty() || !rows[0].is_object()) continue;
      for (const auto& [key, value] : rows[0].items()) {
        Json changed = request;
        for (Json& row : changed[name]) row[key] = value;
        expect_answer_or_refusal(text_of(changed));
      }
    }
  }
}

// What is left of a list: its first rows only, or the first in the place of all.
TEST_P(DamagedRequests, OfFewOrEqualRowsGiveAnAnswerOrARefusal) {
  constexpr std::size_t kMostAlike = 40;
  for (const catalog::Example& example : entry().examples) {
    const Json request = parse_json(example.request);
    for (const auto& [name, rows] : request.items()) {
      if (!rows.is_array() || rows.empty()) continue;
      Json changed = request;
      for (const std::size_t left : {0, 1, 2, 3}) {
        changed[name] = Json(rows.begin(), rows.begin() + std::min(left, rows.size()));
        expect_answer_or_refusal(text_of(changed));
      }
      changed[name] = std::vector<Json>(std::min(kMostAlike, rows.size()), rows[0]);
      expect_answer_or_refusal(text_of(changed));
    }
  }
}

TEST_P(DamagedRequests, OfAnotherShapeAreRefused) {
  for (const std::string text : {"[]", "null", "3", "\"text\"", "true", "{}"}) {
    EXPECT_TRUE(call(entry(), text).error) << text;
    expect_answer_or_refusal(text);
  }
  expect_answer_or_refusal(std::string(100'000, '['));
  std::string deep = R"({"surely_not_declared": )";
  for (int i = 0; i < 50'000; ++i) deep += R"({"a":)";
  expect_answer_or_refusal(deep);
}

TEST_P(DamagedRequests, WithOneOtherByteGiveAnAnswerOrARefusal) {
  constexpr std::string_view kTelling = "\"{}[],:0123456789-+.eE\\ntrufalse \x01\x7f\x80\xff";
  Rng rng(20250630);
  for (const catalog::Example& example : entry().examples) {
    for (std::size_t i = 0; i < kMutations; i += entry().examples.size()) {
      std::string text(example.request);
      const std::size_t place = rng.below(text.size());
      switch (rng.below(4)) {
        case 0:
          text.erase(place, 1);
          break;
        case 1:
          text.insert(place, 1, kTelling[rng.below(kTelling.size())]);
          break;
        case 2:
          text[place] = static_cast<char>(rng.below(256));
          break;
        default:
          text[place] = kTelling[rng.below(kTelling.size())];
      }
      expect_answer_or_refusal(text);
    }
  }
}

}  // namespace
}  // namespace clientele::contract
