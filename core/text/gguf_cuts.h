// How a byte-level vocabulary of a GGUF cuts a text: the names of `tokenizer.ggml.pre` and the
// pre-tokenizers that they stand for.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace bitsmith {

struct GgufCut {
    std::string_view name;
    // Isolated one after the other, each within the pieces that the one before left. Empty: the
    // pattern of GPT-2.
    std::vector<std::string_view> patterns;
    bool digitsFirst = false;  // single digits are cut out before
    bool ignoreMerges = false; // a piece that is a token is that token
    bool addBegin = false;     // where the file does not say it
    bool composed = false;     // texts are brought to NFC before
};

// nullptr if unknown. An empty name is GPT-2's: files that do not say it are older than the others.
const GgufCut* findGgufCut(std::string_view name);

// The members "normalizer" (may be null) and "pre_tokenizer" of a tokenizer.json.
nlohmann::json normalizerOf(const GgufCut& cut);
nlohmann::json preTokenizerOf(const GgufCut& cut);

// The name for a tokenizer.json's pre-tokenizer; nullptr if no name stands for it.
const GgufCut* recognizeCut(const nlohmann::json& preTokenizer, bool ignoreMerges);

} // namespace bitsmith
