"""Bitsmith beside other programs that do the same work, on this machine and in turn.

    peers.py --bitsmith BINARY [--rounds N] [--layers N]

numpy: rounding to nearest. torch: GPTQ, written the straightforward way below. llama-cpp-python:
generation and prompt processing of one Q4_0 model. What is not installed is said to be skipped.
Each figure is the best of the rounds; the last column is Bitsmith's rate over the other's.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
DEMO = HERE.parent.parent / "resources" / "demo"
SIDE, GROUP, BITS = 4096, 128, 4


def installed(package):
    return importlib.util.find_spec(package) is not None


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Bitsmith:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder

    def run(self, *arguments):
        command = [self.binary, "--quiet", "--json", "--db", str(self.folder / "peers.db"), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout)

    def row(self, name):
        return self.run("bench", "--filter", f"^{name}$")["results"][0]


class Table:
    def add(self, what, unit, ours, theirs, peer):
        print(f"{what:34}{ours:>12.2f} {unit:14}{theirs:>12.2f}  {peer:30}{ours / theirs:>8.2f}", flush=True)

    def skip(self, package, what):
        print(f"{what:34}skipped: {package} is not installed", flush=True)


# ---- numpy: rounding to nearest, 4 bits, groups of 128, from bf16 to packed codes


def rtn_numpy(np, bf16):
    w = (bf16.astype(np.uint32) << 16).view(np.float32).reshape(-1, GROUP)
    low, high = np.minimum(w.min(1), 0), np.maximum(w.max(1), 0)
    scale = ((high - low) / 15).astype(np.float16).astype(np.float32)
    zero = np.clip(np.rint(-low / scale), 0, 15)
    codes = np.clip(np.rint(w / scale[:, None]) + zero[:, None], 0, 15).astype(np.uint8)
    return codes[:, 0::2] | codes[:, 1::2] << 4


def compare_numpy(bitsmith, table, rounds):
    if not installed("numpy"):
        return table.skip("numpy", "quantize_rtn_g128")
    import numpy as np

    weights = np.random.default_rng(1).normal(0, 0.02, (SIDE, 2 * SIDE)).astype(np.float32)
    bf16 = (weights.view(np.uint32) >> 16).astype(np.uint16)
    ours, theirs = 0, 0
    for _ in range(rounds):
        ours = max(ours, bitsmith.row("quantize_rtn_g128")["value"] / 1e3)
        theirs = max(theirs, bf16.nbytes / 1e9 / seconds(lambda: rtn_numpy(np, bf16)))
    table.add("quantize_rtn_g128", "GB/s of bf16", ours, theirs, f"numpy {np.__version__}")


# ---- torch: GPTQ (Frantar et al. 2022, algorithm 1), from the Gram matrix to codes


def gptq_torch(torch, weights, gram, block=128):
    w, n = weights.clone(), weights.shape[1]
    damped = gram + 0.01 * gram.diagonal().mean() * torch.eye(n)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped))
    upper = torch.linalg.cholesky(inverse, upper=True)
    codes = torch.empty(w.shape, dtype=torch.uint8)
    for first in range(0, n, block):
        last = min(first + block, n)
        errors = torch.empty(w.shape[0], last - first)
        for j in range(first, last):
            if j % GROUP == 0:
                group = w[:, j : j + GROUP]
                low, high = group.amin(1).clamp(max=0), group.amax(1).clamp(min=0)
                scale = ((high - low) / 15).half().float()
                zero = torch.round(-low / scale).clamp(0, 15)
            code = (torch.round(w[:, j] / scale) + zero).clamp(0, 15)
            codes[:, j] = code
            error = (w[:, j] - scale * (code - zero)) / upper[j, j]
            errors[:, j - first] = error
            w[:, j:last] -= torch.outer(error, upper[j, j:last])
        w[:, last:] -= errors @ upper[first:last, last:]
    return codes


def compare_torch(bitsmith, table, rounds):
    if not installed("torch"):
        return table.skip("torch", "gptq_4096")
    import torch

    torch.set_num_threads(os.cpu_count())
    torch.manual_seed(1)
    weights = 0.02 * torch.randn(SIDE, SIDE)
    x = torch.randn(SIDE + 512, SIDE)
    gram = x.T @ x
    operations = (2 / 3 + 1) * SIDE**3 / 1e9
    ours, theirs = 0, 0
    for _ in range(rounds):
        ours = max(ours, bitsmith.row("gptq_4096")["value"])
        theirs = max(theirs, operations / seconds(lambda: gptq_torch(torch, weights, gram)))
    table.add("gptq_4096", "GFLOP/s", ours, theirs, f"torch {torch.__version__}, this algorithm")


# ---- llama.cpp: one model of random weights, too large for any cache, as Q4_0


def write_model(folder, layers):
    config = json.loads((DEMO / "model" / "config.json").read_text())
    config.update(
        hidden_size=2048, intermediate_size=5632, num_hidden_layers=layers, num_attention_heads=32,
        num_key_value_heads=8, head_dim=64, max_position_embeddings=2048,
    )
    hidden, middle, kv = 2048, 5632, 8 * 64
    shapes = {"model.embed_tokens.weight": (config["vocab_size"], hidden), "model.norm.weight": (hidden,)}
    for i in range(layers):
        for name, shape in {
            "self_attn.q_proj": (hidden, hidden), "self_attn.k_proj": (kv, hidden), "self_attn.v_proj": (kv, hidden),
            "self_attn.o_proj": (hidden, hidden), "mlp.gate_proj": (middle, hidden), "mlp.up_proj": (middle, hidden),
            "mlp.down_proj": (hidden, middle), "input_layernorm": (hidden,), "post_attention_layernorm": (hidden,),
        }.items():
            shapes[f"model.layers.{i}.{name}.weight"] = shape
    folder.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
        (folder / name).write_bytes((DEMO / "model" / name).read_bytes())
    (folder / "config.json").write_text(json.dumps(config))
    rng = random.Random(1)
    bell = [struct.unpack("<I", struct.pack("<f", rng.gauss(0, 0.02)))[0] >> 16 for _ in range(1 << 16)]
    header, data_at = {}, 0
    for name, shape in shapes.items():
        size = 2 * shape[0] * (shape[1] if len(shape) == 2 else 1)
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [data_at, data_at + size]}
        data_at += size
    text = json.dumps(header).encode()
    with open(folder / "model.safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for shape in shapes.values():
            if len(shape) == 1:
                out.write(struct.pack("<H", 0x3F80) * shape[0])
                continue
            for _ in range(shape[0]):  # every row begins elsewhere
                start = rng.randrange(len(bell))
                row = (bell[start:] + bell)[: shape[1]]
                out.write(struct.pack(f"<{shape[1]}H", *row))


def compare_llama(bitsmith, table, folder, rounds, layers):
    if not installed("llama_cpp"):
        return table.skip("llama-cpp-python", "generate_q4_packed, eval")
    import llama_cpp

    write_model(folder / "model", layers)
    path = folder / "q4_0.gguf"
    bitsmith.run("quantize", folder / "model", "--recipe", "gguf_legacy", "--bits", 4, "--format", "gguf", "-o", path)
    threads, tokens, prompt = os.cpu_count(), 64, 256
    llm = llama_cpp.Llama(str(path), n_ctx=1024, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False)
    text = DEMO / "held_out.txt"
    ids = llm.tokenize(text.read_bytes())[:prompt]
    peer = f"llama-cpp-python {llama_cpp.__version__}"
    rates = {"generate": [0, 0], "eval": [0, 0]}

    def best(name, side, rate):
        rates[name][side] = max(rates[name][side], rate)

    def theirs():
        llm.reset()
        best("eval", 1, len(ids) / seconds(lambda: llm.eval(ids)))
        best("generate", 1, tokens / seconds(lambda: [llm.eval([ids[i]]) for i in range(tokens)]))

    def ours():
        done = bitsmith.run("generate", path, "--prompt", "Once upon a time", "--tokens", tokens, "--temperature", 0)
        best("generate", 0, done["tokens_per_second"])
        done = bitsmith.run("eval", path, "--text", text, "--context", prompt, "--limit-tokens", 4 * prompt)
        best("eval", 0, done["tokens_per_second"])

    for _ in range(rounds):
        theirs()
        ours()
    for name, (our, their) in rates.items():
        table.add(f"{name}, Q4_0, {path.stat().st_size / 1e6:.0f} MB", "tokens/s", our, their, peer)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bitsmith", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layers", type=int, default=4)
    options = parser.parse_args()
    table = Table()
    print(f"{'':34}{'Bitsmith':>12} {'':14}{'other':>12}  {'':30}{'ratio':>8}")
    with tempfile.TemporaryDirectory(prefix="bitsmith-peers-") as name:
        folder = pathlib.Path(name)
        bitsmith = Bitsmith(options.bitsmith, folder)
        compare_numpy(bitsmith, table, options.rounds)
        compare_torch(bitsmith, table, options.rounds)
        compare_llama(bitsmith, table, folder, options.rounds, options.layers)


if __name__ == "__main__":
    main()
