"""Example requests, damaged in structure, against a real server: BINARY SEED SECONDS [ENDPOINT...].

Every answer must be 200 or a problem document of 400, 413 or 422 whose faults have a pointer and a
detail; it must be JSON without NaN and Infinity (or a PDF), come within SLOWEST seconds, and the
server must live and end with code 0. A request that breaks this is kept beside the store. Run it on
a build with sanitizers; it is no part of script/test, where contract_test damages in process.
"""
import copy
import json
import pathlib
import random
import sys
import tempfile
import time

from program_under_test import ENDPOINTS, Key, Server, run

SLOWEST = 10
LONGEST = 100_000  # bytes of a list that is repeated
VALUES = [
    0, -1, 1, 1e308, -1e308, 1e-300, 10**18, 2**53, -0.0, 0.5, 100, 1e6, 10**29, "", "a", "0", "NaN",
    None, True, False, "2025-01-01", "1900-01-01", "9999-12-31", "0001-01-01", "2025-06-30T23:00:00Z",
    "é" * 50, "\u202e\u0000\u0007", [], {}, [None], "x" * 5000,
]
FACTORS = [0, -1, 1e-12, 1e9, 1e300]


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from paths(value[key], path + (key,))
    elif isinstance(value, list):
        for i in range(min(len(value), 400)):
            yield from paths(value[i], path + (i,))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def in_columns(rows):
    """A list of objects as an object of lists."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}


class Twin(str):
    """A key that may stand in a dict beside its equal."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


class Damage:
    """One kind of damage a method; each changes a list (or any value) of the request in place."""

    def __init__(self, rng):
        self.rng = rng

    def replace(self, request):
        path = self.rng.choice([p for p in paths(request) if p])
        at(request, path[:-1])[path[-1]] = copy.deepcopy(self.rng.choice(VALUES))

    def remove(self, request):
        path = self.rng.choice([p for p in paths(request) if p])
        del at(request, path[:-1])[path[-1]]

    def repeat_key(self, request):
        found = [v for v in (at(request, p) for p in paths(request)) if isinstance(v, dict) and v]
        target = self.rng.choice([request, self.rng.choice(found)])
        name = self.rng.choice(list(target))
        target[Twin(name)] = copy.deepcopy(self.rng.choice([target[name], *target.values()]))

    def swap_rows(self, request):
        """The rows of one list come in the place of another's."""
        found = [p for p in paths(request) if p and self.are_rows(at(request, p))]
        path = self.rng.choice(found)
        at(request, path[:-1])[path[-1]] = copy.deepcopy(at(request, self.rng.choice(found)))

    def one_for_all(self, request):
        rows = self.rows(request)
        rows[:] = [copy.deepcopy(rows[0]) for _ in range(min(len(rows), 300))]

    def cut(self, request):
        rows = self.rows(request)
        del rows[self.rng.choice([0, 1, 2, 3, len(rows) // 2]):]

    def repeat(self, request):
        rows = self.rows(request)
        if len(json.dumps(rows)) < LONGEST:
            rows *= self.rng.choice([2, 5])

    def shuffle(self, request):
        self.rng.shuffle(self.rows(request))

    def set_column(self, request):
        rows, name = self.column(request, lambda value: True)
        value = self.rng.choice(VALUES)
        for row in rows:
            row[name] = copy.deepcopy(value)

    def drop_column(self, request):
        rows, name = self.column(request, lambda value: True)
        for row in rows:
            row.pop(name, None)

    def scale_column(self, request):
        rows, name = self.column(request, is_number)
        factor = self.rng.choice(FACTORS)
        for row in rows:
            if is_number(row.get(name)):
                row[name] = max(-1e308, min(1e308, row[name] * factor))

    def to_columns(self, request):
        found = [p for p in paths(request) if p and self.are_rows(at(request, p))]
        path = self.rng.choice(found)
        at(request, path[:-1])[path[-1]] = in_columns(at(request, path))

    @staticmethod
    def are_rows(value):
        return isinstance(value, list) and value and all(isinstance(row, dict) for row in value)

    def rows(self, request):
        found = [v for v in (at(request, p) for p in paths(request)) if isinstance(v, list) and v]
        return self.rng.choice(found)

    def column(self, request, fits):
        found = [v for v in (at(request, p) for p in paths(request)) if self.are_rows(v)]
        rows = self.rng.choice(found)
        return rows, self.rng.choice([name for name in rows[0] if fits(rows[0][name])])

    def apply(self, request):
        request = copy.deepcopy(request)
        for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
            kinds = [name for name in vars(Damage) if name not in self.HELPERS]
            try:
                getattr(self, self.rng.choice(kinds))(request)
            except (IndexError, TypeError, OverflowError):
                pass  # nothing of that kind is left to damage
        return request

    HELPERS = {"__init__", "__module__", "__doc__", "__dict__", "__weakref__", "HELPERS",
               "are_rows", "rows", "column", "apply"}


def refuse_constant(name):
    raise ValueError(name)


def complaint(answer, seconds):
    """What is wrong with an answer; "" if nothing."""
    if answer.status not in (200, 400, 413, 422):
        return f"status {answer.status}"
    if seconds > SLOWEST:
        return f"{seconds:.1f} s"
    if answer.body.startswith(b"%PDF"):
        return ""
    try:
        value = json.loads(answer.body, parse_constant=refuse_constant)
    except ValueError as error:
        return f"no JSON: {error}"
    if answer.status == 200:
        return ""
    if answer.headers["Content-Type"] != "application/problem+json":
        return "no problem document"
    faults = value.get("errors") or []
    if answer.status == 400 and not faults:
        return "no faults"
    lacking = [f for f in faults if "pointer" not in f or not f.get("code") or not f.get("detail")]
    return f"a fault lacks something: {lacking[0]}" if lacking else ""


def main():
    seed, seconds, only = int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]
    rng = random.Random(seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"hostile-{seed}-"))
    key = Key(run(folder, "key", "create", "--tenant", "hostile").stdout)
    unlimited = ["--limits-requests-per-minute", "0", "--limits-concurrency", "0"]
    server = Server(folder, *unlimited)
    cases = [(file.parts[-3], json.loads(file.read_bytes()))
             for file in sorted(ENDPOINTS.glob("*/*/examples/*.request.json"))
             if not only or file.parts[-3] in only]
    damage, sent, bad, statuses = Damage(rng), 0, 0, {}
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.process.poll() is None:
        endpoint, request = rng.choice(cases)
        body = json.dumps(damage.apply(request))
        begin = time.monotonic()
        try:
            answer = server.call(endpoint, body, key)
            wrong = complaint(answer, time.monotonic() - begin)
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
        except OSError as error:
            wrong = f"no answer: {error!r}"
        sent += 1
        if wrong:
            bad += 1
            kept = folder / f"{bad}.{endpoint}.json"
            kept.write_text(body)
            print(f"{endpoint}: {wrong}: {kept}", flush=True)
    alive = server.process.poll() is None
    code = server.stop()
    print(f"{sent} requests, {bad} bad, {statuses}, exit code {code}")
    if not alive or code != 0:
        print(server.written()[-3000:])
    sys.exit(bad > 0 or not alive or code != 0)


if __name__ == "__main__":
    main()
