// One function per kind of tokenizer file. All errors name the file and the place.
#pragma once

#include "core/text/tokenizer.h"
#include "core/text/tokenizer_config.h"

namespace bitsmith {

using TokenizerPtr = std::shared_ptr<const Tokenizer>;

Result<TokenizerPtr> loadTokenizerJson(const std::filesystem::path& file,
                                       const TokenizerConfig& config);
Result<TokenizerPtr> loadSentencePiece(const std::filesystem::path& file,
                                       const TokenizerConfig& config);
Result<TokenizerPtr> loadVocabularyAndMerges(const std::filesystem::path& vocabulary,
                                             const std::filesystem::path& merges,
                                             const TokenizerConfig& config);

// {"token": id, ...}
Result<Vocabulary> readVocabulary(const JsonPlace& place);

} // namespace bitsmith
