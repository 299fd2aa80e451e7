"""Saliences and spectra of a small layer, computed a second time with numpy in float64.

    python3 tests/golden/salience/make.py > tests/golden/salience/golden.json

Inputs are multiples of 1/64, so that fp32 holds them exactly. Written with numpy 2.4.6. Formulas:
|w|; AWQ (arXiv 2306.00978) |w| mean|x|; Wanda (arXiv 2306.11695) |w| ||x||; OBS w^2 / [H^-1]_jj and
SparseGPT w^2 / U_jj^2 with H^-1 = U^T U (arXiv 2301.00774); SliM-LLM w^2 / [H^-1]_jj^2 (arXiv 2405.14917).
H = X^T X + 0.01 mean(diag X^T X) I.
"""

import json

import numpy as np

rng = np.random.default_rng(7)
rows, cols, tokens = 6, 8, 40
w = np.round(rng.normal(0, 24, (rows, cols))) / 64
x = np.round(rng.normal(0, 40, (tokens, cols)) @ (np.eye(cols) + 0.4 * rng.normal(0, 1, (cols, cols)))) / 64
x[:, 3] *= 16  # an outlier channel

gram = x.T @ x
h = gram + 0.01 * np.mean(np.diag(gram)) * np.eye(cols)
inverse = np.linalg.inv(h)
upper = np.linalg.cholesky(inverse).T  # H^-1 = U^T U, U upper
assert np.allclose(upper.T @ upper, inverse)

saliences = {
    "magnitude": np.abs(w),
    "awq": np.abs(w) * np.mean(np.abs(x), axis=0),
    "wanda": np.abs(w) * np.linalg.norm(x, axis=0),
    "obs": w**2 / np.diag(inverse),
    "sparsegpt": w**2 / np.diag(upper) ** 2,
    "slim": w**2 / np.diag(inverse) ** 2,
}


def spectrum(s):
    p = s / s.sum()
    energy = np.cumsum(s**2) / np.sum(s**2)
    return {
        "values": s.tolist(),
        "effective_rank": float(np.exp(-np.sum(p * np.log(p)))),
        "stable_rank": float(np.sum(s**2) / s[0] ** 2),
        "rank90": int(np.searchsorted(energy, 0.90) + 1),
        "rank99": int(np.searchsorted(energy, 0.99) + 1),
    }


centred = w - w.mean()
print(
    json.dumps(
        {
            "weights": w.tolist(),
            "inputs": x.tolist(),
            "saliences": {k: v.tolist() for k, v in saliences.items()},
            "kurtosis": float(np.mean(centred**4) / np.mean(centred**2) ** 2),
            "weight_spectrum": spectrum(np.linalg.svd(w, compute_uv=False)),
            "input_spectrum": spectrum(np.linalg.svd(x, compute_uv=False)),
        },
        indent=1,
    )
)
