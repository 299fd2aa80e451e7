"""The half-quadratic fit written a second time, in float64 and as plainly as possible.

After Badri, Shaji 2023, "Half-Quadratic Quantization of Large Machine Learning Models", with what
differs here: zero points are whole numbers of the codes' range, the scale (fp16) is fitted, too, and
errors are measured in steps. Per group, up to 20 turns while sum |w - v|^0.7 falls:

    q = clamp(round(w / s) + z, 0, top), e = w / s - (q - z), E = sign(e) max(0, |e| - |e|^-0.3 / beta)
    (s, z): the line t = s (q - z) through t = w - s E by least squares, z rounded, then s for that z
    beta: 10, times 1.01 a turn

Usage: hqq_numpy.py FOLDER
FOLDER holds case.json {rows, cols, bits, group_size, symmetric} and weights.f32. Writes scales.f64
and zeros.u8 (rows x groups).
"""

import json
import pathlib
import sys

import numpy as np


def half(x):
    return float(np.float16(np.float32(x)))


def fit(w, bits, symmetric):
    top = 2**bits - 1
    low, high = min(0.0, w.min()), max(0.0, w.max())
    if symmetric:
        high = max(high, -low)
        low = -high
    s = half((high - low) / top)
    z = 2 ** (bits - 1) if symmetric else int(np.clip(np.rint(-low / s), 0, top))
    best, least, beta = (s, z), np.inf, 10.0
    for _ in range(21):
        q = np.clip(np.rint(w / s) + z, 0, top)
        e = w / s - (q - z)
        error = (np.abs(s * e) ** 0.7).sum()
        if not error < least:
            break
        best, least = (s, z), error
        size = np.abs(e)
        with np.errstate(divide="ignore"):
            outlier = np.sign(e) * np.maximum(0, size - np.where(size > 0, size**-0.3, 0) / beta)
        t = w - s * outlier
        new = z
        if not symmetric and q.std() > 0:
            slope = np.cov(q, t, bias=True)[0, 1] / q.var()
            if slope > 0:
                new = int(np.clip(np.rint(q.mean() - t.mean() / slope), 0, top))
        k = q - new
        if not (k @ k > 0 and k @ t > 0):
            break
        nexts = half((k @ t) / (k @ k))
        if (nexts, new) == (s, z):
            break
        s, z = nexts, new
        beta *= 1.01
    return best


def main():
    folder = pathlib.Path(sys.argv[1])
    case = json.loads((folder / "case.json").read_text())
    rows, cols, size = case["rows"], case["cols"], case["group_size"]
    w = np.fromfile(folder / "weights.f32", dtype=np.float32).reshape(rows, cols).astype(np.float64)
    groups = range(0, cols, size)
    found = [[fit(row[c : c + size], case["bits"], case["symmetric"]) for c in groups] for row in w]
    np.array([[f[0] for f in row] for row in found]).tofile(folder / "scales.f64")
    np.array([[f[1] for f in row] for row in found], dtype=np.uint8).tofile(folder / "zeros.u8")


main()
