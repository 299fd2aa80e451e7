"""GPTQ written a second time, as plainly as possible, to check the program against.

Column by column in float64, with the explicit inverse of the damped Gram matrix and rank-one updates
of all later columns (Frantar et al. 2022, arXiv 2210.17323, section 3). Nothing is blocked, nothing
shared with the C++ code but the definition of the affine grid:

    asymmetric: low = min(0, min w), high = max(0, max w), scale = fp16((high - low) / (2^bits - 1)),
                zero = round(-low / scale)
    symmetric:  scale = fp16(2 absmax / (2^bits - 1)), zero = 2^(bits-1)

Usage: gptq_numpy.py FOLDER
FOLDER holds case.json {rows, cols, bits, group_size, symmetric, act_order, static_groups, damping},
weights.f32 (rows x cols) and gram.f32 (cols x cols). Writes codes.u8 (rows x cols, original column
order) and values.f64 (rows x cols).
"""

import json
import pathlib
import sys

import numpy as np


def fit(columns, bits, symmetric):
    """Scale and zero of each row of `columns`."""
    top = 2**bits - 1
    low = np.minimum(columns.min(axis=1), 0)
    high = np.maximum(columns.max(axis=1), 0)
    if symmetric:
        high = np.maximum(high, -low)
        low = -high
    scale = ((high - low) / top).astype(np.float32).astype(np.float16).astype(np.float64)
    if symmetric:
        return scale, np.full_like(scale, 2 ** (bits - 1))
    return scale, np.clip(np.rint(-low / scale), 0, top)


def gptq(weights, gram, case):
    bits, size = case["bits"], case["group_size"]
    rows, cols = weights.shape
    w = weights.astype(np.float64)
    h = gram.astype(np.float64)
    dead = np.diag(h) == 0
    mean = np.diag(h)[~dead].mean()
    h[dead, dead] = mean
    w[:, dead] = 0
    h[np.arange(cols), np.arange(cols)] += case["damping"] * mean
    order = np.arange(cols)
    if case["act_order"]:
        order = np.argsort(-np.diag(gram).astype(np.float64), kind="stable")
    static = [fit(w[:, c : c + size], bits, case["symmetric"]) for c in range(0, cols, size)]
    w = w[:, order]
    h = h[np.ix_(order, order)]
    upper = np.linalg.cholesky(np.linalg.inv(h)).T
    codes = np.zeros((rows, cols), dtype=np.uint8)
    values = np.zeros((rows, cols))
    for j in range(cols):
        if case["static_groups"]:
            scale, zero = static[order[j] // size]
        elif j % size == 0:
            scale, zero = fit(w[:, j : j + size], bits, case["symmetric"])
        code = np.clip(np.rint(w[:, j] / scale) + zero, 0, 2**bits - 1)
        value = scale * (code - zero)
        error = (w[:, j] - value) / upper[j, j]
        w[:, j:] -= np.outer(error, upper[j, j:])
        codes[:, order[j]] = code
        values[:, order[j]] = value
    return codes, values


def main():
    folder = pathlib.Path(sys.argv[1])
    case = json.loads((folder / "case.json").read_text())
    rows, cols = case["rows"], case["cols"]
    weights = np.fromfile(folder / "weights.f32", dtype=np.float32).reshape(rows, cols)
    gram = np.fromfile(folder / "gram.f32", dtype=np.float32).reshape(cols, cols)
    codes, values = gptq(weights, gram, case)
    codes.tofile(folder / "codes.u8")
    values.tofile(folder / "values.f64")


main()
