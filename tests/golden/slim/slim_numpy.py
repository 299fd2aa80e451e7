"""SliM-LLM's choice of widths written a second time, as plainly as possible, to check the program
against (Huang et al. 2024, arXiv 2405.14917, section 3.2).

Everything in float64, every step from scratch: the inverse of the damped Gram matrix, the salience
w_ij^2 / [H^-1]_jj^2 summed over a group, and for each step the whole matrix rounded to nearest with
the i least salient groups at bits - 1 and the i most salient ones at bits + 1. Shared with the C++
code is the definition of the grid only:

    2 bits and more: low = min(0, min w), high = max(0, max w),
                     scale = fp16((high - low) / (2^bits - 1)), zero = round(-low / scale)
    1 bit:           scale = fp16(2 mean |w - mean w|), zero = 7/16, or 9/16 where the mean is
                     negative; the nearer of the two levels

Usage: slim_numpy.py FOLDER
FOLDER holds case.json {rows, cols, bits, group_size, damping}, weights.f32 (rows x cols), gram.f32
(cols x cols) and sample.f32 (inputs x cols). Writes result.json {salience, divergence, output_error,
bits_by_divergence, bits_by_output_error} and codes.u8, the codes at the former.
"""

import json
import pathlib
import sys

import numpy as np


def rounded(columns, bits):
    """Codes and values of one group, rows x columns."""
    if bits == 1:
        mean = columns.mean(axis=1, keepdims=True)
        scale = (2 * np.abs(columns - mean).mean(axis=1, keepdims=True)).astype(np.float16)
        scale = scale.astype(np.float64)
        zero = np.where(mean < 0, 9 / 16, 7 / 16)
        code = (columns >= scale * (0.5 - zero)).astype(np.float64)
        return code, scale * (code - zero)
    top = 2**bits - 1
    low = np.minimum(columns.min(axis=1, keepdims=True), 0)
    high = np.maximum(columns.max(axis=1, keepdims=True), 0)
    scale = ((high - low) / top).astype(np.float32).astype(np.float16).astype(np.float64)
    zero = np.clip(np.rint(-low / scale), 0, top)
    code = np.clip(np.rint(columns / scale) + zero, 0, top)
    return code, scale * (code - zero)


def quantized(weights, widths, size):
    parts = [
        rounded(weights[:, g * size : (g + 1) * size], bits) for g, bits in enumerate(widths)
    ]
    return np.hstack([p[0] for p in parts]), np.hstack([p[1] for p in parts])


def probabilities(outputs):
    e = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return np.maximum(e / e.sum(axis=1, keepdims=True), 1e-6)


def main():
    folder = pathlib.Path(sys.argv[1])
    case = json.loads((folder / "case.json").read_text())
    rows, cols, bits, size = (case[k] for k in ("rows", "cols", "bits", "group_size"))

    def read(name, columns):
        return np.fromfile(folder / name, dtype=np.float32).reshape(-1, columns).astype(float)

    weights, gram, sample = (read(n, cols) for n in ("weights.f32", "gram.f32", "sample.f32"))
    damped = gram + case["damping"] * np.diag(gram).mean() * np.eye(cols)
    inverse = np.diag(np.linalg.inv(damped))
    groups = -(-cols // size)
    per_column = (weights**2 / inverse**2).sum(axis=0)
    salience = [per_column[g * size : (g + 1) * size].sum() for g in range(groups)]
    order = sorted(range(cols // size), key=lambda g: salience[g])
    reference = probabilities(sample @ weights.T)
    result = {"salience": salience, "divergence": [], "output_error": []}
    choices = []
    for i in range(len(order) // 2 + 1):
        widths = [bits] * groups
        for k in range(i):
            widths[order[k]] -= 1
            widths[order[-1 - k]] += 1
        choices.append(widths)
        _, values = quantized(weights, widths, size)
        p = probabilities(sample @ values.T)
        result["divergence"].append((p * np.log(p / reference)).sum(axis=1).mean())
        error = weights - values
        result["output_error"].append(np.trace(error @ gram @ error.T))
    for score in ("divergence", "output_error"):
        result["bits_by_" + score] = choices[int(np.argmin(result[score]))]
    codes, _ = quantized(weights, result["bits_by_divergence"], size)
    codes.astype(np.uint8).tofile(folder / "codes.u8")
    (folder / "result.json").write_text(json.dumps(result))


main()
