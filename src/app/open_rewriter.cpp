#include "app/open_rewriter.hpp"

#include <fstream>

#include "remote/chat_rewriter.hpp"

namespace clientele::app {

Result<std::unique_ptr<Rewriter>> open_rewriter(const Config::Report& config) {
  if (config.llm_url.empty()) return std::unique_ptr<Rewriter>();
  if (config.llm_model.empty()) {
    Error error = invalid("report.llm_model", "missing",
                          "report.llm_model must be set where report.llm_url is");
    error.kind = ErrorKind::bad_configuration;
    return error;
  }
  std::string key = config.llm_key;
  if (key.empty() && !config.llm_key_file.empty()) {
    std::ifstream file(config.llm_key_file);
    if (!std::getline(file, key) || key.empty()) {
      return Error{.kind = ErrorKind::file_error,
                   .detail = "the key file of report.llm_key_file cannot be read",
                   .faults = {}};
    }
    while (!key.empty() && (key.back() == '\r' || key.back() == ' ')) key.pop_back();
  }
  return std::unique_ptr<Rewriter>(std::make_unique<remote::ChatRewriter>(
      remote::ChatEndpoint{config.llm_url, config.llm_model, std::move(key), config.llm_seconds}));
}

}  // namespace clientele::app
