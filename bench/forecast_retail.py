"""Forecast accuracy on two shops: ours beside statsforecast and Prophet, last months held out.

French bakery and Online Retail: total daily revenue, and daily units of the 200 products that sold best
before the cut (best sellers of the whole period would be picked by what is to be forecast). Monthly
totals, daily RMSSE and the coverage of our intervals, for the last two months (and with `more` for two
earlier cuts of each set). Seasons: m = 7 for everybody; Prophet as it comes.
Run: CLIENTELE_DATA=../shared/data python bench/forecast_retail.py [more] [peers] [prophet] [arima] [third]
Without `peers` only ours is run, beside the seasonal naive forecast. `arima` runs AutoARIMA on products,
too (1 to 4 s each); `third` compares on every third product, best sellers first.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
DATA = Path(os.environ.get("CLIENTELE_DATA", "../shared/data"))
PROGRAM = os.environ.get("CLIENTELE", "build/release/clientele")
CUTS = {"bakery": ["2022-07-31", "2022-04-30", "2022-01-31"],
        "retail": ["2011-09-30", "2011-07-31", "2011-05-31"]}
MONTHS, BEST_SELLERS = 2, 200


def daily(frame, first, last):
    return frame.reindex(pd.date_range(first, last), fill_value=0.0).astype(float)


def bakery():
    d = pd.read_csv(DATA / "french_bakery.csv.gz", parse_dates=["ds"])
    d["revenue"] = d.y * d.unit_price
    total = d.groupby("ds").revenue.sum()
    first, last = d.ds.min(), d.ds.max()
    units = {k: daily(g.groupby("ds").y.sum(), first, last) for k, g in d.groupby("unique_id")}
    return daily(total, first, last), units, d.pivot_table(index="ds", columns="unique_id", values="y",
                                                           aggfunc="sum").fillna(0)


def retail():
    d = pd.read_csv(DATA / "online_retail.csv.gz", encoding="latin1", parse_dates=["InvoiceDate"])
    d = d[(d.Quantity > 0) & (d.UnitPrice > 0) & ~d.InvoiceNo.astype(str).str.startswith("C")]
    d["ds"] = d.InvoiceDate.dt.normalize()
    d["revenue"] = d.Quantity * d.UnitPrice
    d["StockCode"] = d.StockCode.astype(str)
    first, last = d.ds.min(), d.ds.max()
    total = daily(d.groupby("ds").revenue.sum(), first, last)
    units = {k: daily(g.groupby("ds").Quantity.sum(), first, last) for k, g in d.groupby("StockCode")}
    return total, units, d.pivot_table(index="ds", columns="StockCode", values="revenue",
                                       aggfunc="sum").fillna(0)


def ours(series, quantity):
    if quantity == "revenue":
        body = {"forecast_period": MONTHS, "daily": True,
                "data": {"date": [str(d.date()) for d in series["total"].index],
                         "revenue": [max(0.0, v) for v in series["total"]]}}
        endpoint = "forecast_revenue"
    else:
        body = {"forecast_period": MONTHS, "daily": True,
                "items": [{"product_code": k, "data": {"date": [str(d.date()) for d in s.index],
                                                       "sales_quantity": list(s)}}
                          for k, s in series.items()]}
        endpoint = "forecast_units_asyncio"
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(body, file)
        file.flush()
        start = os.times()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CLIENTELE_")}
        answer = subprocess.run([PROGRAM, "call", endpoint, file.name, "--json"], capture_output=True,
                                text=True, env=environment)
        end = os.times()
    seconds = end.children_user - start.children_user + end.children_system - start.children_system
    if answer.returncode != 0:
        sys.exit(answer.stderr)
    answer = json.loads(answer.stdout)
    answers = [answer["forecast_result"]] if quantity == "revenue" else answer["forecasts"]
    return dict(zip(series, answers)), seconds


def peer(name, values):
    from statsforecast import models
    horizon = MONTHS * 31
    if name == "SeasonalNaive":
        return np.resize(values[-7:], horizon)
    if name == "Prophet":
        import logging
        logging.getLogger("cmdstanpy").disabled = True
        from prophet import Prophet
        frame = pd.DataFrame({"ds": values.index, "y": values.values})
        model = Prophet()
        model.fit(frame)
        ahead = model.make_future_dataframe(horizon, include_history=False)
        return model.predict(ahead).yhat.clip(lower=0).values
    make = {"AutoARIMA": lambda: models.AutoARIMA(season_length=7),
            "AutoETS": lambda: models.AutoETS(season_length=7), "CrostonSBA": models.CrostonSBA,
            "TSB": lambda: models.TSB(0.1, 0.1), "ADIDA": models.ADIDA}[name]
    return np.maximum(0, make().forecast(np.asarray(values, float), h=horizon)["mean"])


class Tally:
    def __init__(self):
        self.rmsse, self.total_error, self.total, self.squares = [], 0.0, 0.0, []

    def add(self, past, future, forecast):
        scale = np.mean(np.diff(past.values) ** 2)
        forecast = pd.Series(forecast[:len(future)], index=future.index)
        if scale > 0:
            self.rmsse.append(np.sqrt(np.mean((future - forecast) ** 2) / scale))
        months = future.index.to_period("M")
        error = (future - forecast).groupby(months).sum().abs()
        self.total_error += error.sum()
        self.total += future.sum()

    def show(self, name, seconds):
        print(f"  {name:14s} error of monthly totals {100 * self.total_error / self.total:6.2f} %   "
              f"RMSSE {np.mean(self.rmsse):.4f}   {seconds:8.2f} CPU s", flush=True)


def coverage(answers, futures):
    hits = {"day 80": [], "day 95": [], "month 80": [], "month 95": []}
    for key, answer in answers.items():
        future = futures[key]
        for row in answer["forecast"]["daily"]:
            day = pd.Timestamp(row["date"])
            if day in future.index:
                for level in ("80", "95"):
                    low, high = row["lower_" + level], row["upper_" + level]
                    hits["day " + level].append(low - 1e-9 <= future[day] <= high + 1e-9)
        totals = future.groupby(future.index.strftime("%Y-%m")).sum()
        for row in answer["forecast"]["calendar"]:
            for level in ("80", "95"):
                low, high = row["lower_" + level], row["upper_" + level]
                hits["month " + level].append(low - 1e-9 <= totals[row["yyyy-mm"]] <= high + 1e-9)
    print("  coverage: " + ", ".join(f"{k} {100 * np.mean(v):.1f} %" for k, v in hits.items())
          + f" of {len(hits['day 80'])} days and {len(hits['month 80'])} months")


def study(shop, cut, quantity, series, arguments):
    past = {k: s[:cut] for k, s in series.items()}
    past = {k: s[s.ne(0).idxmax():] for k, s in past.items() if s.ne(0).sum() > 0}
    end = pd.Timestamp(cut) + pd.offsets.MonthEnd(MONTHS)
    future = {k: series[k][pd.Timestamp(cut) + pd.Timedelta(days=1):end] for k in past}
    print(f"{shop}, {quantity}, {len(past)} series, history to {cut}")
    answers, seconds = ours(past, quantity)
    failed = [k for k, a in answers.items() if "forecast" not in a]
    if failed:
        print("  failed:", failed[:5])
    answers = {k: a for k, a in answers.items() if k not in failed}
    compared = list(answers)[::3] if "third" in arguments else list(answers)
    tally = Tally()
    for key in compared:
        tally.add(past[key], future[key], [row["value"] for row in answers[key]["forecast"]["daily"]])
    chosen = pd.Series([a["best_algorithm"] for a in answers.values()]).value_counts()
    tally.show("ours", seconds)
    peers = ["SeasonalNaive"]
    if "peers" in arguments:
        peers += ["AutoETS", "CrostonSBA", "TSB", "ADIDA"]
    if "peers" in arguments and quantity == "revenue" or "arima" in arguments:
        peers.append("AutoARIMA")
    if "prophet" in arguments and quantity == "revenue":
        peers.append("Prophet")
    for name in peers:
        tally, start = Tally(), time.process_time()
        for key in compared:
            values = past[key] if name == "Prophet" else past[key].values
            tally.add(past[key], future[key], peer(name, values))
        tally.show(name, time.process_time() - start)
    coverage(answers, future)
    print("  chosen:", dict(chosen))


def main():
    if not (DATA / "french_bakery.csv.gz").exists():
        return print("skipped: no data at", DATA)
    arguments = sys.argv[1:]
    for shop, load in (("bakery", bakery), ("retail", retail)):
        total, units, sold = load()
        for cut in CUTS[shop][:3 if "more" in arguments else 1]:
            study(shop, cut, "revenue", {"total": total}, arguments)
            best = sold[:cut].sum().nlargest(BEST_SELLERS)
            study(shop, cut, "units", {k: units[k] for k in best[best > 0].index}, arguments)


if __name__ == "__main__":
    main()
