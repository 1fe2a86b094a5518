"""CPU milliseconds of the report endpoints on 50 000 customers: measure.py CLIENTELE [RUNS].

Makes its own segmentation (six clusters, a binary tree), serves it once, posts it RUNS times and
prints the median of the server's CPU time a request, and the sizes.
"""
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request


def segmentation(customers: int, clusters: int) -> dict:
    draw = random.Random(3)
    rows, labels = [], {}
    for i in range(customers):
        cluster = draw.randrange(clusters)
        labels[f"C{i}"] = cluster
        rows.append({"id": f"C{i}", "frequency": draw.randint(1, 5 + 3 * cluster),
                     "amount_spent": round(draw.lognormvariate(4 + cluster * 0.15, 1), 2),
                     "product_types": [f"category {cluster * 7 + draw.randrange(60)}"
                                       for _ in range(draw.randint(0, 5))]})
    open_nodes = [(i, 1) for i in sorted(range(customers), key=lambda i: labels[f"C{i}"])]
    merges, distance = [], 1.0
    while len(open_nodes) > 1:
        merged = []
        for left, right in zip(open_nodes[::2], open_nodes[1::2]):
            size = left[1] + right[1]
            pair = sorted((left[0], right[0]))
            merged.append((customers + len(merges), size))
            merges.append([*pair, distance, size])
            distance += 0.01
        open_nodes = merged + open_nodes[len(open_nodes) // 2 * 2:]
        distance *= 1.6
    return {"customers": rows, "labels": labels,
            "dendrogram": {"linkage_matrix": merges, "leaf_labels": [f"C{i}" for i in range(customers)]}}


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    program, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20
    body = json.dumps(segmentation(50_000, 6)).encode()
    with tempfile.TemporaryDirectory() as folder:
        store = f"--store-path={folder}/store.sqlite"
        key = subprocess.run([program, "key", "create", "--tenant", "bench", store], check=True,
                             capture_output=True, text=True).stdout.split()
        words = [word for word in key if len(word) >= 30]
        server = subprocess.Popen([program, "serve", store, "--http-port=18479"],
                                  stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            for name in ("segmentation_report_json", "segmentation_report_json_i18n",
                         "segmentation_report_pdf"):
                wall, size, before = [], 0, cpu_seconds(server.pid)
                for _ in range(runs):
                    request = urllib.request.Request(
                        f"http://127.0.0.1:18479/api/v1/ai/{name}", data=body,
                        headers={"Content-Type": "application/json", "X-Customer-Api-Id": words[0],
                                 "X-Secret": words[1]})
                    begin = time.perf_counter()
                    with urllib.request.urlopen(request) as answer:
                        size = len(answer.read())
                    wall.append(1000 * (time.perf_counter() - begin))
                cpu = 1000 * (cpu_seconds(server.pid) - before) / runs
                print(f"{name}: {cpu:.0f} ms CPU, {statistics.median(wall):.0f} ms wall, "
                      f"{len(body)} bytes in, {size} bytes out")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
