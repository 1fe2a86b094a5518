#include "models/lifetime/leaving_table.hpp"

#include <algorithm>

namespace clientele::lifetime {

LeavingGrid leaving_grid(const SummaryTable& table) {
  LeavingGrid grid;
  grid.recency_at.resize(table.rows());
  grid.age_at.resize(table.rows());
  for (std::size_t g = 0; g < table.groups(); ++g) {
    std::vector<double> times;
    for (std::size_t i = table.begin[g]; i < table.begin[g + 1]; ++i) {
      times.push_back(table.recency[i]);
      times.push_back(table.age[i]);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    const auto place = [&](double time) {
      return static_cast<std::uint32_t>(std::lower_bound(times.begin(), times.end(), time) -
                                        times.begin());
    };
    for (std::size_t i = table.begin[g]; i < table.begin[g + 1]; ++i) {
      grid.recency_at[i] = place(table.recency[i]);
      grid.age_at[i] = place(table.age[i]);
    }
    grid.times.push_back(std::move(times));
  }
  return grid;
}

std::vector<LeavingMoments> leaving_table(const ParetoParameters& at, double power,
                                          const std::vector<double>& times) {
  std::vector<Panel> panels;
  std::vector<std::size_t> first;  // panel of each time
  for (std::size_t k = 0; k + 1 < times.size(); ++k) {
    first.push_back(panels.size());
    append_panels(at, power, times[k], times[k + 1], panels);
  }
  first.push_back(panels.size());
  const std::vector<LeavingMoments> parts = panel_moments(at, power, panels);
  std::vector<LeavingMoments> table(times.size(), LeavingMoments{});
  for (std::size_t k = times.size() - 1; k-- > 0;) {
    LeavingMoments& from = table[k];
    from = parts[first[k]];
    for (std::size_t panel = first[k] + 1; panel < first[k + 1]; ++panel) {
      add_shifted(from, parts[panel], shift_of(at, power, times[k], panels[panel].from));
    }
    add_shifted(from, table[k + 1], shift_of(at, power, times[k], times[k + 1]));
  }
  return table;
}

}  // namespace clientele::lifetime
