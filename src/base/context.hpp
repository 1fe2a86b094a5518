// What a computation may know beside its request.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/date.hpp"
#include "base/steps.hpp"

namespace clientele {

class ModelStore;  // base/model_store.hpp

// A remark for the caller beside a valid answer; `pointer` may be empty.
struct Warning {
  std::string code;
  std::string detail;
  std::string pointer;
};

// A limit that an installation can change: declared with a name and a default where it is enforced.
struct Limit {
  std::string_view name;
  std::uint64_t value;
};

// Configured values of named limits; a name without an entry keeps its declared default.
class Limits {
 public:
  void set(std::string name, std::uint64_t value) { values_[std::move(name)] = value; }
  std::uint64_t of(const Limit& limit) const {
    const auto found = values_.find(limit.name);
    return found == values_.end() ? limit.value : found->second;
  }

 private:
  std::map<std::string, std::uint64_t, std::less<>> values_;
};

class Rewriter;

struct Context {
  std::string tenant;        // "" on the command line
  Date today;                // used where the request gives no date of its own
  std::string generated_at;  // RFC 3339, UTC; the only clock value an answer may show
  std::size_t threads = 1;   // thread budget of this request
  const Limits* limits = nullptr;
  Cancellation* cancellation = nullptr;
  Steps* steps = nullptr;              // told of progress; null where nobody looks
  ModelStore* models = nullptr;        // the tenant's kept models; null where nothing is kept
  const Rewriter* rewriter = nullptr;  // null: texts stay as they are computed
  std::map<std::string, std::string, std::less<>> parameters;  // declared query parameters, headers
  std::vector<std::string> column_lists;  // of the request: ReadNotes in schema/read.hpp
  std::vector<Warning> warnings;

  bool cancelled() const { return cancellation != nullptr && cancellation->requested(); }
  std::uint64_t limit(const Limit& limit) const {
    return limits == nullptr ? limit.value : limits->of(limit);
  }
  void warn(std::string code, std::string detail, std::string pointer = {}) {
    warnings.push_back({std::move(code), std::move(detail), std::move(pointer)});
  }
};

}  // namespace clientele
