#!/usr/bin/env python3
"""TF-IDF beside scikit-learn: every weight compared, build and query timed on the same texts.

    python bench/text_peers.py BUILD_DIR     needs numpy, scikit-learn; targets models_text_{test,bench}

Texts: the products of $CLIENTELE_DATA/complete_journey_products.csv.gz, else skipped.
"""
import csv
import gzip
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

REPETITIONS = 5
CELL = np.dtype([("row", "<u4"), ("term", "<u4"), ("weight", "<f8")])


def timed(work):
    results = []
    for _ in range(REPETITIONS):
        wall, cpu = time.perf_counter(), time.process_time()
        value = work()
        results.append((time.perf_counter() - wall, time.process_time() - cpu))
    return value, np.median(results, axis=0) * 1e3


def compare(build, folder, texts, ngram_max):
    vectorizer = TfidfVectorizer(ngram_range=(1, ngram_max))
    matrix, (wall, cpu) = timed(lambda: vectorizer.fit_transform(texts))
    print(f"scikit-learn build ({ngram_max}): wall {wall:.0f} ms, cpu {cpu:.0f} ms, "
          f"{matrix.shape[1]} terms, {matrix.nnz} weights", flush=True)
    transposed = matrix.T.tocsc()
    rows = iter(range(0, len(texts), 7_919))

    def query():
        scores = (matrix[next(rows)] @ transposed).toarray().ravel()
        return np.argpartition(scores, -50)[-50:]

    _, (wall, cpu) = timed(query)
    print(f"X[q] @ X.T + top 50 ({ngram_max}): wall {wall:.2f} ms, cpu {cpu:.2f} ms", flush=True)
    cells = np.zeros(matrix.nnz, CELL)
    coordinates = matrix.tocoo()
    cells["row"], cells["term"], cells["weight"] = coordinates.row, coordinates.col, coordinates.data
    cells.tofile(folder / "cells.bin")
    names = [*vectorizer.get_feature_names_out(), str(ngram_max)]
    (folder / "terms.txt").write_text("\n".join(names) + "\n")
    subprocess.run([build / "src/models_text_test", "--gtest_filter=PeerRows.*", "--gtest_brief=1"],
                   env={**os.environ, "CLIENTELE_TEXT_PEER": str(folder)}, check=True)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    data = pathlib.Path(os.environ.get("CLIENTELE_DATA", "../shared/data"))
    path = data / "complete_journey_products.csv.gz"
    if not path.exists():
        sys.exit(f"skipped: no {path.name}; set CLIENTELE_DATA")
    with gzip.open(path, "rt") as file:
        products = list(csv.reader(file))[1:]
    texts = [" ".join(field for field in row[2:] if field != "NA") for row in products]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "texts.txt").write_text("\n".join(texts) + "\n")
        for ngram_max in (1, 2):
            compare(build, folder, texts, ngram_max)
        subprocess.run([build / "src/models_text_bench", f"--benchmark_repetitions={REPETITIONS}",
                        "--benchmark_report_aggregates_only=true"],
                       env={**os.environ, "CLIENTELE_TEXTS": str(folder / "texts.txt")}, check=True)


if __name__ == "__main__":
    main()
