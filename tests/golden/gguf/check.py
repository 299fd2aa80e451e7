"""Compares our GGUF block encoders and decoders with ggml's, byte for byte and bit for bit.

    python3 tests/golden/gguf/check.py build/dev/tools/block_rows [--library libggml-base.so] [--tensors model.safetensors]

Needs numpy and ggml's libggml-base.so, which pip install llama-cpp-python brings.
Data: seeded normal weights at several scales, heavy tails, sparse rows, single outliers, zeros, constants,
denormals, huge numbers, and the tensors of a model. Each type with and without importance.
"""
import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

TYPES = {"Q4_0": (2, 32, 18), "Q4_1": (3, 32, 20), "Q5_0": (6, 32, 22), "Q5_1": (7, 32, 24), "Q8_0": (8, 32, 34),
         "Q2_K": (10, 256, 84), "Q3_K": (11, 256, 110), "Q4_K": (12, 256, 144), "Q5_K": (13, 256, 176),
         "Q6_K": (14, 256, 210), "IQ4_NL": (20, 32, 18), "IQ4_XS": (23, 256, 136), "TQ1_0": (34, 256, 54),
         "TQ2_0": (35, 256, 66), "MXFP4": (39, 32, 17), "NVFP4": (40, 64, 36), "Q1_0": (41, 128, 18),
         "Q2_0": (42, 64, 18)}


class Ggml:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        self.lib.ggml_quantize_chunk.restype = ctypes.c_size_t
        self.lib.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64,
                                                 ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
        self.lib.ggml_quantize_init.argtypes = [ctypes.c_int]

    def encode(self, name, rows, importance):
        kind, block, size = TYPES[name]
        out = np.zeros(rows.size // block * size, np.uint8)
        self.lib.ggml_quantize_init(kind)
        self.lib.ggml_quantize_chunk(kind, rows.ctypes.data, out.ctypes.data, 0, rows.shape[0], rows.shape[1],
                                     importance.ctypes.data if importance is not None else None)
        return out

    def decode(self, name, data):
        kind, block, size = TYPES[name]
        function = getattr(self.lib, "dequantize_row_" + name.lower().replace("_k", "_K"))
        function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
        out = np.zeros(data.size // size * block, np.float32)
        function(data.ctypes.data, out.ctypes.data, out.size)
        return out


def ours_encode(tool, folder, name, rows, importance):
    rows.tofile(folder + "/x")
    command = [tool, "encode", name, str(rows.shape[1]), folder + "/x", folder + "/q"]
    if importance is not None:
        importance.tofile(folder + "/w")
        command.append(folder + "/w")
    subprocess.run(command, check=True)
    return np.fromfile(folder + "/q", np.uint8)


def ours_decode(tool, folder, name, data):
    data.tofile(folder + "/q")
    subprocess.run([tool, "decode", name, folder + "/q", folder + "/y"], check=True)
    return np.fromfile(folder + "/y", np.float32)


def samples(cols):
    rng = np.random.default_rng(7)
    normal = rng.standard_normal
    yield "normal", 0.02 * normal((64, cols))
    yield "many rows", normal((33, cols)) * np.exp(3 * normal((33, 1)))
    yield "heavy tails", 0.02 * rng.standard_t(2, (64, cols))
    yield "uniform", rng.uniform(-1, 1, (32, cols))
    yield "positive", rng.uniform(0.5, 1, (16, cols))
    yield "negative", -np.abs(normal((16, cols)))
    yield "sparse", normal((32, cols)) * (rng.random((32, cols)) < 0.03)
    yield "whole numbers", np.round(3 * normal((32, cols)))
    yield "halves", np.round(6 * normal((32, cols))) / 2
    outlier = np.zeros((8, cols))
    outlier[np.arange(8), rng.integers(0, cols, 8)] = 3.5
    yield "one outlier", outlier
    yield "outlier in noise", outlier + 1e-3 * normal((8, cols))
    yield "zeros", np.zeros((4, cols))
    yield "minus zeros", -np.zeros((4, cols))
    yield "constant", np.full((4, cols), 0.7)
    yield "tiny", 1e-12 * normal((8, cols))
    yield "smaller", 1e-20 * normal((8, cols))
    yield "denormal", 1e-40 * normal((8, cols))
    yield "large", 3e3 * normal((8, cols))
    yield "huge", 1e6 * normal((8, cols))


def tensors(path):
    """The matrices of a safetensors file, in fp32."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = file.read()
    for name, entry in header.items():
        if name == "__metadata__" or len(entry["shape"]) != 2 or entry["dtype"] not in ("F32", "F16", "BF16"):
            continue
        raw = data[entry["data_offsets"][0]:entry["data_offsets"][1]]
        if entry["dtype"] == "BF16":
            values = (np.frombuffer(raw, np.uint16).astype(np.uint32) << 16).view(np.float32)
        else:
            values = np.frombuffer(raw, np.float32 if entry["dtype"] == "F32" else np.float16).astype(np.float32)
        yield name, values.reshape(entry["shape"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--library", default=os.environ.get("BITSMITH_GGML_LIBRARY"))
    parser.add_argument("--tensors", action="append", default=[])
    parser.add_argument("--types", default=",".join(TYPES))
    options = parser.parse_args()
    ggml = Ggml(options.library)
    rng = np.random.default_rng(3)
    sets = [("%s x%d" % (label, cols), x.astype(np.float32)) for cols in (256, 1280) for label, x in samples(cols)]
    for path in options.tensors:
        sets += list(tensors(path))
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in options.types.split(","):
            block, size = TYPES[name][1:]
            blocks = different = skipped = 0
            for label, x in sets:
                cols = x.shape[1] // block * block
                # ggml's exponent of MXFP4 wraps there; its Q2_0 codes of such a block are others, times 0.
                if cols == 0 or (label.startswith("denormal") and name in ("MXFP4", "Q2_0")):
                    continue
                x = np.ascontiguousarray(x[:, :cols])
                plain = rng.uniform(0.01, 2, cols).astype(np.float32) ** 4
                holes = np.where(rng.random(cols) < 0.3, 0, plain).astype(np.float32)
                for kind, importance in (("", None), (" weighted", plain), (" weighted with zeros", holes)):
                    theirs = ggml.encode(name, x, importance)
                    mine = ours_encode(options.tool, folder, name, x, importance)
                    a, b = theirs.reshape(-1, size), mine.reshape(-1, size)
                    # Where ggml stores infinities or NaN we store the largest number.
                    finite = np.isfinite(ggml.decode(name, theirs).reshape(-1, block)).all(1)
                    wrong = (a != b).any(1) & finite
                    blocks += len(a)
                    skipped += int((~finite).sum())
                    different += int(wrong.sum())
                    if wrong.any():
                        first = int(np.argmax(wrong))
                        print("  %s %s%s: %d of %d blocks differ; block %d\n    ggml %s\n    ours %s" %
                              (name, label, kind, wrong.sum(), len(a), first, a[first].tobytes().hex(),
                               b[first].tobytes().hex()))
                        ex = x.reshape(-1, block)[first]
                        ea = ((ggml.decode(name, a[first].copy()) - ex) ** 2).sum()
                        eb = ((ggml.decode(name, b[first].copy()) - ex) ** 2).sum()
                        print("    squared error: ggml %g, ours %g" % (ea, eb))
                    if not np.array_equal(ggml.decode(name, mine).view(np.uint32),
                                          ours_decode(options.tool, folder, name, mine).view(np.uint32)):
                        print("  %s %s%s: decoded values differ" % (name, label, kind))
                        bad += 1
            random = rng.integers(0, 256, 20000 * size, dtype=np.uint8)
            a, b = ggml.decode(name, random), ours_decode(options.tool, folder, name, random)
            same = (a.view(np.uint32) == b.view(np.uint32)) | (np.isnan(a) & np.isnan(b))
            if not same.all():
                i = int(np.argmin(same))
                print("  %s: %d values of random blocks decode otherwise, the first is %r, not %r (block %s)" %
                      (name, (~same).sum(), b[i], a[i], random.reshape(-1, size)[i // block].tobytes().hex()))
                bad += 1
            print("%s: %d of %d blocks differ (%d not finite in ggml)" % (name, different, blocks, skipped))
            bad += different
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
