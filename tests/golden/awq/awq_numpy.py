"""AWQ's search for scales and SmoothQuant's factors, written a second time in float64.

AWQ (Lin et al. 2023, arXiv 2306.00978, section 3.2), with what differs here: the error is that of
the layer's own outputs, tr((W - Q(W s) / s) G (W - Q(W s) / s)^T); salience is at least a 10000th of
its mean; 1 / s is an fp16 number, as it is stored.

    a = max(mean |x|, 1e-4 mean(a)), s = a^alpha / sqrt(max(a^alpha) min(a^alpha)),
    alpha = 0, 1/20, ..., 19/20

Q: asymmetric, low = min(0, min w), high = max(0, max w), scale = fp16((high - low) / (2^bits - 1)),
zero = round(-low / scale), per row and group of columns.

SmoothQuant (Xiao et al. 2022, arXiv 2211.10438, equation 4): s = max|x|^0.5 / max|w|^0.5.

Usage: awq_numpy.py FOLDER
FOLDER holds case.json {rows, cols, bits, group_size}, weights.f32, gram.f32, mean.f32 and most.f32
(of |x|, per column). Writes errors.f64 (20, relative), scales.f64 (of the best alpha) and
smooth.f64.
"""

import json
import pathlib
import sys

import numpy as np


def half(x):
    return np.asarray(x, dtype=np.float32).astype(np.float16).astype(np.float64)


def nearest(w, bits, size):
    top = 2**bits - 1
    out = np.zeros_like(w)
    for c in range(0, w.shape[1], size):
        part = w[:, c : c + size]
        low = np.minimum(part.min(axis=1), 0)[:, None]
        high = np.maximum(part.max(axis=1), 0)[:, None]
        scale = half((high - low) / top)
        zero = np.clip(np.rint(-low / scale), 0, top)
        out[:, c : c + size] = scale * (np.clip(np.rint(part / scale) + zero, 0, top) - zero)
    return out


def main():
    folder = pathlib.Path(sys.argv[1])
    case = json.loads((folder / "case.json").read_text())
    rows, cols = case["rows"], case["cols"]

    def read(name):
        return np.fromfile(folder / name, dtype=np.float32).astype(np.float64)

    w = read("weights.f32").reshape(rows, cols)
    g = read("gram.f32").reshape(cols, cols)
    a = read("mean.f32")
    a = np.maximum(a, 1e-4 * a.mean())
    whole = np.einsum("ri,ij,rj->", w, g, w)
    errors, scales = [], []
    for step in range(20):
        s = a ** (step / 20)
        s = 1 / half(np.sqrt(s.max() * s.min()) / s)
        d = w - nearest(w * s, case["bits"], case["group_size"]) / s
        errors.append(np.einsum("ri,ij,rj->", d, g, d) / whole)
        scales.append(s)
    np.array(errors).tofile(folder / "errors.f64")
    scales[int(np.argmin(errors))].tofile(folder / "scales.f64")
    s = np.sqrt(read("most.f32")) / np.sqrt(np.abs(w).max(axis=0))
    (1 / half(1 / s)).tofile(folder / "smooth.f64")


main()
