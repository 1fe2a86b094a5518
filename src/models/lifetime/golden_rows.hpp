// Test support: golden numbers of tests/golden/lifetime and the open data beside the repository.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "models/lifetime/purchase_history.hpp"

namespace clientele::lifetime {

// Rows of numbers of one golden file, its header line left out.
inline std::vector<std::vector<double>> golden_rows(const std::string& name) {
  std::ifstream file(std::string(CLIENTELE_SOURCE_DIR "/tests/golden/lifetime/").append(name));
  std::vector<std::vector<double>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::vector<double> row;
    for (std::string cell; std::getline(cells, cell, ',');)
      row.push_back(std::strtod(cell.c_str(), nullptr));
    rows.push_back(std::move(row));
  }
  return rows;
}

// Path of an open data file; nullopt where it is absent. See CLIENTELE_DATA in README.md.
inline std::optional<std::string> open_data(const std::string& name) {
  const char* given = std::getenv("CLIENTELE_DATA");
  const std::filesystem::path folder =
      given != nullptr ? given : CLIENTELE_SOURCE_DIR "/../shared/data";
  const std::filesystem::path path = folder / name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path.string();
}

// The CDNOW 1/10 sample: lines of master id, sample id, yyyymmdd, units, dollars.
inline std::vector<Order> cdnow_orders(const std::string& path) {
  std::ifstream file(path);
  std::vector<Order> orders;
  std::string master, sample, date;
  double units = 0, dollars = 0;
  while (file >> master >> sample >> date >> units >> dollars) {
    date.insert(6, "-").insert(4, "-");
    const auto day = parse_date(date);
    if (day) orders.push_back({static_cast<std::uint32_t>(std::stoul(sample)), *day, dollars});
  }
  return orders;
}

}  // namespace clientele::lifetime
