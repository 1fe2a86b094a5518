// The parts of write_shop(); each writes a few files of the folder.
#pragma once

#include <filesystem>
#include <vector>

#include "app/shop/shop.hpp"
#include "app/shop/summary.hpp"
#include "base/result.hpp"

namespace clientele::shop {

struct FileSet {
  const Shop& shop;
  const std::vector<CustomerSummary>& summaries;
  std::filesystem::path folder;
};

// Money as a number of currency units.
inline double units(Cents cents) { return static_cast<double>(cents) / 100.0; }

Status write_requests(const FileSet& files);
Status write_tables(const FileSet& files);
Status write_truth(const FileSet& files);

}  // namespace clientele::shop
