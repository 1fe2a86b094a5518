#!/usr/bin/env python3
"""Recommendations beside implicit: quality on real orders, exact search and bulk lists in one run.

    OPENBLAS_NUM_THREADS=1 python bench/recommend_peers.py BUILD_DIR [quality|search]
                      needs numpy, pandas, scipy, implicit; targets clientele, numeric_bench

Quality: Online Retail, each customer's last invoice held out; customers with something new in it are
ranked over all items that are new to them. implicit's models are tuned on that very split, ours sees
only the earlier invoices and chooses on a split of its own. About two minutes of CPU.
Search: top 20 of 50-dimensional Gaussian factors, dot product.
"""
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd
import scipy.sparse as sparse
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, TFIDFRecommender

DISCOUNTS = 1 / np.log2(np.arange(10) + 2)


def orders(path):
    frame = pd.read_csv(path)
    frame = frame[frame.CustomerID.notna() & (frame.Quantity > 0)
                  & ~frame.InvoiceNo.astype(str).str.startswith("C")].copy()
    frame["at"] = pd.to_datetime(frame.InvoiceDate)
    frame["user"] = frame.CustomerID.astype(int)
    frame["item"] = frame.StockCode.astype(str)
    frame = frame.sort_values(["user", "at", "InvoiceNo"], kind="stable")
    invoices = frame.groupby("user").InvoiceNo
    is_last = (frame.InvoiceNo == invoices.transform("last")) & (invoices.transform("nunique") > 1)
    return frame, frame[~is_last], frame[is_last]


def ndcg(lists, wanted):
    values = []
    for user, items in wanted.items():
        hits = np.array([item in items for item in lists[user][:10]], float)
        values.append((hits * DISCOUNTS[:len(hits)]).sum() / DISCOUNTS[:min(10, len(items))].sum())
    return np.mean(values)


def quality(build, data):
    path = data / "online_retail.csv.gz"
    if not path.exists():
        return print(f"skipped: no {path.name}; set CLIENTELE_DATA")
    everything, training, last = orders(path)
    seen = training.groupby("user").item.agg(set)
    wanted = {user: new for user, items in last.groupby("user").item.agg(set).items()
              if (new := items - seen[user])}
    users, items = sorted(seen.index), sorted(everything.item.unique())
    row = {user: at for at, user in enumerate(users)}
    column = {item: at for at, item in enumerate(items)}
    counts = sparse.csr_matrix(
        (np.ones(len(training), np.float32), (training.user.map(row), training.item.map(column))),
        shape=(len(users), len(items)))
    counts.sum_duplicates()
    binary = counts.copy()
    binary.data[:] = 1
    rows = np.array([row[user] for user in wanted])

    def measured(scores_of):
        lists = {}
        for part in np.array_split(np.arange(len(rows)), 8):
            scores = np.array(scores_of(rows[part]), np.float32)
            scores[binary[rows[part]].nonzero()] = -np.inf
            for user, order in zip(np.array(list(wanted))[part], np.argsort(-scores, axis=1)):
                lists[user] = [items[at] for at in order[:10]]
        return ndcg(lists, wanted)

    popularity = np.asarray(binary.sum(0)).ravel()
    results = {"popularity": measured(lambda part: np.tile(popularity, (len(part), 1)))}
    for kind, (name, matrix), k in itertools.product(
            (TFIDFRecommender, BM25Recommender), (("binary", binary), ("counts", counts)),
            (20, 50, 100, 200)):
        model = kind(K=k)
        model.fit(matrix.copy(), show_progress=False)
        similarity = model.similarity.tocsr()
        results[f"{kind.__name__} K={k} {name}"] = measured(
            lambda part: (matrix[part] @ similarity).toarray())
    for factors, alpha, ridge in itertools.product((50, 128), (1, 5), (1, 10, 50)):
        model = AlternatingLeastSquares(factors=factors, alpha=alpha, regularization=ridge,
                                        random_state=1, num_threads=1)
        model.fit(binary, show_progress=False)
        results[f"ALS f={factors} alpha={alpha} reg={ridge}"] = measured(
            lambda part: model.user_factors[part] @ model.item_factors.T)
    for kind in ("popularity", "TFIDF", "BM25", "ALS"):
        best = max((value, name) for name, value in results.items() if name.startswith(kind))
        print(f"implicit {best[1]}: NDCG@10 {best[0]:.5f}", flush=True)

    names = everything.groupby("item").Description.first()
    once = training.assign(day=training["at"].dt.date.astype(str)).drop_duplicates(
        ["user", "item", "day"])
    request = {"items": [{"item_id": item, "metadata": str(names[item])} for item in items],
               "user_ids": [str(user) for user in wanted],
               "interactions": [{"user_id": str(user), "item_id": item, "date": day}
                                for user, item, day in zip(once.user, once.item, once.day)]}
    # clientele takes every CLIENTELE_ variable for a setting and refuses unknown ones.
    environment = {name: value for name, value in os.environ.items() if name != "CLIENTELE_DATA"}
    with tempfile.TemporaryDirectory() as folder:
        for algorithm in ("als", "ease", "content", "auto"):
            body = pathlib.Path(folder) / "body.json"
            body.write_text(json.dumps({**request, "algorithm": algorithm}))
            wall = time.perf_counter()
            call = subprocess.run(
                [build / "clientele", "call", "bulk_recommend_user_items", body, "--json"],
                capture_output=True, text=True, env=environment)
            wall = time.perf_counter() - wall
            if call.returncode != 0:
                sys.exit(f"clientele {algorithm}: {call.stderr.strip()}")
            answer = json.loads(call.stdout)
            lists = {int(user): [entry["item_id"] for entry in entries]
                     for user, entries in answer["results"].items()}
            print(f"clientele {algorithm} ({answer['model_info']['algorithm']}): "
                  f"NDCG@10 {ndcg(lists, wanted):.5f}, whole call {wall:.2f} s", flush=True)


def search(build):
    rng = np.random.default_rng(1)
    for items, users in ((100_000, 2_000), (1_000_000, 200)):
        model = AlternatingLeastSquares(factors=50, num_threads=2)
        model.item_factors = rng.standard_normal((items, 50), np.float32)
        model.user_factors = rng.standard_normal((users, 50), np.float32)
        empty = sparse.csr_matrix((users, items), dtype=np.float32)

        def one(user):
            model.recommend(user, empty[user], N=20, filter_already_liked_items=False)

        one(0)
        times = []
        for user in range(30):
            cpu = time.process_time()
            one(user)
            times.append(time.process_time() - cpu)
        print(f"implicit recommend, {items} items: cpu {1e3 * np.median(times):.2f} ms", flush=True)
        wall, cpu = time.perf_counter(), time.process_time()
        model.recommend(np.arange(users), empty, N=20, filter_already_liked_items=False)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"implicit recommend in bulk: {users / wall:.0f} users/s, {users / cpu:.0f} users a "
              "CPU second", flush=True)
    subprocess.run([build / "src/numeric_bench", "--benchmark_filter=top_20|bulk"], check=True)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    parts = sys.argv[2:] or ["search", "quality"]
    if "search" in parts:
        search(build)
    if "quality" in parts:
        quality(build, pathlib.Path(os.environ.get("CLIENTELE_DATA", "../shared/data")))


if __name__ == "__main__":
    main()
