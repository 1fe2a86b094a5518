"""uplift_model beside causalml's KL forest on Hillstrom, its placebo runs, and its time.

    python bench/uplift_peers.py quality|placebo|planted|time [--program build/release/clientele]

Needs numpy, pandas, scikit-learn, scikit-uplift and causalml, and the data folder of CLIENTELE_DATA
(default ../shared/data beside the repository). Quality: outcome `visit`, each e-mail arm against no
e-mail, seeds 1-3; all scores out of fold (3 folds stratified by treatment and outcome, dealt again
here as the program deals them, and checked), centred within a fold, one Qini coefficient of
scikit-uplift over all rows. Placebo: treatment shuffled in samples of 2 000 rows, runs --first to
--last. Planted: an effect of 0 or --gain by one feature's sign added to such samples.
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
# The program takes variables of its own prefix for settings.
PROGRAM_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "CLIENTELE_DATA"}
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
    done = subprocess.run(command, input=body, capture_output=True, text=True, check=False,
                          env=PROGRAM_ENVIRONMENT)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), cpu, wall


def random_words(seed, stream, count):
    """Philox4x32-10, as src/models/trees/sampling.hpp counts it."""
    low, counters = np.uint64(0xFFFFFFFF), np.arange((count + 3) // 4, dtype=np.uint64)
    x = [counters, np.zeros_like(counters), np.full_like(counters, stream & 0xFFFFFFFF),
         np.full_like(counters, stream >> 32)]
    for turn in range(10):
        keys = [np.uint64((seed + turn * 0x9E3779B9) & 0xFFFFFFFF), np.uint64(turn * 0xBB67AE85 & 0xFFFFFFFF)]
        p, q = x[0] * np.uint64(0xD2511F53), x[2] * np.uint64(0xCD9E8D57)
        x = [(q >> np.uint64(32)) ^ x[1] ^ keys[0], q & low, (p >> np.uint64(32)) ^ x[3] ^ keys[1], p & low]
    return np.stack(x, 1).ravel()[:count]


def folds_of(treatment, outcome, seed):
    """By row, as src/models/uplift/cross_fit.cpp deals them in its first repeat."""
    words = iter(random_words(seed, 12 << 32, len(outcome)).tolist())
    fold, dealt = np.zeros(len(outcome), int), 0
    for group in range(4):
        rows = np.flatnonzero(2 * treatment + outcome == group).tolist()
        for i in range(len(rows)):
            j = i + (next(words) * (len(rows) - i) >> 32)
            rows[i], rows[j] = rows[j], rows[i]
        for row in rows:
            fold[row] = dealt % 3
            dealt += 1
    return fold


def check_folds(scores, fold):
    """Scores are centred within their folds, which gives the folds away."""
    apart = max(abs(scores[fold == f].mean() - scores.mean()) for f in range(3))
    assert apart < 3e-6, f"these are not the program's folds: means differ by {apart}"


def causalml_scores(features, treatment, outcome, fold, seed, settings):
    from causalml.inference.tree import UpliftRandomForestClassifier
    matrix = pd.get_dummies(features).to_numpy(float)
    names = np.where(treatment == 1, "treated", "control")
    scores, cpu = np.zeros(len(outcome)), 0.0
    for f in range(3):
        train, test = np.flatnonzero(fold != f), np.flatnonzero(fold == f)
        began = time.process_time()
        model = UpliftRandomForestClassifier(control_name="control", evaluationFunction="KL",
                                             random_state=seed, n_jobs=1, **settings)
        model.fit(X=matrix[train], treatment=names[train], y=outcome[train])
        found = np.asarray(model.predict(matrix[test])).ravel()
        cpu += time.process_time() - began
        scores[test] = found - found.mean()
    return scores, cpu


def quality(program):
    from sklift.metrics import qini_auc_score
    for arm in ("Womens E-Mail", "Mens E-Mail"):
        features, treatment, outcome = hillstrom(arm)
        for seed in (1, 2, 3):
            answer, cpu, _ = ours(program, request_of(features, treatment, outcome, seed))
            scores = np.array([row["uplift_score"] for row in answer["details"]])
            fold = folds_of(treatment, outcome, seed)
            check_folds(scores, fold)
            info = answer["model_info"]
            print(f"{arm} seed {seed} ours: {info['algorithm']} qini {info['qini']:.4f} "
                  f"(of rounded scores {qini_auc_score(outcome, scores, treatment):.4f}) "
                  f"{info['heterogeneity']} p {info['placebo_p_value']:.3f} cpu {cpu:.2f} s; "
                  + ", ".join(f"{c['algorithm']} {c['qini']:.4f}" for c in info["candidates"]),
                  flush=True)
            for name, settings in SETTINGS.items():
                scores, cpu = causalml_scores(features, treatment, outcome, fold, seed, settings)
                print(f"{arm} seed {seed} causalml KL {name}: "
                      f"{qini_auc_score(outcome, scores, treatment):.4f} cpu {cpu:.2f} s", flush=True)


def samples(first, last, rows):
    """Samples of the women's arm whose treatment is shuffled: nobody is affected."""
    features, treatment, outcome = hillstrom("Womens E-Mail")
    for run in range(first, last + 1):
        rng = np.random.default_rng([7, run])
        chosen = rng.choice(len(outcome), rows, replace=False)
        yield run, rng, features.iloc[chosen], rng.permutation(treatment[chosen]), outcome[chosen]


def report(what, answers):
    found = sum(info["heterogeneity"] == "detected" for info in answers)
    p = np.array([info["placebo_p_value"] for info in answers])
    balanced = sum(info["balance"]["balanced"] for info in answers)
    print(f"{what}, {len(answers)} runs: detected {found}, not detectable {len(answers) - found}; "
          f"p below .01 .05 .1 .5: {[int((p < q).sum()) for q in (.01, .05, .1, .5)]}; "
          f"called balanced {balanced}", flush=True)


def placebo(program, first, last, rows=2000):
    answers = [ours(program, request_of(x, t, y, run))[0]["model_info"]
               for run, _, x, t, y in samples(first, last, rows)]
    report(f"placebo runs {first} to {last}", answers)


def planted(program, first, last, gain, rows=2000):
    answers = []
    for run, rng, x, t, y in samples(first, last, rows):
        moved = (t == 1) & (x.recency.to_numpy() <= 6) & (rng.random(rows) < gain)
        answers.append(ours(program, request_of(x, t, np.maximum(y, moved), run))[0]["model_info"])
    report(f"gain {gain} where recency <= 6, runs {first} to {last}", answers)


def timing(program, peers, rows=50_000, columns=20):
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.normal(size=(rows, columns)).round(4), columns=[f"x{i}" for i in range(columns)])
    treatment = rng.integers(0, 2, rows)
    chance = 0.2 + 0.1 * (table.x1 > 0) + treatment * (0.05 + 0.1 * (table.x0 > 0))
    outcome = (rng.random(rows) < chance).astype(int).to_numpy()
    body = request_of(table, treatment, outcome, 42)
    for threads in ("1", "2"):
        _, cpu, wall = ours(program, body, threads)
        print(f"ours, {rows} x {columns}, {threads} threads: cpu {cpu:.2f} s, wall {wall:.2f} s", flush=True)
    if not peers:
        return
    fold = folds_of(treatment, outcome, 42)
    _, cpu = causalml_scores(table, treatment, outcome, fold, 1, dict(n_estimators=10, max_depth=5))
    print(f"causalml KL, 10 trees of depth 5, 3 folds: cpu {cpu:.2f} s; 100 trees: {10 * cpu:.0f} s by scale")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", choices=["quality", "placebo", "planted", "time"])
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "clientele"))
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--last", type=int, default=200)
    parser.add_argument("--gain", type=float, default=0.2)
    parser.add_argument("--no-peers", action="store_true", help="time: ours alone")
    options = parser.parse_args()
    if options.work == "quality":
        quality(options.program)
    elif options.work == "time":
        timing(options.program, not options.no_peers)
    elif options.work == "placebo":
        placebo(options.program, options.first, options.last)
    else:
        planted(options.program, options.first, options.last, options.gain)
