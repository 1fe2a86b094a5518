// The axes in which the Gram matrix of factors is diagonal.
#pragma once

#include <cstddef>
#include <vector>

#include "base/parallel.hpp"
#include "models/factorization/factor_matrix.hpp"

namespace clientele::factorization {

// An orthogonal matrix Q with diagonal Q' (sum y y') Q.
struct PrincipalAxes {
  std::vector<float> diagonal;   // >= 0, ascending
  std::vector<float> direction;  // Q: dims rows as long as those of the factors
};

// Of the rows y of `factors`. Not finite where these are not. Complexity: O(rows d^2 + d^3).
PrincipalAxes principal_axes(const FactorMatrix& factors, std::size_t threads);

// Replaces these rows by Q'y. Rotating users and items alike changes no score.
void rotate(const PrincipalAxes& axes, Range rows, FactorMatrix& factors);
void rotate(const PrincipalAxes& axes, std::size_t threads, FactorMatrix& factors);

// sum y y' over all rows: dims x dims, in double precision, the same bits on any number of threads.
std::vector<double> gram_of(const FactorMatrix& factors, std::size_t threads);

}  // namespace clientele::factorization
