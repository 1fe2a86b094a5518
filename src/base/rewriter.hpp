// Somebody outside the program who may put computed texts into other words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"

namespace clientele {

struct NamedText {
  std::string name;
  std::string text;
};

class Rewriter {
 public:
  virtual ~Rewriter() = default;
  // Other wordings of `texts` in the language of that English name; any may be missing. They are
  // not to be trusted. Errors say what failed, without addresses and secrets. Thread-safe.
  virtual Result<std::vector<NamedText>> rewrite(std::string_view language,
                                                 const std::vector<NamedText>& texts,
                                                 const Cancellation* cancellation) const = 0;
};

}  // namespace clientele
