#include "vocabulary/segment_report.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/dictionary.hpp"
#include "base/pointer.hpp"
#include "models/report/narrative.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::vocabulary {
namespace {

using schema::field;

constexpr std::size_t kCategoriesOfSegment = 5;

std::string quoted(std::string_view id) { return "'" + std::string(id.substr(0, 80)) + "'"; }

void add_fault(Faults& faults, const auto& pointer, std::string_view code, const auto& detail) {
  faults.full() ? faults.count_only() : faults.add(pointer(), std::string(code), detail());
}

// Finds customers by id. Labels and leaves mostly come in the order of the customers: no index is
// made until one does not.
class KnownCustomers {
 public:
  explicit KnownCustomers(const std::vector<SegmentedCustomer>& customers)
      : customers_(customers) {}

  std::size_t size() const { return customers_.size(); }

  // `expected`: where the id stands if the order is kept.
  std::optional<std::uint32_t> find(std::string_view id, std::size_t expected) {
    if (expected < size() && customers_[expected].id == id) {
      return static_cast<std::uint32_t>(expected);
    }
    if (!index_) {
      index_.emplace(size());
      for (const SegmentedCustomer& customer : customers_) index_->code(customer.id);
    }
    return index_->find(id);
  }

 private:
  const std::vector<SegmentedCustomer>& customers_;
  std::optional<Dictionary> index_;
};

// The label of each customer.
std::vector<std::int32_t> match_labels(const SegmentationParts& parts, KnownCustomers& known,
                                       Faults& faults) {
  std::vector<std::int32_t> labels(parts.customers.size());
  std::vector<bool> labelled(parts.customers.size(), false);
  std::size_t place = 0;
  for (const auto& entry : parts.labels.entries) {
    const auto customer = known.find(entry.first, place++);
    if (customer) {
      labels[*customer] = entry.second;
      labelled[*customer] = true;
    } else {
      add_fault(
          faults, [&] { return pointer_to("labels", entry.first); }, "unknown_customer",
          [] {
            return std::string("No customer has this id; send the customer or drop the label.");
          });
    }
  }
  for (std::size_t i = 0; i < labelled.size(); ++i) {
    if (labelled[i]) continue;
    add_fault(
        faults, [&] { return pointer_to("customers", i, "id"); }, "no_label",
        [&] { return quoted(parts.customers[i].id) + " has no label; every customer needs one."; });
  }
  return labels;
}

// The customer of each leaf. Every customer must be one leaf.
std::vector<std::uint32_t> match_leaves(const SegmentDendrogram& dendrogram, KnownCustomers& known,
                                        Faults& faults) {
  std::vector<std::uint32_t> customers(dendrogram.leaf_labels.size());
  std::vector<bool> seen(known.size(), false);
  std::size_t found = 0;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    const auto customer = known.find(dendrogram.leaf_labels[i], i);
    const bool repeated = customer && seen[*customer];
    if (!customer || repeated) {
      add_fault(
          faults, [&] { return pointer_to("dendrogram", "leaf_labels", i); },
          repeated ? "duplicate_leaf" : "unknown_customer",
          [&] {
            return quoted(dendrogram.leaf_labels[i]) +
                   (repeated ? " is a leaf already."
                             : " is none of the customers; send the dendrogram of this "
                               "segmentation or leave it out.");
          });
      continue;
    }
    seen[*customer] = true;
    customers[i] = *customer;
    ++found;
  }
  if (faults.empty() && found < known.size()) {
    faults.add("/dendrogram/leaf_labels", "missing_leaves",
               std::to_string(known.size() - found) +
                   " customers are no leaves; send the dendrogram of this segmentation or leave "
                   "it out.");
  }
  return customers;
}

// Ascending different labels; replaces each label by its place among them.
std::vector<std::int32_t> number_segments(std::vector<std::int32_t>& labels) {
  const std::unordered_set<std::int32_t> different(labels.begin(), labels.end());
  std::vector<std::int32_t> ids(different.begin(), different.end());
  std::sort(ids.begin(), ids.end());
  for (std::int32_t& label : labels) {
    label =
        static_cast<std::int32_t>(std::lower_bound(ids.begin(), ids.end(), label) - ids.begin());
  }
  return ids;
}

void read_customers(const SegmentationParts& parts, const std::vector<std::int32_t>& ids,
                    SegmentationRead& read) {
  Dictionary categories;
  std::vector<std::uint32_t> offsets{0}, terms;
  offsets.reserve(parts.customers.size() + 1);
  read.frequency.reserve(parts.customers.size());
  read.amount_spent.reserve(parts.customers.size());
  for (const SegmentedCustomer& customer : parts.customers) {
    read.frequency.push_back(customer.frequency);
    read.amount_spent.push_back(customer.amount_spent);
    for (const std::string_view type : customer.product_types) {
      terms.push_back(categories.code(type));
    }
    offsets.push_back(static_cast<std::uint32_t>(terms.size()));
  }
  read.categories = categories.texts();
  read.facts = report::facts_of({.frequency = read.frequency,
                                 .amount_spent = read.amount_spent,
                                 .group = read.segment,
                                 .ids = ids,
                                 .categories = {offsets, terms, categories.size()}},
                                kCategoriesOfSegment);
}

}  // namespace

schema::Object describe(schema::For<SegmentedCustomer>) {
  using C = SegmentedCustomer;
  return schema::object<C>(
      "A customer's totals.", field<&C::id>("Your id of the customer.").not_empty(),
      field<&C::frequency>("Orders in the window.").between(0, 1e9),
      field<&C::amount_spent>("Revenue in the window.").between(0, kMostMoney).unit("currency"),
      field<&C::product_types>("Categories or SKUs bought.").not_empty());
}

Result<SegmentationRead> read_segmentation(const SegmentationParts& parts) {
  Faults faults;
  KnownCustomers known(parts.customers);
  SegmentationRead read;
  read.segment = match_labels(parts, known, faults);
  std::vector<std::uint32_t> customer_of_leaf;
  if (parts.dendrogram) {
    customer_of_leaf = match_leaves(*parts.dendrogram, known, faults);
    read.merges = hierarchy::check_linkage(parts.dendrogram->linkage_matrix,
                                           parts.dendrogram->leaf_labels.size(),
                                           "/dendrogram/linkage_matrix", faults);
  }
  if (!faults.empty()) return std::move(faults).to_error();
  const std::vector<std::int32_t> ids = number_segments(read.segment);
  read_customers(parts, ids, read);
  if (!parts.dendrogram) return read;
  for (const std::uint32_t customer : customer_of_leaf) {
    read.segment_of_leaf.push_back(read.segment[customer]);
  }
  read.hierarchy = report::hierarchy_facts(read.merges, read.segment_of_leaf,
                                           report::told_segments(read.facts), ids.size());
  return read;
}

Result<std::string> currency_of(const std::optional<std::string_view>& code) {
  if (!code) return std::string();
  std::string capitals;
  for (const char c : *code) capitals += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const bool letters = std::ranges::all_of(capitals, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (capitals.size() == 3 && letters) return capitals;
  return invalid("/currency", "bad_currency",
                 "A currency is its ISO 4217 code of three letters, such as EUR, USD or BRL.");
}

}  // namespace clientele::vocabulary
