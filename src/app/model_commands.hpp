// `clientele model list|remove`.
#pragma once

#include <array>
#include <iosfwd>
#include <string>
#include <string_view>

#include "app/config/config.hpp"

namespace clientele::app {

struct ModelArguments {
  std::string tenant;
  std::string id;
};

struct ModelAction {
  std::string_view name;
  std::string_view summary;
  bool needs_id;
  int (*run)(const Config& config, const ModelArguments& arguments, std::ostream& out,
             std::ostream& err);
};

int list_models(const Config&, const ModelArguments&, std::ostream& out, std::ostream& err);
int remove_model(const Config&, const ModelArguments&, std::ostream& out, std::ostream& err);

inline constexpr std::array kModelActions{
    ModelAction{"list", "List the fitted models that are kept for a tenant", false, list_models},
    ModelAction{"remove", "Forget a fitted model", true, remove_model}};

}  // namespace clientele::app
