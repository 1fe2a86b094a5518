"""The whole classifier of churn_risk beside scikit-learn, xgboost and catboost on the same folds.

    python bench/classifier_peers.py quality --bench build/release/src/models_tabular_bench
    python bench/classifier_peers.py speed|small --program build/release/clientele

Needs what bench/trees_peers.py needs. Quality: every learner is fitted to four fifths and scored on the
rest, five folds, repeated with other folds; ours chooses its algorithm, its number of trees and its
calibration within the four fifths. A peer runs at several good settings in the first repeat and is then
held to the one with the best AUC there, which favours it. Its scores are kept in --cache. Speed: CPU of
`clientele call churn_risk` with 5 000 telco rows, start and reading included, beside the same in Python:
logistic regression, forest, xgboost and catboost over five folds, refit of the best, calibration and
exact SHAP of all rows. Small: calibration error on 3 000 unseen rows with 200 labelled ones.
"""
import argparse
import json
import os
import pathlib
import pickle
import resource
import subprocess
import tempfile
import time

import numpy as np
import pandas as pd
import trees_peers
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = trees_peers.FOLDS
OURS = ("chosen", "Logistic Regression", "Random Forest", "XGBoost", "CatBoost")
NAMESAKE = {"Logistic Regression": "scikit-learn LR", "Random Forest": "scikit-learn RF",
            "XGBoost": "xgboost", "CatBoost": "catboost"}


def logistics(frame, texts):
    dummies = pd.get_dummies(frame, columns=texts).astype(float)
    x = dummies.fillna(dummies.median()).to_numpy()
    for strength in (0.03, 0.3, 3):
        def fit(train, test, y, strength=strength):
            model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=2000))
            return model.fit(x[train], y[train]).predict_proba(x[test])[:, 1]
        yield f"one-hot, scaled, C {strength}", fit


def histograms(frame, texts):
    native = frame.assign(**{c: frame[c].astype("category") for c in texts})
    for trees, rate, leaves, ridge in ((100, 0.1, 31, 0), (120, 0.05, 8, 5), (100, 0.08, 16, 5)):
        def fit(train, test, y, trees=trees, rate=rate, leaves=leaves, ridge=ridge):
            model = HistGradientBoostingClassifier(
                learning_rate=rate, max_iter=trees, max_leaf_nodes=leaves, l2_regularization=ridge,
                min_samples_leaf=20, categorical_features="from_dtype", early_stopping=False,
                random_state=1)
            return model.fit(native.iloc[train], y[train]).predict_proba(native.iloc[test])[:, 1]
        yield f"{trees} trees, rate {rate}, {leaves} leaves, l2 {ridge}", fit


PEERS = {"scikit-learn LR": logistics, "scikit-learn RF": trees_peers.forests,
         "scikit-learn HistGB": histograms, "xgboost": trees_peers.boosters,
         "catboost": trees_peers.catboosts}


def out_of_fold(fit, label, ids):
    scores = np.zeros(len(label))
    for fold in range(FOLDS):
        test = np.flatnonzero(ids == fold)
        scores[test] = fit(np.flatnonzero(ids != fold), test, label)
    return scores


def fold_aucs(scores, label, folds):
    return np.array([roc_auc_score(label[ids == f], s[ids == f])
                     for s, ids in zip(scores, folds) for f in range(FOLDS)])


def peer_scores(peer, frame, label, texts, folds):
    settings = list(PEERS[peer](frame, texts))
    first = [out_of_fold(fit, label, folds[0]) for _, fit in settings]
    aucs = [fold_aucs([scores], label, folds[:1]).mean() for scores in first]
    best = int(np.argmax(aucs))
    text, fit = settings[best]
    return text, np.array([first[best]] + [out_of_fold(fit, label, ids) for ids in folds[1:]])


def calibration_error(score, label):
    bins = np.minimum((score * 10).astype(int), 9)
    return sum(abs(score[bins == b].mean() - label[bins == b].mean()) * (bins == b).mean()
               for b in range(10) if (bins == b).any())


def cached(path, compute):
    if path.exists():
        return pickle.loads(path.read_bytes())
    value = compute()
    path.write_bytes(pickle.dumps(value))
    return value


def our_scores(bench, name, table, repeats):
    with tempfile.TemporaryDirectory() as folder:
        trees_peers.write_table(f"{folder}/{name}.txt", *table)
        subprocess.run([bench, f"--benchmark_filter=nested/{name}"], check=True,
                       env={**os.environ, "CLIENTELE_TREES_DATA": folder}, stdout=subprocess.DEVNULL)
        values = np.loadtxt(f"{folder}/{name}.scores")
    return dict(zip(OURS, values.reshape(len(OURS), repeats, -1)))


def row_of(learner, scores, label, folds):
    aucs = fold_aucs(scores, label, folds)
    losses = np.mean([log_loss(label, np.clip(s, 1e-6, 1 - 1e-6)) for s in scores])
    error = np.mean([calibration_error(s, label) for s in scores])
    return f"| {learner} | {aucs.mean():.4f} | {losses:.4f} | {error:.4f} |", aucs


def difference(a, b):
    gap = a - b
    return f"{gap.mean():+.4f} ± {gap.std(ddof=1) / np.sqrt(len(gap)):.4f}"


def quality(options):
    data = data_folder()
    for name, read in (("telco_churn", trees_peers.telco), ("online_shoppers", trees_peers.shoppers)):
        if not (data / f"{name}.csv.gz").exists():
            print(f"{name}: no data, skipped")
            continue
        frame, label, texts = read(data)
        folds = trees_peers.fold_ids(label, options.repeats)
        aucs = {}
        print(f"\n{name}, {FOLDS} folds x {options.repeats}\n| learner | AUC | log loss | ECE |\n"
              "|---|---|---|---|", flush=True)
        for peer in PEERS:
            path = options.cache / f"classifier_peers_{name}_{peer}_{options.repeats}.pickle"
            text, scores = cached(path, lambda: peer_scores(peer, frame, label, texts, folds))
            line, aucs[peer] = row_of(f"{peer}: {text}", scores, label, folds)
            print(line, flush=True)
        if options.bench is None:
            continue
        ours = our_scores(options.bench, name, (frame, label, texts, folds), options.repeats)
        for learner, scores in ours.items():
            line, aucs[learner] = row_of(f"ours: {learner}", scores, label, folds)
            print(line)
        best = max(PEERS, key=lambda peer: aucs[peer].mean())
        print(f"chosen - {best}: {difference(aucs['chosen'], aucs[best])}")
        for learner, peer in NAMESAKE.items():
            print(f"{learner} - {peer}: {difference(aucs[learner], aucs[peer])}")


def data_folder():
    return pathlib.Path(os.environ.get("CLIENTELE_DATA", trees_peers.ROOT.parent / "shared" / "data"))


def churn_request(frame, label):
    rows = json.loads(frame.to_json(orient="records"))
    for i, row in enumerate(rows):
        row.update(customer_id=str(i), churned=bool(label[i]))
    return json.dumps({"data": rows})


def python_stack(frame, label, texts):
    """What the request does, from a data frame; catboost Plain instead of Ordered, the faster one."""
    import catboost
    import xgboost
    folds = trees_peers.fold_ids(label, 1)[0]
    dummies = pd.get_dummies(frame, columns=texts).astype(np.float32)
    x = dummies.fillna(dummies.median()).to_numpy()
    forest_fit = list(trees_peers.forests(frame, texts))[1][1]
    logistic_fit = list(logistics(frame, texts))[1][1]

    def boosted(train, test, y):
        model = xgboost.XGBClassifier(n_estimators=200, learning_rate=0.08, max_depth=4,
                                      min_child_weight=20, subsample=0.8, colsample_bytree=0.5,
                                      tree_method="hist", n_jobs=1, early_stopping_rounds=15)
        model.fit(x[train], y[train], eval_set=[(x[test], y[test])], verbose=False)
        return model.predict_proba(x[test])[:, 1]

    def symmetric(train, test, y):
        model = catboost.CatBoostClassifier(iterations=200, depth=4, learning_rate=0.1, verbose=0,
                                            cat_features=texts, thread_count=1, random_seed=1,
                                            boosting_type="Plain", allow_writing_files=False,
                                            early_stopping_rounds=15)
        model.fit(frame.iloc[train], y[train], eval_set=(frame.iloc[test], y[test]))
        return model.predict_proba(frame.iloc[test])[:, 1]

    for fit in (logistic_fit, forest_fit, boosted, symmetric):
        out_of_fold(fit, label, folds)
    model = xgboost.XGBClassifier(n_estimators=60, learning_rate=0.08, max_depth=4, n_jobs=1,
                                  tree_method="hist").fit(x, label)
    model.get_booster().predict(xgboost.DMatrix(x, nthread=1), pred_contribs=True)


def speed(options):
    frame, label, texts = trees_peers.telco(data_folder())
    frame, label = frame[:5000], label[:5000]
    body = churn_request(frame, label).encode()
    cpus, walls = [], []
    program = pathlib.Path(options.program).resolve()
    bare = {k: v for k, v in os.environ.items() if not k.startswith("CLIENTELE_")}
    for _ in range(options.runs):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([program, "call", "churn_risk", "--json", "--compute-threads-per-request",
                        str(options.threads)], input=body, check=True, env=bare, stdout=subprocess.DEVNULL)
        walls.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"ours, {options.threads} threads: CPU {1000 * min(cpus):.0f}-{1000 * max(cpus):.0f} ms, "
          f"wall {1000 * min(walls):.0f}-{1000 * max(walls):.0f} ms")
    if not options.peers:
        return
    began, wall = time.process_time(), time.perf_counter()
    python_stack(frame, label, texts)
    print(f"python, one thread: CPU {time.process_time() - began:.2f} s, "
          f"wall {time.perf_counter() - wall:.2f} s")


def small(options):
    """200 labelled rows, 3 000 others to score: how far the probabilities are from the rates."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith("CLIENTELE_")}
    for name, read in (("telco_churn", trees_peers.telco), ("online_shoppers", trees_peers.shoppers)):
        frame, label, _ = read(data_folder())
        errors, aucs = [], []
        for seed in range(options.draws):
            rows = np.random.default_rng(seed).permutation(len(label))[:3200]
            request = json.loads(churn_request(frame.iloc[rows], label[rows]))
            for row in request["data"][200:]:
                del row["churned"]
            done = subprocess.run([pathlib.Path(options.program).resolve(), "call", "churn_risk", "--json"],
                                  input=json.dumps(request).encode(), check=True, capture_output=True,
                                  env=bare)
            results = json.loads(done.stdout)["results"][200:]
            scores = np.array([row["churn_probability"] for row in results])
            errors.append(calibration_error(scores, label[rows[200:]]))
            aucs.append(roc_auc_score(label[rows[200:]], scores))
        print(f"{name}, 200 labelled rows, {options.draws} draws: ECE {np.mean(errors):.3f}, "
              f"AUC {np.mean(aucs):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=["quality", "speed", "small"])
    parser.add_argument("--bench", help="the models_tabular_bench binary; without it only the peers run")
    parser.add_argument("--program", help="the clientele binary")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--draws", type=int, default=12)
    parser.add_argument("--peers", action="store_true", help="speed: the Python stack too")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()))
    options = parser.parse_args()
    {"quality": quality, "speed": speed, "small": small}[options.work](options)


if __name__ == "__main__":
    main()
