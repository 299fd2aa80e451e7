// A text on its way through a tokenizer: cut into pieces that the model encodes one by one.
#pragma once

#include "core/text/regex.h"

#include <string>
#include <vector>

namespace bitsmith {

struct Pieces {
    std::string text;              // valid UTF-8
    std::vector<TextRange> ranges; // of text, in order, none empty; bytes between them are dropped
    bool atStart = false;          // the text begins where the user's text begins

    Pieces() = default;
    Pieces(std::string whole, bool isStart) : text(std::move(whole)), atStart(isStart) {
        if (!text.empty()) ranges.push_back({0, text.size()});
    }
};

} // namespace bitsmith
