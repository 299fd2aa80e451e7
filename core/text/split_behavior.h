// What becomes of the matches when a text is split by a pattern.
#pragma once

#include "core/text/regex.h"

namespace bitsmith {

enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

// Cuts [0, size) at the matches (ascending, not overlapping); with `invert` what lies between them
// counts as matched. Appends the pieces, moved by `offset`; empty ones are left out.
void splitAtMatches(std::size_t size, const std::vector<TextRange>& matches, SplitBehavior behavior,
                    bool invert, std::size_t offset, std::vector<TextRange>& out);

} // namespace bitsmith
