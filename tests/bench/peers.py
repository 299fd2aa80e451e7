"""Bitsmith beside other programs that do the same work, on this machine, these threads and in turn.

    peers.py --bitsmith BINARY [--only numpy,torch,llama,sizes] [--threads N] [--rounds N] [--layers N] [--largest N]

numpy: rounding to nearest. torch: GPTQ, written the straightforward way below. llama-cpp-python:
evaluation of one model as F32 and F16, evaluation and generation as Q4_0 and Q4_K. What is not
installed is said to be skipped. Each figure is the best of the rounds; the last column is Bitsmith's
rate over the other's. sizes has no peer: what rtn and gptq cost per million parameters as models grow.
"""

import argparse
import importlib.util
import json
import math
import os
import pathlib
import random
import resource
import shutil
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


# One thread is timed by what the process was given of a core, as `bitsmith --threads 1 bench` does it: then
# others who want the cores do not show.
def seconds(work, threads=2):
    clock = time.process_time if threads == 1 else time.perf_counter
    start = clock()
    work()
    return clock() - start


class Bitsmith:
    def __init__(self, binary, folder, threads):
        self.binary, self.folder, self.threads = binary, folder, threads

    def run(self, *arguments):
        command = [self.binary, "--quiet", "--json", "--db", str(self.folder / "peers.db")]
        command += ["--threads", str(self.threads), *map(str, arguments)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.core_seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime  # of all threads
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
        theirs = max(theirs, bf16.nbytes / 1e9 / seconds(lambda: rtn_numpy(np, bf16), bitsmith.threads))
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

    torch.set_num_threads(bitsmith.threads)
    torch.manual_seed(1)
    weights = 0.02 * torch.randn(SIDE, SIDE)
    x = torch.randn(SIDE + 512, SIDE)
    gram = x.T @ x
    operations = (1 / 3 + 1) * SIDE**3 / 1e9  # what bitsmith counts: one factor, then the columns
    ours, theirs = 0, 0
    for _ in range(rounds):
        ours = max(ours, bitsmith.row("gptq_4096")["value"])
        theirs = max(theirs, operations / seconds(lambda: gptq_torch(torch, weights, gram), bitsmith.threads))
    table.add("gptq_4096", "GFLOP/s", ours, theirs, f"torch {torch.__version__}, this algorithm")


# ---- random models, too large for any cache


class Shape:
    """A model of the LLaMA kind with the demo's tokenizer."""

    def __init__(self, hidden, layers, middle=None):
        self.hidden, self.layers = hidden, layers
        self.middle = middle or hidden * 11 // 4
        self.heads = max(2, hidden // 64)
        self.kv_heads = max(1, self.heads // 4)
        self.kv = hidden // self.heads * self.kv_heads

    def layer(self):
        hidden, middle, kv = self.hidden, self.middle, self.kv
        return {
            "self_attn.q_proj": (hidden, hidden), "self_attn.k_proj": (kv, hidden), "self_attn.v_proj": (kv, hidden),
            "self_attn.o_proj": (hidden, hidden), "mlp.gate_proj": (middle, hidden), "mlp.up_proj": (middle, hidden),
            "mlp.down_proj": (hidden, middle), "input_layernorm": (hidden,), "post_attention_layernorm": (hidden,),
        }

    def weights(self):  # of the matrices in the blocks: those that are quantized
        return self.layers * sum(s[0] * s[1] for s in self.layer().values() if len(s) == 2)


def write_model(folder, shape):
    config = json.loads((DEMO / "model" / "config.json").read_text())
    config.update(
        hidden_size=shape.hidden, intermediate_size=shape.middle, num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads, num_key_value_heads=shape.kv_heads, head_dim=shape.hidden // shape.heads,
        max_position_embeddings=2048,
    )
    shapes = {"model.embed_tokens.weight": (config["vocab_size"], shape.hidden), "model.norm.weight": (shape.hidden,)}
    for i in range(shape.layers):
        for name, size in shape.layer().items():
            shapes[f"model.layers.{i}.{name}.weight"] = size
    folder.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
        (folder / name).write_bytes((DEMO / "model" / name).read_bytes())
    (folder / "config.json").write_text(json.dumps(config))
    rng = random.Random(1)
    count = 1 << 16
    bell = b"".join(struct.pack("<f", rng.gauss(0, 0.02))[2:] for _ in range(count))  # bf16
    bell += bell
    header, data_at = {}, 0
    for name, size in shapes.items():
        length = 2 * size[0] * (size[1] if len(size) == 2 else 1)
        header[name] = {"dtype": "BF16", "shape": list(size), "data_offsets": [data_at, data_at + length]}
        data_at += length
    text = json.dumps(header).encode()
    with open(folder / "model.safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for size in shapes.values():
            if len(size) == 1:
                out.write(struct.pack("<H", 0x3F80) * size[0])
                continue
            for _ in range(size[0]):  # every row begins elsewhere
                start = 2 * rng.randrange(count)
                out.write(bell[start : start + 2 * size[1]])


# ---- llama.cpp, built for this processor


def load_as_stored(llama_cpp):
    """Models loaded from now on keep their weights as they are in the file."""
    defaults = llama_cpp.llama_model_default_params

    def changed():
        params = defaults()
        params.use_extra_bufts = False
        return params

    llama_cpp.llama_model_default_params = llama_cpp.llama_cpp.llama_model_default_params = changed


def compare_llama(bitsmith, table, folder, rounds, layers, work, as_stored):
    if not installed("llama_cpp"):
        return table.skip("llama-cpp-python", "eval and generate, F32 F16 Q4_0 Q4_K")
    import llama_cpp

    if as_stored:
        load_as_stored(llama_cpp)
    shape = Shape(2048, layers, 5632)
    model = folder / "model"
    write_model(model, shape)
    files = {name: folder / f"{name}.gguf" for name in ("F32", "F16", "Q4_0", "Q4_K")}
    for name in ("F32", "F16"):
        bitsmith.run("export", model, "--format", "gguf", "--param", f"dense={name}", "-o", files[name])
    for name, recipe in (("Q4_0", "gguf_legacy"), ("Q4_K", "gguf_k")):
        bitsmith.run("quantize", model, "--recipe", recipe, "--bits", 4, "--format", "gguf", "-o", files[name])
    text, threads, context, windows, tokens = DEMO / "held_out.txt", bitsmith.threads, 256, 4, 64
    peer = f"llama-cpp-python {llama_cpp.__version__}"
    for name, path in files.items():
        # Logits of every token on both sides.
        llm = llama_cpp.Llama(
            str(path), n_ctx=context, n_batch=context, n_ubatch=context, n_threads=threads, n_threads_batch=threads,
            logits_all=True, verbose=False,
        )
        ids = llm.tokenize(text.read_bytes())[: context * windows]
        rates = {"eval": [0, 0], "generate": [0, 0]}

        def best(what, side, rate):
            rates[what][side] = max(rates[what][side], rate)

        def their_eval():
            for window in range(windows):
                llm.reset()
                llm.eval(ids[window * context : (window + 1) * context])

        def their_tokens():
            llm.reset()
            for i in range(tokens):
                llm.eval([ids[i]])

        for _ in range(rounds):
            if "eval" in work:
                best("eval", 1, len(ids) / seconds(their_eval))
                done = bitsmith.run("eval", path, "--text", text, "--context", context, "--limit-tokens", len(ids))
                best("eval", 0, done["tokens_per_second"])
            if name in ("F32", "F16") or "generate" not in work:
                continue
            best("generate", 1, tokens / seconds(their_tokens))
            done = bitsmith.run("generate", path, "--prompt", "Once", "--tokens", tokens, "--temperature", 0)
            best("generate", 0, done["tokens_per_second"])
        del llm
        for what, (our, their) in rates.items():
            if their:
                table.add(f"{what}, {name}, {shape.weights() / 1e6:.0f} M", "tokens/s", our, their, peer)


# ---- cost by size


def measure_sizes(bitsmith, folder, rounds, largest):
    shapes = [(128, 6), (256, 5), (512, 4), (768, 6), (1024, 9), (1024, 27), (2048, 7), (2048, 22)]
    print("\nCore seconds of whole runs per million parameters: reading, calibrating on 2048 tokens (gptq), writing")
    print(f"{'parameters':>12}{'hidden':>8}{'layers':>8}{'rtn':>12}{'gptq':>12}")
    for hidden, layers in shapes:
        shape = Shape(hidden, layers)
        millions = shape.weights() / 1e6
        if millions > largest:
            continue
        model, out = folder / f"size-{hidden}-{layers}", folder / "quantized"
        write_model(model, shape)
        least = {}
        for recipe in ("rtn", "gptq"):
            extra = [] if recipe == "rtn" else ["--text", DEMO / "calibration.txt", "--samples", 16, "--context", 128]
            for _ in range(rounds if millions < 50 else 1):
                bitsmith.run("quantize", model, "--recipe", recipe, "--bits", 4, *extra, "-o", out)
                shutil.rmtree(out)
                least[recipe] = min(least.get(recipe, math.inf), bitsmith.core_seconds)
        shutil.rmtree(model)
        rtn, gptq = (least[recipe] / millions for recipe in ("rtn", "gptq"))
        print(f"{millions:>10.1f} M{hidden:>8}{layers:>8}{rtn:>12.4f}{gptq:>12.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bitsmith", required=True)
    parser.add_argument("--only", default="numpy,torch,llama,sizes", help="a list of these")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layers", type=int, default=4, help="of the model for llama-cpp-python")
    parser.add_argument("--work", default="eval,generate", help="with llama-cpp-python: a list of these")
    parser.add_argument(
        "--as-stored", action="store_true",
        help="llama-cpp-python does not rearrange weights (its AMX products crash on some virtual machines)",
    )
    parser.add_argument("--largest", type=int, default=350, help="sizes: millions of parameters")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - {"numpy", "torch", "llama", "sizes"}:
        parser.error(f"--only: there is no {', '.join(sorted(unknown))}")
    table = Table()
    print(f"{'':34}{'Bitsmith':>12} {'':14}{'other':>12}  {'':30}{'ratio':>8}")
    with tempfile.TemporaryDirectory(prefix="bitsmith-peers-") as name:
        folder = pathlib.Path(name)
        bitsmith = Bitsmith(options.bitsmith, folder, options.threads)
        if "numpy" in wanted:
            compare_numpy(bitsmith, table, options.rounds)
        if "torch" in wanted:
            compare_torch(bitsmith, table, options.rounds)
        if "llama" in wanted:
            compare_llama(
                bitsmith, table, folder, options.rounds, options.layers, options.work.split(","), options.as_stored
            )
        if "sizes" in wanted:
            measure_sizes(bitsmith, folder, options.rounds, options.largest)


if __name__ == "__main__":
    main()
