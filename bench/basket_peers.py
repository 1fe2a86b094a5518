#!/usr/bin/env python3
"""Basket counting beside SciPy, and equality with NumPy on the Groceries baskets.

    python bench/basket_peers.py BUILD_DIR        needs numpy, scipy; targets models_basket_{test,bench}

Speed: 250 000 generated orders over 5 000 items (Zipf-like popularity, lines that go together), the
same file for both. SciPy computes X.T @ X alone; ours counts and computes confidence and lift of
every pair that exists. Equality: every cell of five measures on $CLIENTELE_DATA/groceries.csv.gz.
"""
import gzip
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import scipy.sparse as sparse

REPETITIONS = 7


def generated_orders(orders=250_000, items=5_000, seed=7):
    rng = np.random.default_rng(seed)
    sizes = 1 + rng.poisson(3, orders)
    popularity = (np.arange(items) + 10.0) ** -0.9
    codes = rng.choice(items, sizes.sum(), p=popularity / popularity.sum())
    offsets = np.r_[0, np.cumsum(sizes)]
    first = np.repeat(codes[offsets[:-1]], sizes)
    line = np.arange(len(codes)) - np.repeat(offsets[:-1], sizes)
    related = first // 50 * 50 + rng.integers(0, 50, len(codes))
    codes = np.where(line % 3 == 1, related, codes)
    return offsets.astype(np.uint32), rng.permutation(items)[codes].astype(np.uint32), items


def incidence(offsets, codes, items, dtype):
    matrix = sparse.csr_matrix((np.ones(len(codes), dtype), codes.astype(np.int32),
                                offsets.astype(np.int64)), shape=(len(offsets) - 1, items))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def speed(build, folder):
    offsets, codes, items = generated_orders()
    path = folder / "orders.u32"
    header = np.array([len(offsets) - 1, len(codes), items], np.uint32)
    np.concatenate([header, offsets, codes]).tofile(path)
    matrix = incidence(offsets, codes, items, np.float32)
    times = []
    for _ in range(REPETITIONS):
        wall, cpu = time.perf_counter(), time.process_time()
        product = matrix.T @ matrix
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = np.median(times, axis=0) * 1e3
    print(f"scipy X.T @ X        wall {wall:7.1f} ms  cpu {cpu:7.1f} ms  "
          f"pairs {(product.nnz - np.count_nonzero(product.diagonal())) // 2}")
    n = len(offsets) - 1
    support = product.diagonal()
    product = product.tocoo()
    lifts = (n * product.data / (support[product.row] * support[product.col].astype(float)))
    print(f"sum of lifts (scipy) {lifts[product.row != product.col].sum():.6g}")
    subprocess.run([build / "src/models_basket_bench", f"--benchmark_repetitions={REPETITIONS}",
                    "--benchmark_report_aggregates_only=true"],
                   env={**os.environ, "CLIENTELE_ORDERS": str(path)}, check=True)


def groceries(build, folder, data):
    with gzip.open(data, "rt") as file:
        baskets = [sorted(set(line.strip().split(","))) for line in file if line.strip()]
    names = sorted({name for basket in baskets for name in basket})
    code = {name: at for at, name in enumerate(names)}
    codes = np.array([code[name] for basket in baskets for name in basket], np.uint32)
    offsets = np.r_[0, np.cumsum([len(basket) for basket in baskets])].astype(np.uint32)
    matrix = incidence(offsets, codes, len(names), np.int64)
    together = (matrix.T @ matrix).toarray().astype(float)
    n, support = float(len(baskets)), together.diagonal().copy()
    row, column = support[:, None], support[None, :]

    def information(cell, a, b):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(cell > 0, cell * np.log(n * cell / (a * b)), 0.0)

    llr = 2 * (information(together, row, column) + information(row - together, row, n - column)
               + information(column - together, n - row, column)
               + information(n - row - column + together, n - row, n - column))
    llr = np.where(n * together < row * column, -llr, llr)
    measures = {"support": together / n, "confidence": together / row,
                "lift": n * together / (row * column),
                "jaccard": together / (row + column - together), "llr": llr}
    for name, values in measures.items():
        np.ascontiguousarray(values, np.float64).tofile(folder / f"{name}.f64")
    offsets.tofile(folder / "offsets.u32")
    codes.tofile(folder / "items.u32")
    i, j = code["mayonnaise"], code["mustard"]
    print("mayonnaise -> mustard", {name: round(v[i, j], 6) for name, v in measures.items()})
    subprocess.run([build / "src/models_basket_test", "--gtest_filter=Groceries.*",
                    "--gtest_brief=1"],
                   env={**os.environ, "CLIENTELE_BASKET_PEER": str(folder)}, check=True)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    data = pathlib.Path(os.environ.get("CLIENTELE_DATA", "../shared/data")) / "groceries.csv.gz"
    with tempfile.TemporaryDirectory() as folder:
        if data.exists():
            groceries(build, pathlib.Path(folder), data)
        else:
            print(f"skipped: no {data.name}; set CLIENTELE_DATA")
        speed(build, pathlib.Path(folder))


if __name__ == "__main__":
    main()
