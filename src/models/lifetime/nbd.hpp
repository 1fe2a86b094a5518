// NBD: gamma distributed Poisson rates and nobody leaves; the limit of all purchase models.
//   L = (r)_x alpha^r (alpha+T)^-(r+x)
// Source: Ehrenberg (1959), Applied Statistics 8(1).
#pragma once

#include "models/lifetime/newton.hpp"
#include "models/lifetime/summary_table.hpp"

namespace clientele::lifetime {

// Log-likelihood in (ln r, ln alpha) with gradient and Hessian, on the table's clock.
Curve nbd_log_likelihood(const SummaryTable& table, const Weighting& weights,
                         const Vector& log_parameters);

}  // namespace clientele::lifetime
