"""The least weighted squared error of k centres on a line, by the plain dynamic programme over all
cuts of the sorted values, O(k n^2), in float64. Each row by itself.

Usage: k_means_numpy.py FOLDER
FOLDER holds case.json {k, rows}, values.f32 and weights.f32 (rows x n). Writes cost.f64 (rows).
"""

import json
import pathlib
import sys

import numpy as np


def least(values, weights, k):
    order = np.argsort(values, kind="stable")
    x, w = values[order] - values.mean(), weights[order]
    n = len(x)
    W, X, XX = (np.concatenate([[0], np.cumsum(v)]) for v in (w, w * x, w * x * x))

    def costs(j):  # of the points [i, j) for every i <= j
        mass = W[j] - W[: j + 1]
        first = X[j] - X[: j + 1]
        with np.errstate(invalid="ignore", divide="ignore"):
            c = XX[j] - XX[: j + 1] - first**2 / mass
        return np.where(mass > 0, np.maximum(c, 0), 0)

    best = np.array([costs(j)[0] for j in range(n + 1)])
    for _ in range(k - 1):
        best = np.array([(best[: j + 1] + costs(j)).min() for j in range(n + 1)])
    return best[n]


folder = pathlib.Path(sys.argv[1])
case = json.loads((folder / "case.json").read_text())
values, weights = (
    np.fromfile(folder / name, np.float32).astype(np.float64).reshape(case["rows"], -1)
    for name in ("values.f32", "weights.f32")
)
np.array([least(v, w, case["k"]) for v, w in zip(values, weights)]).tofile(folder / "cost.f64")
