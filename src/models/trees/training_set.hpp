// What a tree learner is fitted to.
#pragma once

#include <cstdint>
#include <span>

#include "models/trees/binning.hpp"

namespace clientele::trees {

enum class Objective : std::uint8_t {
  squared_error,  // any finite target
  logistic,       // target in [0, 1], usually 0 or 1
};

// How a model's raw output becomes the target's scale.
enum class Link : std::uint8_t { identity, logistic };

// A choice of rows of one shared matrix. Spans must outlive the fit.
struct TrainingSet {
  const BinnedMatrix* matrix = nullptr;
  Objective objective = Objective::logistic;
  std::span<const double> target;   // one a matrix row; read on the chosen and held-out rows only
  std::span<const double> weights;  // one a matrix row, finite, >= 0; empty = all 1
  std::span<const std::uint32_t> rows;  // fitted rows, without repeats, at least one
  // Scored after every tree for early stopping; may be empty.
  std::span<const std::uint32_t> held_out;

  double weight(std::uint32_t row) const { return weights.empty() ? 1.0 : weights[row]; }
};

// When a boosted fit ends before its `trees`: after `patience` trees without a better held-out
// loss.
struct EarlyStopping {
  std::uint32_t patience = 0;  // 0 = never
};

}  // namespace clientele::trees
