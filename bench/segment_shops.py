"""Why customer_segmentation tries k from 3 and takes logarithms of all features but recency: forty
made-up shops with known kinds of customers, K-Means, k chosen by silhouette.

    OMP_NUM_THREADS=1 python bench/segment_shops.py

Needs numpy and scikit-learn; a minute. The defaults were chosen on these shops, not on the demo's.
"""
import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

SHOPS, CUSTOMERS, DAYS = 40, 900, 730
RECENCY = 4


def shop(seed):
    """Features (total, orders, mean order, products, days since the last order) and kinds."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(3, 7)
    kind_of = rng.choice(kinds, CUSTOMERS, p=rng.dirichlet(np.full(kinds, 5.0)))
    orders_a_year = np.exp(rng.uniform(np.log(0.7), np.log(40), kinds))
    order_value = np.exp(rng.uniform(np.log(12), np.log(400), kinds))
    lapsed = rng.random(kinds) < 0.3
    rate_shape = rng.uniform(4, 30, kinds)
    value_spread = rng.uniform(0.15, 0.5, kinds)
    assortment = rng.integers(2, 40, kinds)
    rows = []
    for kind in kind_of:
        joined = rng.uniform(0, DAYS / 2) if rng.random() < 0.3 else 0
        silence = rng.uniform(150, 450) if lapsed[kind] else 0
        if not lapsed[kind] and rng.random() < 0.1:
            silence = rng.uniform(92, 150)
        span = max(DAYS - silence - joined, 20)
        rate = orders_a_year[kind] / 365 * rng.gamma(rate_shape[kind]) / rate_shape[kind]
        orders = 1 + rng.poisson(rate * span)
        last = rng.uniform(joined, joined + span, orders).max()
        values = order_value[kind] * np.exp(rng.normal(0, value_spread[kind], orders))
        lines = orders + rng.poisson(0.7 * orders)
        products = len(set(rng.integers(0, assortment[kind], lines)))
        rows.append((values.sum(), orders, values.mean(), products, int(DAYS - last)))
    return np.array(rows), kind_of


def all_but_recency(features):
    logs = np.log1p(features)
    logs[:, RECENCY] = features[:, RECENCY]
    return logs


def chosen(features, kind_of, least_k):
    scaled = (features - features.mean(0)) / features.std(0)
    tried = []
    for k in range(2, 9):
        labels = KMeans(k, n_init=3, random_state=0).fit_predict(scaled)
        tried.append((silhouette_score(scaled, labels), adjusted_rand_score(kind_of, labels), k))
    return [max(t for t in tried if t[2] >= least)[1] for least in least_k]


def main():
    columns = {"z-scores": lambda x: x, "logarithms": np.log1p, "... but recency": all_but_recency}
    for name, transform in columns.items():
        found = []
        for seed in range(SHOPS):
            features, kind_of = shop(seed)
            found.append(chosen(transform(features), kind_of, (2, 3)))
        two, three = np.array(found).T
        print(f"{name:16} adjusted Rand from k = 2: {two.mean():.3f}   from 3: {three.mean():.3f}"
              f"   better with 3 in {(three > two).sum()}, worse in {(three < two).sum()}", flush=True)


main()
