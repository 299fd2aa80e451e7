#!/usr/bin/env python3
"""Makes the demo model: texts, tokenizer, training, export and check.

    train.py texts       held_out.txt, calibration.txt, tasks.jsonl
    train.py tokenizer   model/tokenizer.json (needs the package "tokenizers")
    train.py encode      training stories as token numbers (likewise)
    train.py train       the network; goes on from its checkpoint if there is one
    train.py export      model/ as a Hugging Face folder
    train.py check       perplexity and samples at 16, 8, 4, 3 and 2 bits

Training needs torch and numpy, nothing else; the processor is enough.
"""

import argparse
import json
import math
import os
import random
import struct
import time
from pathlib import Path

import generate

HERE = Path(__file__).resolve().parent

TOKENIZER_SEED, TRAIN_SEED, HELD_OUT_SEED, CALIBRATION_SEED, TASKS_SEED, EXERCISE_SEED = 11, 12, 13, 14, 15, 16

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": 1024,
    "hidden_size": 192,
    "intermediate_size": 512,
    "num_hidden_layers": 6,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 32,
    "hidden_act": "silu",
    "max_position_embeddings": 512,
    "initializer_range": 0.02,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "rope_scaling": None,
    "attention_bias": False,
    "attention_dropout": 0.0,
    "mlp_bias": False,
    "pretraining_tp": 1,
    "tie_word_embeddings": True,
    "use_cache": True,
    "bos_token_id": 0,
    "eos_token_id": 0,
    "torch_dtype": "bfloat16",
}


# --- texts and tokenizer ---------------------------------------------------------------------

def make_texts(args):
    """Writes the held-out text, the calibration text and the multiple-choice items."""
    for name, seed in (("held_out.txt", HELD_OUT_SEED), ("calibration.txt", CALIBRATION_SEED)):
        (args.out / name).write_text(generate.text(seed, 220_000))
    with open(args.out / "tasks.jsonl", "w") as file:
        for item in generate.tasks(TASKS_SEED, 200):
            file.write(json.dumps(item) + "\n")


def make_tokenizer(args):
    """Trains the byte-level BPE and writes it the way Hugging Face reads it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=CONFIG["vocab_size"], special_tokens=[generate.END],
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator(generate.stories(TOKENIZER_SEED, 4_000_000), trainer)
    end = tokenizer.token_to_id(generate.END)
    assert end == CONFIG["bos_token_id"] and tokenizer.get_vocab_size() == CONFIG["vocab_size"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=generate.END + " $A", pair=generate.END + " $A " + generate.END + " $B", special_tokens=[(generate.END, end)])
    folder = args.out / "model"
    folder.mkdir(parents=True, exist_ok=True)
    written = json.loads(tokenizer.to_str())
    written["model"]["merges"] = [m if isinstance(m, str) else " ".join(m)  # the form that every version reads
                                  for m in written["model"]["merges"]]
    (folder / "tokenizer.json").write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": generate.END, "eos_token": generate.END,
        "unk_token": None, "add_bos_token": True, "add_eos_token": False, "add_prefix_space": False,
        "clean_up_tokenization_spaces": False, "model_max_length": CONFIG["max_position_embeddings"],
        "added_tokens_decoder": {str(end): {"content": generate.END, "lstrip": False, "normalized": False,
                                            "rstrip": False, "single_word": False, "special": True}}}, indent=2) + "\n")


def load_tokenizer(args):
    from tokenizers import Tokenizer
    return Tokenizer.from_file(str(args.out / "model" / "tokenizer.json"))


def encode(args):
    """Writes the training stories and the exercises as token numbers, each behind an end-of-text token."""
    import numpy as np
    tokenizer = load_tokenizer(args)
    args.work.mkdir(parents=True, exist_ok=True)

    def write(name, texts):
        total, batch = 0, []

        def flush():
            ids = [i for e in tokenizer.encode_batch(batch) for i in e.ids]
            np.array(ids, dtype=np.uint16).tofile(file)
            batch.clear()
            return len(ids)

        with open(args.work / name, "wb") as file:
            for text in texts:
                # as in the text files, a line feed behind the separator, but not always: a prompt has none
                batch.append(("\n" if len(batch) % 2 else "") + text + "\n")
                if len(batch) == 2000:
                    total += flush()
            total += flush()
        print("%s: %d tokens" % (name, total), flush=True)

    rng = random.Random(EXERCISE_SEED)
    write("exercises.bin", (generate.exercise(rng) for _ in range(4000)))
    write("tokens.bin", generate.stories(TRAIN_SEED, args.characters))


# --- network ---------------------------------------------------------------------------------

def build(config):
    """The network as torch modules, its parameters named like those of Hugging Face."""
    import torch
    from torch import nn
    import torch.nn.functional as F

    heads, kv_heads, width = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    dim, inner = config["hidden_size"], config["intermediate_size"]

    class RMSNorm(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(dim))

        def forward(self, x):
            x = x.float()
            return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + config["rms_norm_eps"]))

    def rotate(x, cos, sin):
        first, second = x.chunk(2, -1)
        return x * cos + torch.cat((-second, first), -1) * sin

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.q_proj = nn.Linear(dim, heads * width, bias=False)
            self.k_proj = nn.Linear(dim, kv_heads * width, bias=False)
            self.v_proj = nn.Linear(dim, kv_heads * width, bias=False)
            self.o_proj = nn.Linear(heads * width, dim, bias=False)

        def forward(self, x, cos, sin, mask):
            b, t, _ = x.shape
            q = self.q_proj(x).view(b, t, heads, width).transpose(1, 2)
            k = self.k_proj(x).view(b, t, kv_heads, width).transpose(1, 2)
            v = self.v_proj(x).view(b, t, kv_heads, width).transpose(1, 2)
            q, k = rotate(q, cos, sin).to(v.dtype), rotate(k, cos, sin).to(v.dtype)
            k, v = (y.repeat_interleave(heads // kv_heads, 1) for y in (k, v))
            scores = (q @ k.transpose(2, 3)).float() / math.sqrt(width) + mask
            y = scores.softmax(-1).to(v.dtype) @ v
            return self.o_proj(y.transpose(1, 2).reshape(b, t, heads * width))

    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate_proj = nn.Linear(dim, inner, bias=False)
            self.up_proj = nn.Linear(dim, inner, bias=False)
            self.down_proj = nn.Linear(inner, dim, bias=False)

        def forward(self, x):
            return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.input_layernorm, self.self_attn = RMSNorm(), Attention()
            self.post_attention_layernorm, self.mlp = RMSNorm(), MLP()

        def forward(self, x, *rest):
            x = x + self.self_attn(self.input_layernorm(x), *rest)
            return x + self.mlp(self.post_attention_layernorm(x))

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed_tokens = nn.Embedding(config["vocab_size"], dim)
            self.layers = nn.ModuleList(Layer() for _ in range(config["num_hidden_layers"]))
            self.norm = RMSNorm()
            for name, p in self.named_parameters():
                if p.dim() == 2:
                    scale = (2 * config["num_hidden_layers"]) ** -0.5 if name.endswith(("o_proj.weight", "down_proj.weight")) else 1
                    nn.init.normal_(p, std=(0.1 if "embed" in name else dim ** -0.5 * 0.8) * scale)

        def forward(self, ids):
            t = ids.shape[1]
            freq = config["rope_theta"] ** (-torch.arange(0, width, 2).float() / width)
            angle = torch.outer(torch.arange(t).float(), freq)
            angle = torch.cat((angle, angle), -1)
            mask = torch.full((t, t), -1e9).triu(1)
            x = self.embed_tokens(ids)
            for layer in self.layers:
                x = layer(x, angle.cos(), angle.sin(), mask)
            return F.linear(self.norm(x), self.embed_tokens.weight)

    return Network()


class Rows:
    """What the network reads in each step: token rows, drawn anew from the step's number.

    The first part of the training has short rows, each from the beginning of a story or of an
    exercise; later rows are stretches of the whole text, at the end as long as the context.
    """

    def __init__(self, folder, opening):
        import numpy as np
        self.np, self.opening = np, opening
        self.text, self.exercises = (np.fromfile(folder / name, dtype=np.uint16) for name in ("tokens.bin", "exercises.bin"))
        self.first = [np.flatnonzero(ids == 0) for ids in (self.text, self.exercises)]
        counts = np.bincount(self.text, minlength=CONFIG["vocab_size"])
        self.rare = counts < 0.005 * len(self.text)

    def get(self, step, progress, batch):
        np = self.np
        rng = np.random.default_rng(step)
        if progress < self.opening:
            length, rows = 96, []
            for _ in range(batch // length):
                kind = int(rng.random() < 0.4)
                ids, first = (self.text, self.exercises)[kind], self.first[kind]
                start = rng.choice(first[first < len(ids) - length - 1])
                rows.append(ids[start:start + length + 1])
        else:
            length = 256 if progress < 0.9 else CONFIG["max_position_embeddings"]
            starts = rng.integers(0, len(self.text) - length - 1, batch // length)
            rows = [self.text[s:s + length + 1] for s in starts]
        return np.stack(rows).astype(np.int64)


def train(args):
    """AdamW with a cosine schedule; keeps a running average of the weights for the export.

    Until 60 % of the steps, a rare word that the row has already seen (a name, a colour, a thing)
    counts more than other tokens, falling from five times to once: so the carried references are
    learned early.
    """
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    net = build(CONFIG)
    print("%d parameters" % sum(p.numel() for p in net.parameters()), flush=True)
    decayed = [p for n, p in net.named_parameters() if n.endswith("_proj.weight")]
    others = [p for n, p in net.named_parameters() if not n.endswith("_proj.weight")]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.98), eps=1e-8)
    average = {k: v.clone() for k, v in net.state_dict().items()}
    rows = Rows(args.work, args.opening)
    rare = torch.from_numpy(rows.rare)
    step, spent, saved = 0, 0.0, args.work / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        average, step, spent = state["average"], state["step"], state["spent"]
    elif args.begin_with:
        state = torch.load(args.begin_with)
        net.load_state_dict(state["net"])
        average = {k: v.clone() for k, v in net.state_dict().items()}
    began, seen, written, sums = time.time() - spent, 0, time.time(), []
    progress = step / args.steps
    while progress < 1:
        progress = step / args.steps
        if args.minutes:
            progress = max(progress, (time.time() - began) / 60 / args.minutes)
        progress = min(progress, 1)
        block = torch.from_numpy(rows.get(step, progress, args.batch))
        given, wanted = block[:, :-1], block[:, 1:]
        rate = args.rate * min(1, (step + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net(given)
        losses = F.cross_entropy(logits.float().flatten(0, 1), wanted.flatten(), reduction="none").view_as(wanted)
        again = ((given[:, None, :] == wanted[:, :, None]).tril().any(-1) & rare[wanted]).float()
        weight = 1 + max(0.0, 4 * (1 - progress / 0.6)) * again
        loss = (losses * weight).sum() / weight.sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step += 1
        keep = min(0.995, step / (step + 10))
        with torch.no_grad():
            for name, p in net.state_dict().items():
                average[name].lerp_(p, 1 - keep)
        seen += wanted.numel()
        sums.append((losses.mean().item(), ((losses * again).sum() / again.sum()).item()))
        last = progress >= 1
        if step % 50 == 0 or last:
            print("step %d (%.0f %%)  loss %.4f  rare again %.4f  rate %.2e  %.0f tokens/s" % (
                step, 100 * progress, *(sum(s) / len(sums) for s in zip(*sums)), rate,
                seen / (time.time() - began - spent)), flush=True)
            sums = []
        if time.time() - written > 120 or last:
            written = time.time()
            torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "average": average,
                        "step": step, "spent": time.time() - began}, str(saved) + ".new")
            os.replace(str(saved) + ".new", saved)


# --- export ----------------------------------------------------------------------------------

def export(args):
    """Writes the averaged weights as bf16 safetensors, and the configuration."""
    import torch
    state = torch.load(args.work / "checkpoint.pt")
    header, blobs, place = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(state["average"]):
        value = state["average"][name].to(torch.bfloat16).contiguous()
        blob = value.view(torch.int16).numpy().tobytes()
        header["model." + name] = {"dtype": "BF16", "shape": list(value.shape), "data_offsets": [place, place + len(blob)]}
        blobs.append(blob)
        place += len(blob)
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    folder = args.out / "model"
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + b"".join(blobs))
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    (folder / "generation_config.json").write_text(json.dumps(
        {"bos_token_id": 0, "eos_token_id": 0, "do_sample": True, "temperature": 0.7}, indent=2) + "\n")
    print("exported the weights of step %d" % state["step"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["texts", "tokenizer", "encode", "train", "export", "check"])
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the texts and model/ (default: beside the script)")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="folder for training tokens and checkpoint")
    parser.add_argument("--characters", type=int, default=24_000_000, help="encode: how much text to write")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--minutes", type=float, default=0, help="train: end the schedule by the clock if that is sooner")
    parser.add_argument("--opening", type=float, default=0.12, help="train: share of the steps with short rows and exercises")
    parser.add_argument("--begin-with", type=Path, help="train: a checkpoint whose weights to begin with")
    parser.add_argument("--batch", type=int, default=2048, help="tokens a step")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    if args.command == "check":
        import check
        check.run(args.out)
    else:
        {"texts": make_texts, "tokenizer": make_tokenizer, "encode": encode, "train": train, "export": export}[args.command](args)


if __name__ == "__main__":
    main()
