#include "core/text/tokenizer.h"

#include "core/base/mapped_file.h"
#include "core/text/loaders.h"

#include <algorithm>
#include <cctype>

namespace bitsmith {

namespace {

namespace fs = std::filesystem;

// Some models call a list of base64 tokens and ranks (tiktoken's format) tokenizer.model, too.
bool isRankList(const fs::path& file) {
    const auto mapped = MappedFile::open(file);
    if (!mapped) return false;
    const auto bytes = (*mapped)->bytes();
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
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
Result<TokenizerPtr> loadOneOrBoth(const fs::path& jsonFile, const fs::path& piecesFile,
                                   bool hasJson, bool hasPieces, const TokenizerConfig& config) {
    const bool isRanks = hasPieces && isRankList(piecesFile);
    if (isRanks && !hasJson)
        return fail(
            ErrorCode::Unsupported,
            "{}: a list of ranks in the format of tiktoken, which does not say how a text is "
            "cut. Put the model's tokenizer.json beside it.",
            piecesFile.string());
    TokenizerPtr json, pieces;
    if (hasJson) {
        BITSMITH_TRY(json, loadTokenizerJson(jsonFile, config));
    }
    if (hasPieces && !isRanks) {
        BITSMITH_TRY(pieces, loadSentencePiece(piecesFile, config));
    }
    if (!json || !pieces) return json ? json : pieces;
    return json->vocabularySize() > pieces->vocabularySize() ? json : pieces;
}

} // namespace

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
    if (hasJson || hasPieces)
        return loadOneOrBoth(folder / "tokenizer.json", folder / "tokenizer.model", hasJson,
                             hasPieces, config);
    if (!exists("merges.txt"))
        return fail(ErrorCode::BadInput,
                    "{}: there is a vocab.json but no merges.txt (and no tokenizer.json). Copy the "
                    "missing file of the model into the folder.",
                    folder.string());
    return loadVocabularyAndMerges(folder / "vocab.json", folder / "merges.txt", config);
}

} // namespace bitsmith
