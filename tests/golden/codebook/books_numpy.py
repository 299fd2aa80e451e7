"""Decodes a matrix of the grids "codebook" and "nested" from its bytes, as resources/docs/container.md
describes them.

Usage: books_numpy.py FOLDER
FOLDER holds case.json {grid, rows, cols, bits, group_size, rank, width, block}, codes.u8 (packed, each
row on its own bytes) and books.u8. Writes values.f32 (rows x cols) and levels.f64 (groups x 2^bits).
"""

import json
import pathlib
import sys

import numpy as np


def unpack(data, count, bits):
    string = np.unpackbits(data, bitorder="little")[: count * bits].reshape(count, bits)
    return string @ (1 << np.arange(bits))


folder = pathlib.Path(sys.argv[1])
case = json.loads((folder / "case.json").read_text())
rows, cols, bits, width, rank = (case[name] for name in ("rows", "cols", "bits", "width", "rank"))
size, per_row = 2**bits, -(-cols // case["group_size"])
groups = rows * per_row
books = np.fromfile(folder / "books.u8", np.uint8)
at = 0


def halves(count):
    global at
    part = books[at : at + 2 * count].view(np.float16).astype(np.float64)
    at += 2 * count
    return part


def numbers(offset):  # one for each group
    global at
    if width == 16:
        return halves(groups)
    length = -(-groups * width // 8)
    codes = unpack(books[at : at + length], groups, width)
    at += length
    factors = halves(-(-groups // case["block"]))
    return (codes - offset) * np.repeat(factors, case["block"])[:groups]


if case["grid"] == "nested":
    scale, least = numbers(0), numbers(0)
    levels = scale[:, None] * np.arange(size) - least[:, None]
elif rank == 0:
    levels = halves(groups * size).reshape(groups, size)
else:
    templates = halves(rank * size).reshape(rank, size)
    offset = 2 ** (width - 1)
    s = np.stack([numbers(offset) for _ in range(rank)], axis=1)
    levels = s @ templates - numbers(offset)[:, None]
assert at == len(books), f"{len(books) - at} bytes are left"

packed = np.fromfile(folder / "codes.u8", np.uint8).reshape(rows, -1)
codes = np.stack([unpack(row, cols, bits) for row in packed])
group = np.arange(rows)[:, None] * per_row + np.arange(cols)[None, :] // case["group_size"]
levels.tofile(folder / "levels.f64")
levels[group, codes].astype(np.float32).tofile(folder / "values.f32")
