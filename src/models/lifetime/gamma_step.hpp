// ln Gamma(z + d) - ln Gamma(z) and its derivatives, without the cancellation that the difference
// of two library values suffers where z is large.
#pragma once

namespace clientele::lifetime {

struct GammaStep {
  double value;   // ln Gamma(z + d) - ln Gamma(z)
  double first;   // psi(z + d) - psi(z)
  double second;  // psi'(z + d) - psi'(z)
};

// Requires: z > 0, d > 0. Stirling's series (Abramowitz, Stegun 6.1.41, 6.3.18, 6.4.12) from z = 20
// on, where its first term left out is below 2e-15; the library's functions below.
GammaStep gamma_step(double z, double d);

}  // namespace clientele::lifetime
