"""Golden numbers of scikit-learn and SciPy for src/models/cluster.

Points are generated here, free of ties; the file names the versions that made it. Run with numpy,
SciPy and scikit-learn installed:  python make_golden.py
Each output line is `name,value,value,...`; matrices are row by row.
"""
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import linkage
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import (adjusted_rand_score, calinski_harabasz_score, davies_bouldin_score,
                             silhouette_score)
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import RobustScaler, StandardScaler

HERE = pathlib.Path(__file__).parent
ROWS = 150


def points():
    """Three overlapping clouds of unlike shape, in lexicographic order of the rows."""
    rng = np.random.default_rng(7)
    centres = np.array([[0, 0, 0], [4, 1, -1], [1, 5, 2]])
    shapes = np.array([[1, 0.6, 0.4], [0.7, 1.1, 0.9], [1.2, 0.5, 0.8]])
    cloud = np.repeat([0, 1, 2], ROWS // 3)
    x = centres[cloud] + rng.normal(size=(ROWS, 3)) * shapes[cloud]
    x[:, 2] += 0.5 * x[:, 0]
    return x[np.lexsort(x.T[::-1])]


def scores(name, x, labels):
    kept = labels >= 0
    yield f"{name}_labels", labels
    yield f"{name}_scores", [silhouette_score(x[kept], labels[kept]),
                             davies_bouldin_score(x[kept], labels[kept]),
                             calinski_harabasz_score(x[kept], labels[kept])]


def lines(x):
    yield "points", x
    yield "ward", linkage(x, "ward")
    yield "zscore", StandardScaler().fit_transform(x)
    yield "robust", RobustScaler().fit_transform(x)
    by_k = {}
    for k in range(2, 8):
        means = KMeans(k, n_init=50, random_state=1, tol=0, max_iter=1000).fit(x)
        by_k[k] = means.labels_
        yield f"kmeans{k}_inertia", [means.inertia_]
        yield from scores(f"kmeans{k}", x, means.labels_)
    yield "rand", [adjusted_rand_score(by_k[3], by_k[6]), adjusted_rand_score(by_k[2], by_k[3])]
    for k in range(1, 5):
        mixture = GaussianMixture(k, n_init=20, random_state=1, tol=1e-9, max_iter=5000).fit(x)
        yield f"mixture{k}", [mixture.score(x), mixture.bic(x)]
    for eps, least in ((0.6, 4), (0.8, 5), (1.2, 8)):
        found = DBSCAN(eps=eps, min_samples=least).fit(x)
        yield f"dbscan_{eps}_{least}", found.labels_
    yield from scores("noisy", x, DBSCAN(eps=0.8, min_samples=5).fit(x).labels_)


def main():
    with open(HERE / "clusters.csv", "w") as out:
        out.write(f"# make_golden.py; scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, "
                  f"numpy {np.__version__}\n")
        for name, values in lines(points()):
            out.write(f"{name},{','.join(repr(float(v)) for v in np.ravel(values))}\n")


main()
