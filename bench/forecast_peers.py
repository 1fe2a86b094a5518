"""Accuracy and time of statsforecast on the M3 monthly series and on generated daily sales.

Ours beside it: build/release/src/models_forecast_bench (same series, same measures).
Run: CLIENTELE_DATA=../shared/data python bench/forecast_peers.py [every]
`every` = 7 takes every seventh series of M3 (statsforecast needs about 0.7 s a series).
"""
import gzip
import os
import resource
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from statsforecast import models

warnings.filterwarnings("ignore")
HORIZON = 18


def read_m3():
    path = Path(os.environ.get("CLIENTELE_DATA", "../shared/data")) / "m3_monthly.tsf.gz"
    text = gzip.open(path, "rt", encoding="latin-1").read().split("@data\n", 1)[1]
    return [np.array(line.split(":")[2].split(","), float) for line in text.splitlines()]


def measure(name, forecasts, series, seconds):
    smape = mase = 0.0
    for y, forecast in zip(series, forecasts):
        train, test = y[:-HORIZON], y[-HORIZON:]
        error = np.abs(test - forecast)
        smape += np.mean(200 * error / (np.abs(test) + np.abs(forecast))) / len(series)
        mase += np.mean(error) / np.mean(np.abs(train[12:] - train[:-12])) / len(series)
    print(f"{name:14s} sMAPE {smape:7.3f}  MASE {mase:.4f}  {1e3 * seconds / len(series):8.1f} ms a series")


def m3(every):
    series = read_m3()[::every]
    candidates = {"AutoARIMA": models.AutoARIMA, "AutoETS": models.AutoETS, "AutoCES": models.AutoCES,
                  "DOTM": models.DynamicOptimizedTheta}
    found = {}
    total = 0.0
    for name, make in candidates.items():
        start = time.process_time()
        found[name] = [make(season_length=12).forecast(y[:-HORIZON], h=HORIZON)["mean"] for y in series]
        seconds = time.process_time() - start
        total += seconds
        measure(name, found[name], series, seconds)
    measure("mean of four", np.mean(list(found.values()), axis=0), series, total)


def daily(n):
    rng = np.random.default_rng(0)
    for name, make in (("AutoARIMA", models.AutoARIMA), ("AutoETS", models.AutoETS),
                       ("AutoCES", models.AutoCES),
                       ("DOTM", models.DynamicOptimizedTheta),
                       ("AutoTBATS", models.AutoTBATS)):
        seconds = 0.0
        for _ in range(5):
            t = np.arange(n)
            shock = 50 * rng.standard_normal(n)
            y = (1000 + 0.5 * t + 0.3 * np.cumsum(shock)) * (1 + 0.2 * np.sin(2 * np.pi * t / 7))
            y += shock + 0.4 * np.roll(shock, 1)
            start = time.process_time()
            make(season_length=7).forecast(y, h=28)
            seconds += time.process_time() - start
        print(f"n = {n}, m = 7: {name:10s} {1e3 * seconds / 5:9.2f} ms")


def prophet_fit(n):
    import pandas as pd
    import prophet

    rng = np.random.default_rng(0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN), time.process_time()
    for _ in range(5):
        t = np.arange(n)
        y = (1000 + 0.5 * t) * (1 + 0.2 * np.sin(2 * np.pi * t / 7)) + 50 * rng.standard_normal(n)
        model = prophet.Prophet(weekly_seasonality=True, daily_seasonality=False, yearly_seasonality=n > 700)
        model.fit(pd.DataFrame({"ds": pd.date_range("2022-01-01", periods=n), "y": y}))
    after = resource.getrusage(resource.RUSAGE_CHILDREN), time.process_time()
    stan = after[0].ru_utime - before[0].ru_utime  # runs as a program of its own
    print(f"n = {n}, m = 7: Prophet    {1e3 * (stan + after[1] - before[1]) / 5:9.2f} ms (fit)")


if __name__ == "__main__":
    for length in (90, 735):
        daily(length)
        prophet_fit(length)
    m3(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
