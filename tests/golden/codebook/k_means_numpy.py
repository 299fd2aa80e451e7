"""The least weighted squared error of k centres on a line, by the plain dynamic programme over all
cuts of the sorted values, O(k n^2), in float64.

Usage: k_means_numpy.py FOLDER
FOLDER holds case.json {k}, values.f32 and weights.f32. Writes cost.f64 (one number).
"""

import json
import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
k = json.loads((folder / "case.json").read_text())["k"]
values = np.fromfile(folder / "values.f32", np.float32).astype(np.float64)
weights = np.fromfile(folder / "weights.f32", np.float32).astype(np.float64)
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
np.array([best[n]]).tofile(folder / "cost.f64")
