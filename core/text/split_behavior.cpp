#include "core/text/split_behavior.h"

#include <algorithm>

namespace bitsmith {

namespace {

struct Part {
    TextRange range;
    bool matched;
};

std::vector<Part> partsOf(std::size_t size, const std::vector<TextRange>& matches, bool invert) {
    std::vector<Part> parts;
    parts.reserve(2 * matches.size() + 1);
    std::size_t done = 0;
    for (const TextRange match : matches) {
        if (done < match.begin) parts.push_back({{done, match.begin}, invert});
        parts.push_back({match, !invert});
        done = match.end;
    }
    if (done < size) parts.push_back({{done, size}, invert});
    return parts;
}

// Merging with the next part is merging with the previous one, seen from the other end.
void mergeBackwards(std::vector<Part>& parts, bool reversed) {
    if (reversed) std::reverse(parts.begin(), parts.end());
    std::vector<Part> merged;
    bool previous = false;
    for (const Part& part : parts) {
        if (part.matched && !previous && !merged.empty()) {
            TextRange& last = merged.back().range;
            (reversed ? last.begin : last.end) = reversed ? part.range.begin : part.range.end;
        } else {
            merged.push_back(part);
        }
        previous = part.matched;
    }
    if (reversed) std::reverse(merged.begin(), merged.end());
    parts = std::move(merged);
}

void joinEqualNeighbours(std::vector<Part>& parts) {
    std::vector<Part> joined;
    for (const Part& part : parts) {
        if (!joined.empty() && joined.back().matched == part.matched)
            joined.back().range.end = part.range.end;
        else
            joined.push_back(part);
    }
    parts = std::move(joined);
}

} // namespace

void splitAtMatches(std::size_t size, const std::vector<TextRange>& matches, SplitBehavior behavior,
                    bool invert, std::size_t offset, std::vector<TextRange>& out) {
    std::vector<Part> parts = partsOf(size, matches, invert);
    if (behavior == SplitBehavior::MergedWithPrevious) mergeBackwards(parts, false);
    if (behavior == SplitBehavior::MergedWithNext) mergeBackwards(parts, true);
    if (behavior == SplitBehavior::Contiguous) joinEqualNeighbours(parts);
    for (const Part& part : parts) {
        if (part.range.empty() || (behavior == SplitBehavior::Removed && part.matched)) continue;
        out.push_back({part.range.begin + offset, part.range.end + offset});
    }
}

} // namespace bitsmith
