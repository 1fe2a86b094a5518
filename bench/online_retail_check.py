"""Checks and times the command line on UCI Online Retail against the same rules in pandas.

Usage: online_retail_check.py CLIENTELE_BINARY DATA_FOLDER
Rules: lines with a customer, a positive quantity and a positive unit price; amount = quantity x unit
price; today = 2011-12-10. Prints one line an endpoint; exits with 1 when a value differs.
Made with pandas 2.x / numpy 1.26 or later.
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

TODAY = "2011-12-10"
MAPPING = ["--customers-from", "CustomerID", "--map", "date=InvoiceDate", "--map",
           "amount=Quantity*UnitPrice", "--where", "Quantity>0", "--where", "UnitPrice>0", "--where",
           "CustomerID!=", "--today", TODAY, "--json"]
PRODUCTS = ["--map", "transaction_id=InvoiceNo", "--map", "product_id=StockCode"]


def call(binary: str, endpoint: str, file: pathlib.Path, extra: list[str]) -> dict:
    start = time.perf_counter()
    done = subprocess.run([binary, "call", endpoint, str(file), *MAPPING, *extra],
                          capture_output=True, check=True)
    answer = json.loads(done.stdout)
    print(f"{endpoint}: {time.perf_counter() - start:.2f} s wall, "
          f"{len(answer['customers'])} customers", flush=True)
    return {row["customer_id"]: row for row in answer["customers"]} | {"": answer}


def near(name: str, ours, theirs, tolerance: float) -> int:
    wrong = int((np.abs(np.asarray(ours, float) - np.asarray(theirs, float)) > tolerance).sum())
    print(f"  {name}: {'equal' if wrong == 0 else f'{wrong} DIFFER'}")
    return wrong


def scores(values: pd.Series, bins: int, descending: bool) -> np.ndarray:
    cuts = np.quantile(values, [i / bins for i in range(1, bins)])
    if descending:
        return 1 + (values.to_numpy()[:, None] <= cuts[None, :]).sum(axis=1)
    return 1 + (values.to_numpy()[:, None] >= cuts[None, :]).sum(axis=1)


def main() -> int:
    binary, data = sys.argv[1], pathlib.Path(sys.argv[2])
    source = data / "online_retail.csv.gz"
    lines = pd.read_csv(source, dtype={"CustomerID": str, "InvoiceNo": str, "StockCode": str})
    lines = lines[lines.CustomerID.notna() & (lines.Quantity > 0) & (lines.UnitPrice > 0)].copy()
    lines["amount"] = lines.Quantity * lines.UnitPrice
    lines["day"] = pd.to_datetime(lines.InvoiceDate).dt.normalize()
    print(f"{len(lines)} clean lines, {lines.CustomerID.nunique()} customers")
    today = pd.Timestamp(TODAY)
    by = lines.groupby("CustomerID", sort=False)
    truth = pd.DataFrame({
        "total": by.amount.sum(), "count": by.size(), "products": by.StockCode.nunique(),
        "recency": (today - by.day.max()).dt.days, "age": (today - by.day.min()).dt.days,
        "span": (by.day.max() - by.day.min()).dt.days})
    with tempfile.TemporaryDirectory() as folder:
        plain = pathlib.Path(folder) / "online_retail.csv"
        plain.write_bytes(gzip.decompress(source.read_bytes()))
        features = call(binary, "customer_features", plain, PRODUCTS)
        rfm = call(binary, "customer_rfm", plain, [])
        clv = call(binary, "customer_clv_features", plain, [])
    ids = list(truth.index)
    wrong = 0
    feature = lambda name: [features[i]["features"][name] for i in ids]
    wrong += near("purchase_total", feature("purchase_total"), truth.total, 0.0051)
    wrong += near("visit_frequency", feature("visit_frequency"), truth["count"], 0)
    wrong += near("avg_ticket", feature("avg_ticket"), truth.total / truth["count"], 0.0051)
    wrong += near("product_diversity", feature("product_diversity"), truth.products, 0)
    wrong += near("recency_days", feature("recency_days"), truth.recency, 0)
    wrong += near("recency_score", [rfm[i]["recency_score"] for i in ids],
                  scores(truth.recency, 5, True), 0)
    wrong += near("frequency_score", [rfm[i]["frequency_score"] for i in ids],
                  scores(truth["count"], 5, False), 0)
    wrong += near("monetary_score", [rfm[i]["monetary_score"] for i in ids],
                  scores(truth.total, 5, False), 0)
    wrong += near("clv frequency", [clv[i]["frequency"] for i in ids], truth["count"] - 1, 0)
    wrong += near("clv recency", [clv[i]["recency"] for i in ids], truth.span, 0)
    wrong += near("clv T", [clv[i]["T"] for i in ids], truth.age, 0)
    wrong += near("clv monetary_value", [clv[i]["monetary_value"] for i in ids],
                  truth.total / truth["count"], 0.0051)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
