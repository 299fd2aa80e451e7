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
import struct
import time
from pathlib import Path

import generate

HERE = Path(__file__).resolve().parent

TOKENIZER_SEED, TRAIN_SEED, HELD_OUT_SEED, CALIBRATION_SEED, TASKS_SEED = 11, 12, 13, 14, 15

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
    """Writes the training stories as token numbers, each story behind an end-of-text token."""
    import numpy as np
    tokenizer = load_tokenizer(args)
    args.work.mkdir(parents=True, exist_ok=True)
    total, batch = 0, []
    with open(args.work / "tokens.bin", "wb") as file:
        def flush():
            ids = [i for e in tokenizer.encode_batch(batch) for i in e.ids]
            np.array(ids, dtype=np.uint16).tofile(file)
            batch.clear()
            return len(ids)
        for story in generate.stories(TRAIN_SEED, args.characters):
            # as in the text files, a line feed behind the separator, but not always: a prompt has none
            batch.append(("\n" if len(batch) % 2 else "") + story + "\n")
            if len(batch) == 2000:
                total += flush()
        total += flush()
    print("%d tokens" % total)


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
                    nn.init.normal_(p, std=(0.02 if "embed" in name else dim ** -0.5 * 0.8) * scale)

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


def train(args):
    """AdamW with a cosine schedule; keeps a running average of the weights for the export."""
    import numpy as np
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    net = build(CONFIG)
    print("%d parameters" % sum(p.numel() for p in net.parameters()), flush=True)
    matrices = [p for p in net.parameters() if p.dim() == 2]
    vectors = [p for p in net.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.97), eps=1e-8)
    average = {k: v.clone() for k, v in net.state_dict().items()}
    tokens = np.fromfile(args.work / "tokens.bin", dtype=np.uint16)
    step, saved = 0, args.work / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        average, step = state["average"], state["step"]
    began, seen, sums, written = time.time(), 0, [], time.time()
    while step < args.steps:
        # the last part of the training sees the longest context
        length = CONFIG["max_position_embeddings"] if step >= 0.85 * args.steps else 256
        rows = args.batch // length
        rng = np.random.default_rng(step)
        starts = rng.integers(0, len(tokens) - length - 1, rows) if args.shuffle else \
            (np.arange(rows) * length + step * args.batch) % (len(tokens) - length - 1)
        block = torch.from_numpy(np.stack([tokens[s:s + length + 1] for s in starts]).astype(np.int64))
        rate = args.rate * min(1, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / args.steps)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net(block[:, :-1])
        loss = F.cross_entropy(logits.float().flatten(0, 1), block[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step += 1
        keep = min(0.995, step / (step + 10))
        with torch.no_grad():
            for name, p in net.state_dict().items():
                average[name].lerp_(p, 1 - keep)
        seen += args.batch
        sums.append(loss.item())
        if step % 50 == 0 or step == args.steps:
            print("step %d  loss %.4f  rate %.2e  %.0f tokens/s" % (
                step, sum(sums) / len(sums), rate, seen / (time.time() - began)), flush=True)
            sums = []
        if time.time() - written > 150 or step == args.steps:
            written = time.time()
            torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "average": average, "step": step},
                       str(saved) + ".new")
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
    parser.add_argument("--characters", type=int, default=50_000_000, help="encode: how much text to write")
    parser.add_argument("--steps", type=int, default=4500)
    parser.add_argument("--batch", type=int, default=2048, help="tokens a step")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--shuffle", action="store_true", help="take random places of the text, not one after another")
    args = parser.parse_args()
    if args.command == "check":
        import check
        check.run(args.out)
    else:
        {"texts": make_texts, "tokenizer": make_tokenizer, "encode": encode, "train": train, "export": export}[args.command](args)


if __name__ == "__main__":
    main()
