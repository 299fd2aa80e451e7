// The sample of a tensor's bytes that stands for its content in content keys: small tensors whole,
// of larger ones a few pieces from both ends and between. Private to this folder.
#pragma once

#include "core/base/hash.h"
#include "core/tensor/tensor_view.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// read(begin, out): bytes of the tensor.
template <class Read>
void addSample(Hasher& hasher, std::uint64_t size, Read&& read) {
    constexpr std::size_t Pieces = 3, PieceBytes = 2048;
    hasher.add(size);
    const bool whole = size <= Pieces * PieceBytes;
    std::vector<std::byte> piece(whole ? static_cast<std::size_t>(size) : PieceBytes);
    const auto add = [&](std::uint64_t begin) {
        read(begin, std::span(piece));
        hasher.add(piece);
    };
    if (whole) return add(0);
    for (std::size_t i = 0; i < Pieces; ++i) add((size - PieceBytes) / (Pieces - 1) * i);
    add(size - PieceBytes);
}

inline void addSample(Hasher& hasher, std::span<const std::byte> bytes) {
    addSample(hasher, bytes.size(), [&](std::uint64_t begin, std::span<std::byte> out) {
        std::ranges::copy(bytes.subspan(begin, out.size()), out.begin());
    });
}

// Of named tensors in order of their names, wherever their bytes are.
class ContentKey {
public:
    ContentKey() { m_hasher.add("tensor archive 1"); }
    template <class Read>
    void add(std::string_view name, DType dtype, const Shape& shape, std::uint64_t size,
             Read&& read) {
        m_hasher.add(name).add(dtypeName(dtype));
        m_hasher.add(static_cast<std::uint64_t>(shape.size()));
        for (const std::int64_t extent : shape) m_hasher.add(static_cast<std::uint64_t>(extent));
        addSample(m_hasher, size, read);
    }
    std::string hex() const { return m_hasher.hex(); }

private:
    Hasher m_hasher;
};

} // namespace bitsmith
