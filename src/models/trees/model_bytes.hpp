// Compact bytes of fitted models: magic, format version, kind, length, checksum, payload
// (little-endian). Loading checks the checksum first and every index after it, so that no file, not
// even a forged one, can make scoring read outside the model.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "models/trees/binning.hpp"
#include "models/trees/ensemble.hpp"
#include "models/trees/oblivious.hpp"

namespace clientele::trees {

std::vector<std::byte> to_bytes(const Binning& binning);
std::vector<std::byte> to_bytes(const TreeEnsemble& model);
std::vector<std::byte> to_bytes(const ObliviousEnsemble& model);

// Errors: file_error with the first thing that is wrong. Complexity: O(bytes).
Result<Binning> binning_from_bytes(std::span<const std::byte> bytes);
Result<TreeEnsemble> tree_ensemble_from_bytes(std::span<const std::byte> bytes);
Result<ObliviousEnsemble> oblivious_ensemble_from_bytes(std::span<const std::byte> bytes);

// True when the model's columns fit the binning: scoring a matrix of that binning is then safe.
bool fits(const TreeEnsemble& model, const Binning& binning);
bool fits(const ObliviousEnsemble& model, const Binning& binning);

}  // namespace clientele::trees
