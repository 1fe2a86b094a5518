"""Writes discounted lifetime values as the Python package lifetimes computes them.

Versions: Python 3.11, lifetimes 0.11.3, numpy 1.26.4, pandas 2.1.4, scipy 1.11.4.
Run: python make_lifetimes_golden.py
BG/NBD with (r, alpha, a, b) = (0.2426, 4.4136, 0.7929, 2.4259) weeks, Gamma-Gamma with
(p, q, v) = (6.2496, 3.7442, 15.4435); months of 4.345 weeks, 1 % discount a month.
"""
import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter

COLUMNS = ["x", "recency", "age", "mean_value", "alive_bg", "alive_mbg", "expected_bg_52",
           "expected_mbg_52", "spend", "value_6", "value_12", "value_36"]


def fitted(fitter, names, values):
    fitter.params_ = pd.Series(values, index=names)
    fitter.predict = fitter.conditional_expected_number_of_purchases_up_to_time
    return fitter


def main():
    rng = np.random.default_rng(7)
    n = 40
    x = np.concatenate([np.zeros(8, int), rng.integers(1, 4, 16), rng.integers(4, 40, 16)])
    age = np.round(rng.uniform(5, 120, n), 2)
    recency = np.where(x > 0, np.round(age * rng.uniform(0.1, 1, n), 2), 0.0)
    money = np.where(x > 0, np.round(np.exp(rng.normal(3.4, 0.6, n)), 2), 0.0)
    shape = (0.2426, 4.4136, 0.7929, 2.4259)
    bg = fitted(BetaGeoFitter(), ["r", "alpha", "a", "b"], shape)
    mbg = fitted(ModifiedBetaGeoFitter(), ["r", "alpha", "a", "b"], shape)
    gg = fitted_spend()
    series = [pd.Series(v) for v in (x.astype(float), recency, age, money)]
    table = pd.DataFrame({
        "x": x, "recency": recency, "age": age, "mean_value": money,
        "alive_bg": bg.conditional_probability_alive(x, recency, age),
        "alive_mbg": mbg.conditional_probability_alive(x, recency, age),
        "expected_bg_52": bg.predict(52, x, recency, age),
        "expected_mbg_52": mbg.predict(52, x, recency, age),
        "spend": gg.conditional_expected_average_profit(series[0], series[3]),
    })
    for months in (6, 12, 36):
        table[f"value_{months}"] = gg.customer_lifetime_value(
            bg, *series, time=months, discount_rate=0.01, freq="W").to_numpy()
    table.to_csv("lifetimes.csv", columns=COLUMNS, index=False, float_format="%.15g")


def fitted_spend():
    fitter = GammaGammaFitter()
    fitter.params_ = pd.Series((6.2496, 3.7442, 15.4435), index=["p", "q", "v"])
    return fitter


if __name__ == "__main__":
    main()
