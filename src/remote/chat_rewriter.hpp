// Rewriting by an OpenAI-compatible chat endpoint over HTTP.
#pragma once

#include <string>

#include "base/rewriter.hpp"

namespace clientele::remote {

struct ChatEndpoint {
  std::string url;  // with or without /chat/completions at its end
  std::string model;
  std::string key;  // "" = none
  double seconds = 20;
};

class ChatRewriter final : public Rewriter {
 public:
  explicit ChatRewriter(ChatEndpoint endpoint);
  // One request; the answer must be a JSON object of texts by name, as the prompt demands. At most
  // 1 MB is read, redirections are not followed. Errors: deadline_exceeded, internal.
  Result<std::vector<NamedText>> rewrite(std::string_view language,
                                         const std::vector<NamedText>& texts,
                                         const Cancellation* cancellation) const override;

 private:
  ChatEndpoint endpoint_;
};

}  // namespace clientele::remote
