// Parallel loops whose result does not depend on the number of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace clientele {

// Calls body(chunk) once for every chunk in [0, chunks), on up to `threads` threads (the caller's
// included). Chunk boundaries are the caller's and must not depend on `threads`; a body writes only
// to its own chunk's place, and the caller folds the places in order.
// Returns when all calls are done; rethrows the first exception that a body threw.
void parallel_for(std::size_t threads, std::size_t chunks,
                  const std::function<void(std::size_t chunk)>& body);

// The half-open range of `items` that belongs to `chunk` of `chunks` equal ones.
struct Range {
  std::size_t begin;
  std::size_t end;
};
inline Range chunk_range(std::size_t items, std::size_t chunks, std::size_t chunk) {
  return {items * chunk / chunks, items * (chunk + 1) / chunks};
}

}  // namespace clientele
