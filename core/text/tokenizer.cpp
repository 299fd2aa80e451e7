#include "core/text/tokenizer.h"

#include "core/text/loaders.h"

namespace bitsmith {

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const std::filesystem::path& folder) {
    std::error_code ignored;
    const auto exists = [&](const char* name) {
        return std::filesystem::exists(folder / name, ignored);
    };
    const bool hasJson = exists("tokenizer.json");
    const bool hasPieces = exists("tokenizer.model");
    const bool hasVocabulary = exists("vocab.json");
    if (!hasJson && !hasPieces && !hasVocabulary) return TokenizerPtr();
    BITSMITH_TRY(const TokenizerConfig config, readTokenizerConfig(folder));
    // A broken file is an error, never a reason to look for another one.
    TokenizerPtr json, pieces;
    if (hasJson) {
        BITSMITH_TRY(json, loadTokenizerJson(folder / "tokenizer.json", config));
    }
    if (hasPieces) {
        BITSMITH_TRY(pieces, loadSentencePiece(folder / "tokenizer.model", config));
    }
    // tokenizer.model is what the network was trained with; tokenizer.json is a conversion of it that
    // may treat spaces differently. Only tokens that were added later speak for the conversion.
    if (pieces && (!json || json->vocabularySize() <= pieces->vocabularySize())) return pieces;
    if (json) return json;
    if (!exists("merges.txt"))
        return fail(ErrorCode::BadInput,
                    "{}: there is a vocab.json but no merges.txt (and no tokenizer.json). Copy the "
                    "missing file of the model into the folder.",
                    folder.string());
    return loadVocabularyAndMerges(folder / "vocab.json", folder / "merges.txt", config);
}

} // namespace bitsmith
