// The run-time description (type.hpp) of each C++ type that requests and responses are made of.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/date.hpp"
#include "schema/type.hpp"
#include "schema/values.hpp"

namespace clientele::schema {

// Tag that finds `describe` and `choices` in the namespace of T.
template <typename T>
struct For {};

template <typename T>
const Type& type_of();

template <typename T>
const Object& object_of() {
  static const Object object = describe(For<T>{});
  return object;
}

namespace detail {

template <typename T>
inline constexpr bool kUnsupported = false;

template <typename T>
struct TypeOf {
  static Type make() {
    if constexpr (std::is_same_v<T, bool>) {
      return {.kind = Kind::boolean};
    } else if constexpr (std::is_same_v<T, double>) {
      return {.kind = Kind::number};
    } else if constexpr (std::is_same_v<T, Date>) {
      return {.kind = Kind::date};
    } else if constexpr (std::is_same_v<T, LenientDate>) {
      return lenient_date();
    } else if constexpr (std::is_same_v<T, FeatureRow>) {
      return {.kind = Kind::features};
    } else if constexpr (std::is_integral_v<T>) {
      return integer();
    } else if constexpr (std::is_enum_v<T>) {
      return choice();
    } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
      return string();
    } else if constexpr (requires { T::kMediaType; }) {
      Type type{.kind = Kind::document, .media_type = T::kMediaType};
      type.operations.load_string = &T::bytes_of;
      return type;
    } else {
      static_assert(std::is_aggregate_v<T>, "this type has no JSON form");
      return {.kind = Kind::object, .object = &object_of<T>};
    }
  }

 private:
  static Type integer() {
    Type type{.kind = Kind::integer};
    constexpr auto kExact = std::int64_t{1} << 53;  // what every JSON reader keeps
    using Bounds = std::numeric_limits<T>;
    type.smallest =
        std::is_signed_v<T> && sizeof(T) == 8 ? -kExact : static_cast<std::int64_t>(Bounds::min());
    type.largest = sizeof(T) == 8 ? kExact : static_cast<std::int64_t>(Bounds::max());
    type.operations.store_integer = [](void* value, std::int64_t integer) {
      *static_cast<T*>(value) = static_cast<T>(integer);
    };
    type.operations.load_integer = [](const void* value) {
      return static_cast<std::int64_t>(*static_cast<const T*>(value));
    };
    return type;
  }

  static Type choice() {
    static constexpr auto words = choices(For<T>{});
    Type type{.kind = Kind::choice};
    type.names = words;
    type.operations.store_integer = [](void* value, std::int64_t integer) {
      *static_cast<T*>(value) = static_cast<T>(integer);
    };
    type.operations.load_integer = [](const void* value) {
      return static_cast<std::int64_t>(*static_cast<const T*>(value));
    };
    return type;
  }

  static Type lenient_date() {
    Type type{.kind = Kind::string};
    type.operations.store_string = [](void* value, std::string_view text) {
      static_cast<LenientDate*>(value)->store(text);
    };
    type.operations.load_string = [](const void*) { return std::string_view{}; };
    return type;
  }

  static Type string() {
    Type type{.kind = Kind::string};
    type.operations.store_string = [](void* value, std::string_view text) {
      *static_cast<T*>(value) = text;
    };
    type.operations.load_string = [](const void* value) {
      return std::string_view(*static_cast<const T*>(value));
    };
    return type;
  }
};

// Operations of a std::vector<T> that `select` finds inside the outer value.
template <typename Outer, typename T, auto Select>
Operations list_operations() {
  static_assert(!std::is_same_v<T, bool>, "std::vector<bool> has no addressable elements");
  Operations operations;
  operations.append = [](void* list) -> void* {
    return &Select(*static_cast<Outer*>(list)).emplace_back();
  };
  operations.resize = [](void* list, std::size_t size) {
    Select(*static_cast<Outer*>(list)).resize(size);
  };
  operations.fit = [](void* list) { Select(*static_cast<Outer*>(list)).shrink_to_fit(); };
  operations.size = [](const void* list) {
    return Select(*const_cast<Outer*>(static_cast<const Outer*>(list))).size();
  };
  operations.data = [](void* list) -> void* { return Select(*static_cast<Outer*>(list)).data(); };
  return operations;
}

inline constexpr auto kWhole = [](auto& list) -> auto& { return list; };
inline constexpr auto kValues = [](auto& list) -> auto& { return list.values; };
inline constexpr auto kRows = [](auto& table) -> auto& { return table.rows; };

template <typename T>
struct TypeOf<std::vector<T>> {
  static Type make() {
    return {.kind = Kind::list,
            .element = &type_of<T>,
            .operations = list_operations<std::vector<T>, T, kWhole>()};
  }
};

template <typename T>
struct TypeOf<OneOrMany<T>> {
  static Type make() {
    Type type{.kind = Kind::one_or_many,
              .element = &type_of<T>,
              .operations = list_operations<OneOrMany<T>, T, kValues>()};
    type.operations.store_integer = [](void* value, std::int64_t is_list) {
      static_cast<OneOrMany<T>*>(value)->is_list = is_list != 0;
    };
    type.operations.load_integer = [](const void* value) {
      return std::int64_t{static_cast<const OneOrMany<T>*>(value)->is_list};
    };
    return type;
  }
};

template <typename Row>
struct TypeOf<Table<Row>> {
  static Type make() {
    Type type{.kind = Kind::table,
              .element = &type_of<Row>,
              .operations = list_operations<Table<Row>, Row, kRows>()};
    type.operations.features = [](void* table) -> FeatureTable* {
      return &static_cast<Table<Row>*>(table)->features;
    };
    return type;
  }
};

template <std::size_t Count>
struct TypeOf<std::array<double, Count>> {
  static Type make() { return {.kind = Kind::tuple, .count = Count, .element = &type_of<double>}; }
};

template <typename Value, typename Key>
struct TypeOf<Map<Value, Key>> {
  static Type make() {
    using M = Map<Value, Key>;
    Type type{.kind = Kind::map, .element = &type_of<Value>};
    type.operations.append_entry = [](void* map, std::string_view key) -> void* {
      return &static_cast<M*>(map)->entries.emplace_back(Key(key), Value{}).second;
    };
    type.operations.size = [](const void* map) {
      return static_cast<const M*>(map)->entries.size();
    };
    type.operations.entry_key = [](const void* map, std::size_t index) {
      return std::string_view(static_cast<const M*>(map)->entries[index].first);
    };
    type.operations.entry_value = [](const void* map, std::size_t index) -> const void* {
      return &static_cast<const M*>(map)->entries[index].second;
    };
    return type;
  }
};

template <typename T>
struct TypeOf<std::optional<T>> {
  static Type make() {
    Type type{.kind = Kind::optional, .element = &type_of<T>};
    type.operations.emplace = [](void* optional) -> void* {
      return &static_cast<std::optional<T>*>(optional)->emplace();
    };
    type.operations.get = [](const void* optional) -> const void* {
      const auto& value = *static_cast<const std::optional<T>*>(optional);
      return value ? &*value : nullptr;
    };
    return type;
  }
};

template <typename T>
struct TypeOf<Streamed<T>> {
  static Type make() {
    Type type{.kind = Kind::streamed, .element = &type_of<T>};
    type.operations.stream = [](const void* streamed, JsonWriter& writer) {
      static_cast<const Streamed<T>*>(streamed)->write(writer);
    };
    return type;
  }
};

}  // namespace detail

template <typename T>
const Type& type_of() {
  static const Type type = detail::TypeOf<T>::make().sized(sizeof(T));
  return type;
}

}  // namespace clientele::schema
