"""Trains the small tokenizers in this folder and writes what the reference libraries make of short
texts: golden.json, read by tests/core/text/tst_golden_tokenizers.cpp.

    python3 -m venv VENV && VENV/bin/pip install tokenizers==0.23.3 sentencepiece==0.2.3
    VENV/bin/python tests/golden/tokenizers/make_golden.py
"""

import io
import json
import os

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from nasty_texts import TEXTS, random_texts
from training_text import TEXT

HERE = os.path.dirname(os.path.abspath(__file__))
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")


def byte_level(split, normalizer=None, special=("<|endoftext|>",), **model):
    tokenizer = Tokenizer(models.BPE(**model))
    steps = [pre_tokenizers.Split(Regex(split), "isolated")] if split else []
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=not split))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(vocab_size=560, special_tokens=list(special), show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator([TEXT], trainer)
    return tokenizer


def gpt2():
    tokenizer = byte_level(None)
    tokenizer.add_tokens([AddedToken("[MASK]", lstrip=True, normalized=False), AddedToken("solo", single_word=True)])
    return tokenizer


def llama3():
    tokenizer = byte_level(LLAMA3, special=("<|begin_of_text|>", "<|endoftext|>"), ignore_merges=True)
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True),
        processors.TemplateProcessing(single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", 0)])])
    return tokenizer


def qwen2():
    return byte_level(QWEN2, normalizers.NFC(), special=("<|endoftext|>", "<|im_start|>", "<|im_end|>"))


def pieces_json():
    """The shape of LLaMA-2's tokenizer.json."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    mark = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.normalizer = mark
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=620, special_tokens=special, show_progress=False, limit_alphabet=80)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator([TEXT], trainer)
    # Byte tokens belong to the model; only the first three are looked for in the text.
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = state["added_tokens"][:3]
    state["pre_tokenizer"] = None
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def characters():
    tokenizer = Tokenizer(models.WordLevel({text: i for i, text in enumerate(sorted(set(TEXT) | {"<unk>"}))}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    return tokenizer


def save(folder, name, text):
    os.makedirs(os.path.join(HERE, folder), exist_ok=True)
    with open(os.path.join(HERE, folder, name), "wb" if isinstance(text, bytes) else "w") as file:
        file.write(text)


def golden(folder, encode, decode, texts):
    return {"folder": folder, "texts": [{"text": text, "ids": encode(text), "decoded": decode(encode(text))} for text in texts]}


def main():
    texts = [text for text in TEXTS if len(text) <= 64] + random_texts(60, seed=11) + [TEXT[:700]]
    out = []
    for folder, make in (("gpt2", gpt2), ("llama3", llama3), ("qwen2", qwen2), ("pieces_json", pieces_json), ("characters", characters)):
        tokenizer = make()
        state = json.loads(tokenizer.to_str())
        if folder == "gpt2":  # the older spelling of merges
            state["model"]["merges"] = [" ".join(merge) for merge in state["model"]["merges"]]
        save(folder, "tokenizer.json", json.dumps(state, ensure_ascii=False, separators=(",", ":")) + "\n")
        out.append(golden(folder, lambda text: tokenizer.encode(text).ids,
                          lambda ids: tokenizer.decode(ids, skip_special_tokens=True), texts))
        if folder == "qwen2":
            save("qwen2_files", "vocab.json", json.dumps(state["model"]["vocab"], ensure_ascii=False, separators=(",", ":")) + "\n")
            save("qwen2_files", "merges.txt", "#version: 0.2\n" + "".join(" ".join(pair) + "\n" for pair in state["model"]["merges"]))
            save("qwen2_files", "tokenizer_config.json", json.dumps({
                "tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "bos_token": None,
                "added_tokens_decoder": {token["id"]: {key: token[key] for key in token if key != "id"}
                                         for token in state["added_tokens"]}}) + "\n")
            out.append(golden("qwen2_files", lambda text: tokenizer.encode(text).ids,
                              lambda ids: tokenizer.decode(ids, skip_special_tokens=True), texts))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT.strip().split("\n")), model_writer=model, vocab_size=620, model_type="bpe", byte_fallback=True,
        character_coverage=0.99, normalization_rule_name="identity", remove_extra_whitespaces=False, minloglevel=2)
    save("pieces", "tokenizer.model", model.getvalue())
    save("pieces", "tokenizer_config.json", json.dumps({"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>"}) + "\n")
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    out.append(golden("pieces", lambda text: [processor.bos_id()] + processor.encode(text), processor.decode, texts))
    with open(os.path.join(HERE, "golden.json"), "w") as file:
        json.dump(out, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
