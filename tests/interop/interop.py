"""Loads what Bitsmith exports with programs that we did not write, and says what came of it.

    interop.py --bitsmith BINARY [--shared FOLDER] [--table FILE.md] [--only WORD]

For each model and export: `gguf` must read every tensor and decode it to the same bits as Bitsmith's
dense export, llama-cpp-python must load it, continue a prompt with the same tokens and measure the
same perplexity, `safetensors` must read every file, transformers (where it and torch are installed)
must load what it can run on a CPU, and check_packed.py unpacks the rest with the formats' own
libraries. Exit code 1 where anything differs. Packages that are missing are said to be skipped.
"""

import argparse
import importlib.util
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).parent


def installed(package):
    return importlib.util.find_spec(package) is not None


def version(package):
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "?"


class Report:
    """Rows of (client, model, export, outcome, measured)."""

    def __init__(self):
        self.rows, self.failed = [], 0

    def add(self, client, model, export, good, measured):
        self.failed += not good
        self.rows.append((client, model, export, "equal" if good else "DIFFERS", measured))
        print(f"{'ok  ' if good else 'FAIL'} {client:18} {model:12} {export:28} {measured}", flush=True)

    def skip(self, client, reason):
        self.rows.append((client, "", "", "skipped", reason))
        print(f"skip {client}: {reason}", flush=True)

    def markdown(self):
        lines = ["| client | model | export | result | measured |", "|---|---|---|---|---|"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines) + "\n"


class Bitsmith:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder

    def run(self, *arguments):
        command = [self.binary, "--quiet", "--json", "--db", str(self.folder / "x.db"), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout)


# ---- GGUF names as a Hugging Face folder has them; which rows lie in another order

LLAMA_NAMES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
}


def hf_name(name):
    whole = {
        "token_embd.weight": "model.embed_tokens.weight",
        "output_norm.weight": "model.norm.weight",
        "output.weight": "lm_head.weight",
    }
    if name in whole:
        return whole[name]
    _, block, part, kind = name.split(".")
    return f"model.layers.{block}.{LLAMA_NAMES[part]}.{kind}"


def interleaved(rows, heads):
    """Rows of a head's two halves, in turns: how llama.cpp wants LLaMA's q and k."""
    shape = rows.shape
    return rows.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def check_gguf(report, model, export, path, dense, config):
    import gguf

    reader = gguf.GGUFReader(path)
    from safetensors.numpy import load_file

    reference = load_file(dense / "model.safetensors")
    heads = config["num_attention_heads"]
    kv_heads = config.get("num_key_value_heads", heads)
    worst, types = "", set()
    for tensor in reader.tensors:
        found = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        wanted = reference[hf_name(tensor.name)].astype(np.float32)
        if config["model_type"] in ("llama", "mistral"):
            if ".attn_q." in tensor.name:
                wanted = interleaved(wanted, heads)
            if ".attn_k." in tensor.name:
                wanted = interleaved(wanted, kv_heads)
        types.add(tensor.tensor_type.name)
        if not np.array_equal(found.reshape(wanted.shape), wanted):
            worst = tensor.name
    report.add("gguf", model, export, worst == "", worst or f"{len(reader.tensors)} tensors, {' '.join(sorted(types))}")


def load_llama(path, context):
    import llama_cpp

    return llama_cpp.Llama(
        str(path), n_ctx=context, n_batch=context, logits_all=True, verbose=False, seed=1,
        type_k=llama_cpp.GGML_TYPE_F32, type_v=llama_cpp.GGML_TYPE_F32,
    )


def llama_perplexity(llm, tokens, context):
    nll, count = 0.0, 0
    for first in range(0, len(tokens) - context + 1, context):
        window = tokens[first : first + context]
        llm.reset()
        llm.eval(window)
        logits = np.array(llm.scores[: context - 1], dtype=np.float64)
        top = logits.max(axis=1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
        nll += float((log_sum - logits[np.arange(context - 1), window[1:]]).sum())
        count += context - 1
    return math.exp(nll / count), count


def check_llama(report, bitsmith, model, export, path, text, context, prompt):
    llm = load_llama(path, context)
    cut = pathlib.Path(bitsmith.folder / "text.txt")
    cut.write_bytes(text)
    tokens = llm.tokenize(text, add_bos=True, special=False)
    theirs, count = llama_perplexity(llm, tokens, context)
    ours = bitsmith.run("eval", path, "--text", cut, "--protocol", "windows", "--context", context)
    off = theirs / ours["perplexity"] - 1
    same = count == ours["tokens"] and abs(off) < 0.005
    report.add("llama-cpp-python", model, export, same,
               f"perplexity {theirs:.4f}, ours {ours['perplexity']:.4f} ({100 * off:+.3f} %), {count} tokens")
    llm.reset()
    wanted = bitsmith.run("generate", path, "--prompt", prompt, "--tokens", 32, "--temperature", 0)["text"]
    found = llm(prompt, max_tokens=32, temperature=0, top_k=1, repeat_penalty=1.0)["choices"][0]["text"]
    ours_new = wanted[len(prompt):] if wanted.startswith(prompt) else wanted
    if found.strip() == ours_new.strip():
        report.add("llama-cpp-python", model, export, True, "same greedy text")
        return
    agree = sum(1 for _ in iter_common(found, ours_new))
    gap = gap_at(llm, prompt + ours_new, prompt + found, context)
    report.add("llama-cpp-python", model, export, gap < NEAR_TIE,
               f"greedy text equal for {agree} of {len(found)} characters, then a near tie ({gap:.3f} logits apart)")


# llama.cpp rounds activations to 8 bits before it multiplies them with blocks: logits this close may
# change places.
NEAR_TIE = 0.2


def gap_at(llm, ours, theirs, context):
    """How far apart llama.cpp sees the first tokens that the two texts do not share."""
    a = llm.tokenize(ours.encode(), add_bos=True, special=True)
    b = llm.tokenize(theirs.encode(), add_bos=True, special=True)
    same = sum(1 for _ in iter_common(a, b))
    if same == 0 or same >= min(len(a), len(b)):
        return math.inf
    llm.reset()
    llm.eval(a[:same])
    logits = llm.scores[same - 1]
    return float(abs(logits[b[same]] - logits[a[same]]))


def iter_common(a, b):
    for x, y in zip(a, b):
        if x != y:
            return
        yield x


def check_safetensors(report, model, export, folder):
    from safetensors import safe_open

    names = 0
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="numpy") as opened:
            for name in opened.keys():
                opened.get_slice(name).get_shape()
                names += 1
    report.add("safetensors", model, export, names > 0, f"{names} tensors")


def check_transformers(report, bitsmith, model, export, folder, prompt):
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    net = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    with torch.no_grad():
        out = net.generate(ids, max_new_tokens=32, do_sample=False, pad_token_id=0)
    found = tokenizer.decode(out[0][ids.shape[1]:])
    wanted = bitsmith.run("generate", folder, "--prompt", prompt, "--tokens", 32, "--temperature", 0)["text"]
    ours = wanted[len(prompt):] if wanted.startswith(prompt) else wanted
    agree = sum(1 for _ in iter_common(found.strip(), ours.strip()))
    report.add("transformers", model, export, agree >= min(len(ours.strip()), 40),
               f"greedy text equal for {agree} of {len(ours.strip())} characters")


GGUF_QUANTIZATIONS = [
    ("Q4_0 from rtn", ["--recipe", "rtn", "--bits", 4, "--group-size", 32, "--param", "symmetric=true"]),
    ("Q5_0 from rtn", ["--recipe", "rtn", "--bits", 4, "--group-size", 32]),
    ("Q8_0 from rtn", ["--recipe", "rtn", "--bits", 8, "--group-size", 32, "--param", "symmetric=true"]),
    ("K-quants, 4 bits", ["--recipe", "gguf_k", "--bits", 4]),
    ("K-quants, 2 bits", ["--recipe", "gguf_k", "--bits", 2]),
    ("K-quants, 3 bits", ["--recipe", "gguf_k", "--bits", 3]),
    ("K-quants, 5 bits", ["--recipe", "gguf_k", "--bits", 5]),
    ("K-quants, 6 bits", ["--recipe", "gguf_k", "--bits", 6]),
    ("IQ4_NL", ["--recipe", "gguf_iq4_nl"]),
    ("IQ4_XS", ["--recipe", "gguf_iq4_xs"]),
    ("MXFP4", ["--recipe", "gguf_mxfp4"]),
    ("preset Q4_K_M", ["--preset", "Q4_K_M"]),
    ("mixed bits", ["--recipe", "gguf_k", "--bits", 4, "--set", "*.mlp.down:bits=6", "--set", "embedding:recipe=gguf_k,bits=8"]),
]
PACKED_QUANTIZATIONS = [
    ("gptq", "gptq", ["--recipe", "rtn", "--bits", 4, "--group-size", 64, "--param", "symmetric=true"]),
    ("gptq 4 bits, zeros", "gptq", ["--recipe", "rtn", "--bits", 4, "--group-size", 64]),
    ("gptq 8 bits", "gptq", ["--recipe", "rtn", "--bits", 8, "--group-size", 64, "--param", "symmetric=true"]),
    ("awq", "awq", ["--recipe", "rtn", "--bits", 4, "--group-size", 64]),
    ("ct pack-quantized", "compressed-tensors", ["--recipe", "rtn", "--bits", 4, "--group-size", 64, "--param", "symmetric=true"]),
    ("ct fp8", "compressed-tensors", ["--recipe", "fp8"]),
    ("ct nvfp4", "compressed-tensors", ["--recipe", "nvfp4"]),
    ("ct mxfp4", "compressed-tensors", ["--recipe", "mxfp4"]),
]


class Case:
    def __init__(self, name, source, folder, text, context, prompt):
        self.name, self.source, self.folder = name, source, pathlib.Path(folder)
        self.text, self.context, self.prompt = text, context, prompt
        self.config = json.loads((self.folder / "config.json").read_text())


def cases(arguments):
    root = HERE.parents[1]
    demo = root / "resources/demo"
    yield Case("demo", "demo", demo / "model", (demo / "held_out.txt").read_bytes()[:24000].replace(b"<|endoftext|>", b""), 256, "Once upon a time")
    shared = pathlib.Path(arguments.shared)
    prose = shared / "models/prose-3m/hf"
    if prose.exists():
        text = (shared / "corpora/prose-held/held.txt").read_bytes()[:24000]
        yield Case("prose-3m", prose, prose, text, 256, "The old man")
    stories = shared / "models/stories260K/hf"
    if stories.exists():
        text = (shared / "corpora/tinystories-sample/tinystories_ascii.txt").read_bytes()[:24000]
        yield Case("stories260K", stories, stories, text.replace(b"<|endoftext|>", b""), 512, "Once upon a time")


def gguf_checks(report, bitsmith, case, work, only):
    has_gguf, has_llama = installed("gguf"), installed("llama_cpp")
    sources = [("dense F16", None)] + GGUF_QUANTIZATIONS
    for number, (title, options) in enumerate(sources):
        if only and only not in title:
            continue
        quantized, path, dense = case.source, work / f"{case.name}-{number}.gguf", work / f"{case.name}-{number}"
        if options:
            quantized = work / f"{case.name}-{number}-q"
            bitsmith.run("quantize", case.source, *options, "-o", quantized)
        extra = ["--param", "dense=F16"] if not options else ["--param", "otherwise=F32"]
        bitsmith.run("export", quantized, "--format", "gguf", *extra, "-o", path)
        source = path if not options else quantized
        bitsmith.run("export", source, "--format", "safetensors", "-o", dense)
        if has_gguf:
            check_gguf(report, case.name, title, path, dense, case.config)
        if has_llama:
            check_llama(report, bitsmith, case.name, title, path, case.text, case.context, case.prompt)
    if not has_gguf:
        report.skip("gguf", "not installed")
    if not has_llama:
        report.skip("llama-cpp-python", "not installed")


def packed_checks(report, bitsmith, case, work, only):
    has_transformers = installed("transformers") and installed("torch")
    dense = work / f"{case.name}-dense"
    bitsmith.run("export", case.source, "--format", "safetensors", "-o", dense)
    check_safetensors(report, case.name, "dense", dense)
    if has_transformers:
        check_transformers(report, bitsmith, case.name, "dense", dense, case.prompt)
    for number, (title, form, options) in enumerate(PACKED_QUANTIZATIONS):
        if only and only not in title:
            continue
        quantized, out = work / f"{case.name}-p{number}-q", work / f"{case.name}-p{number}"
        flat = work / f"{case.name}-p{number}-dense"
        bitsmith.run("quantize", case.source, *options, "-o", quantized)
        try:
            bitsmith.run("export", quantized, "--format", form, "-o", out)
        except RuntimeError as error:
            report.skip("export", f"{case.name}, {title}: {str(error).strip().splitlines()[-1]}")
            continue
        bitsmith.run("export", quantized, "--format", "safetensors", "-o", flat)
        check_safetensors(report, case.name, title, out)
        unpack = subprocess.run([sys.executable, HERE / "check_packed.py", out, flat], capture_output=True, text=True)
        words = (unpack.stdout.strip().splitlines() or [""])[-1]
        if unpack.returncode == 2:
            report.skip("unpacking", f"{case.name}, {title}: {words}")
        else:
            report.add("unpacking", case.name, title, unpack.returncode == 0, words or unpack.stderr[-200:])
        if title in ("ct pack-quantized", "ct fp8") and has_transformers and installed("compressed_tensors"):
            check_transformers(report, bitsmith, case.name, title, out, case.prompt)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bitsmith", required=True)
    parser.add_argument("--shared", default=str(HERE.parents[2] / "shared"))
    parser.add_argument("--table")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="bitsmith-interop-") as folder:
        bitsmith = Bitsmith(arguments.bitsmith, pathlib.Path(folder))
        for case in cases(arguments):
            gguf_checks(report, bitsmith, case, pathlib.Path(folder), arguments.only)
            packed_checks(report, bitsmith, case, pathlib.Path(folder), arguments.only)
    packages = ["gguf", "llama_cpp_python", "safetensors", "transformers", "torch", "compressed-tensors", "auto_gptq", "autoawq"]
    versions = ", ".join(f"{p} {version(p)}" for p in packages if version(p) != "?")
    print(f"\n{versions}\n{len(report.rows)} rows, {report.failed} differ")
    if arguments.table:
        pathlib.Path(arguments.table).write_text(
            "# Other programs on our exports\n\n"
            "Made by `tests/interop/interop.py --bitsmith BINARY --table resources/docs/interop.md` (what `./dev interop` runs) in a\n"
            "Python environment with the packages named below; `./dev interop --torch` installs all of them but auto_gptq and\n"
            "autoawq, without which the unpacking of GPTQ and AWQ is skipped. It quantizes and exports the demo model (and, where\n"
            "the tests find them, two small public ones) and gives the files to programs that we did not write.\n"
            "`gguf` and `unpacking` decode every tensor: equal means the same bits as Bitsmith's. For llama.cpp it means that the\n"
            "perplexity is within 0.5 % and that the greedy text is the same or parts where two tokens are within 0.2 logits:\n"
            "llama.cpp multiplies blocks with activations that it rounds to 8 bits, we do not.\n"
            "\n"
            f"{versions}\n\n{report.markdown()}")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
