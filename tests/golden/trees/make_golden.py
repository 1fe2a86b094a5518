"""Golden numbers of independent implementations for src/models/trees and src/models/explain.

Data are generated here; every file names the versions that made it. Run with scikit-learn, xgboost,
catboost and shap installed:  python make_golden.py
Each output line is `name,value,value,...`; empty value = missing.
"""
import pathlib

import catboost
import numpy as np
import shap
import sklearn
import xgboost
from sklearn.tree import DecisionTreeRegressor

HERE = pathlib.Path(__file__).parent
ROWS = 240


def generated(seed, missing):
    """Few distinct values a column, so that histogram and exact splits agree."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, k, ROWS) for k in (3, 8, 12, 20)]).astype(float)
    score = 0.8 * (x[:, 0] == 1) + 0.25 * x[:, 1] - 0.02 * (x[:, 2] - 5) ** 2 + rng.normal(0, 0.7, ROWS)
    if missing:
        x[rng.random(x.shape) < 0.1] = np.nan
    return x, score, (score > np.median(score)).astype(float)


def write(name, source, rows):
    def text(values):
        return ",".join("" if np.isnan(v) else repr(float(v)) for v in np.ravel(values))

    with open(HERE / name, "w") as out:
        out.write(f"# make_golden.py; {source}\n")
        for key, values in rows:
            out.write(f"{key},{text(values)}\n")


def columns(x):
    return [(f"x{j}", x[:, j]) for j in range(x.shape[1])]


def boosting():
    x, score, label = generated(1, missing=True)
    rows = columns(x) + [("score", score), ("label", label)]
    common = dict(tree_method="hist", max_bin=256, max_depth=3, eta=0.3, reg_lambda=2.0, gamma=0.05,
                  min_child_weight=3.0, nthread=1)
    for objective, target in (("binary:logistic", label), ("reg:squarederror", score)):
        data = xgboost.DMatrix(x, target)
        model = xgboost.train({**common, "objective": objective, "base_score": target.mean()}, data, 12)
        rows.append((objective.split(":")[1], model.predict(data, output_margin=True)))
    monotone = xgboost.train({**common, "gamma": 0.0, "objective": "reg:squarederror",
                              "base_score": score.mean(), "monotone_constraints": "(0,-1,0,1)"},
                             xgboost.DMatrix(x, score), 12)
    rows.append(("monotone", monotone.predict(xgboost.DMatrix(x))))
    # Covers are hessians there and rows here: the same for squared error only. Leaves large enough that
    # no two columns cut a node alike, which would leave the credit open.
    data = xgboost.DMatrix(x, score)
    large = xgboost.train({**common, "min_child_weight": 20.0, "objective": "reg:squarederror",
                           "base_score": score.mean()}, data, 12)
    rows.append(("shap", large.predict(data, pred_contribs=True)[:24]))
    write("boosting.csv", f"xgboost {xgboost.__version__}", rows)


def tree():
    x, score, _ = generated(2, missing=False)
    weight = np.random.default_rng(3).integers(1, 4, ROWS).astype(float)
    plain = DecisionTreeRegressor(max_depth=4, min_samples_leaf=6).fit(x, score)
    weighted = DecisionTreeRegressor(max_depth=3, min_samples_leaf=1).fit(x, score, weight)
    write("tree.csv", f"scikit-learn {sklearn.__version__}",
          columns(x) + [("score", score), ("weight", weight), ("plain", plain.predict(x)),
                        ("weighted", weighted.predict(x))])


def oblivious():
    x, score, label = generated(4, missing=False)
    rows = columns(x) + [("score", score), ("label", label)]
    common = dict(iterations=10, depth=3, learning_rate=0.2, l2_leaf_reg=3.0, random_strength=0.0,
                  bootstrap_type="No", boosting_type="Plain", border_count=254,
                  feature_border_type="GreedyLogSum", leaf_estimation_iterations=1, thread_count=1,
                  leaf_estimation_backtracking="No", boost_from_average=True, score_function="Cosine",
                  allow_writing_files=False, verbose=0)
    classes = catboost.CatBoostClassifier(loss_function="Logloss", leaf_estimation_method="Newton",
                                          **common).fit(x, label)
    values = catboost.CatBoostRegressor(loss_function="RMSE", **common).fit(x, score)
    rows.append(("logistic", classes.predict(x, prediction_type="RawFormulaVal")))
    rows.append(("squared", values.predict(x)))
    write("oblivious.csv", f"catboost {catboost.__version__}", rows)


def path_shap():
    """shap's own recursion on a forest of hand-made shape: features repeat on a path."""
    x, score, _ = generated(5, missing=False)
    model = DecisionTreeRegressor(max_depth=6, min_samples_leaf=3).fit(x, score)
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    nodes = model.tree_
    write("path_shap.csv", f"shap {shap.__version__}, scikit-learn {sklearn.__version__}",
          columns(x[:24]) + [("left", nodes.children_left), ("right", nodes.children_right),
                             ("feature", nodes.feature), ("threshold", nodes.threshold),
                             ("value", nodes.value.ravel()), ("cover", nodes.n_node_samples),
                             ("shap", explainer.shap_values(x[:24])),
                             ("base", np.ravel(explainer.expected_value))])


boosting()
tree()
oblivious()
path_shap()
