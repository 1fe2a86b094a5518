// The Kullback-Leibler split criterion of uplift trees, as causalml publishes it.
//
// p_g = (n_g1 + parent_g r) / (n_g + r) for arms g with more than min_arm rows, else parent_g
// D = KL(p_T || p_C), p_C within [1e-6, 1 - 1e-6], 0 where p_C = 0
// gain = share D_child + (1 - share) D_other - D_node, over the normalisation
//   a H(nT/n, nC/n) KL(sT || sC) + (1 - a) H(nT/n, nC/n) KL(sT || sC) + nT/n H(sT) + nC/n H(sC) +
//   1/2
// with s_g = n_g,child / (n_g + 0.1), H(p) = -p log p, H(p, q) = -p log q, a = 0.9. Only one child
// enters the normalisation, as published. Sources: Rzepakowski, Jaroszewicz (2012), "Decision
// trees for uplift modeling with single and multiple treatments"; causalml uplift.pyx.
#pragma once

namespace clientele::uplift {

struct ArmCounts {
  double treated = 0;
  double treated_positive = 0;
  double control = 0;
  double control_positive = 0;

  double rows() const { return treated + control; }
};

struct ArmRates {
  double treated = 0;
  double control = 0;
};

struct Regularisation {
  double strength = 100;  // r: rows that the parent's rate counts for
  double min_arm = 10;
};

ArmRates regularised(const ArmCounts& counts, const ArmRates& parent, const Regularisation& rules);

double divergence(double p, double q);

// Gain of splitting `node` (whose rates are `rates`) into `child` and the rest.
// Requires: both sides hold rows of the node, both arms are in it.
double normalised_gain(const ArmCounts& node, const ArmRates& rates, const ArmCounts& child,
                       const Regularisation& rules);

}  // namespace clientele::uplift
