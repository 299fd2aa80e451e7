"""The small number formats of the grid 'float' written a second time, as plainly as possible, to
check the program against. Everything in float64 and by definition: a level from the bits of its
code, a weight's code by comparing it with every level.

Sources: OCP Microscaling Formats 1.0 (2023), section 5 and 6.3; Micikevicius et al. 2022
(arXiv 2209.05433), table 1; Zhang et al. 2023 (arXiv 2310.05079), section 3; Dettmers et al. 2023
(arXiv 2305.14314), appendix E; bitsandbytes' functional.py for the order of fp4's codes.

Usage: floats_numpy.py FOLDER
FOLDER holds case.json {rows, cols} and weights.f32 (rows x cols). Writes formats.json, the names and
widths of the level tables, and of each NAME.levels.f64; families.json, a list of {format, bits,
block, name}, and of each NAME.scales.u8 (the exponents' bytes) and NAME.values.f64 (the weights
rounded to it).
"""

import json
import pathlib
import sys

import numpy as np

NF4 = [-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
       -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
       0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
       0.7229568362236023, 1.0]


def minifloat(code, exponent_bits, fraction_bits, bias):
    sign = -1.0 if code >> (exponent_bits + fraction_bits) else 1.0
    exponent = (code >> fraction_bits) % 2**exponent_bits
    fraction = (code % 2**fraction_bits) / 2**fraction_bits
    if exponent == 0:
        return sign * fraction * 2.0 ** (1 - bias)
    return sign * (1 + fraction) * 2.0 ** (exponent - bias)


def e4m3(code):
    return np.nan if code % 128 == 127 else minifloat(code, 4, 3, 7)


def e5m2(code):
    if code % 128 < 124:
        return minifloat(code, 5, 2, 15)
    if code % 128 > 124:
        return np.nan
    return -np.inf if code >= 128 else np.inf


def sign_magnitude(code, bits):
    magnitude = code % 2 ** (bits - 1)
    return (-1.0 if code >= 2 ** (bits - 1) else 1.0) * magnitude / 2 ** (bits - 1)


def logarithm(code, bits):
    k = code % 2 ** (bits - 1)
    return (-1.0 if code >= 2 ** (bits - 1) else 1.0) * 2.0 ** (k - (2 ** (bits - 1) - 1))


def fp4(code):
    # Pushed through fp32, as bitsandbytes divides there.
    value = np.float32([0, 0.0625, 8, 12, 4, 6, 2, 3][code % 8]) / np.float32(12)
    return float(-value if code >= 8 else value)


def tables():
    made = {
        "e2m1": (4, lambda c: minifloat(c, 2, 1, 1)),
        "e2m2": (5, lambda c: minifloat(c, 2, 2, 1)),
        "e2m3": (6, lambda c: minifloat(c, 2, 3, 1)),
        "e3m2": (6, lambda c: minifloat(c, 3, 2, 3)),
        "e3m3": (7, lambda c: minifloat(c, 3, 3, 3)),
        "e4m3x": (8, lambda c: minifloat(c, 4, 3, 7)),
        "e4m3": (8, e4m3),
        "e5m2": (8, e5m2),
        "int8": (8, lambda c: (c - 256 if c >= 128 else c) / 64),
        "nf4": (4, lambda c: NF4[c]),
        "fp4": (4, fp4),
    }
    for bits in range(3, 9):
        made[f"bfp{bits}"] = (bits, lambda c, b=bits: sign_magnitude(c, b))
        made[f"log{bits}"] = (bits, lambda c, b=bits: logarithm(c, b))
    return {name: np.array([value(c) for c in range(2**bits)]) for name, (bits, value) in made.items()}


def nearest(levels, quotients):
    """Codes of the nearest finite levels, ties to the even code; overflow saturates."""
    codes = np.flatnonzero(np.isfinite(levels))
    off = np.abs(quotients[..., None] - levels[codes])
    if not (levels == 0).any():  # without a zero levels keep the sign
        off[np.signbit(quotients)[..., None] != np.signbit(levels[codes])] = np.inf
    tied = off == off.min(axis=-1, keepdims=True)
    # Of two codes for zero the first: the value is the same.
    even = tied & (codes % 2 == 0)
    return codes[np.where(even.any(axis=-1), even.argmax(axis=-1), tied.argmax(axis=-1))]


def exponent(rule, most):
    """Of a block whose largest magnitude is `most` > 0; rule: emax, or 'ceil'."""
    mantissa, power = np.frexp(most)  # mantissa in [0.5, 1)
    if rule == "ceil":
        return power - 1 if mantissa == 0.5 else power
    return power - 1 - rule


FAMILIES = [("mxfp4", "e2m1", 32, 2), ("mxfp6_e2m3", "e2m3", 32, 2), ("mxfp6_e3m2", "e3m2", 32, 4),
            ("mxfp8_e4m3", "e4m3", 32, 8), ("mxfp8_e5m2", "e5m2", 32, 15), ("mxint8", "int8", 32, 0),
            ("block_minifloat", "e2m1", 16, 2), ("block_minifloat", "e2m2", 16, 2),
            ("block_minifloat", "e3m2", 16, 4), ("block_minifloat", "e3m3", 16, 4),
            ("block_minifloat", "e4m3x", 16, 8)]
FAMILIES += [("bfp", f"bfp{bits}", 16, "ceil") for bits in range(3, 9)]
FAMILIES += [("block_log", f"log{bits}", 16, "ceil") for bits in range(3, 9)]


def main(folder):
    case = json.loads((folder / "case.json").read_text())
    rows, cols = case["rows"], case["cols"]
    weights = np.fromfile(folder / "weights.f32", np.float32).reshape(rows, cols).astype(np.float64)
    levels = tables()
    (folder / "formats.json").write_text(
        json.dumps({name: int(np.log2(len(table))) for name, table in levels.items()}))
    for name, table in levels.items():
        table.tofile(folder / f"{name}.levels.f64")

    listed = []
    for family, name, block, rule in FAMILIES:
        table = levels[name].copy()
        if name == "int8":
            table[128] = np.nan  # -2 has no positive counterpart and is left out
        scales, values = [], np.zeros_like(weights)
        for r in range(rows):
            for first in range(0, cols, block):
                group = weights[r, first:first + block]
                most = np.abs(group).max()
                byte = 0 if most == 0 else int(np.clip(exponent(rule, most) + 127, 0, 254))
                scales.append(byte)
                values[r, first:first + block] = table[nearest(table, group / 2.0 ** (byte - 127))]
                values[r, first:first + block] *= 2.0 ** (byte - 127)
        np.array(scales, np.uint8).tofile(folder / f"{family}.{name}.scales.u8")
        values.tofile(folder / f"{family}.{name}.values.f64")
        listed.append({"format": family, "bits": int(np.log2(len(table))), "block": block,
                       "name": f"{family}.{name}"})
    for name in ["nf4", "fp4"]:
        table, values = levels[name], np.zeros_like(weights)
        for r in range(rows):
            for first in range(0, cols, 64):
                group = weights[r, first:first + 64].astype(np.float32)
                scale = np.abs(group).max() or np.float32(1)
                values[r, first:first + 64] = np.float32(scale) * table[
                    nearest(table, (group / scale).astype(np.float64))].astype(np.float32)
        values.tofile(folder / f"{name}.{name}.values.f64")
        listed.append({"format": name, "bits": 4, "block": 64, "name": f"{name}.{name}"})
    (folder / "families.json").write_text(json.dumps(listed))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
