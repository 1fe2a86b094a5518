"""Reference numbers of models/uplift: python make_golden.py, in this folder.

qini.csv: scores with ties; expected qini of scikit-uplift 0.5.1 (qini_auc_score) in qini_expected.csv.
kl_gain.csv: normalised KL gains by the formula of causalml's uplift.pyx (commit f7007c9), written out
here once more in plain Python. Made with numpy 2 and scikit-learn 1.
"""
import csv
import math
import random

import numpy as np
from sklift.metrics import qini_auc_score


def kl(p, q):
    if q == 0:
        return 0.0
    q = min(max(q, 1e-6), 1 - 1e-6)
    if p == 0:
        return -math.log(1 - q)
    if p == 1:
        return -math.log(q)
    return p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))


def entropy(p, q=-1):
    if q == -1:
        return -p * math.log(p) if p > 0 else 0.0
    return -p * math.log(q) if q > 0 else 0.0


def rate(positive, n, parent, strength=100, least=10):
    return (positive + parent * strength) / (n + strength) if n > least else parent


def gain(node, child):
    """node, child: (treated, treated positive, control, control positive)."""
    parent = (node[1] / node[0], node[3] / node[2])
    other = [a - b for a, b in zip(node, child)]
    total, share = node[0] + node[2], (child[0] + child[2]) / (node[0] + node[2])
    divergence = [kl(rate(part[1], part[0], parent[0]), rate(part[3], part[2], parent[1]))
                  for part in (child, other)]
    raw = share * divergence[0] + (1 - share) * divergence[1] - kl(*parent)
    in_child = (child[0] / (node[0] + 0.1), child[2] / (node[2] + 0.1))
    arms = (node[0] / total, node[2] / total)
    spread = entropy(arms[0], arms[1]) * kl(*in_child)
    norm = (0.9 * spread + 0.1 * spread + arms[0] * entropy(in_child[0])
            + arms[1] * entropy(in_child[1]) + 0.5)
    return raw / norm


def main():
    random.seed(5)
    with open("kl_gain.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow("t tp c cp child_t child_tp child_c child_cp gain".split())
        for _ in range(60):
            t, c = random.randint(30, 900), random.randint(30, 900)
            tp, cp = random.randint(0, t), random.randint(1, c)
            ct, cc = random.randint(1, t - 1), random.randint(1, c - 1)
            ctp = random.randint(max(0, ct - (t - tp)), min(ct, tp))
            ccp = random.randint(max(0, cc - (c - cp)), min(cc, cp))
            node, child = (t, tp, c, cp), (ct, ctp, cc, ccp)
            out.writerow([*node, *child, repr(gain(node, child))])
    rng = np.random.default_rng(5)
    with open("qini.csv", "w", newline="") as file, open("qini_expected.csv", "w") as expected:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["case", "score", "treatment", "outcome"])
        expected.write("case,qini\n")
        for case in range(5):
            n = 120
            score = np.round(rng.normal(size=n), 1 if case % 2 else 6)
            treatment = rng.integers(0, 2, n)
            outcome = (rng.random(n) < 0.3 + 0.2 * treatment * (score > 0)).astype(int)
            for row in zip(score, treatment, outcome):
                out.writerow([case, *map(float, row[:1]), *map(int, row[1:])])
            expected.write(f"{case},{qini_auc_score(outcome, score, treatment)!r}\n")


main()
