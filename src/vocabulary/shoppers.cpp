#include "vocabulary/shoppers.hpp"

#include <algorithm>
#include <numeric>

#include "base/number_text.hpp"
#include "models/text/affinity.hpp"
#include "numeric/exact_sum.hpp"

namespace clientele::vocabulary {

using schema::field;

schema::Object describe(schema::For<Shopper>) {
  using S = Shopper;
  return schema::object<S>(
      "A customer's totals.", field<&S::id>("Your id of the customer.").not_empty(),
      field<&S::frequency>("Orders in the window.").between(1, 1e9),
      field<&S::amount_spent>("Revenue in the window.").between(0, kMostMoney).unit("currency"),
      field<&S::product_types>("Categories or SKUs bought.").not_empty().at_least_items(1));
}

schema::Object describe(schema::For<LegendEntry>) {
  using L = LegendEntry;
  return schema::object<L>(
      "One cluster.", field<&L::cluster_id>("Its number in the labels."),
      field<&L::n_customers>("Customers in the cluster."),
      field<&L::avg_spend>("Mean amount_spent.").unit("currency").digits(2),
      field<&L::avg_frequency>("Mean frequency.").digits(2),
      field<&L::top_categories>("The categories that set the cluster apart, by TF-IDF over the "
                                "clusters, strongest first."));
}

void CategoryLists::add(std::span<const std::string_view> categories) {
  const auto begin = static_cast<std::ptrdiff_t>(codes_.size());
  for (const std::string_view category : categories) {
    const std::uint32_t code = dictionary_.code(category);
    if (std::find(codes_.begin() + begin, codes_.end(), code) == codes_.end()) {
      codes_.push_back(code);
    }
  }
  offsets_.push_back(static_cast<std::uint32_t>(codes_.size()));
}

std::vector<std::string> CategoryLists::top(std::span<const std::int32_t> group_of_member,
                                            std::size_t groups, std::size_t top_n) const {
  const auto top =
      text::top_terms({offsets_, codes_, dictionary_.size()}, group_of_member, groups, top_n);
  std::vector<std::string> names;
  for (const auto& group : top) {
    std::string& joined = names.emplace_back();
    for (const text::GroupTerm& term : group) {
      if (!joined.empty()) joined += ", ";
      joined += dictionary_.text(term.term);
    }
  }
  return names;
}

double CategoryLists::distinct(std::size_t member) const {
  return static_cast<double>(offsets_[member + 1] - offsets_[member]);
}

std::vector<std::uint32_t> CategoryLists::most_frequent(std::size_t most) const {
  std::vector<std::uint32_t> members(dictionary_.size(), 0);
  for (const std::uint32_t code : codes_) ++members[code];
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return members[a] > members[b]; });
  order.resize(std::min(order.size(), most));
  return order;
}

bool CategoryLists::has(std::size_t member, std::uint32_t category) const {
  const auto begin = codes_.begin() + offsets_[member];
  const auto end = codes_.begin() + offsets_[member + 1];
  return std::find(begin, end, category) != end;
}

CategoryLists categories_of(std::span<const Shopper> shoppers) {
  CategoryLists lists;
  for (const Shopper& shopper : shoppers) lists.add(shopper.product_types);
  return lists;
}

std::vector<double> shopper_values(std::span<const Shopper> shoppers,
                                   const CategoryLists& categories) {
  std::vector<double> values;
  values.reserve(shoppers.size() * kShopperColumns);
  for (std::size_t i = 0; i < shoppers.size(); ++i) {
    values.push_back(shoppers[i].frequency);
    values.push_back(shoppers[i].amount_spent);
    values.push_back(categories.distinct(i));
  }
  return values;
}

std::vector<std::int32_t> match_labels(std::span<const std::string_view> ids,
                                       const schema::Map<std::int32_t>& labels, Faults& faults) {
  Dictionary known(ids.size());
  for (const std::string_view id : ids) known.code(id);
  std::vector<std::int32_t> found(ids.size());
  std::vector<bool> labelled(ids.size(), false);
  for (const auto& [id, label] : labels.entries) {
    const auto customer = known.find(id);
    if (!customer) {
      faults.add(pointer_to("labels", id), "unknown_customer", "No customer has this id.");
      continue;
    }
    found[*customer] = label;
    labelled[*customer] = true;
  }
  for (std::size_t i = 0; i < labelled.size(); ++i) {
    if (labelled[i]) continue;
    faults.add(pointer_to("customers", i, "id"), "no_label",
               "'" + std::string(ids[i].substr(0, 80)) + "' has no label.");
  }
  return found;
}

std::vector<LegendEntry> legend_of(std::span<const Shopper> shoppers,
                                   const CategoryLists& categories,
                                   std::span<const std::int32_t> group_of_shopper,
                                   std::size_t groups) {
  std::vector<ExactSum> spend(groups), frequency(groups);
  std::vector<LegendEntry> legend(groups);
  for (std::size_t i = 0; i < shoppers.size(); ++i) {
    if (group_of_shopper[i] < 0) continue;
    const auto group = static_cast<std::size_t>(group_of_shopper[i]);
    spend[group].add(shoppers[i].amount_spent);
    frequency[group].add(shoppers[i].frequency);
    ++legend[group].n_customers;
  }
  auto names = categories.top(group_of_shopper, groups, kLegendCategories);
  for (std::size_t g = 0; g < groups; ++g) {
    const auto count = static_cast<double>(legend[g].n_customers);
    legend[g].cluster_id = static_cast<std::int32_t>(g);
    legend[g].avg_spend = spend[g].value() / count;
    legend[g].avg_frequency = frequency[g].value() / count;
    legend[g].top_categories = std::move(names[g]);
  }
  return legend;
}

std::string interpretation(const LegendEntry& entry, Language language) {
  const bool one = entry.n_customers == 1;
  constexpr Phrase kCustomers{" customers", " clientes", " clientes"};
  constexpr Phrase kCustomer{" customer", " cliente", " cliente"};
  constexpr Phrase kSpend{", avg spend ", ", gasto medio ", ", gasto médio "};
  constexpr Phrase kPurchases{" purchases/mo.", " compras/mes.", " compras/mês."};
  constexpr Phrase kTop{
      " Top categories: ", " Categorías principales: ", " Principais categorias: "};
  std::string text = grouped(static_cast<double>(entry.n_customers), 0, language);
  text += (one ? kCustomer : kCustomers).in(language);
  text += kSpend.in(language);
  text += grouped(entry.avg_spend, 0, language) + ", ";
  text += grouped(entry.avg_frequency, 1, language);
  text += kPurchases.in(language);
  if (!entry.top_categories.empty()) {
    text += kTop.in(language);
    text += entry.top_categories + ".";
  }
  return text;
}

Interpretations interpretations(const std::vector<LegendEntry>& legend, Language language) {
  Interpretations texts;
  for (const LegendEntry& entry : legend) {
    texts.entries.emplace_back(std::to_string(entry.cluster_id), interpretation(entry, language));
  }
  return texts;
}

std::vector<std::vector<double>> group_means(std::span<const double> rows, std::size_t d,
                                             std::span<const std::int32_t> group_of_row,
                                             std::size_t groups) {
  std::vector<std::vector<ExactSum>> sums(groups, std::vector<ExactSum>(d));
  std::vector<double> sizes(groups, 0.0);
  for (std::size_t i = 0; i < group_of_row.size(); ++i) {
    if (group_of_row[i] < 0) continue;
    const auto group = static_cast<std::size_t>(group_of_row[i]);
    sizes[group] += 1;
    for (std::size_t j = 0; j < d; ++j) sums[group][j].add(rows[i * d + j]);
  }
  std::vector<std::vector<double>> means(groups, std::vector<double>(d));
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::size_t j = 0; j < d; ++j) means[g][j] = sums[g][j].value() / sizes[g];
  }
  return means;
}

std::string grouped(double value, int digits, Language language) {
  const std::string text = fixed(value, digits);
  const std::size_t whole = std::min(text.find('.'), text.size());
  const bool english = language == Language::en;
  std::string result;
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && text[i - 1] != '-' && (whole - i) % 3 == 0) result += english ? ',' : '.';
    result += text[i];
  }
  if (whole < text.size()) {
    result += english ? '.' : ',';
    result += text.substr(whole + 1);
  }
  return result;
}

}  // namespace clientele::vocabulary
