// Polynomials of autoregressive moving-average models.
// An AR polynomial is 1 - phi_1 B - ... - phi_p B^p, an MA polynomial 1 + theta_1 B + ...; vectors
// hold the coefficients of B, B^2, ...
// Source: Barndorff-Nielsen, Schou (1973); Monahan (1984); Brockwell, Davis (1991), chapter 3.
// Complexity: O(p^2) each.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clientele::forecast {

// AR coefficients with the given partial autocorrelations (stationary if all are inside (-1, 1)).
std::vector<double> ar_from_partial(std::span<const double> partial);

// The inverse; empty if some partial autocorrelation is not inside (-1, 1), i.e. not stationary.
std::vector<double> partial_from_ar(std::span<const double> phi);

// Whether all roots of 1 - phi_1 z - ... lie outside the circle of that radius.
bool roots_outside(std::span<const double> phi, double radius);

// Coefficients of (1 - a_1 B - ...)(1 - A_1 B^m - ...).
std::vector<double> seasonal_product(std::span<const double> a, std::span<const double> seasonal,
                                     std::size_t m);

// Autocovariances 0..lags of (1 - phi B...) y = (1 + theta B...) e with var e = 1. Empty if not
// stationary.
std::vector<double> autocovariances(std::span<const double> phi, std::span<const double> theta,
                                    std::size_t lags);

// psi_0 = 1, ..., psi_{count-1}: y = sum psi_j e_{t-j}.
std::vector<double> psi_weights(std::span<const double> phi, std::span<const double> theta,
                                std::size_t count);

}  // namespace clientele::forecast
