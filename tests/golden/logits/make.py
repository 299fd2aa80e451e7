#!/usr/bin/env python3
"""Small random models of every supported family, with the logits that the reference library
computes for them: what tst_logits compares ours with.

    python3 -m venv VENV && VENV/bin/pip install torch transformers safetensors
    VENV/bin/python tests/golden/logits/make.py        # writes beside this file

Made with torch 2.15.0 (CPU) and transformers 5.23.0. Each folder holds what save_pretrained wrote
(config.json, model.safetensors) and expected.safetensors: `tokens.I` (int64), `logits.I` (fp32,
tokens x vocabulary) for sequence I. Weights are far larger than an initialisation's, so that
attention, rotary embeddings and the MLP all move the logits.
"""

import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
LENGTHS = (24, 7)

LLAMA = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, vocab_size=96, max_position_embeddings=64)

LLAMA3 = dict(rope_type="llama3", rope_theta=500.0, factor=4.0, low_freq_factor=1.0,
              high_freq_factor=4.0, original_max_position_embeddings=16)
YARN = dict(rope_type="yarn", rope_theta=1000.0, factor=4.0, beta_fast=4.0, beta_slow=0.5,
            original_max_position_embeddings=16)

OPT = dict(hidden_size=32, ffn_dim=64, num_hidden_layers=2, num_attention_heads=4, vocab_size=96,
           max_position_embeddings=40)
NEOX = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            vocab_size=96, max_position_embeddings=64)


def models():
    t = transformers
    yield "llama_llama3_untied", t.LlamaConfig(
        **LLAMA, rope_parameters=LLAMA3, tie_word_embeddings=False)
    yield "llama_linear_tied_bias", t.LlamaConfig(
        **LLAMA, rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=2.5),
        tie_word_embeddings=True, attention_bias=True, mlp_bias=True, head_dim=12)
    yield "llama_yarn", t.LlamaConfig(**LLAMA, rope_parameters=YARN, tie_word_embeddings=True)
    yield "mistral_window", t.MistralConfig(**LLAMA, sliding_window=5, head_dim=8)
    yield "qwen2", t.Qwen2Config(**LLAMA, tie_word_embeddings=True)
    yield "qwen2_window", t.Qwen2Config(
        **LLAMA, use_sliding_window=True, sliding_window=6, max_window_layers=1)
    yield "qwen3", t.Qwen3Config(**LLAMA, head_dim=16, tie_word_embeddings=False)
    yield "gpt2", t.GPT2Config(n_embd=32, n_layer=2, n_head=4, vocab_size=96, n_positions=40)
    yield "gpt2_gelu_untied", t.GPT2Config(
        n_embd=32, n_layer=2, n_head=2, vocab_size=96, n_positions=40, n_inner=40,
        activation_function="gelu", tie_word_embeddings=False,
        scale_attn_by_inverse_layer_idx=True)
    yield "opt", t.OPTConfig(**OPT, word_embed_proj_dim=32)
    yield "opt_post_norm", t.OPTConfig(**OPT, word_embed_proj_dim=16, do_layer_norm_before=False)
    yield "opt_no_bias", t.OPTConfig(**OPT, word_embed_proj_dim=32, enable_bias=False,
                                     layer_norm_elementwise_affine=False)
    yield "gpt_neox_parallel", t.GPTNeoXConfig(
        **NEOX, use_parallel_residual=True,
        rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5))
    yield "gpt_neox_sequential", t.GPTNeoXConfig(
        **NEOX, use_parallel_residual=False, hidden_act="gelu_new",
        rope_parameters=dict(rope_type="default", rope_theta=100.0, partial_rotary_factor=1.0))


def randomise(model, generator):
    done = set()
    for name, p in model.named_parameters():
        if p.data_ptr() in done:
            continue
        done.add(p.data_ptr())
        noise = torch.randn(p.shape, generator=generator)
        norm = p.dim() == 1 and name.endswith("weight")
        p.data = 1 + 0.3 * noise if norm else 0.3 * noise
    model.tie_weights()


def main():
    print("torch", torch.__version__, "transformers", transformers.__version__)
    for number, (name, config) in enumerate(models()):
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        config._attn_implementation = "eager"
        model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
        generator = torch.Generator().manual_seed(1000 + number)
        randomise(model, generator)
        expected = {}
        for i, length in enumerate(LENGTHS):
            tokens = torch.randint(3, config.vocab_size, (length,), generator=generator)
            with torch.no_grad():
                logits = model(input_ids=tokens[None], use_cache=False).logits[0]
            expected[f"tokens.{i}"] = tokens
            expected[f"logits.{i}"] = logits.float().contiguous()
        model.save_pretrained(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        save_file(expected, folder / "expected.safetensors")
        size = sum(f.stat().st_size for f in folder.iterdir())
        print(f"{name:24} {size / 1024:6.0f} KiB, logits' standard deviation "
              f"{expected['logits.0'].std():.2f}")


if __name__ == "__main__":
    main()
