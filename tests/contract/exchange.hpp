// Calls of endpoints in process, every reply held against the declared schema.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/model_store.hpp"
#include "catalog/catalog.hpp"
#include "json.hpp"

namespace clientele::contract {

struct Reply {
  std::optional<Error> error;
  std::string text;  // of the answer
  Json json;
  std::vector<Warning> warnings;
};

// Runs the endpoint at a fixed day and time. An answer that is no JSON or breaks the declared
// schema of the response is a test failure.
Reply call(const catalog::Entry& entry, std::string_view request, std::size_t threads = 1,
           const Limits* limits = nullptr, ModelStore* models = nullptr,
           Cancellation* cancellation = nullptr);

// Why the request breaks its declared schema; "" if it does not.
std::string request_violation(const catalog::Entry& entry, const Json& request,
                              const Limits* limits = nullptr);

// The faults of an error, a line each.
std::string words_of(const Error& error);

// Tests of one endpoint each, over the whole catalog.
class EachEndpoint : public testing::TestWithParam<const catalog::Entry*> {
 protected:
  const catalog::Entry& entry() const { return *GetParam(); }
};

std::vector<const catalog::Entry*> all_entries();
std::string name_of(const testing::TestParamInfo<const catalog::Entry*>& info);

}  // namespace clientele::contract
