"""Learned offsets and ranges against a layer's output error, written a second time in numpy.

A row and a group at a time from the formulas, in float64 (after Cheng et al. 2023, arXiv 2309.05516,
with tr((W - V) G (W - V)^T) for the loss): offsets o in [-0.5, 0.5] and shares a, b in [0, 1] of each
group's range [low, high],

    s = fp16((b high - a low) / top), z = clamp(round(-a low / s), 0, top)
    v = s (clamp(round((w + o s) / s) + z, 0, top) - z)

all moved by the sign of their gradients, rounding counting as the identity, with rates
(1 - t / steps) / steps; each row keeps the best that it met, beginning with round to nearest.

Usage: signround_numpy.py FOLDER
FOLDER holds case.json {rows, cols, bits, group_size, steps}, weights.f32 and gram.f32. Writes
best.f64: the error of each row.
"""

import json
import pathlib
import sys

import numpy as np


def learn(w, g, bits, size, steps):
    top, cols = 2**bits - 1, len(w)
    groups = [slice(c, min(c + size, cols)) for c in range(0, cols, size)]
    low = np.array([min(0.0, w[s].min()) for s in groups])
    high = np.array([max(0.0, w[s].max()) for s in groups])
    offset = np.zeros(cols)
    a, b = np.ones(len(groups)), np.ones(len(groups))
    best = np.inf
    for t in range(steps + 1):
        v = np.zeros(cols)
        over, under, scales = np.zeros(cols, bool), np.zeros(cols, bool), []
        for i, at in enumerate(groups):
            s = float(np.float16(np.float32((b[i] * high[i] - a[i] * low[i]) / top)))
            z = np.clip(np.rint(-a[i] * low[i] / s), 0, top)
            wanted = (w[at] + offset[at] * s) / s
            q = np.rint(wanted) + z
            v[at] = s * (np.clip(q, 0, top) - z)
            over[at], under[at] = wanted > top - z + 0.5, wanted < -z - 0.5
            scales.append(s)
        error = w - v
        slope = g @ error
        best = min(best, float(error @ slope))
        if t == steps:
            return best
        rate = (1 - t / steps) / steps
        inside = ~over & ~under
        for i, at in enumerate(groups):
            by_step = -(slope[at] * error[at] * inside[at]).sum() / scales[i]
            b[i] += rate * np.sign(high[i] * ((slope[at] * over[at]).sum() + by_step / top))
            a[i] += rate * np.sign(low[i] * ((slope[at] * under[at]).sum() - by_step / top))
        a, b = np.clip(a, 0, 1), np.clip(b, 0, 1)
        offset = np.clip(offset + rate * np.sign(slope) * inside, -0.5, 0.5)


def main():
    folder = pathlib.Path(sys.argv[1])
    case = json.loads((folder / "case.json").read_text())
    rows, cols = case["rows"], case["cols"]
    w = np.fromfile(folder / "weights.f32", dtype=np.float32).reshape(rows, cols).astype(np.float64)
    g = np.fromfile(folder / "gram.f32", dtype=np.float32).reshape(cols, cols).astype(np.float64)
    best = [learn(row, g, case["bits"], case["group_size"], case["steps"]) for row in w]
    np.array(best).tofile(folder / "best.f64")


main()
