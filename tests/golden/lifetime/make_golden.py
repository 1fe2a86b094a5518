"""Writes the golden numbers of models/lifetime with arbitrary-precision arithmetic.

Versions: Python 3.11, mpmath 1.4.1. Run: python make_golden.py  (about five minutes)
Formulas are those of the papers (hypergeometric forms), not the ones the C++ code evaluates:
  BG/NBD      Fader, Hardie, Lee (2005), eq. 6, 10; MBG/NBD by b -> b + 1 in what follows survival
  Pareto/NBD  Fader, Hardie (2005), "A note on deriving the Pareto/NBD model", eq. 17-22
  Gamma-Gamma Fader, Hardie (2013), "The gamma-gamma model of monetary value", eq. 1a, 5
"""
import itertools
import random
import signal

from mpmath import beta, hyp2f1, libmp, log, loggamma, mp, mpf


def geometric_expected(r, a, b, x, w, k):
    """E[Y | alive] of BG/NBD (k = 0) or MBG/NBD (k = 1); w = t / (alpha + T)."""
    r, a, b, w = map(mpf, (r, a, b, w))
    c = a + b + k + x - 1
    z = w / (1 + w)
    return c / (a - 1) * (1 - (1 + w) ** (-(r + x)) * hyp2f1(r + x, b + k + x, c, z))


def geometric_ll(r, alpha, a, b, x, tx, T, k):
    r, alpha, a, b, tx, T = map(mpf, (r, alpha, a, b, tx, T))
    first = beta(a, b + x + k) / beta(a, b) / (alpha + T) ** (r + x)
    second = mpf(0)
    if x + k > 0:
        second = beta(a + 1, b + x + k - 1) / beta(a, b) / (alpha + tx) ** (r + x)
    value = loggamma(r + x) - loggamma(r) + r * log(alpha) + log(first + second)
    return value, first / (first + second)


def pareto_ll(r, alpha, s, bt, x, tx, T):
    r, alpha, s, bt, tx, T = map(mpf, (r, alpha, s, bt, tx, T))
    n = r + s + x
    if alpha >= bt:
        def part(y):
            return hyp2f1(n, s + 1, n + 1, (alpha - bt) / (alpha + y)) / (alpha + y) ** n
    else:
        def part(y):
            return hyp2f1(n, r + x, n + 1, (bt - alpha) / (bt + y)) / (bt + y) ** n
    first = (alpha + T) ** -(r + x) * (bt + T) ** -s
    second = s / n * (part(tx) - part(T))
    value = (loggamma(r + x) - loggamma(r) + r * log(alpha) + s * log(bt) + log(first + second))
    return value, first / (first + second)


def pareto_expected(r, alpha, s, bt, x, T, t):
    r, alpha, s, bt, T, t = map(mpf, (r, alpha, s, bt, T, t))
    return ((r + x) * (bt + T) / ((alpha + T) * (s - 1))
            * (1 - ((bt + T) / (bt + T + t)) ** (s - 1)))


def gamma_gamma_ll(p, q, v, x, m):
    p, q, v, m = map(mpf, (p, q, v, m))
    return (loggamma(p * x + q) - loggamma(p * x) - loggamma(q) + q * log(v)
            + (p * x - 1) * log(m) + p * x * log(mpf(x)) - (p * x + q) * log(x * m + v))


def number(value):
    return mp.nstr(value, 20, min_fixed=0, max_fixed=0)


def spread(rng, low, high):
    """Log-uniform, rounded so that the same decimal is read by both sides."""
    return float("%.6g" % (10 ** rng.uniform(low, high)))


REPEATS = [0, 0, 1, 2, 3, 7, 20, 100, 500]


def agreed_expected(*arguments):
    """The value that 120, 480 or 1920 digits and twice as many agree on; None if that takes long."""
    signal.alarm(3)
    try:
        for digits in (120, 480, 1920):
            mp.dps = digits
            value = geometric_expected(*arguments)
            mp.dps = digits * 2
            if abs(geometric_expected(*arguments) / value - 1) < mpf(10) ** -20:
                return value
    except (TimeoutError, libmp.NoConvergence, ValueError, ZeroDivisionError):
        pass
    finally:
        signal.alarm(0)
    return None


def expected_rows(rng):
    signal.signal(signal.SIGALRM, on_alarm)
    rows = []
    special = [1.0, 1.0 + 1e-10, 1.0 - 1e-7, 1e-6, 0.05, 0.7929]
    while len(rows) < 360:
        r, b = spread(rng, -3, 4), spread(rng, -4, 6)
        a = rng.choice(special) if len(rows) % 3 == 0 else spread(rng, -6, 4)
        x, w, k = rng.choice(REPEATS), spread(rng, -5, 4), len(rows) % 2
        exact_a = a + mpf(10) ** -60 if a == 1.0 else a
        value = agreed_expected(r, exact_a, b, x, w, k)
        # mpmath's hyp2f1 can agree with itself on nonsense; without leaving, E is (r + x) w.
        if value is not None and 0 < value <= (r + x) * mpf(w) * (1 + mpf(10) ** -15):
            rows.append([k, r, a, b, x, w, number(value)])
    return rows


def corner_rows():
    """Every combination of the ends of what expected_rows draws from; the few that mpmath cannot
    settle in three seconds are left out."""
    signal.signal(signal.SIGALRM, on_alarm)
    rows = []
    for k, r, a, b, x, w in itertools.product((0, 1), (1e-3, 1e4), (1e-6, 1.0, 1e4), (1e-4, 1e6),
                                              (0, 500), (1e-5, 1e4)):
        exact_a = a + mpf(10) ** -60 if a == 1.0 else a
        value = agreed_expected(r, exact_a, b, x, w, k)
        if value is not None and 0 < value <= (r + x) * mpf(w) * (1 + mpf(10) ** -15):
            rows.append([k, r, a, b, x, w, number(value)])
    return rows


def on_alarm(*_):
    raise TimeoutError


def past(rng, x):
    T = spread(rng, -1, 4)
    return T, (float("%.6g" % (T * rng.uniform(0.001, 1))) if x else 0.0)


def geometric_rows(rng):
    rows = []
    for i in range(160):
        mp.dps = 400
        r, alpha, a, b = (spread(rng, -3, 3), spread(rng, -2, 4), spread(rng, -5, 3),
                          spread(rng, -4, 5))
        x = rng.choice(REPEATS)
        T, tx = past(rng, x)
        value, alive = geometric_ll(r, alpha, a, b, x, tx, T, i % 2)
        rows.append([i % 2, r, alpha, a, b, x, tx, T, number(value), number(alive)])
    return rows


def pareto_rows(rng):
    rows = []
    for _ in range(160):
        mp.dps = 300
        r, alpha, s, bt = (spread(rng, -3, 3), spread(rng, -2, 4), spread(rng, -5, 2),
                           spread(rng, -2, 5))
        x = rng.choice(REPEATS)
        T, tx = past(rng, x)
        t = spread(rng, -2, 4)
        value, alive = pareto_ll(r, alpha, s, bt, x, tx, T)
        rows.append([r, alpha, s, bt, x, tx, T, t, number(value), number(alive),
                     number(pareto_expected(r, alpha, s, bt, x, T, t))])
    return rows


def gamma_gamma_rows(rng):
    rows = []
    mp.dps = 80
    for _ in range(60):
        p, q, v = spread(rng, -1, 3), 1 + spread(rng, -2, 2), spread(rng, -1, 4)
        x, m = rng.choice([1, 2, 5, 40, 300]), spread(rng, -1, 4)
        expected = (mpf(v) + mpf(x) * mpf(m)) * mpf(p) / (mpf(p) * x + mpf(q) - 1)
        rows.append([p, q, v, x, m, number(gamma_gamma_ll(p, q, v, x, m)), number(expected)])
    return rows


def write(name, header, rows):
    with open(name, "w", encoding="ascii") as out:
        out.write(header + "\n")
        for row in rows:
            out.write(",".join(v if isinstance(v, str) else repr(v) for v in row) + "\n")


def main():
    rng = random.Random(20240611)
    write("geometric_expected.csv", "shift,r,a,b,x,w,expected_if_alive", expected_rows(rng))
    write("geometric_corners.csv", "shift,r,a,b,x,w,expected_if_alive", corner_rows())
    write("geometric.csv", "shift,r,alpha,a,b,x,recency,age,log_likelihood,alive",
          geometric_rows(rng))
    write("pareto.csv",
          "r,alpha,s,beta,x,recency,age,time,log_likelihood,alive,expected_if_alive",
          pareto_rows(rng))
    write("gamma_gamma.csv", "p,q,v,x,m,log_likelihood,expected_spend", gamma_gamma_rows(rng))


if __name__ == "__main__":
    main()
