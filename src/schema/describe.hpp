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

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "schema/arity.hpp"
#include "schema/type.hpp"
#include "schema/type_of.hpp"

namespace clientele::schema {
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

}  // namespace clientele::schema
