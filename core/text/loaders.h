// One function per kind of tokenizer file. All errors name the file and the place.
#pragma once

#include "core/text/tokenizer.h"
#include "core/text/tokenizer_config.h"

namespace bitsmith {

using TokenizerPtr = std::shared_ptr<const Tokenizer>;

// tokenizer.json
Result<TokenizerPtr> loadTokenizerJson(const TextFiles& files, const TokenizerConfig& config);
// tokenizer.model
Result<TokenizerPtr> loadSentencePiece(const TextFiles& files, const TokenizerConfig& config);
// vocab.json and merges.txt
Result<TokenizerPtr> loadVocabularyAndMerges(const TextFiles& files, const TokenizerConfig& config);

// {"token": id, ...}
Result<Vocabulary> readVocabulary(const JsonPlace& place);

using MergeList = std::vector<std::pair<std::string, std::string>>; // in falling priority
Result<MergeList> readMerges(const JsonPlace& place);               // "merges" of tokenizer.json
Result<MergeList> readMergesFile(const TextFiles& files);           // merges.txt

} // namespace bitsmith
