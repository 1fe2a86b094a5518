// Reads the numbers of independent implementations in tests/golden/forecast; for tests only.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace clientele::forecast {

using ReferenceTable = std::map<std::string, std::vector<double>>;

inline void read_reference(const std::string& file, ReferenceTable& table) {
  std::ifstream in(std::string(CLIENTELE_SOURCE_DIR) + "/tests/golden/forecast/" + file);
  if (!in) throw std::runtime_error("cannot read " + file);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::size_t comma = line.find(',');
    std::vector<double>& values = table[line.substr(0, comma)];
    while (comma != std::string::npos) {
      values.push_back(std::strtod(line.c_str() + comma + 1, nullptr));
      comma = line.find(',', comma + 1);
    }
  }
}

// The values of that name, e.g. "air.ets.MAM.mean"; nullptr if there are none.
inline const std::vector<double>* find_reference(const std::string& name) {
  static const ReferenceTable kTable = [] {
    ReferenceTable table;
    read_reference("reference_r.csv", table);
    read_reference("reference_statsforecast.csv", table);
    read_reference("reference_prophet.csv", table);
    read_reference("reference_tbats_r.csv", table);
    read_reference("reference_m3_r.csv", table);
    return table;
  }();
  const auto found = kTable.find(name);
  return found == kTable.end() ? nullptr : &found->second;
}

// Throws if there are none.
inline const std::vector<double>& reference(const std::string& name) {
  const std::vector<double>* values = find_reference(name);
  if (values == nullptr) throw std::out_of_range("no reference " + name);
  return *values;
}

}  // namespace clientele::forecast
