"""What compensators do, written a second time in numpy, as plainly as possible, to check the program.

Usage: compensate_numpy.py FOLDER
FOLDER holds case.json {what, rows, cols, ...}, weights.f32 (rows x cols) and gram.f32 (cols x cols).

refit     + units.f32 (rows x cols): codes less zero points; group_size. The scales of each row that
          minimise (w - v) G (w - v)^T, by lstsq on the square root of G: scales.f64, error.f64
low_rank  + rank: the weights are the error E. Least tr((E - X) G (E - X)^T) over X of that rank:
          the sum of the squares of the other singular values of E G^(1/2), by eigh and svd: least.f64
places    + bits, group_size, count, damping. SpQR's criterion with what a weight saves by leaving
          its group, every candidate refitted by itself, in four rounds: places.u8 (rows x cols)
"""

import json
import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
case = json.loads((folder / "case.json").read_text())
rows, cols = case["rows"], case["cols"]
w = np.fromfile(folder / "weights.f32", dtype=np.float32).reshape(rows, cols).astype(np.float64)
gram = np.fromfile(folder / "gram.f32", dtype=np.float32).reshape(cols, cols).astype(np.float64)


def root():
    values, vectors = np.linalg.eigh(gram)
    return vectors * np.sqrt(np.maximum(values, 0))  # M M^T = G


def refit():
    units = np.fromfile(folder / "units.f32", dtype=np.float32).reshape(rows, cols).astype(np.float64)
    size = case["group_size"]
    m = root()
    scales, error = [], 0.0
    for u, row in zip(units, w):
        design = np.stack([u[c : c + size] @ m[c : c + size] for c in range(0, cols, size)], axis=1)
        best = np.linalg.lstsq(design, row @ m, rcond=None)[0]
        scales.append(best)
        error += np.sum((row @ m - design @ best) ** 2)
    np.array(scales).tofile(folder / "scales.f64")
    np.array([error]).tofile(folder / "error.f64")


def low_rank():
    singular = np.linalg.svd(w @ root(), compute_uv=False)
    np.array([np.sum(singular[case["rank"] :] ** 2)]).tofile(folder / "least.f64")


def rounded(group, bits):
    """Affine, asymmetric, as the program's grid."""
    top = 2**bits - 1
    low, high = min(0.0, group.min()), max(0.0, group.max())
    if low == high:
        return np.zeros_like(group)
    scale = np.float64(np.float16(np.float32((high - low) / top)))
    zero = np.clip(np.rint(-low / scale), 0, top)
    return scale * (np.clip(np.rint(group / scale) + zero, 0, top) - zero)


def places():
    bits, size, count = case["bits"], case["group_size"], case["count"]
    damped = gram + case["damping"] * np.mean(np.diag(gram)) * np.eye(cols)
    cost = 1 / np.diag(np.linalg.inv(damped))
    left, taken = w.copy(), np.zeros((rows, cols), dtype=bool)
    for rest in range(4, 0, -1):
        wanted = (count - taken.sum()) // rest
        scores = np.full((rows, cols), -1.0)
        for r in range(rows):
            for c in range(0, cols, size):
                group, h = left[r, c : c + size], cost[c : c + size]
                own = h * (group - rounded(group, bits)) ** 2
                for i in range(len(group)):
                    if taken[r, c + i]:
                        continue
                    scores[r, c + i] = own[i]
                    if i not in (np.argmax(group), np.argmin(group)):
                        continue
                    fewer = group.copy()
                    fewer[i] = 0
                    after = h * (fewer - rounded(fewer, bits)) ** 2
                    after[i] = 0
                    scores[r, c + i] = max(own[i], own.sum() - after.sum())
        best = np.argsort(-scores.ravel(), kind="stable")[:wanted]
        taken.ravel()[best] = True
        left.ravel()[best] = 0
    taken.astype(np.uint8).tofile(folder / "places.u8")


{"refit": refit, "low_rank": low_rank, "places": places}[case["what"]]()
