#!/usr/bin/env python3
"""Reads the written demo model anew, with numpy alone, and says how good it is.

Perplexity of held_out.txt (protocol "windows": the file tokenized once with the begin token in
front, consecutive windows, each with its own context), the share of right answers in tasks.jsonl,
and sample stories; for the bf16 weights and for round-to-nearest at 8, 4, 3 and 2 bits (groups of
64 along the input, asymmetric, fp16 scales, the seven linear weights of every block).
"""

import argparse
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
PROMPTS = ["Once upon a time there was", "Mira was a brave fox. She lived near the mill.",
           "One morning Tom found three pears. Then he found two more. Now he had"]


def read_safetensors(path):
    """All tensors of a file as float32."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    tensors = {}
    for name, info in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + place for place in info["data_offsets"])
        assert info["dtype"] == "BF16"
        bits = np.frombuffer(data[begin:end], dtype="<u2").astype(np.uint32) << 16
        tensors[name] = bits.view(np.float32).reshape(info["shape"])
    return tensors


def round_to_nearest(weight, bits, group=64):
    """The weight as its codes decode again: scale * (code - zero), one scale and zero a group."""
    rows, cols = weight.shape
    w = weight.reshape(rows, cols // group, group)
    low, high = np.minimum(w.min(2, keepdims=True), 0), np.maximum(w.max(2, keepdims=True), 0)
    top = 2 ** bits - 1
    scale = ((high - low) / top).astype(np.float16).astype(np.float32)
    scale[scale == 0] = 1
    zero = np.clip(np.round(-low / scale), 0, top)
    code = np.clip(np.round(w / scale) + zero, 0, top)
    return (scale * (code - zero)).reshape(rows, cols)


class Model:
    """A LLaMA network in numpy."""

    def __init__(self, folder, bits=16):
        self.config = json.loads((folder / "config.json").read_text())
        self.w = read_safetensors(folder / "model.safetensors")
        if bits < 16:
            for name in self.w:
                if name.endswith("_proj.weight"):
                    self.w[name] = round_to_nearest(self.w[name], bits)
        self.width = self.config["head_dim"]

    def norm(self, x, name):
        return self.w[name] * (x / np.sqrt((x * x).mean(-1, keepdims=True) + self.config["rms_norm_eps"]))

    def forward(self, ids, cache=None):
        """Logits (batch, time, vocabulary). A cache, a list of a dict per layer, continues a text."""
        c, w, width = self.config, self.w, self.width
        batch, time = ids.shape
        past = cache[0]["k"].shape[2] if cache and cache[0] else 0
        angle = np.outer(np.arange(past, past + time), c["rope_theta"] ** (-np.arange(0, width, 2) / width))
        cos, sin = (np.concatenate((f(angle), f(angle)), 1).astype(np.float32) for f in (np.cos, np.sin))

        def split(y):
            return y.reshape(batch, time, -1, width).transpose(0, 2, 1, 3)

        def rotate(y):
            half = width // 2
            return y * cos + np.concatenate((-y[..., half:], y[..., :half]), -1) * sin

        mask = np.triu(np.full((time, past + time), -np.inf, np.float32), past + 1)
        x = w["model.embed_tokens.weight"][ids]
        for n in range(c["num_hidden_layers"]):
            p = "model.layers.%d." % n
            h = self.norm(x, p + "input_layernorm.weight")
            q = rotate(split(h @ w[p + "self_attn.q_proj.weight"].T))
            k = rotate(split(h @ w[p + "self_attn.k_proj.weight"].T))
            v = split(h @ w[p + "self_attn.v_proj.weight"].T)
            if cache is not None:
                if cache[n]:
                    k, v = np.concatenate((cache[n]["k"], k), 2), np.concatenate((cache[n]["v"], v), 2)
                cache[n] = {"k": k, "v": v}
            repeat = c["num_attention_heads"] // c["num_key_value_heads"]
            k, v = k.repeat(repeat, 1), v.repeat(repeat, 1)
            a = q @ k.transpose(0, 1, 3, 2) / np.sqrt(np.float32(width)) + mask
            a = np.exp(a - a.max(-1, keepdims=True))
            a = (a / a.sum(-1, keepdims=True)) @ v
            x = x + a.transpose(0, 2, 1, 3).reshape(batch, time, -1) @ w[p + "self_attn.o_proj.weight"].T
            h = self.norm(x, p + "post_attention_layernorm.weight")
            gate, up = h @ w[p + "mlp.gate_proj.weight"].T, h @ w[p + "mlp.up_proj.weight"].T
            x = x + (gate / (1 + np.exp(-gate)) * up) @ w[p + "mlp.down_proj.weight"].T
        return self.norm(x, "model.norm.weight") @ w["model.embed_tokens.weight"].T

    def losses(self, ids):
        """Nats of every token but the first, (batch, time - 1)."""
        return nats(self.forward(ids)[:, :-1], ids[:, 1:])


def nats(logits, wanted):
    """Negative log-likelihood of every wanted token."""
    logits = logits - logits.max(-1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(-1, keepdims=True))
    return -np.take_along_axis(logits, wanted[..., None], 2)[..., 0]


def perplexity(model, ids, context=256):
    """Perplexity over consecutive windows, and the number of predicted tokens."""
    windows = [ids[k:k + context] for k in range(0, len(ids) - 1, context)]
    full = np.array([w for w in windows if len(w) == context])
    losses = [model.losses(full[k:k + 16]).ravel() for k in range(0, len(full), 16)]
    losses += [model.losses(np.array([w])).ravel() for w in windows if 1 < len(w) < context]
    losses = np.concatenate(losses).astype(np.float64)
    return np.exp(losses.mean()), len(losses)


def task_score(model, tokenizer, path):
    """Share of items whose right choice has the highest mean log-likelihood a character."""
    right = total = 0
    for line in path.read_text().splitlines():
        item = json.loads(line)
        cache = [None] * model.config["num_hidden_layers"]
        logits = model.forward(np.array([tokenizer.encode(item["context"]).ids]), cache)[:, -1:]
        scores = []
        for choice in item["choices"]:
            ids = np.array([tokenizer.encode(choice, add_special_tokens=False).ids])
            after = model.forward(ids, list(cache))[:, :-1]
            scores.append(-nats(np.concatenate((logits, after), 1), ids).sum() / len(choice))
        right += int(np.argmax(scores) == item["gold"])
        total += 1
    return right / total


def sample(model, tokenizer, prompt, seed, temperature=0.7, most=220):
    """A story that begins with the prompt."""
    rng = np.random.default_rng(seed)
    ids = tokenizer.encode(prompt).ids
    cache, new = [None] * model.config["num_hidden_layers"], ids
    while len(ids) < most:
        logits = model.forward(np.array([new]), cache)[0, -1].astype(np.float64) / temperature
        chances = np.exp(logits - logits.max())
        new = [int(rng.choice(len(chances), p=chances / chances.sum()))]
        if new[0] == model.config["eos_token_id"]:
            break
        ids = ids + new
    return tokenizer.decode(ids, skip_special_tokens=True).strip()


def run(folder, quick=False):
    """Prints the table, then samples."""
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(folder / "model" / "tokenizer.json"))
    ids = np.array(tokenizer.encode((folder / "held_out.txt").read_text()).ids)
    if quick:
        ids = ids[:64 * 256]
    print("| weights | perplexity | tasks |\n|---|---:|---:|")
    for bits in (16, 8, 4, 3, 2):
        model = Model(folder / "model", bits)
        value, count = perplexity(model, ids)
        score = "" if quick else "%.1f %%" % (100 * task_score(model, tokenizer, folder / "tasks.jsonl"))
        print("| %s | %.4f | %s |" % ("bf16" if bits == 16 else "RTN %d bits" % bits, value, score), flush=True)
    print("\n%d tokens with the first, %d predicted\n" % (len(ids), count))
    for bits in (16, 8, 4, 3, 2):
        model = Model(folder / "model", bits)
        print("--- %d bits" % bits)
        for seed, prompt in enumerate(PROMPTS):
            print(sample(model, tokenizer, prompt, seed) + "\n", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=HERE, help="folder with model/, held_out.txt and tasks.jsonl")
    parser.add_argument("--quick", action="store_true", help="a part of the text, no tasks")
    args = parser.parse_args()
    run(args.folder, args.quick)


if __name__ == "__main__":
    main()
