// A byte-pair vocabulary with a list of merges, said as SentencePiece says it: every token has a
// score, and of all neighbours that form a token together those with the highest score are joined.
#pragma once

#include "core/text/gguf_vocabulary.h"
#include "core/text/loaders.h"

namespace bitsmith {

// Sets scores and byte types of the words in `vocabulary`, which has their texts already. False
// where scores cannot say the same as the merges: pairs that form a token without being a merge,
// or merges of one token that stand apart in the list with others between.
bool scorePieces(const Vocabulary& words, const MergeList& merges, GgufVocabulary& vocabulary);

// Whether a tokenizer.json does nothing with a text but turn spaces into the mark and put one in
// front.
bool isPlainPieceText(const nlohmann::json& document);

} // namespace bitsmith
