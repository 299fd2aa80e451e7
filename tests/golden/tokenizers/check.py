"""Compares the tokenizers with the reference libraries, id by id, on whole files and nasty texts.

    python3 -m venv VENV && VENV/bin/pip install tokenizers sentencepiece gguf protobuf numpy
    ninja -C build/dev tokenize_file
    VENV/bin/python tests/golden/tokenizers/check.py --tool build/dev/tools/tokenize_file --shared ../shared

Needs the shared folder of real models and texts. Exit code 0: no difference anywhere.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

import nasty_texts
import reference_tokenizers as reference

FILES = ["wikitext-2-raw/wiki.test.raw", "wikitext-2/valid.txt", "tinyshakespeare/input.txt", "prose-held/held.txt", "tokenizer-vectors/ggml-vocab-gpt-2.gguf.inp"] + [
    f"calibration-exllama/{name}.utf8" for name in ("multilingual", "code", "c4", "technical", "wiki", "tiny")]


def read(path):
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return file.read()


def whole_file(tool, case, path, text):
    done = subprocess.run([tool, case.folder, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        return 1, 0, done.stderr.decode()
    ours = np.frombuffer(done.stdout, dtype="<i4")
    wanted = np.array(case.encode(text), dtype="<i4")
    if np.array_equal(ours, wanted):
        return 0, len(wanted), done.stderr.decode().rsplit(", ", 1)[-1].strip()
    common = min(len(ours), len(wanted))
    first = int(np.argmax(ours[:common] != wanted[:common])) if (ours[:common] != wanted[:common]).any() else common
    return 1, len(wanted), f"id {first}: ours {ours[first:first+8]}, reference {wanted[first:first+8]}, {len(ours)} / {len(wanted)} ids"


def short_texts(tool, case, texts):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(text) + "\n" for text in texts)
        file.flush()
        done = subprocess.run([tool, "--lines", case.folder, file.name], stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        return 1, 0
    answers = [json.loads(line) for line in done.stdout.decode().split("\n") if line]
    assert len(answers) == len(texts)
    wrong = tokens = 0
    for text, answer in zip(texts, answers):
        wanted = case.encode(text)
        tokens += len(wanted)
        problem = None
        if answer["ids"] != wanted:
            problem = f"ids {answer['ids']}, reference {wanted}"
        elif case.decode and answer["decoded"] != case.decode(wanted):
            problem = f"decoded {answer['decoded']!r}, reference {case.decode(wanted)!r}"
        if problem:
            wrong += 1
            if wrong <= 3:
                print(f"    {text!r:.100}: {problem[:300]}")
    for text, ids in case.vectors:
        answer = next(a for t, a in zip(texts, answers) if t == text)
        if answer["plain"] != ids:
            wrong += 1
            print(f"    vector {text!r:.60}: {answer['plain']}, expected {ids}")
    return wrong, tokens


def cases(shared, temporary, small_text):
    yield from reference.real_tokenizer_json(shared)
    yield from reference.real_sentencepiece(shared, temporary)
    yield from reference.vocabulary_and_merges(shared, temporary)
    yield from reference.from_vectors(shared, temporary)
    yield from reference.components(temporary, nasty_texts.TEXTS + small_text.split("\n"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--shared", required=True)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--random", type=int, default=1000, help="random texts per case")
    options = parser.parse_args()
    texts = nasty_texts.TEXTS + nasty_texts.random_texts(options.random)
    small = read(f"{options.shared}/corpora/calibration-exllama/multilingual.utf8")[:60000]
    bad = total = 0
    with tempfile.TemporaryDirectory() as temporary:
        for case in cases(options.shared, temporary, small):
            if options.only not in case.name:
                continue
            wrong, tokens = short_texts(options.tool, case, texts + [text for text, _ in case.vectors])
            print(f"{case.name}: {wrong} of {len(texts)} short texts differ, {len(case.vectors)} vectors, {tokens} tokens")
            bad, total = bad + wrong, total + tokens
            for name in FILES if case.whole_files else ["calibration-exllama/multilingual.utf8"]:
                path = os.path.join(options.shared, "corpora", name)
                different, tokens, note = whole_file(options.tool, case, path, read(path))
                bad, total = bad + different, total + tokens
                print(f"    {'DIFFERENT' if different else 'same'} {name}: {tokens} tokens, {note}")
            sys.stdout.flush()
    print(f"{bad} differences, {total} tokens compared")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
