"""Whole requests of segmentation: segment_requests.py CLIENTELE [CLUSTER_BENCH].

Wall and CPU seconds: the dendrogram of 60 000 customers over loopback; 200 000 customers with six
features from a file, with sampled and with exact silhouettes; Online Retail from raw orders
(CLIENTELE_DATA, default ../shared/data; left out when absent). With CLUSTER_BENCH also the peak
memory of the exact Ward tree beside its input. Needs numpy.
"""
import gzip
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import numpy as np

PORT = 18481
DATA = pathlib.Path(os.environ.pop("CLIENTELE_DATA", "../shared/data"))  # unknown to the program


def customers(n):
    rng = np.random.default_rng(1)
    orders = 1 + rng.negative_binomial(0.6, 0.13, n)
    value = np.exp(rng.normal(3, 0.8, n))
    return {"recency_days": rng.exponential(60, n).astype(int), "visit_frequency": orders,
            "avg_ticket": value.round(2), "purchase_total": (orders * value).round(2),
            "product_diversity": 1 + rng.poisson(orders * 0.8),
            "loyalty_score": rng.beta(2, 3, n).round(3)}


def features_form(n, silhouette):
    columns = customers(n)
    return {"silhouette": silhouette, "data": [
        {"customer_id": f"C{i}", "features": {name: column[i].item() for name, column in columns.items()}}
        for i in range(n)]}


def customers_form(n):
    columns = customers(n)
    rng = np.random.default_rng(2)
    return {"customers": [
        {"id": f"C{i}", "frequency": columns["visit_frequency"][i].item(),
         "amount_spent": columns["purchase_total"][i].item(),
         "product_types": [f"type {t}" for t in rng.integers(0, 40, rng.integers(1, 6))]}
        for i in range(n)]}


def spent(work):
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin, before = time.perf_counter(), usage.ru_utime + usage.ru_stime
    work()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime - before


def call(name, program, endpoint, file, *words):
    wall, cpu = spent(lambda: subprocess.run([program, "call", endpoint, file, *words, "--json"],
                                             check=True, stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL))
    print(f"{name}: {wall:.2f} s wall, {cpu:.2f} s CPU", flush=True)


def dendrogram(program, folder):
    body = json.dumps(customers_form(60_000)).encode()
    store = f"--store-path={folder}/store.sqlite"
    made = subprocess.run([program, "key", "create", "--tenant", "bench", store], check=True,
                          capture_output=True, text=True).stdout.split()
    key, secret = [word for word in made if len(word) >= 30][:2]
    server = subprocess.Popen([program, "serve", store, f"--http-port={PORT}"],
                              stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        for _ in range(3):
            request = urllib.request.Request(
                f"http://127.0.0.1:{PORT}/api/v1/ai/purchasing_segmentation_dendrogram", data=body,
                headers={"Content-Type": "application/json", "X-Customer-Api-Id": key,
                         "X-Secret": secret})
            begin = time.perf_counter()
            with urllib.request.urlopen(request) as answer:
                size = len(answer.read())
            print(f"dendrogram of 60 000 over loopback: {time.perf_counter() - begin:.2f} s wall, "
                  f"{len(body)} bytes in, {size} out", flush=True)
    finally:
        server.terminate()
        server.wait()


def online_retail(program, folder):
    packed = DATA / "online_retail.csv.gz"
    if not packed.exists():
        print("Online Retail is not there: left out")
        return
    plain = folder / "online_retail.csv"
    with gzip.open(packed) as source, plain.open("wb") as target:
        shutil.copyfileobj(source, target)
    words = ["--customers-from", "CustomerID", "--map", "date=InvoiceDate", "--map",
             "amount=Quantity*UnitPrice", "--map", "transaction_id=InvoiceNo", "--map",
             "product_id=StockCode", "--where", "Quantity>0", "--where", "UnitPrice>0", "--where",
             "CustomerID>0", "--today", "2011-12-10"]
    for _ in range(2):
        call("Online Retail from CSV", program, "customer_segmentation", plain, *words)


def memory(bench):
    code = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
            "capture_output=True); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)")
    for n, d in ((40_000, 3), (60_000, 3), (200_000, 3), (40_000, 8)):
        peak = subprocess.run([sys.executable, "-c", code, bench, f"--benchmark_filter=Ward/{n}/{d}/2/",
                               "--benchmark_min_time=0.01"], check=True, capture_output=True, text=True)
        print(f"Ward {n} x {d}: peak of the whole process {peak.stdout.strip()} MB, "
              f"input {n * d * 8 / 1e6:.1f} MB", flush=True)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        dendrogram(program, folder)
        online_retail(program, folder)
        if len(sys.argv) > 2:
            memory(sys.argv[2])
        for silhouette in ("sampled", "exact"):
            file = folder / "features.json"
            file.write_text(json.dumps(features_form(200_000, silhouette)))
            call(f"200 000 x 6, {silhouette} silhouettes", program, "purchasing_segmentation", file)


main()
