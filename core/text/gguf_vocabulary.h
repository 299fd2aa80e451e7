// A tokenizer as a GGUF file holds it in its metadata (tokenizer.ggml.*), and its two conversions:
// into the tokenizer files of a Hugging Face folder, and from them. No file is read or written
// here. Meaning of the keys: docs/gguf.md of ggml-org/ggml and src/llama-vocab.cpp of llama.cpp.
#pragma once

#include "core/base/result.h"
#include "core/text/text_files.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bitsmith {

class Tokenizer;

// The same numbers as the kinds of SentencePiece.
enum class GgufTokenType : std::uint8_t { Normal = 1, Unknown, Control, UserDefined, Unused, Byte };

struct GgufVocabulary {
    std::string model; // "llama" (SentencePiece BPE), "gpt2" (byte-level BPE), "bert", "t5", ...
    std::string pre;   // gpt2: how a text is cut; empty in files from before 2024
    std::vector<std::string> tokens;  // by id
    std::vector<float> scores;        // llama: one a token; empty otherwise
    std::vector<GgufTokenType> types; // one a token; empty: all normal
    std::vector<std::string> merges;  // gpt2: "left right"
    std::optional<std::uint32_t> begin, end, unknown, separator, padding, cls, mask;
    std::optional<bool> addBegin, addEnd, addSpacePrefix;
    std::string chatTemplate; // empty: none
    // What a user should know: where a runtime may cut texts otherwise than Bitsmith does.
    std::vector<std::string> warnings;
};

struct TokenizerFile {
    std::string name, content;
};

// tokenizer.json (gpt2) or tokenizer.model (llama), and tokenizer_config.json.
// Errors: BadInput, lists that disagree; Unsupported, a model or `pre` that is not known, by name.
Result<std::vector<TokenizerFile>> tokenizerFiles(const GgufVocabulary& vocabulary);

// From the tokenizer that loadTokenizer() takes from these files. `size`: rows of the embedding;
// ids without a token become "[PAD<id>]". Errors: those of loadTokenizer(); Unsupported, no
// tokenizer or one that GGUF has no form for, naming it; BadInput, more tokens than `size`.
// tokenizer: that of these files, where it is loaded already.
Result<GgufVocabulary> ggufVocabulary(const TextFiles& files, std::size_t size,
                                      const Tokenizer* tokenizer = nullptr);

} // namespace bitsmith
