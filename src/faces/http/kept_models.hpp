// Answers about the models that a tenant keeps.
#pragma once

#include <string_view>

#include "base/model_store.hpp"
#include "faces/http/reply.hpp"

namespace clientele::http {

// {"models": [{"id", "kind", "key", "version", "trained_at", "expires_at", "size_bytes"}]}.
Reply kept_models_reply(ModelStore& models, std::string_view request_id);

// 204 once the model is gone; the problem if there is none of that id.
Reply removed_model_reply(ModelStore& models, std::string_view id, std::string_view request_id);

}  // namespace clientele::http
