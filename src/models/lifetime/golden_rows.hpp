// Test support: golden numbers of tests/golden/lifetime and the open data beside the repository.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
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

// Path of an open data file in the folder CLIENTELE_DATA, by default shared/data beside the
// repository; nullopt where it is absent.
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

// Clean lines (positive quantity and price, a customer) of UCI Online Retail.
inline std::vector<Order> online_retail_orders(const std::string& path) {
  std::vector<Order> orders;
  const std::string command = std::string("gzip -dc '").append(path).append("'");
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  char line[4096];
  while (pipe && std::fgets(line, sizeof line, pipe.get()) != nullptr) {
    std::string_view rest(line);
    std::string_view cell[6];  // country, customer, price, date, quantity, the rest
    for (int i = 0; i < 5; ++i) {
      const std::size_t comma = rest.rfind(',');
      cell[i] = rest.substr(comma + 1);
      rest = rest.substr(0, comma);
    }
    const double customer = std::strtod(std::string(cell[1]).c_str(), nullptr);
    const double price = std::strtod(std::string(cell[2]).c_str(), nullptr);
    const double quantity = std::strtod(std::string(cell[4]).c_str(), nullptr);
    const auto day = parse_date(cell[3]);
    if (!(customer > 0) || !(price > 0) || !(quantity > 0) || line[0] == 'C' || !day) continue;
    orders.push_back({static_cast<std::uint32_t>(customer), *day, price * quantity});
  }
  return orders;
}

}  // namespace clientele::lifetime
