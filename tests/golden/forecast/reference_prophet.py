"""Writes reference_prophet.csv: the maximum a posteriori of Prophet's own Stan program.

Run: python reference_prophet.py > reference_prophet.csv
Series: trend with breaks, weekly (and for the longer one yearly) season, one regressor of 0 and 1.
Rows: y, regressor (past and future), log posterior without constants, k, m, sigma, regressor's
coefficient, delta, fitted, forecast.
"""
import logging

import numpy as np
import pandas as pd
import prophet

logging.disable(logging.CRITICAL)


def row(name, values):
    print(name + "," + ",".join(f"{value:.10g}" for value in np.atleast_1d(values)))


def log_posterior(model, history, theta):
    names = ("k", "m", "delta", "sigma_obs", "beta")
    k, m, delta, sigma, beta = (np.asarray(theta[name])[0] for name in names)
    k, m, sigma = float(np.ravel(k)[0]), float(np.ravel(m)[0]), float(np.ravel(sigma)[0])
    features, scales, _, _ = model.make_all_seasonality_features(model.history)
    t, y = model.history["t"].values, model.history["y_scaled"].values
    trend = model.piecewise_linear(t, delta, k, m, model.changepoints_t)
    error = y - trend - features.values @ beta
    return (-len(y) * np.log(sigma) - np.sum(error**2) / (2 * sigma**2) - k**2 / 50 - m**2 / 50
            - np.sum(np.abs(delta)) / 0.05 - 2 * sigma**2 - np.sum((beta / np.array(scales)) ** 2) / 2)


def series(n, seed):
    rng = np.random.default_rng(seed)
    t = np.arange(n + 30)
    promotion = (rng.random(n + 30) < 0.1).astype(float)
    y = 500 + 2 * t - 3 * np.maximum(0, t - 0.5 * n) + 60 * np.sin(2 * np.pi * t / 7) + 40 * promotion
    if n > 700:
        y = y + 90 * np.cos(2 * np.pi * t / 365.25)
    return np.round(y[:n] + 25 * rng.standard_normal(n), 2), promotion


print(f"# prophet {prophet.__version__}, numpy {np.__version__}")
for name, n in (("tiny", 20), ("short", 90), ("long", 800)):
    y, promotion = series(n, n)
    dates = pd.date_range("2022-01-01", periods=n + 30)
    model = prophet.Prophet(yearly_seasonality=n > 700, weekly_seasonality=True, daily_seasonality=False)
    model.add_regressor("promotion")
    model.fit(pd.DataFrame({"ds": dates[:n], "y": y, "promotion": promotion[:n]}))
    out = model.predict(pd.DataFrame({"ds": dates, "promotion": promotion}))
    key = f"prophet.{name}"
    p = {k: np.asarray(v) for k, v in model.params.items()}
    row(key + ".y", y)
    row(key + ".x", promotion)
    row(key + ".posterior", log_posterior(model, y, p))
    row(key + ".kms", [np.ravel(p["k"])[0], np.ravel(p["m"])[0], np.ravel(p["sigma_obs"])[0]])
    row(key + ".promotion", out["promotion"][promotion == 1].iloc[0])
    row(key + ".delta", p["delta"][0])
    row(key + ".fitted", out["yhat"][:n])
    row(key + ".mean", out["yhat"][n:])
