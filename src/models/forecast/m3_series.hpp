// Reads the monthly series of the M3 competition from $CLIENTELE_DATA; for tests and benchmarks.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace clientele::forecast {

inline constexpr std::size_t kM3Horizon = 18;  // the last values of each series are its test part

inline std::string data_folder() {
  const char* folder = std::getenv("CLIENTELE_DATA");
  return folder != nullptr ? folder : CLIENTELE_SOURCE_DIR "/../shared/data";
}

// One vector of values a series; empty where the data is not there.
inline std::vector<std::vector<double>> read_m3() {
  const std::string command = "gzip -dc '" + data_folder() + "/m3_monthly.tsf.gz' 2>/dev/null";
  std::string text;
  if (FILE* pipe = popen(command.c_str(), "r"); pipe != nullptr) {
    std::array<char, 1 << 16> buffer;
    for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      text.append(buffer.data(), n);
    }
    pclose(pipe);
  }
  std::vector<std::vector<double>> series;
  std::size_t line = text.find("@data");
  while (line != std::string::npos && (line = text.find('\n', line)) != std::string::npos) {
    std::size_t at = text.find(':', ++line);
    if (at == std::string::npos) break;
    at = text.find(':', at + 1);
    const std::size_t end = text.find('\n', line);
    std::vector<double>& values = series.emplace_back();
    for (; at < end; at = text.find(',', at + 1)) {
      values.push_back(std::strtod(text.c_str() + at + 1, nullptr));
    }
  }
  return series;
}

}  // namespace clientele::forecast
