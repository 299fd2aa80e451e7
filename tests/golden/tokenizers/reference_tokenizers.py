"""Tokenizer folders for check.py: real ones, and ones assembled from real vocabularies or trained
here. Each comes with the reference that says what its ids are."""

import json
import os
import shutil
from dataclasses import dataclass, field

import gguf
import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")


@dataclass
class Case:
    name: str
    folder: str
    encode: object            # text -> ids, with the special tokens in front and behind
    decode: object = None     # ids -> text, special tokens left out
    vectors: list = field(default_factory=list)  # (text, ids without special tokens)
    whole_files: bool = True


def _write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        file.write(value if isinstance(value, str) else json.dumps(value))


def _huggingface(name, folder, tokenizer, save=True, **more):
    if save:
        os.makedirs(folder, exist_ok=True)
        tokenizer.save(os.path.join(folder, "tokenizer.json"))
    return Case(name, folder, lambda text: tokenizer.encode(text).ids,
                lambda ids: tokenizer.decode(ids, skip_special_tokens=True), **more)


def real_tokenizer_json(shared):
    for model in ("prose-3m", "stories260K", "char-gpt-shakespeare"):
        folder = f"{shared}/models/{model}/hf"
        tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        yield _huggingface(f"{model} tokenizer.json", folder, tokenizer, save=False)


def real_sentencepiece(shared, temporary):
    for model in ("prose-3m", "stories260K"):
        folder = f"{temporary}/{model}-pieces"
        os.makedirs(folder)
        for name in ("tokenizer.model", "tokenizer_config.json"):
            shutil.copy(f"{shared}/models/{model}/hf/{name}", folder)
        yield sentencepiece_case(f"{model} tokenizer.model", folder)


def sentencepiece_case(name, folder, **more):
    processor = sentencepiece.SentencePieceProcessor(model_file=f"{folder}/tokenizer.model")
    return Case(name, folder, lambda text: [processor.bos_id()] + processor.encode(text),
                lambda ids: processor.decode(ids), **more)


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def _byte_level(vocabulary, merges, normalizer=None, split=None, **options):
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, **options))
    if normalizer:
        tokenizer.normalizer = normalizer
    steps = [pre_tokenizers.Split(Regex(split), "isolated")] if split else []
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=split is None))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps) if split else steps[0]
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _vocabulary_and_merges(folder):
    merges = [tuple(line.split(" ")) for line in _read(f"{folder}/merges.txt").split("\n")
              if line and not line.startswith("#version")]
    return json.loads(_read(f"{folder}/vocab.json")), merges


def vocabulary_and_merges(shared, temporary):
    gpt2 = f"{shared}/models/gpt2-attention-partial"
    vocabulary, merges = _vocabulary_and_merges(gpt2)
    tokenizer = _byte_level(vocabulary, merges)
    tokenizer.add_special_tokens(["<|endoftext|>"])
    yield _huggingface("GPT-2 vocab.json + merges.txt", gpt2, tokenizer, save=False)
    yield _huggingface("GPT-2 tokenizer.json", f"{temporary}/gpt2-json", tokenizer)

    # OPT's way: GPT-2's class, the end token in front of every text.
    folder = f"{temporary}/opt-like"
    os.makedirs(folder)
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(f"{gpt2}/{name}", folder)
    _write(f"{folder}/tokenizer_config.json", {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True,
           "bos_token": {"__type": "AddedToken", "content": "<|endoftext|>", "normalized": True}})
    tokenizer = _byte_level(vocabulary, merges)
    tokenizer.add_special_tokens(["<|endoftext|>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", 50256)])
    yield _huggingface("OPT-like vocab.json + merges.txt", folder, tokenizer, save=False)

    # Llama-3's way on GPT-2's vocabulary.
    for ignore in (True, False):
        tokenizer = _byte_level(vocabulary, merges, split=LLAMA3, ignore_merges=ignore)
        tokenizer.add_special_tokens(["<|begin_of_text|>", "<|endoftext|>"])
        tokenizer.post_processor = processors.Sequence([
            processors.ByteLevel(trim_offsets=True),
            processors.TemplateProcessing(single="<|begin_of_text|> $A", special_tokens=[
                ("<|begin_of_text|>", tokenizer.token_to_id("<|begin_of_text|>"))])])
        yield _huggingface(f"Llama-3-like, ignore_merges {ignore}", f"{temporary}/llama3-{ignore}", tokenizer)

    qwen = f"{shared}/models/qwen2.5-0.5b-lora-r8"
    vocabulary, merges = _vocabulary_and_merges(qwen)
    tokenizer = _byte_level(vocabulary, merges, normalizers.NFC(), QWEN2)
    decoder = json.loads(_read(f"{qwen}/tokenizer_config.json"))["added_tokens_decoder"]
    for _, token in sorted(decoder.items(), key=lambda item: int(item[0])):
        special = token.pop("special")
        added = AddedToken(special=special, **token)
        (tokenizer.add_special_tokens if special else tokenizer.add_tokens)([added])
    assert tokenizer.token_to_id("<|file_sep|>") == 151664
    yield _huggingface("Qwen2.5 vocab.json + merges.txt", qwen, tokenizer, save=False)
    yield _huggingface("Qwen2.5 tokenizer.json", f"{temporary}/qwen-json", tokenizer)
    tokenizer = _byte_level(vocabulary, merges, split=LLAMA3, ignore_merges=True)
    yield _huggingface("Llama-3-like on Qwen2.5's vocabulary", f"{temporary}/llama3-qwen", tokenizer)


def _gguf(shared, name):
    path = f"{shared}/corpora/tokenizer-vectors/ggml-vocab-{name}.gguf"
    reader = gguf.GGUFReader(path)
    values = {key.removeprefix("tokenizer.ggml."): part.contents()
              for key, part in reader.fields.items() if key.startswith("tokenizer.ggml.")}
    vectors = []
    if os.path.exists(path + ".inp"):
        with open(path + ".inp", encoding="utf-8", newline="") as file:
            texts = file.read().split("\n__ggml_vocab_test__\n")
        ids = [[int(word) for word in line.split()] for line in _read(path + ".out").split("\n")]
        vectors = list(zip(texts, ids))
    return values, vectors


def from_vectors(shared, temporary):
    for name, normalizer in (("gpt-2", None), ("gpt-neox", normalizers.NFC())):
        values, vectors = _gguf(shared, name)
        vocabulary, merges = {}, [tuple(merge.split(" ")) for merge in values["merges"]]
        added = []
        for number, (text, kind) in enumerate(zip(values["tokens"], values["token_type"])):
            if kind == 5:
                continue
            if kind == 4:
                added.append((number, text))
            else:
                vocabulary[text] = number
        tokenizer = _byte_level(vocabulary, merges, normalizer)
        tokenizer.add_special_tokens([text for text, kind in zip(values["tokens"], values["token_type"]) if kind == 3])
        for number, text in added:
            tokenizer.add_tokens([AddedToken(text, normalized=True)])
            assert tokenizer.token_to_id(text) == number, (text, number)
        yield _huggingface(f"{name} of the vectors", f"{temporary}/{name}", tokenizer, vectors=vectors)

    values, vectors = _gguf(shared, "llama-spm")
    yield _llama_pieces(values, vectors, f"{temporary}/llama-pieces")
    yield _llama_json(values, vectors, f"{temporary}/llama-json")


def _llama_pieces(values, vectors, folder):
    model = model_pb2.ModelProto()
    for text, score, kind in zip(values["tokens"], values["scores"], values["token_type"]):
        model.pieces.add(piece=text, score=score, type=kind)
    model.trainer_spec.model_type = 2  # BPE
    model.trainer_spec.byte_fallback = True
    model.trainer_spec.vocab_size = len(model.pieces)
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = True
    model.normalizer_spec.remove_extra_whitespaces = False
    model.normalizer_spec.escape_whitespaces = True
    os.makedirs(folder)
    with open(f"{folder}/tokenizer.model", "wb") as file:
        file.write(model.SerializeToString())
    return sentencepiece_case("llama-spm of the vectors, tokenizer.model", folder, vectors=vectors)


def _llama_json(values, vectors, folder):
    tokens, scores = values["tokens"], values["scores"]
    vocabulary = {text: number for number, text in enumerate(tokens)}
    merges = []
    for text, score, kind in zip(tokens, scores, values["token_type"]):
        if kind == 1:
            for cut in range(1, len(text)):
                if text[:cut] in vocabulary and text[cut:] in vocabulary:
                    merges.append((-score, vocabulary[text[:cut]], vocabulary[text[cut:]], text[:cut], text[cut:]))
    merges = [merge[3:] for merge in sorted(merges)]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return _huggingface("llama-spm of the vectors, tokenizer.json", folder, tokenizer, vectors=vectors)


def _trained(name, temporary, texts, model, size=1500, added=(), decoder=None, **parts):
    tokenizer = Tokenizer(model)
    for part, value in parts.items():
        setattr(tokenizer, part, value)
    kind = trainers.WordLevelTrainer if isinstance(model, models.WordLevel) else trainers.BpeTrainer
    tokenizer.train_from_iterator(texts, kind(vocab_size=size, special_tokens=["<unk>"], show_progress=False))
    tokenizer.add_tokens(list(added))
    if decoder:
        tokenizer.decoder = decoder
    return _huggingface(name, f"{temporary}/{name.replace(' ', '-')}", tokenizer, whole_files=False)


def components(temporary, texts):
    """One small tokenizer per pre-tokenizer, normalizer and flag."""
    p, n = pre_tokenizers, normalizers
    bpe = lambda **options: models.BPE(unk_token="<unk>", **options)
    cuts = {
        "metaspace always": p.Metaspace(prepend_scheme="always"), "metaspace first": p.Metaspace(prepend_scheme="first"),
        "metaspace never": p.Metaspace(prepend_scheme="never"), "metaspace unsplit": p.Metaspace(split=False),
        "whitespace": p.Whitespace(), "whitespace split": p.WhitespaceSplit(), "punctuation": p.Punctuation("isolated"),
        "punctuation contiguous": p.Punctuation("contiguous"), "bert": p.BertPreTokenizer(), "delimiter": p.CharDelimiterSplit("a"),
        "digits": p.Sequence([p.WhitespaceSplit(), p.Digits(individual_digits=True)]),
        "digit runs": p.Sequence([p.Metaspace(), p.Digits(individual_digits=False)]),
        "byte level prefix": p.ByteLevel(add_prefix_space=True),
        "digits then byte level": p.Sequence([p.Digits(individual_digits=True), p.ByteLevel(add_prefix_space=False)]),
        "word regex": p.Split(Regex(r"\w+|\W"), "isolated"), "hex regex": p.Split(Regex(r"\h+|[\h\s]"), "merged_with_previous"),
        "line regex": p.Split(Regex(r"^.|.$"), "isolated"), "empty matches": p.Split(Regex(r"b*"), "isolated"),
        "mixed classes": p.Split(Regex(r"[\w\-]+|[^\s\w]+|(?m:a.b)"), "removed", invert=True),
    }
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        cuts[f"split {behavior}"] = p.Split(Regex(r"[aeiou ]"), behavior)
        cuts[f"split inverted {behavior}"] = p.Split(Regex(r"\s+"), behavior, invert=True)
        cuts[f"split text {behavior}"] = p.Split(" ", behavior)
    for name, cut in cuts.items():
        decoder = decoders.Metaspace() if "metaspace" in name else None
        yield _trained(f"cut {name}", temporary, texts, bpe(), pre_tokenizer=cut, decoder=decoder)
    changes = {
        "nfc": n.NFC(), "nfd": n.NFD(), "nfkc": n.NFKC(), "nfkd": n.NFKD(), "lowercase": n.Lowercase(), "strip": n.Strip(),
        "strip left": n.Strip(right=False), "accents": n.Sequence([n.NFD(), n.StripAccents()]), "prepend": n.Prepend("\u2581"),
        "replace": n.Replace(Regex(r"\s+"), " "), "trim lines": n.Replace(Regex(r"^ +| +$"), ""), "bert": n.BertNormalizer(),
        "bert cased": n.BertNormalizer(lowercase=False, strip_accents=None), "byte level": n.ByteLevel(),
    }
    for name, change in changes.items():
        yield _trained(f"normalizer {name}", temporary, texts, bpe(), normalizer=change, pre_tokenizer=p.Metaspace(split=False))
    mask = [AddedToken("[MASK]", lstrip=True, rstrip=True, normalized=False), AddedToken("solo", single_word=True),
            AddedToken("[mask]", lstrip=True), AddedToken("<|endoftext|>", rstrip=True), AddedToken("<|endof", normalized=False)]
    yield _trained("added tokens", temporary, texts, bpe(), added=mask, pre_tokenizer=p.ByteLevel())
    yield _trained("added tokens lowercase", temporary, texts, bpe(), added=mask, normalizer=n.Lowercase(), pre_tokenizer=p.ByteLevel())
    yield _trained("unknown fused", temporary, texts[:40], bpe(fuse_unk=True))
    yield _trained("unknown single", temporary, texts[:40], bpe(fuse_unk=False))
    yield _trained("unknown dropped", temporary, texts[:40], models.BPE())
    yield _trained("prefix and suffix", temporary, texts, bpe(continuing_subword_prefix="##", end_of_word_suffix="</w>"),
                   pre_tokenizer=p.Whitespace())
    yield _trained("words", temporary, texts, models.WordLevel(unk_token="<unk>"), pre_tokenizer=p.Whitespace())
    yield _trained("characters", temporary, texts, models.WordLevel(unk_token="<unk>"),
                   pre_tokenizer=p.Split(Regex(r"[\s\S]"), "isolated"), decoder=decoders.Fuse())
