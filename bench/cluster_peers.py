"""Our clusterings beside fastcluster, SciPy and scikit-learn: same points, one run.

    OMP_NUM_THREADS=1 python bench/cluster_peers.py --bench build/release/src/models_cluster_bench

Needs numpy, SciPy, scikit-learn and fastcluster. Points are like a shop's customers: recency, log
orders, log spend, further normal columns, z-scored. Peers run on one thread; figures are CPU
seconds. Answers are checked: sums of heights, inertia and likelihood at each k. --large adds the
200 000 customers, where the peers take minutes.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

import fastcluster
import numpy as np
import sklearn
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture

KS = range(2, 11)


def points(n, d):
    rng = np.random.default_rng(1)
    orders = 1 + rng.poisson(4 * rng.gamma(0.6, size=n))
    spend = orders * np.exp(3 + 0.8 * rng.normal(size=n))
    x = np.column_stack([rng.exponential(size=n), np.log(orders), np.log(spend)])
    if d > 3:
        x = np.column_stack([x, rng.normal(size=(n, d - 3))])
    return (x - x.mean(0)) / x.std(0)


def cpu(work):
    start = time.process_time()
    answer = work()
    return time.process_time() - start, answer


def ours(bench, folder, pattern):
    done = subprocess.run(
        [bench, f"--benchmark_filter={pattern}", "--benchmark_format=json"],
        env={**os.environ, "CLIENTELE_CLUSTER_DATA": str(folder)}, capture_output=True, check=True)
    return json.loads(done.stdout)["benchmarks"][0]


def line(name, mine, theirs, check):
    print(f"{name:34} ours {mine / 1000:8.3f} s CPU   peer {theirs:8.2f} s CPU   "
          f"{theirs / mine * 1000:7.1f} x   {check}", flush=True)


def ward(bench, folder, x):
    n, d = x.shape
    mine = ours(bench, folder, f"Ward/{n}/{d}/1/|Ward/{n}/{d}/2/")
    seconds, tree = cpu(lambda: fastcluster.linkage_vector(x, "ward"))
    away = abs(mine["heights"] / tree[:, 2].sum() - 1)
    line(f"Ward {n} x {d} (fastcluster)", mine["cpu_time"], seconds, f"heights differ {away:.1e}")


def silhouettes(bench, folder, x, labels):
    n, d = x.shape
    mine = ours(bench, folder, f"Silhouettes/{n}/{d}/")
    seconds, _ = cpu(lambda: silhouette_score(x, labels))
    line(f"silhouette {n} x {d}, 36 labellings", mine["cpu_time"], 36 * seconds,
         "peer: one labelling x 36")


def sweeps(bench, folder, x, mixture_starts):
    n, d = x.shape
    mine = ours(bench, folder, f"KMeansSweep/{n}/{d}/")
    seconds, peers = cpu(lambda: [KMeans(k, n_init=10, random_state=1).fit(x) for k in KS])
    worst = max(mine[f"k{k}"] / peer.inertia_ - 1 for k, peer in zip(KS, peers))
    line(f"K-Means {n} x {d}, n_init 10", mine["cpu_time"], seconds, f"inertia at most {worst:+.1e}")
    mine = ours(bench, folder, f"MixtureSweep/{n}/{d}/")
    peer = lambda k: GaussianMixture(k, n_init=mixture_starts, random_state=1).fit(x).score(x)
    seconds, peers = cpu(lambda: [peer(k) for k in KS])
    worst = min((mine[f"k{k}"] - peer) / abs(peer) for k, peer in zip(KS, peers))
    line(f"mixtures {n} x {d}, n_init {mixture_starts}", mine["cpu_time"], seconds,
         f"likelihood at least {worst:+.1e}")
    mine = ours(bench, folder, f"Dbscan/{n}/{d}/")
    seconds, found = cpu(lambda: DBSCAN(eps=0.3, min_samples=10).fit(x))
    noise = int((found.labels_ < 0).sum())
    line(f"DBSCAN {n} x {d}", mine["cpu_time"], seconds, f"noise {mine['noise']:.0f} / {noise}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bench", required=True)
    options.add_argument("--large", action="store_true")
    options.add_argument("--mixture-starts", type=int, default=1)
    chosen = options.parse_args()
    print(f"scikit-learn {sklearn.__version__}, fastcluster {fastcluster.__version__}")
    sizes = [(40_000, 3), (40_000, 8)] + ([(200_000, 3)] if chosen.large else [])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for n, d in sizes:
            x = points(n, d)
            x.tofile(folder / f"points_{n}_{d}.bin")
            ward(chosen.bench, folder, x)
            if d > 3:
                continue
            sweeps(chosen.bench, folder, x, chosen.mixture_starts)
            if n <= 40_000:
                silhouettes(chosen.bench, folder, x, KMeans(4, random_state=1).fit_predict(x))


main()
