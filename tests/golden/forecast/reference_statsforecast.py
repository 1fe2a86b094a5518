"""Writes reference_statsforecast.csv: Theta, CES and intermittent models of statsforecast.

Run: python reference_statsforecast.py > reference_statsforecast.csv   (after reference.R)
"""
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
from statsforecast import ces, models, theta

warnings.filterwarnings("ignore")
print(f"# statsforecast {version('statsforecast')}, numpy {version('numpy')}")


def row(name, values):
    print(name + "," + ",".join(f"{v:.11g}" for v in np.atleast_1d(values)))


known = {}
for line in Path(__file__).with_name("reference_r.csv").read_text().splitlines():
    key, _, rest = line.partition(",")
    if key.endswith(".y"):
        known[key[:-2]] = np.array(rest.split(","), float)

# Theta and CES on series without and with their season (adjusted beforehand for Theta).
for name in ("air", "daily", "level"):
    y = known[name]
    for kind in ("STM", "OTM", "DOTM"):
        fit = theta.thetamodel(y, 1, kind, np.nan, np.nan, np.nan, 3)
        forecast = np.zeros(12)
        theta._theta.forecast(fit["states"], len(y), theta.switch_theta(kind), forecast,
                              fit["par"]["alpha"], fit["par"]["theta"])
        key = f"{name}.theta.{kind}"
        row(key + ".par", [fit["par"][k] for k in ("initial_smoothed", "alpha", "theta")])
        row(key + ".squares", np.sum(fit["residuals"][3:] ** 2))
        row(key + ".state", fit["states"][-1][:4])
        row(key + ".mean", forecast)

m = 7
for season, parts in (("N", 2), ("S", 2), ("P", 3), ("F", 4)):
    fit = ces.cesmodel(known["daily"], m, season, np.nan, np.nan, np.nan, np.nan, 3)
    used = 1 if season == "N" else m
    forecast = np.asarray(ces.pegelsfcast_C(12, fit), float)
    key = f"daily.ces.{season}"
    row(key + ".par", [np.nan_to_num(fit["par"][k]) for k in ("alpha_0", "alpha_1", "beta_0", "beta_1")])
    row(key + ".squares", np.sum(fit["residuals"] ** 2))
    last = np.asarray(fit["states"])[len(known["daily"]):len(known["daily"]) + used]
    for column in range(parts):
        row(f"{key}.state{column}", last[:, column])
    row(key + ".mean", forecast)

state = 11


def uniform():
    global state
    state = state * 16807 % 2147483647
    return state / 2147483647


demand = np.array([round(1 + 9 * uniform()) if uniform() < 0.35 else 0 for _ in range(80)], float)
row("demand.y", demand)
for name, model in (("croston", models.CrostonClassic()), ("croston_optimised", models.CrostonOptimized()),
                    ("sba", models.CrostonSBA()), ("tsb", models.TSB(alpha_d=0.2, alpha_p=0.1)),
                    ("adida", models.ADIDA()), ("imapa", models.IMAPA())):
    row("demand." + name, model.forecast(demand, h=1)["mean"])
