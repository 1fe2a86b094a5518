"""uplift_model beside causalml's KL forest on Hillstrom, its placebo runs, and its time.

    python bench/uplift_peers.py quality|placebo|time [--program build/release/clientele]

Needs numpy, pandas, scikit-learn, scikit-uplift and causalml, and the data folder of CLIENTELE_DATA
(default ../shared/data beside the repository). Quality: outcome `visit`, each e-mail arm against no
e-mail, seeds 1-3; all scores out of fold (3 folds stratified by treatment and outcome, each side with
its own splits), centred within a fold, one Qini coefficient of scikit-uplift over all rows. causalml
runs at the best of the settings listed, which favours it. Placebo: treatment shuffled in samples of
2 000 rows, 200 times.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import time

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEATURES = ["recency", "history", "mens", "womens", "newbie", "history_segment", "zip_code", "channel"]
SETTINGS = {"10 trees, depth 5": dict(n_estimators=10, max_depth=5),
            "50 trees, depth 3, leaf 500": dict(n_estimators=50, max_depth=3, min_samples_leaf=500)}


def hillstrom(arm):
    folder = pathlib.Path(os.environ.get("CLIENTELE_DATA", ROOT / ".." / "shared" / "data"))
    if not (folder / "hillstrom.csv.gz").is_file():
        raise SystemExit("skipped: hillstrom.csv.gz is not at hand")
    frame = pd.read_csv(folder / "hillstrom.csv.gz")
    frame = frame[frame.segment.isin([arm, "No E-Mail"])].reset_index(drop=True)
    return frame[FEATURES], (frame.segment == arm).astype(int).to_numpy(), frame.visit.to_numpy()


def request_of(features, treatment, outcome, seed):
    columns = {name: features[name].tolist() for name in features}
    ids = [f"{i:06d}" for i in range(len(features))]
    rows = [{"id": i, "treatment": int(t), "outcome": int(y), "features": dict(zip(columns, values))}
            for i, t, y, values in zip(ids, treatment, outcome, zip(*columns.values()))]
    return json.dumps({"seed": seed, "rows": rows})


def ours(program, body, threads="1"):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [program, "call", "uplift_model", "--json", "--compute-threads-per-request", threads]
    done = subprocess.run(command, input=body, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), cpu, wall


def causalml_scores(features, treatment, outcome, seed, settings):
    from causalml.inference.tree import UpliftRandomForestClassifier
    from sklearn.model_selection import StratifiedKFold
    matrix = pd.get_dummies(features).to_numpy(float)
    names = np.where(treatment == 1, "treated", "control")
    scores, cpu = np.zeros(len(outcome)), 0.0
    split = StratifiedKFold(3, shuffle=True, random_state=seed)
    for train, test in split.split(matrix, 2 * treatment + outcome):
        began = time.process_time()
        model = UpliftRandomForestClassifier(control_name="control", evaluationFunction="KL",
                                             random_state=seed, n_jobs=1, **settings)
        model.fit(X=matrix[train], treatment=names[train], y=outcome[train])
        fold = np.asarray(model.predict(matrix[test])).ravel()
        cpu += time.process_time() - began
        scores[test] = fold - fold.mean()
    return scores, cpu


def quality(program):
    from sklift.metrics import qini_auc_score
    for arm in ("Womens E-Mail", "Mens E-Mail"):
        features, treatment, outcome = hillstrom(arm)
        for seed in (1, 2, 3):
            answer, cpu, _ = ours(program, request_of(features, treatment, outcome, seed))
            scores = np.array([row["uplift_score"] for row in answer["details"]])
            info = answer["model_info"]
            print(f"{arm} seed {seed} ours: {info['algorithm']} qini {info['qini']:.4f} "
                  f"(of rounded scores {qini_auc_score(outcome, scores, treatment):.4f}) "
                  f"{info['heterogeneity']} p {info['placebo_p_value']:.3f} cpu {cpu:.2f} s; "
                  + ", ".join(f"{c['algorithm']} {c['qini']:.4f}" for c in info["candidates"]),
                  flush=True)
            for name, settings in SETTINGS.items():
                scores, cpu = causalml_scores(features, treatment, outcome, seed, settings)
                print(f"{arm} seed {seed} causalml KL {name}: "
                      f"{qini_auc_score(outcome, scores, treatment):.4f} cpu {cpu:.2f} s", flush=True)


def placebo(program, runs=200, rows=2000):
    features, treatment, outcome = hillstrom("Womens E-Mail")
    rng = np.random.default_rng(7)
    flagged = 0
    for run in range(1, runs + 1):
        chosen = rng.choice(len(outcome), rows, replace=False)
        shuffled = rng.permutation(treatment[chosen])
        body = request_of(features.iloc[chosen], shuffled, outcome[chosen], run)
        flagged += ours(program, body)[0]["model_info"]["heterogeneity"] == "not detectable"
        if run % 50 == 0:
            print(f"{flagged} of {run} placebo runs flagged", flush=True)


def timing(program, rows=50_000, columns=20):
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.normal(size=(rows, columns)).round(4), columns=[f"x{i}" for i in range(columns)])
    treatment = rng.integers(0, 2, rows)
    chance = 0.2 + 0.1 * (table.x1 > 0) + treatment * (0.05 + 0.1 * (table.x0 > 0))
    outcome = (rng.random(rows) < chance).astype(int)
    body = request_of(table, treatment, outcome.to_numpy(), 42)
    for threads in ("1", "2"):
        _, cpu, wall = ours(program, body, threads)
        print(f"ours, {rows} x {columns}, {threads} threads: cpu {cpu:.2f} s, wall {wall:.2f} s", flush=True)
    settings = dict(n_estimators=10, max_depth=5)
    _, cpu = causalml_scores(table, treatment, outcome.to_numpy(), 1, settings)
    print(f"causalml KL, 10 trees of depth 5, 3 folds: cpu {cpu:.2f} s; 100 trees: {10 * cpu:.0f} s by scale")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", choices=["quality", "placebo", "time"])
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "clientele"))
    arguments = parser.parse_args()
    {"quality": quality, "placebo": placebo, "time": timing}[arguments.work](arguments.program)
