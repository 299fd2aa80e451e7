#include "core/text/tokenizer.h"

#include "core/text/loaders.h"

#include <algorithm>
#include <cctype>

namespace bitsmith {

namespace {

// Some models call a list of base64 tokens and ranks (tiktoken's format) tokenizer.model, too.
bool isRankList(const TextFiles& files) {
    const auto whole = files.read("tokenizer.model", std::size_t{256} << 20);
    if (!whole) return false;
    std::string_view text(*whole);
    text = text.substr(0, text.substr(0, 256).find('\n'));
    const std::size_t space = text.find(' ');
    if (space == 0 || space == std::string_view::npos || space + 1 == text.size()) return false;
    const auto isBase64 = [](unsigned char c) {
        return std::isalnum(c) || c == '+' || c == '/' || c == '=';
    };
    return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(space), isBase64) &&
           text.find_first_not_of("0123456789", space + 1) == std::string_view::npos;
}

// tokenizer.json, tokenizer.model, or both.
//
// Of both, each must be sound. The ids are those of tokenizer.model, which the model was trained
// with: tokenizer.json is a conversion of it, and not every converter got the white space right
// (spaces at line ends, runs of spaces). Only where tokenizer.json knows more tokens it is the one.
Result<TokenizerPtr> loadOneOrBoth(const TextFiles& files, bool hasJson, bool hasPieces,
                                   const TokenizerConfig& config) {
    const bool isRanks = hasPieces && isRankList(files);
    if (isRanks && !hasJson)
        return fail(
            ErrorCode::Unsupported,
            "{}: a list of ranks in the format of tiktoken, which does not say how a text is "
            "cut. Put the model's tokenizer.json beside it.",
            files.place("tokenizer.model"));
    TokenizerPtr json, pieces;
    if (hasJson) {
        BITSMITH_TRY(json, loadTokenizerJson(files, config));
    }
    if (hasPieces && !isRanks) {
        BITSMITH_TRY(pieces, loadSentencePiece(files, config));
    }
    if (!json || !pieces) return json ? json : pieces;
    return json->vocabularySize() > pieces->vocabularySize() ? json : pieces;
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const std::filesystem::path& folder) {
    return loadTokenizer(TextFiles::folder(folder));
}

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const TextFiles& files) {
    const bool hasJson = files.has("tokenizer.json");
    const bool hasPieces = files.has("tokenizer.model");
    const bool hasVocabulary = files.has("vocab.json");
    if (!hasJson && !hasPieces && !hasVocabulary) return TokenizerPtr();
    BITSMITH_TRY(const TokenizerConfig config, readTokenizerConfig(files));
    // A broken file is an error, never a reason to look for another one.
    if (hasJson || hasPieces) return loadOneOrBoth(files, hasJson, hasPieces, config);
    if (!files.has("merges.txt"))
        return fail(ErrorCode::BadInput,
                    "{}: there is a vocab.json but no merges.txt (and no tokenizer.json). Copy the "
                    "missing file of the model into the folder.",
                    files.where());
    return loadVocabularyAndMerges(files, config);
}

} // namespace bitsmith
