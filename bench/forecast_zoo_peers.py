"""The revenue example, whole zoo: our forecast_revenue beside statsforecast and Prophet.

Both sides fit their models on the same four windows and on the whole history, and forecast with 80 and
95 % intervals; ours chooses, combines and simulates monthly totals besides, and has two tree models that
statsforecast lacks (they are not taken off our time). CPU seconds of the second of two rounds in one
process for the peers, so that compilation and imports do not count; ours with the start of the program.
Run: python bench/forecast_zoo_peers.py [BUILD]
"""
import json
import logging
import os
import subprocess
import sys
import warnings

import pandas as pd
from prophet import Prophet
from statsforecast import models

warnings.filterwarnings("ignore")
logging.getLogger("cmdstanpy").disabled = True
BUILD = sys.argv[1] if len(sys.argv) > 1 else "build/release"
EXAMPLE = "src/endpoints/forecast/forecast_revenue/examples/ninety_days.request.json"
LEVELS = [80, 95]


def cpu():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def peers():
    return {"ARIMA": lambda: models.AutoARIMA(season_length=7),
            "ETS": lambda: models.AutoETS(season_length=7),
            "CES": lambda: models.AutoCES(season_length=7),
            "STL-ETS": lambda: models.MSTL(season_length=7, trend_forecaster=models.AutoETS(model="ZZN")),
            "Theta": lambda: models.DynamicOptimizedTheta(season_length=7),
            "TBATS": lambda: models.AutoTBATS(season_length=7),
            "Seasonal Naive": lambda: models.SeasonalNaive(season_length=7)}


def prophet(series, horizon):
    model = Prophet()
    model.fit(pd.DataFrame({"ds": series.index, "y": series.values}))
    return model.predict(model.make_future_dataframe(horizon, include_history=False)).yhat


def main():
    request = json.load(open(EXAMPLE))
    rows = request["data"]
    rows = rows if isinstance(rows, list) else [dict(zip(rows, r)) for r in zip(*rows.values())]
    days = pd.to_datetime([r["date"] for r in rows])
    series = pd.Series([float(r["revenue"]) for r in rows], days).sort_index()
    series = series.asfreq("D", fill_value=0.0)
    start = cpu()
    answer = json.loads(subprocess.run([f"{BUILD}/clientele", "call", "forecast_revenue", EXAMPLE, "--json"],
                                       capture_output=True, text=True, check=True).stdout)
    ours = cpu() - start
    accuracy = answer["forecast_result"]["evaluation_metrics"]
    n, folds, width = len(series), accuracy["folds"], accuracy["fold_days"]
    ahead = 31 * request["forecast_period"]
    cuts = [n - width - k * width // 2 for k in range(folds)] + [n]
    total = 0.0
    for name, make in list(peers().items()) + [("Prophet", None)]:
        for _ in range(2):
            start = cpu()
            for cut in cuts:
                past, horizon = series[:cut], ahead if cut == n else width
                try:
                    if make is None:
                        prophet(past, horizon)
                    else:
                        make().forecast(past.values, h=horizon, level=LEVELS)
                except Exception as error:
                    print(f"  {name}: {type(error).__name__} at {cut} days")
            seconds = cpu() - start
        total += seconds
        print(f"  {name:15s} {seconds:8.3f} CPU s", flush=True)
    print(f"ours, whole zoo {ours:.3f} CPU s, RMSE {accuracy['RMSE']:.1f}; peers {total:.2f} CPU s:"
          f" {total / ours:.0f} times")


if __name__ == "__main__":
    main()
