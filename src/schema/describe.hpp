// Declares a plain struct's fields, outside the struct:
//
//   struct Order { Date date; double amount = 0; };
//   inline schema::Object describe(schema::For<Order>) {
//     return schema::object<Order>("One order.",
//         schema::field<&Order::date>("Day of the order."),
//         schema::field<&Order::amount>("Order value.").at_least(0).unit("currency"));
//   }
//
// The JSON name is the member's name. A member that the list leaves out does not compile.
// An enum E is declared by `constexpr auto choices(schema::For<E>)`, an array of its words in the
// order of the enumerators.
#pragma once

#include <array>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/date.hpp"
#include "schema/arity.hpp"
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

template <auto Member>
constexpr std::string_view member_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  const std::size_t end = text.find_first_of(";]", text.find("Member = "));
  text = text.substr(0, end);
  while (text.back() == ')') text.remove_suffix(1);
  return text.substr(text.rfind(':') + 1);
}

template <typename T>
struct MemberOf;
template <typename Class, typename Value>
struct MemberOf<Value Class::*> {
  using class_type = Class;
  using value_type = Value;
};

template <typename T>
inline constexpr bool kOptional = false;
template <typename T>
inline constexpr bool kOptional<std::optional<T>> = true;

template <auto A, auto B>
constexpr bool same_member() {
  if constexpr (std::is_same_v<decltype(A), decltype(B)>) {
    return A == B;
  } else {
    return false;
  }
}

template <auto First, auto... Rest>
constexpr bool distinct_members() {
  if constexpr (sizeof...(Rest) == 0) {
    return true;
  } else {
    return (!same_member<First, Rest>() && ...) && distinct_members<Rest...>();
  }
}

}  // namespace detail

// One field while it is being declared. `Member` is a pointer to the struct's member.
template <auto Member>
class FieldOf {
 public:
  using Value = typename detail::MemberOf<decltype(Member)>::value_type;

  explicit FieldOf(std::string summary) {
    spec_.name = detail::member_name<Member>();
    spec_.summary = std::move(summary);
    spec_.value_type = &type_of<Value>();
    spec_.required = !detail::kOptional<Value>;
  }

  // May be absent; the member's default initialiser is then its value.
  FieldOf or_default() && {
    return set([](Field& f) { f.required = false; });
  }
  FieldOf at_least(double bound) && {
    return set([=](Field& f) { f.minimum = bound; });
  }
  FieldOf at_most(double bound) && {
    return set([=](Field& f) { f.maximum = bound; });
  }
  FieldOf between(double low, double high) && {
    return set([=](Field& f) { f.minimum = low, f.maximum = high; });
  }
  FieldOf above(double bound) && {
    return set([=](Field& f) { f.minimum = bound, f.above_minimum = true; });
  }
  FieldOf below(double bound) && {
    return set([=](Field& f) { f.maximum = bound, f.below_maximum = true; });
  }
  FieldOf unit(std::string text) && {
    return set([&](Field& f) { f.unit = std::move(text); });
  }
  FieldOf not_empty() && {
    return set([](Field& f) { f.shortest_text = 1; });
  }
  FieldOf at_most_bytes(std::size_t n) && {
    return set([=](Field& f) { f.longest_text = n; });
  }
  FieldOf at_least_items(std::size_t n) && {
    return set([=](Field& f) { f.fewest_items = n; });
  }
  FieldOf at_most_items(Limit limit) && {
    return set([=](Field& f) { f.most_items = limit; });
  }
  FieldOf unique_by(std::string key) && {
    return set([&](Field& f) { f.unique_key = std::move(key); });
  }
  FieldOf digits(int count) && {
    return set([=](Field& f) { f.digits = count; });
  }
  FieldOf nullable() && {
    return set([](Field& f) { f.nullable = true; });
  }
  FieldOf as_label() && {
    return set([](Field& f) { f.as_label = true; });
  }
  FieldOf header(std::string name) && {
    return set([&](Field& f) { f.header = std::move(name); });
  }
  FieldOf named(std::string name) && {
    return set([&](Field& f) { f.name = std::move(name); });
  }

  Field&& spec() && { return std::move(spec_); }

 private:
  template <typename Change>
  FieldOf set(Change change) {
    change(spec_);
    return std::move(*this);
  }

  Field spec_;
};

template <auto Member>
FieldOf<Member> field(std::string summary) {
  return FieldOf<Member>(std::move(summary));
}

template <typename T, auto... Members>
Object object(const std::string& summary, FieldOf<Members>... fields) {
  static_assert(std::is_aggregate_v<T>, "only plain structs can be described");
  static_assert(
      (std::is_same_v<typename detail::MemberOf<decltype(Members)>::class_type, T> && ...),
      "a field names a member of another struct");
  static_assert(detail::distinct_members<Members...>(), "a member is named by two fields");
  static_assert(sizeof...(Members) == kMembers<T>,
                "a member of this struct has no field in its describe()");
  static const T defaults{};
  const auto offset = [](const auto& member) {
    return static_cast<std::size_t>(reinterpret_cast<const char*>(&member) -
                                    reinterpret_cast<const char*>(&defaults));
  };
  Object result{.name = {}, .summary = summary, .fields = {}, .defaults = &defaults};
  (result.fields.push_back(std::move(fields).spec()), ...);
  std::size_t at = 0;
  ((result.fields[at++].offset = offset(defaults.*Members)), ...);
  for (Field& field : result.fields) field.quoted = '"' + field.name + "\":";
  return result;
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
  operations.size = [](const void* list) {
    return Select(*const_cast<Outer*>(static_cast<const Outer*>(list))).size();
  };
  operations.data = [](void* list) -> void* { return Select(*static_cast<Outer*>(list)).data(); };
  return operations;
}

template <typename T>
struct TypeOf<std::vector<T>> {
  static Type make() {
    return {.kind = Kind::list,
            .element = &type_of<T>,
            .operations = list_operations < std::vector<T>,
            T,
            [](auto& list) -> auto& {return list;
  }
  > ()
};
}  // namespace detail
};  // namespace clientele::schema

template <typename T>
struct TypeOf<OneOrMany<T>> {
  static Type make() {
    Type type{.kind = Kind::one_or_many,
              .element = &type_of<T>,
              .operations = list_operations < OneOrMany<T>,
              T,
              [](auto& list) -> auto& {return list.values;
  }
  > ()
};
type.operations.store_integer = [](void* value, std::int64_t is_list) {
  static_cast<OneOrMany<T>*>(value)->is_list = is_list != 0;
};
type.operations.load_integer = [](const void* value) {
  return std::int64_t{static_cast<const OneOrMany<T>*>(value)->is_list};
};
return type;
}
}
;

template <typename Row>
struct TypeOf<Table<Row>> {
  static Type make() {
    Type type{.kind = Kind::table,
              .element = &type_of<Row>,
              .operations = list_operations < Table<Row>,
              Row,
              [](auto& table) -> auto& {return table.rows;
  }
  > ()
};
type.operations.features = [](void* table) -> FeatureTable* {
  return &static_cast<Table<Row>*>(table)->features;
};
return type;
}
}
;

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
