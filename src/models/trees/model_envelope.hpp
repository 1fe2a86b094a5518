// The frame around a model's payload: magic, version, kind, length, checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace clientele::trees {

enum class ModelKind : std::uint16_t {
  binning = 1,
  tree_ensemble = 2,
  oblivious_ensemble = 3,
  classifier = 4
};

std::vector<std::byte> enveloped(ModelKind kind, std::span<const std::byte> payload);

// The payload of `bytes`, or what is wrong with the frame: not a model, another version or kind,
// cut short, or a checksum that does not match.
Result<std::span<const std::byte>> opened(ModelKind kind, std::span<const std::byte> bytes);

// The error of a model file whose content breaks a rule.
Error broken_model(const char* rule);

}  // namespace clientele::trees
