"""Water-filled columns with their gains, and the refit of all factors, written a second time in numpy.

Everything in float64 with explicit inverses and rank-one updates; nothing is shared with the C++ code
but the definitions (WaterSIC, arXiv 2603.04956; resources/docs/entropy.md):

    rounding  columns in their order; column c has levels step_r * s_c; y: its weights with all errors so
              far; k = rint(y / (step s)); gain = <z, y> / <z, z> with z = step s k, between 0.1 and 1.5;
              the factor s gain, as fp16 holds it, is the column's; the error that is left goes to the
              columns to come
    refit     f(step, s) = tr((W - Q) H (W - Q)^T), Q = step_r k s_c: by turns over s (all columns at
              once, ridge 1e-8 of the mean diagonal towards what they were) and over each step

Usage: watersic_numpy.py FOLDER
FOLDER holds case.json {rows, cols, damping, turns}, weights.f32 (rows x cols), gram.f32 (cols x cols),
steps.f32 (rows), factors.f32 (cols: water-filling's) for the rounding, and codes.i32, fitted.f32 (cols:
factors) for the refit. Writes codes.out.i32, factors.out.f64, trace.f64 (f before and after each half
turn), refit_steps.f64, refit_factors.f64.
"""

import json
import pathlib
import sys

import numpy as np


def damped(gram, damping):
    h = gram.astype(np.float64)
    return h + damping * np.diag(h).mean() * np.eye(len(h))


def rounding(w, h, steps, factors):
    w = w.copy()
    upper = np.linalg.cholesky(np.linalg.inv(h)).T
    codes = np.zeros(w.shape, dtype=np.int32)
    out = factors.copy()
    for j in range(w.shape[1]):
        levels = steps * factors[j]
        codes[:, j] = np.rint(w[:, j] / levels)
        z = levels * codes[:, j]
        if z @ z > 0:
            gain = np.clip(z @ w[:, j] / (z @ z), 0.1, 1.5)
            out[j] = np.float64(np.float16(factors[j] * gain))
        error = (w[:, j] - steps * out[j] * codes[:, j]) / upper[j, j]
        w[:, j:] -= np.outer(error, upper[j, j:])
    return codes, out


def loss(w, h, q):
    return np.trace((w - q) @ h @ (w - q).T)


def refit(w, h, steps, factors, codes, turns):
    steps, s = steps.copy(), factors.copy()
    k = codes.astype(np.float64)
    trace = [loss(w, h, steps[:, None] * k * s)]
    for _ in range(turns):
        before = trace[-1]
        d = steps[:, None] * k
        left = h * (d.T @ d)
        right = np.diag(d.T @ w @ h)
        ridge = 1e-8 * np.diag(left).mean()
        s = np.linalg.solve(left + ridge * np.eye(len(s)), right + ridge * s)
        trace.append(loss(w, h, d * s))
        q = k * s
        for r in range(len(steps)):
            steps[r] = (q[r] @ h @ w[r]) / (q[r] @ h @ q[r])
        trace.append(loss(w, h, steps[:, None] * q))
        if before - trace[-1] < 3e-4 * before:
            break
    return steps, s, trace


def main():
    folder = pathlib.Path(sys.argv[1])
    case = json.loads((folder / "case.json").read_text())
    rows, cols = case["rows"], case["cols"]

    def read(name, dtype=np.float32):
        return np.fromfile(folder / name, dtype=dtype)

    w = read("weights.f32").reshape(rows, cols).astype(np.float64)
    h = damped(read("gram.f32").reshape(cols, cols), case["damping"])
    steps = read("steps.f32").astype(np.float64)
    codes, factors = rounding(w, h, steps, read("factors.f32").astype(np.float64))
    codes.tofile(folder / "codes.out.i32")
    factors.tofile(folder / "factors.out.f64")
    given = read("codes.i32", np.int32).reshape(rows, cols)
    fitted = read("fitted.f32").astype(np.float64)
    steps, s, trace = refit(w, h, steps, fitted, given, case["turns"])
    np.array(trace).tofile(folder / "trace.f64")
    steps.tofile(folder / "refit_steps.f64")
    s.tofile(folder / "refit_factors.f64")


main()
