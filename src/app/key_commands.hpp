// `clientele key create|list|rotate|revoke`.
#pragma once

#include <array>
#include <iosfwd>
#include <string>
#include <string_view>

#include "app/config/config.hpp"

namespace clientele::app {

struct KeyArguments {
  std::string tenant;
  std::string id;
};

struct KeyAction {
  std::string_view name;
  std::string_view summary;
  bool needs_tenant;
  bool needs_id;
  int (*run)(const Config& config, const KeyArguments& arguments, std::ostream& out,
             std::ostream& err);
};

// A secret is shown once, by create and rotate, on standard output.
int create_key(const Config&, const KeyArguments&, std::ostream& out, std::ostream& err);
int list_keys(const Config&, const KeyArguments&, std::ostream& out, std::ostream& err);
int rotate_key(const Config&, const KeyArguments&, std::ostream& out, std::ostream& err);
int revoke_key(const Config&, const KeyArguments&, std::ostream& out, std::ostream& err);

inline constexpr std::array kKeyActions{
    KeyAction{"create", "Make a key; its secret is shown once", true, false, create_key},
    KeyAction{"list", "List keys, of one tenant or of all", false, false, list_keys},
    KeyAction{"rotate", "Give a key a second secret; the old one works on for a while", true, true,
              rotate_key},
    KeyAction{"revoke", "End a key at once and for good", true, true, revoke_key}};

}  // namespace clientele::app
