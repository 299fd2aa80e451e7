// What we need to know of a tokenizer.model before the library may have it: a SentencePiece model
// is a Protocol Buffers message (sentencepiece_model.proto of the library).
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct SentencePieceModel {
    int modelType = 1;          // 1 Unigram, 2 BPE, 3 words, 4 characters
    bool spaceAsSuffix = false; // treat_whitespace_as_suffix
    bool addDummyPrefix = true, escapeSpaces = true;
    bool trimsSpaces = true;       // remove_extra_whitespaces
    bool hasCharacterMap = false;  // rewrites characters before cutting
    bool hasOwnSymbols = false;    // user-defined pieces, matched before all else
    bool hasSpace = false;         // the mark of a space is a piece by itself
    bool hasSpaceInMiddle = false; // a piece has the mark behind another character

    // A text may be cut in front of any word, each part encoded with the space in front of it left
    // to the dummy prefix, and nothing changes: no piece and no rule reaches over such a place.
    bool cutsAtSpaces() const {
        return modelType == 2 && !spaceAsSuffix && addDummyPrefix && escapeSpaces &&
               !hasCharacterMap && !hasOwnSymbols && hasSpace && !hasSpaceInMiddle;
    }
};

struct SentencePiece {
    std::string text;
    float score = 0;
    int kind = 1; // 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte
};

inline constexpr std::string_view SpaceMark = "\u2581";

// Errors (BadInput): not such a message, or a character map whose tables point outside themselves
// (the library would follow them).
Result<SentencePieceModel> readSentencePieceModel(std::string_view bytes);
// In order of their ids. Errors (BadInput): not such a message.
Result<std::vector<SentencePiece>> readSentencePieces(std::string_view bytes);

} // namespace bitsmith
