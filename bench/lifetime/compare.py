"""Fits and forecasts 200 000 customers with lifetimes and with clientele in one run.

Needs lifetimes 0.11.3 (numpy 1.26.4, pandas 2.1.4, scipy 1.11.4) and the built models_lifetime_bench.
Run: python compare.py path/to/models_lifetime_bench
Times are seconds of one thread; each side's best of its repetitions. Answers are compared.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter

PARAMETERS = {"r": 0.55, "alpha": 10.0, "a": 0.8, "b": 2.4}
CUSTOMERS = 200_000


def cohort(rng):
    """BG/NBD customers on a clock of days, counted in weeks."""
    p = PARAMETERS
    rate = rng.gamma(p["r"], 1 / p["alpha"], CUSTOMERS)
    leave = rng.beta(p["a"], p["b"], CUSTOMERS)
    days = rng.integers(26 * 7, 78 * 7, CUSTOMERS)
    x, last = np.zeros(CUSTOMERS, int), np.zeros(CUSTOMERS, int)
    for i in range(CUSTOMERS):
        now = 0.0
        while True:
            now += rng.exponential(1 / rate[i]) if rate[i] > 0 else np.inf
            if now * 7 >= days[i]:
                break
            if int(now * 7) > last[i]:
                x[i], last[i] = x[i] + 1, int(now * 7)
            if rng.random() < leave[i]:
                break
    nu = rng.gamma(4.0, 1 / 15.0, CUSTOMERS)
    money = np.where(x > 0, rng.gamma(6.0 * np.maximum(x, 1)) / nu / np.maximum(x, 1), 0.0)
    return pd.DataFrame({"x": x, "recency": last / 7, "age": days / 7, "mean_value": money})


def best(work, repetitions):
    times = []
    for _ in range(repetitions):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return min(times), result


def theirs(data):
    x, recency, age, money = (data[c].astype(float) for c in data.columns)
    bg, gg = BetaGeoFitter(), GammaGammaFitter()
    seconds = {}
    seconds["fit"], _ = best(lambda: bg.fit(x, recency, age), 3)
    repeat = (x > 0) & (money > 0)
    seconds["spend_fit"], _ = best(lambda: gg.fit(x[repeat], money[repeat]), 1)

    def values():
        totals = [gg.customer_lifetime_value(bg, x, recency, age, money, time=months,
                                             discount_rate=0.01, freq="W").sum()
                  for months in (6, 12, 36)]
        return totals[1]

    seconds["forecast"], total = best(values, 1)
    return seconds, dict(bg.params_), total


def ours(program, path):
    environment = dict(os.environ, CLIENTELE_COHORT=path)
    names = "^(fit/0/1|forecast/0/1|spend_fit)/"
    out = subprocess.run([program, "--benchmark_filter=" + names, "--benchmark_format=json"],
                         env=environment, capture_output=True, check=True, text=True).stdout
    return {run["name"].split("/")[0]: run for run in json.loads(out)["benchmarks"]}


def main():
    data = cohort(np.random.default_rng(1))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cohort.csv")
        data.to_csv(path, index=False, float_format="%.17g")
        runs = ours(sys.argv[1], path)
    seconds, parameters, total = theirs(data)
    for work, their_seconds in seconds.items():
        our_seconds = runs[work]["cpu_time"] / 1000
        print(f"{work:10} lifetimes {their_seconds:8.3f} s   clientele {our_seconds:8.4f} s   "
              f"{their_seconds / our_seconds:6.1f} x")
    fit = runs["fit"]
    for name, key in (("r", "r"), ("alpha", "alpha"), ("a", "shape"), ("b", "scale")):
        print(f"{name:6} lifetimes {parameters[name]:.7g}   clientele {fit[key]:.7g}")
    print(f"value, 12 months: lifetimes {total:.2f}   clientele {runs['forecast']['total_12']:.2f}")


if __name__ == "__main__":
    main()
