#!/usr/bin/env python3
"""Gradients of the golden models, as automatic differentiation in double precision computes them: what
tst_backward compares ours with. Needs what make.py needs.

    VENV/bin/python tests/golden/logits/make_gradients.py     # writes beside this file

Made with torch 2.15.0 (on the CPU) and transformers 5.24.0. Each model's folder gets
gradients.safetensors, everything rounded to fp32:
  loss            mean cross entropy per predicted token over the two sequences of expected.safetensors
  NAME            its gradient with respect to every matrix of the blocks, and to an untied head
  squares.NAME    only for the models in SQUARES: sum over sequences of the squared gradient of the
                  sequence's own mean
  vector.NAME, product.NAME   only for PRODUCTS: Hessian of the loss with respect to that matrix times
                  the vector
Matrices have the file's shape (GPT-2's are transposed).
"""

import pathlib

import torch
import transformers
from safetensors import safe_open
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent
SQUARES = ("llama_yarn", "gpt_neox_parallel")
PRODUCTS = {
    "llama_yarn": ("model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.weight"),
    "opt_post_norm": ("model.decoder.layers.0.self_attn.k_proj.weight",),
}


def loss_of(model, sequences):
    total, count = 0, 0
    for tokens in sequences:
        logits = model(input_ids=tokens[None], use_cache=False).logits[0, :-1]
        total = total + torch.nn.functional.cross_entropy(logits, tokens[1:], reduction="sum")
        count += len(tokens) - 1
    return total / count


def main():
    print("torch", torch.__version__, "transformers", transformers.__version__)
    for folder in sorted(p for p in HERE.iterdir() if p.is_dir()):
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder, attn_implementation="eager").double().eval()
        with safe_open(folder / "model.safetensors", "pt") as file:
            names = set(file.keys())
        expected = load_file(folder / "expected.safetensors")
        sequences = [expected[f"tokens.{i}"] for i in range(2)]
        tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight
        wanted = {}
        for name, parameter in model.named_parameters():
            head = not tied and parameter is model.get_output_embeddings().weight
            block = ".layers." in name or ".h." in name
            if parameter.dim() == 2 and (block or head):
                if head and name not in names:
                    name = "embed_out.weight"  # GPT-NeoX's file keeps its old name
                assert name in names, name
                wanted[name] = parameter
        loss = loss_of(model, sequences)
        gradients = torch.autograd.grad(loss, list(wanted.values()))
        out = dict(zip(wanted, gradients))
        out["loss"] = loss.detach()[None]
        if folder.name in SQUARES:
            squares = [torch.zeros_like(p) for p in wanted.values()]
            for tokens in sequences:
                own = torch.autograd.grad(loss_of(model, [tokens]), list(wanted.values()))
                squares = [s + g * g for s, g in zip(squares, own)]
            out.update({f"squares.{name}": s for name, s in zip(wanted, squares)})
        for number, name in enumerate(PRODUCTS.get(folder.name, ())):
            generator = torch.Generator().manual_seed(2000 + number)
            vector = torch.randn(wanted[name].shape, generator=generator).double()
            (gradient,) = torch.autograd.grad(loss_of(model, sequences), wanted[name],
                                              create_graph=True)
            (product,) = torch.autograd.grad((gradient * vector).sum(), wanted[name])
            out[f"vector.{name}"], out[f"product.{name}"] = vector, product
        save_file({name: t.float().contiguous() for name, t in out.items()},
                  folder / "gradients.safetensors")
        print(f"{folder.name:24} loss {loss.item():.6f}, {len(wanted)} matrices")


if __name__ == "__main__":
    main()
