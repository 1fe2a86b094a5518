"""Our tree learners beside scikit-learn, xgboost and catboost: same rows, same folds, in one run.

    python bench/trees_peers.py --bench build/release/src/models_trees_bench

Needs numpy, pandas, scikit-learn, xgboost and catboost, and the data folder of CLIENTELE_DATA (default
../shared/data beside the repository); data sets that are missing are skipped. Each peer runs on one
thread at several good settings and is shown at the one with the best AUC, which favours the peer: ours
runs at its defaults. Numbers: AUC as the mean over folds and repeats, log loss, CPU milliseconds for
five fits and their out-of-fold scores.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

import catboost
import numpy as np
import pandas as pd
import sklearn
import xgboost
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDS = 5


def telco(folder):
    frame = pd.read_csv(folder / "telco_churn.csv.gz")
    label = (frame.pop("Churn") == "Yes").to_numpy(int)
    frame = frame.drop(columns="customerID")
    frame["TotalCharges"] = pd.to_numeric(frame["TotalCharges"], errors="coerce")
    return frame, label, [c for c in frame if not pd.api.types.is_numeric_dtype(frame[c])]


def shoppers(folder):
    frame = pd.read_csv(folder / "online_shoppers.csv.gz", sep=";")
    label = frame.pop("Revenue").astype(str).str.upper().eq("TRUE").to_numpy(int)
    texts = ["Month", "VisitorType", "Weekend", "OperatingSystems", "Browser", "Region", "TrafficType"]
    return frame.assign(**{c: frame[c].astype(str) for c in texts}), label, texts


def fold_ids(label, repeats):
    ids = np.zeros((repeats, len(label)), int)
    for repeat in range(repeats):
        split = StratifiedKFold(FOLDS, shuffle=True, random_state=42 + repeat)
        for fold, (_, test) in enumerate(split.split(label, label)):
            ids[repeat, test] = fold
    return ids


def write_table(path, frame, label, texts, folds):
    with open(path, "w") as out:
        out.write(f"{len(frame)} {frame.shape[1]} {len(folds)}\n")
        for column in frame:
            if column in texts:
                codes, levels = pd.factorize(frame[column])
                out.write(f"c {len(levels)} " + " ".join(map(str, codes)) + "\n")
            else:
                out.write("n 0 " + " ".join(repr(float(v)) for v in frame[column]) + "\n")
        for values in (label, *folds):
            out.write(" ".join(map(str, values)) + "\n")


def forests(frame, texts):
    dummies = pd.get_dummies(frame, columns=texts).astype(np.float32)
    x = dummies.fillna(dummies.median()).to_numpy()
    for leaf, share in ((5, 0.3), (10, "sqrt"), (10, 0.3), (20, "sqrt")):
        def fit(train, test, y, leaf=leaf, share=share):
            model = RandomForestClassifier(100, min_samples_leaf=leaf, max_features=share, random_state=1,
                                           n_jobs=1)
            return model.fit(x[train], y[train]).predict_proba(x[test])[:, 1]
        yield f"100 trees, leaf {leaf}, features {share}", fit


def boosters(frame, texts):
    dummies = pd.get_dummies(frame, columns=texts).astype(np.float32).to_numpy()
    native = frame.assign(**{c: frame[c].astype("category") for c in texts})
    settings = ((100, 0.08, 3, 10, 5, 0.5, dummies), (100, 0.08, 4, 20, 5, 0.5, native),
                (200, 0.05, 4, 1, 1, 0.8, dummies), (150, 0.08, 4, 5, 5, 0.5, native))
    for trees, eta, depth, weight, ridge, share, x in settings:
        def fit(train, test, y, trees=trees, eta=eta, depth=depth, weight=weight, ridge=ridge, share=share,
                x=x):
            rows = (lambda i: x.iloc[i]) if x is native else (lambda i: x[i])
            model = xgboost.XGBClassifier(n_estimators=trees, learning_rate=eta, max_depth=depth,
                                          min_child_weight=weight, reg_lambda=ridge, subsample=0.8,
                                          colsample_bytree=share, tree_method="hist", n_jobs=1,
                                          random_state=1, enable_categorical=x is native)
            return model.fit(rows(train), y[train]).predict_proba(rows(test))[:, 1]
        kind = "native" if x is native else "one-hot"
        yield f"{trees} trees, eta {eta}, depth {depth}, child {weight}, {kind}", fit


def catboosts(frame, texts):
    for trees, rate, depth, one_hot in ((100, 0.1, 4, 10), (150, 0.1, 6, 10), (200, 0.05, 6, 2)):
        def fit(train, test, y, trees=trees, rate=rate, depth=depth, one_hot=one_hot):
            model = catboost.CatBoostClassifier(iterations=trees, learning_rate=rate, depth=depth,
                                                one_hot_max_size=one_hot, max_ctr_complexity=1,
                                                boosting_type="Ordered", cat_features=texts, verbose=0,
                                                thread_count=1, random_seed=1, allow_writing_files=False)
            model.fit(frame.iloc[train], y[train])
            return model.predict_proba(frame.iloc[test])[:, 1]
        yield f"Ordered, {trees} trees, rate {rate}, depth {depth}, one-hot {one_hot}", fit


def cross_validated(fit, label, folds):
    aucs, losses = [], []
    start = time.process_time()
    for ids in folds:
        scores = np.zeros(len(label))
        for fold in range(FOLDS):
            test = np.flatnonzero(ids == fold)
            scores[test] = fit(np.flatnonzero(ids != fold), test, label)
            aucs.append(roc_auc_score(label[test], scores[test]))
        losses.append(log_loss(label, scores))
    cpu = (time.process_time() - start) * 1000 / len(folds)
    return {"auc": np.mean(aucs), "log_loss": np.mean(losses), "cpu_ms": cpu}


def ours(bench, folder):
    command = [bench, "--benchmark_filter=_quality|zoo_telco", "--benchmark_format=json",
               "--benchmark_min_time=0.01"]
    environment = {**os.environ, "CLIENTELE_TREES_DATA": str(folder)}
    text = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
    return {run["name"]: run for run in json.loads(text)["benchmarks"]}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bench", required=True, help="the models_trees_bench binary")
    arguments.add_argument("--repeats", type=int, default=5)
    options = arguments.parse_args()
    data = pathlib.Path(os.environ.get("CLIENTELE_DATA", ROOT.parent / "shared" / "data"))
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, read in (("telco_churn", telco), ("online_shoppers", shoppers)):
            if not (data / f"{name}.csv.gz").exists():
                print(f"{name}: no data, skipped")
                continue
            frame, label, texts = read(data)
            tables[name] = frame, label, texts, fold_ids(label, options.repeats)
            write_table(f"{folder}/{name}.txt", *tables[name])
        runs = ours(options.bench, folder)
    print(f"scikit-learn {sklearn.__version__}, xgboost {xgboost.__version__}, "
          f"catboost {catboost.__version__}; {FOLDS} folds x {options.repeats} repeats\n")
    print("| data | learner | AUC | log loss | CPU ms per 5 folds | peer | AUC | log loss | CPU ms | "
          "AUC difference | faster |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, (frame, label, texts, folds) in tables.items():
        for learner, peer, settings in (("forest", "scikit-learn", forests),
                                        ("boosting", "xgboost", boosters),
                                        ("ordered", "catboost", catboosts)):
            results = [(cross_validated(fit, label, folds), text) for text, fit in settings(frame, texts)]
            theirs, text = max(results, key=lambda result: result[0]["auc"])
            run = runs[f"{learner}_quality/{name}"]
            cpu = run["cpu_time"] / run["repeats"]
            print(f"| {name} | {learner} | {run['auc']:.4f} | {run['log_loss']:.4f} | {cpu:.0f} | "
                  f"{peer}: {text} | {theirs['auc']:.4f} | {theirs['log_loss']:.4f} | "
                  f"{theirs['cpu_ms']:.0f} | {run['auc'] - theirs['auc']:+.4f} | "
                  f"{theirs['cpu_ms'] / cpu:.0f}x |", flush=True)
    for name, run in runs.items():
        if name.startswith("zoo"):
            print(f"\n{name}: binning, 3 learners x 5 folds, 3 refits on 5 000 rows: "
                  f"{run['real_time']:.0f} ms wall, {run['cpu_time']:.0f} ms CPU")


if __name__ == "__main__":
    main()
