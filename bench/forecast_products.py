"""Time and memory of forecast_units_asyncio over many products.

Generated products: a weekly pattern, a drifting level, seasons, promotions and slow sellers. The
program runs once for each size as a whole process; reported are wall and CPU seconds, bytes of
request and answer and the peak of resident memory, also less request and answer: that rest must
not grow with the number of products.
Run: python bench/forecast_products.py [PRODUCTSxDAYS ...]      (default 250x365 1000x365 4000x365)
"""
import json
import math
import os
import random
import sys
import tempfile
import time
from datetime import date, timedelta

PROGRAM = os.environ.get("CLIENTELE", "build/release/clientele")
LAST = date(2024, 12, 31)


def poisson(rng, mean):
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def history(seed, days):
    rng = random.Random(seed)
    level = math.exp(rng.uniform(-1.5, 4))
    week = [math.exp(rng.gauss(0, 0.25)) for _ in range(7)]
    trend, phase, drift = rng.gauss(0, 0.3) / 365, rng.uniform(0, 6.28), 0.0
    dates, values = [], []
    for t in range(days):
        day = LAST - timedelta(days=days - 1 - t)
        drift += rng.gauss(0, 0.02)
        mean = level * math.exp(trend * t % 3 + 0.2 * math.sin(t / 58.1 + phase) + drift)
        mean *= week[day.weekday()] * (2 if rng.random() < 0.02 else 1)
        dates.append(day.isoformat())
        values.append(poisson(rng, min(mean, 1e6)))
    return {"date": dates, "sales_quantity": values}


def request(products, days, path):
    with open(path, "w") as file:
        file.write('{"forecast_period":3,"items":[')
        for p in range(products):
            item = {"product_code": f"P{p:05d}", "data": history(p, days)}
            file.write(("," if p else "") + json.dumps(item, separators=(",", ":")))
        file.write("]}")


def run(path, answer):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLIENTELE_")}
    start = time.time()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(answer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
        os.execve(PROGRAM, [PROGRAM, "call", "forecast_units_asyncio", path, "--json"], environment)
    _, status, usage = os.wait4(child, 0)
    return time.time() - start, usage, status


def main():
    for size in sys.argv[1:] or ["250x365", "1000x365", "4000x365"]:
        products, days = map(int, size.split("x"))
        with tempfile.TemporaryDirectory() as folder:
            path, answer = os.path.join(folder, "request.json"), os.path.join(folder, "answer.json")
            request(products, days, path)
            wall, usage, status = run(path, answer)
            sent, got = os.path.getsize(path) / 1e6, os.path.getsize(answer) / 1e6
            peak = usage.ru_maxrss * 1024 / 1e6
            print(f"{size:>12s}: {wall:7.2f} s wall, {usage.ru_utime + usage.ru_stime:7.2f} s CPU, request "
                  f"{sent:6.1f} MB, answer {got:5.1f} MB, peak {peak:6.1f} MB, beside both "
                  f"{peak - sent - got:6.1f} MB, exit {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()
