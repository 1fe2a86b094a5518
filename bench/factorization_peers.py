#!/usr/bin/env python3
"""Implicit ALS beside implicit: same interactions, same objective, loss and time on one and two threads.

    OPENBLAS_NUM_THREADS=1 python bench/factorization_peers.py BUILD_DIR [--cholesky]
                                   needs numpy, scipy, implicit; target models_factorization_bench

30 000 users x 40 000 items, about 800 000 interactions: Zipf-like items, log-normal activity, 40 tastes.
implicit: c = alpha r, plain ridge; ours with alpha - 1 and exponent 0 is the same objective.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import scipy.sparse as sparse
from implicit.cpu.als import AlternatingLeastSquares

USERS, ITEMS, TASTES = 30_000, 40_000, 40
ALPHA, RIDGE, FACTORS, ITERATIONS = 20.0, 5.0, 50, 30


def generated_interactions(seed=3):
    rng = np.random.default_rng(seed)
    activity = np.maximum(1, rng.lognormal(2.9, 1.0, USERS)).astype(int)
    user = np.repeat(np.arange(USERS), activity)
    taste = rng.integers(0, TASTES, USERS)[user]
    popularity = (np.arange(ITEMS) + 5.0) ** -0.8
    of_taste = [rng.permutation(ITEMS) for _ in range(TASTES)]
    drawn = rng.choice(ITEMS, len(user), p=popularity / popularity.sum())
    item = np.where(rng.random(len(user)) < 0.7,
                    np.stack(of_taste)[taste, drawn], drawn)
    matrix = sparse.csr_matrix((np.ones(len(user), np.float32), (user, item)), shape=(USERS, ITEMS))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def loss_of(matrix, users, items):
    users, items = users.astype(float), items.astype(float)
    rows, columns = matrix.nonzero()
    scores = np.einsum("ij,ij->i", users[rows], items[columns])
    return (np.sum((users.T @ users) * (items.T @ items))
            + np.sum(ALPHA * (1 - scores) ** 2 - scores ** 2)
            + RIDGE * (np.sum(users ** 2) + np.sum(items ** 2)))


def report(name, threads, wall, cpu, loss):
    print(f"{name}, {threads} threads: wall {wall:.2f} s, cpu {cpu:.2f} s, loss {loss:.9g}", flush=True)


def train_implicit(matrix, use_cg, threads):
    model = AlternatingLeastSquares(factors=FACTORS, regularization=RIDGE, alpha=ALPHA,
                                    iterations=ITERATIONS, use_cg=use_cg, random_state=1,
                                    num_threads=threads)
    wall, cpu = time.perf_counter(), time.process_time()
    model.fit(matrix, show_progress=False)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    report(f"implicit {'CG' if use_cg else 'Cholesky'}", threads, wall, cpu,
           loss_of(matrix, model.user_factors, model.item_factors))


def train_ours(build, path):
    answer = subprocess.run(
        [build / "src/models_factorization_bench", "--benchmark_filter=als",
         "--benchmark_format=json"], capture_output=True, check=True,
        env={**os.environ, "CLIENTELE_INTERACTIONS": str(path),
             "CLIENTELE_ALS": f"{ALPHA - 1} {RIDGE} 0"})
    for run in json.loads(answer.stdout)["benchmarks"]:
        report("clientele", run["name"].split("/")[2], run["real_time"] / 1000,
               run["cpu_time"] / 1000, run["loss"])


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    matrix = generated_interactions()
    coordinates = matrix.tocoo()
    print(f"{matrix.nnz} interactions", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "interactions.u32"
        np.concatenate([[USERS, ITEMS, matrix.nnz], coordinates.row, coordinates.col]).astype(
            np.uint32).tofile(path)
        for threads in 1, 2:
            train_implicit(matrix, True, threads)
        train_ours(build, path)
        if "--cholesky" in sys.argv:
            train_implicit(matrix, False, 1)


if __name__ == "__main__":
    main()
