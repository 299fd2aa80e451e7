"""Asymmetric calibration written a second time: the target from the samples themselves, by least
squares, then the plain GPTQ of ../gptq.

    V = argmin ||V X^T - W F^T||^2 + damping mean(diag X^T X) ||V - W||^2

with X (samples x cols) the inputs behind quantized layers, F those of the full-precision network
(Li et al. 2025, arXiv 2504.02692). Nothing is formed that the program forms: no cross statistics, no
inverse, no factor of a Gram matrix.

Usage: gptaq_numpy.py FOLDER
FOLDER holds what gptq_numpy.py wants, and now.f32 and full.f32 (samples x cols). Writes target.f64
(rows x cols), codes.u8 and values.f64 of it.
"""

import json
import pathlib
import runpy
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
case = json.loads((folder / "case.json").read_text())
rows, cols = case["rows"], case["cols"]
w = np.fromfile(folder / "weights.f32", dtype=np.float32).reshape(rows, cols).astype(np.float64)
now = np.fromfile(folder / "now.f32", dtype=np.float32).reshape(-1, cols).astype(np.float64)
full = np.fromfile(folder / "full.f32", dtype=np.float32).reshape(-1, cols).astype(np.float64)
strength = case["damping"] * (now**2).sum(axis=0).mean()
left = np.vstack([now, np.sqrt(strength) * np.eye(cols)])
right = np.vstack([full @ w.T, np.sqrt(strength) * w.T])
target = np.linalg.lstsq(left, right, rcond=None)[0].T
target.tofile(folder / "target.f64")
target.astype(np.float32).tofile(folder / "weights.f32")
runpy.run_path(str(pathlib.Path(__file__).parent.parent / "gptq" / "gptq_numpy.py"))
