// The two ways to apply merges to a row of symbols. Both take, again and again, the lowest rank
// and among equals the leftmost: same result, different cost.
#include "core/text/bpe.h"

#include <algorithm>
#include <array>
#include <limits>

namespace bitsmith {

// A few symbols: scan for the best pair. n^2, but without any bookkeeping.
void Bpe::mergeShort(std::vector<TokenId>& symbols) const {
    constexpr std::uint32_t NoRank = std::numeric_limits<std::uint32_t>::max();
    std::size_t count = symbols.size();
    std::vector<Merge> merges; // of symbol i with symbol i + 1
    merges.reserve(count);
    const auto look = [&](std::size_t i) {
        const Merge* merge = i + 1 < count ? findMerge(symbols[i], symbols[i + 1]) : nullptr;
        return merge ? *merge : Merge{NoRank, 0};
    };
    for (std::size_t i = 0; i < count; ++i) merges.push_back(look(i));
    while (count > 1) {
        std::size_t best = 0;
        for (std::size_t i = 1; i + 1 < count; ++i)
            if (merges[i].rank < merges[best].rank) best = i;
        if (merges[best].rank == NoRank) break;
        symbols[best] = merges[best].result;
        const auto offset = static_cast<std::ptrdiff_t>(best) + 1;
        symbols.erase(symbols.begin() + offset);
        merges.erase(merges.begin() + offset);
        --count;
        merges[best] = look(best);
        if (best > 0) merges[best - 1] = look(best - 1);
    }
}

// Many symbols: a linked list, and a heap of the pairs that may be merged. An entry whose pair has
// changed since is recognised when it comes up (its rank is no longer that of the pair).
void Bpe::mergeLong(std::vector<TokenId>& symbols) const {
    constexpr std::uint32_t End = std::numeric_limits<std::uint32_t>::max();
    const std::size_t count = symbols.size();
    std::vector<std::uint32_t> next(count), previous(count);
    std::vector<std::uint64_t> heap; // rank in the upper half, place in the lower: least first
    const auto candidate = [&](std::uint32_t i) -> const Merge* {
        return next[i] == End ? nullptr : findMerge(symbols[i], symbols[next[i]]);
    };
    const auto entry = [](const Merge& merge, std::uint32_t i) {
        return (std::uint64_t{merge.rank} << 32) | i;
    };
    for (std::size_t i = 0; i < count; ++i) {
        next[i] = i + 1 < count ? static_cast<std::uint32_t>(i + 1) : End;
        previous[i] = i > 0 ? static_cast<std::uint32_t>(i - 1) : End;
    }
    for (std::uint32_t i = 0; i < count; ++i)
        if (const Merge* merge = candidate(i)) heap.push_back(entry(*merge, i));
    std::make_heap(heap.begin(), heap.end(), std::greater<>());
    const auto push = [&](std::uint32_t i) {
        if (const Merge* merge = candidate(i)) {
            heap.push_back(entry(*merge, i));
            std::push_heap(heap.begin(), heap.end(), std::greater<>());
        }
    };
    while (!heap.empty()) {
        std::pop_heap(heap.begin(), heap.end(), std::greater<>());
        const std::uint64_t top = heap.back();
        heap.pop_back();
        const auto place = static_cast<std::uint32_t>(top);
        if (symbols[place] == Vocabulary::None) continue; // swallowed by its left neighbour
        const Merge* merge = candidate(place);
        if (!merge || merge->rank != top >> 32) continue;
        const std::uint32_t right = next[place];
        symbols[place] = merge->result;
        symbols[right] = Vocabulary::None;
        next[place] = next[right];
        if (next[place] != End) previous[next[place]] = place;
        push(place);
        if (previous[place] != End) push(previous[place]);
    }
    std::erase(symbols, Vocabulary::None);
}

} // namespace bitsmith
