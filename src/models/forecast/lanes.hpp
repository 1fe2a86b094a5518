// Eight doubles that move together: derivatives by eight parameters, or eight states, at a time.
#pragma once

#include <cstddef>

namespace clientele::forecast {

inline constexpr std::size_t kLanes = 8;
using Lanes = double __attribute__((vector_size(kLanes * sizeof(double))));

}  // namespace clientele::forecast
