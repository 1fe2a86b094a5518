// Counts the members of an aggregate at compile time, by how many initialisers it accepts.
// It is what proves that a field list names every member of its struct.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <utility>

namespace clientele::schema {
namespace detail {

struct Anything {
  template <typename T>
  [[noreturn]] operator T() const {  // only asked whether it would convert
    std::abort();
  }
};

template <typename T, std::size_t... Indexes>
constexpr bool takes(std::index_sequence<Indexes...>) {
  return requires { T{((void)Indexes, Anything{})...}; };
}

template <typename T, std::size_t Count = 0>
constexpr std::size_t count_members() {
  if constexpr (takes<T>(std::make_index_sequence<Count + 1>{})) {
    return count_members<T, Count + 1>();
  } else {
    return Count;
  }
}

}  // namespace detail

// Requires: T is an aggregate without base classes or array members of built-in type.
template <typename T>
inline constexpr std::size_t kMembers = detail::count_members<T>();

}  // namespace clientele::schema
