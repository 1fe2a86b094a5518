// A classifier as bytes, for the store of kept models.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "models/tabular/classifier.hpp"

namespace clientele::tabular {

std::vector<std::byte> to_bytes(const Classifier& classifier);

// Errors: file_error with the first thing that is wrong. Every index is checked: no bytes, not even
// forged ones, make scoring read outside the model.
Result<Classifier> classifier_from_bytes(std::span<const std::byte> bytes);

}  // namespace clientele::tabular
