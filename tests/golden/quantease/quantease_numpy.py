"""QuantEase's coordinate descent written a second time, as plainly as possible, to check the program.

One weight after another in float64, straight from the definition: the error f(v) of a row,
(w - v) G (w - v)^T, is evaluated in full for every level that the weight could take, all others
fixed, and the best level is kept. No gradients, no blocks, no running products. Columns in their
own order, `sweeps` times (Behdin et al. 2023, arXiv 2309.01885, section 3).

Usage: quantease_numpy.py FOLDER
FOLDER holds case.json {rows, cols, bits, group_size, sweeps}, weights.f32 (rows x cols), gram.f32
(cols x cols), the start start.u8 (rows x cols codes) and its grid: scales.f32 and zeros.u8 (rows x
groups), value = scale * (code - zero). Writes codes.u8 and objective.f64: f summed over rows, before
the first sweep and after each.
"""

import json
import pathlib
import sys

import numpy as np


def main():
    folder = pathlib.Path(sys.argv[1])
    case = json.loads((folder / "case.json").read_text())
    rows, cols, size = case["rows"], case["cols"], case["group_size"]
    w = np.fromfile(folder / "weights.f32", dtype=np.float32).reshape(rows, cols).astype(np.float64)
    g = np.fromfile(folder / "gram.f32", dtype=np.float32).reshape(cols, cols).astype(np.float64)
    codes = np.fromfile(folder / "start.u8", dtype=np.uint8).reshape(rows, cols).astype(np.int64)
    scales = np.fromfile(folder / "scales.f32", dtype=np.float32).reshape(rows, -1).astype(np.float64)
    zeros = np.fromfile(folder / "zeros.u8", dtype=np.uint8).reshape(rows, -1).astype(np.int64)
    group = np.arange(cols) // size
    values = scales[:, group] * (codes - zeros[:, group])
    levels = np.arange(2 ** case["bits"])

    def objective():
        e = w - values
        return float(np.einsum("ri,ij,rj->", e, g, e))

    objectives = [objective()]
    for _ in range(case["sweeps"]):
        for r in range(rows):
            for j in range(cols):
                if g[j, j] <= 0:
                    continue
                error = w[r] - values[r]
                error[j] = 0
                linear = error @ g[j]
                own = w[r, j] - scales[r, group[j]] * (levels - zeros[r, group[j]])
                f = own * own * g[j, j] + 2 * own * linear
                best = int(np.argmin(f))
                if f[best] < f[codes[r, j]]:
                    codes[r, j] = best
                    values[r, j] = scales[r, group[j]] * (best - zeros[r, group[j]])
        objectives.append(objective())
    codes.astype(np.uint8).tofile(folder / "codes.u8")
    np.array(objectives).tofile(folder / "objective.f64")


main()
