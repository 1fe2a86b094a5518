"""dynamic_pricing_recommend beside log-log least squares on Dominick's orange juice.

    python bench/pricing_peers.py [elasticity|days|latency] [--program PROGRAM] [--subsets 400]

Needs numpy, pandas and statsmodels, and the data folder of CLIENTELE_DATA (default ../shared/data
beside the repository). For each brand: elasticity of all rows with `feat` as control, ours and by least
squares. Then random subsets of 10, 20, 50 and 200 rows: how often our 95 % interval holds the
elasticity of all rows, and the root mean squared error of ours and of least squares. Days: how often
`units_80` holds the units of one more row, its price asked and its `feat` given. Latency: wall
time of an answer over loopback HTTP from the demo's server, one request after another.
"""
import argparse
import datetime
import http.client
import json
import os
import pathlib
import resource
import signal
import subprocess
import time
import urllib.parse

import numpy as np
import pandas as pd
import statsmodels.api as sm

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The program takes variables of its own prefix for settings.
PROGRAM_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "CLIENTELE_DATA"}


def request_of(frame):
    first = datetime.date(2000, 1, 1)
    rows = [{"date": str(first + datetime.timedelta(i)), "price": float(p), "units_sold": int(s),
             "feat": int(f)} for i, (p, s, f) in enumerate(zip(frame.price, frame.sales, frame.feat))]
    return {"product_id": "oj", "cost_per_unit": 1, "optimize_for": "profit", "historical": rows,
            "candidate_prices": [1.5, 2.0, 2.5, 3.0, 3.5]}


def call(program, frame):
    body = request_of(frame)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([program, "call", "dynamic_pricing_recommend", "--json"],
                          input=json.dumps(body), capture_output=True, text=True, check=False,
                          env=PROGRAM_ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), cpu


def least_squares(frame):
    x = sm.add_constant(np.column_stack([np.log(frame.price), frame.feat]))
    if np.linalg.matrix_rank(x) < 3:
        x = x[:, :2]
    fit = sm.OLS(np.log(frame.sales.to_numpy()), x).fit()
    return fit.params[1], fit.conf_int()[1]


def days(program, frame, runs=150):
    rng = np.random.default_rng(3)
    for size in (15, 50, 200):
        inside, below, refused = 0, 0, 0
        for _ in range(runs):
            rows = frame[frame.brand == rng.choice(frame.brand.unique())]
            rows = rows.iloc[rng.choice(len(rows), size + 1, replace=False)]
            last = rows.iloc[size]
            body = request_of(rows.iloc[:size])
            body |= {"candidate_prices": [float(last.price)], "max_extrapolation_pct": 1,
                     "controls_current": {"feat": float(last.feat)}}
            done = subprocess.run([program, "call", "dynamic_pricing_recommend", "--json"],
                                  input=json.dumps(body), capture_output=True, text=True, check=True,
                                  env=PROGRAM_ENVIRONMENT)
            answer = json.loads(done.stdout)
            if answer["best_price"] is None:
                refused += 1
                continue
            low, high = answer["outcomes"][0]["units_80"]
            inside += low <= last.sales <= high
            below += last.sales < low
        told = runs - refused
        print(f"{size} rows: {inside / told:.3f} inside, {below / told:.3f} below, "
              f"{refused} refused", flush=True)


def latency(program, frame, requests=200):
    server = subprocess.Popen([program, "demo", "--customers", "50"], stdout=subprocess.PIPE, text=True,
                              env=PROGRAM_ENVIRONMENT)
    try:
        url = key = secret = None
        for line in server.stdout:
            if line.startswith("curl "):
                url = line.split()[2].replace("customer_rfm", "dynamic_pricing_recommend")
                key, secret = (line.split(name + ": ")[1].split("'")[0]
                               for name in ("X-Customer-Api-Id", "X-Secret"))
                break
        address = urllib.parse.urlparse(url)
        line = http.client.HTTPConnection(address.hostname, address.port)
        headers = {"X-Customer-Api-Id": key, "X-Secret": secret, "Content-Type": "application/json"}
        rng = np.random.default_rng(1)
        for size in (10, 50, 200, 500):
            times = []
            for _ in range(requests):
                chosen = frame.iloc[rng.choice(len(frame), size, replace=False)]
                body = json.dumps(request_of(chosen))
                began = time.perf_counter()
                line.request("POST", address.path, body, headers)
                answer = line.getresponse()
                answer.read()
                times.append(1000 * (time.perf_counter() - began))
                if answer.status != 200:
                    raise SystemExit(f"status {answer.status}")
                time.sleep(0.005)
            print(f"{size} rows: p50 {np.percentile(times, 50):.2f} "
                  f"p95 {np.percentile(times, 95):.2f} ms", flush=True)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", nargs="?", choices=["elasticity", "days", "latency"], default="elasticity")
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "clientele"))
    parser.add_argument("--subsets", type=int, default=400)
    arguments = parser.parse_args()
    folder = pathlib.Path(os.environ.get("CLIENTELE_DATA", ROOT / ".." / "shared" / "data"))
    if not (folder / "orange_juice.csv.gz").is_file():
        raise SystemExit("skipped: orange_juice.csv.gz is not at hand")
    frame = pd.read_csv(folder / "orange_juice.csv.gz")
    frame["brand"] = frame["brand"].astype(str)
    if arguments.work == "latency":
        latency(arguments.program, frame[frame.brand == "tropicana"])
        return
    if arguments.work == "days":
        days(arguments.program, frame)
        return
    rng = np.random.default_rng(42)
    for brand, all_rows in frame.groupby("brand"):
        shuffled = all_rows.sample(frac=1, random_state=1)  # rows carry no dates
        answer, cpu = call(arguments.program, shuffled)
        ols, interval = least_squares(all_rows)
        info = answer["model_info"]
        print(f"{brand}, {len(all_rows)} rows: ours {info['elasticity']} {info['elasticity_ci']}, "
              f"least squares {ols:.3f} [{interval[0]:.3f}, {interval[1]:.3f}], {info['algorithm']}, "
              f"cpu {1000 * cpu:.0f} ms", flush=True)
        for size in (10, 20, 50, 200):
            inside, refused, errors, errors_ols, times = 0, 0, [], [], []
            for _ in range(arguments.subsets):
                subset = all_rows.iloc[np.sort(rng.choice(len(all_rows), size, replace=False))]
                if subset.price.nunique() < 2:
                    continue
                answer, cpu = call(arguments.program, subset.sample(frac=1, random_state=1))
                low, high = answer["model_info"]["elasticity_ci"]
                inside += low <= ols <= high
                refused += answer["best_price"] is None
                errors.append(answer["model_info"]["elasticity"] - ols)
                errors_ols.append(least_squares(subset)[0] - ols)
                times.append(1000 * cpu)
            rms = [np.sqrt(np.mean(np.square(e))) for e in (errors, errors_ols)]
            print(f"  n {size}: covered {inside / len(errors):.3f}, rmse {rms[0]:.3f} "
                  f"(least squares {rms[1]:.3f}), refused {refused}, cpu of the whole process "
                  f"p50 {np.percentile(times, 50):.1f} p95 {np.percentile(times, 95):.1f} ms", flush=True)


if __name__ == "__main__":
    main()
