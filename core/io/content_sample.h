// The sample of a tensor's bytes that stands for its content in content keys: small tensors whole,
// of larger ones a few pieces from both ends and between. Private to this folder.
#pragma once

#include "core/base/hash.h"

#include <cstddef>
#include <span>

namespace bitsmith {

inline void addSample(Hasher& hasher, std::span<const std::byte> bytes) {
    constexpr std::size_t Pieces = 3, PieceBytes = 2048;
    hasher.add(static_cast<std::uint64_t>(bytes.size()));
    if (bytes.size() <= Pieces * PieceBytes) {
        hasher.add(bytes);
        return;
    }
    for (std::size_t i = 0; i < Pieces; ++i)
        hasher.add(bytes.subspan((bytes.size() - PieceBytes) / (Pieces - 1) * i, PieceBytes));
    hasher.add(bytes.last(PieceBytes));
}

} // namespace bitsmith
