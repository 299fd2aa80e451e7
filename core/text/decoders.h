// From token texts back to text.
#pragma once

#include "core/text/json_place.h"

#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

// Immutable, safe to use from several threads.
class Decoder {
public:
    virtual ~Decoder() = default;
    // Each step may change, join or drop tokens; the text is what is left, joined. A token may hold
    // bytes that are no valid UTF-8: the caller replaces them when all is joined.
    virtual void apply(std::vector<std::string>& tokens) const = 0;
    // The same for one token in the middle of a text: what is done to the ends of the whole text
    // (or to its first token) is left out. `joined`: an earlier step has joined the tokens.
    virtual void applyInMiddle(std::string& token, bool& joined) const = 0;
};

using DecoderPtr = std::unique_ptr<const Decoder>;

// Errors: BadInput with the place; Unsupported, naming a decoder that is not known.
Result<DecoderPtr> readDecoder(const JsonPlace& place);
DecoderPtr makeByteLevelDecoder();

} // namespace bitsmith
