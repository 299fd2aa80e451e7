// Keys and values of past tokens in few bits (KIVI, Liu et al. 2024, arXiv 2402.02750): keys with a
// scale per channel and piece of tokens, as some channels are large for all tokens; values with a
// scale per token and group of channels. Both asymmetric: code * scale + minimum, the two F16.
//
// Text form: BITS[:groupN][:windowN]. A group is so many tokens (keys), or channels of one head
// (values). The newest `window` tokens stay in full precision, and up to a group more, as tokens
// are packed a group at a time. Unlike the authors' code, values wait for their group, too.
#pragma once

#include "core/base/result.h"
#include "core/tensor/matrix.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct KvScheme {
    int bits = 4;
    std::size_t group = 32;
    std::size_t window = 32;

    // Tokens that are packed when the token at `position` asks.
    std::size_t packedAt(std::size_t position) const {
        return position < window ? 0 : (position - window) / group * group;
    }
    std::string text() const; // "4:group32:window32"
    // Bytes of one block's packed keys and values of a group of tokens.
    std::uint64_t pieceBytes(std::size_t features, std::size_t headDim) const;
    bool operator==(const KvScheme&) const = default;
};
// Errors (Usage): bits outside 2..8, a group outside 1..4096.
Result<KvScheme> parseKvScheme(std::string_view text);

// One block's packed tokens.
class PackedKv {
public:
    // features: kvHeads * headDim.
    PackedKv(const KvScheme& scheme, std::size_t features, std::size_t headDim)
        : m_scheme(scheme), m_features(features), m_headDim(headDim) {}

    const KvScheme& scheme() const { return m_scheme; }
    std::size_t tokens() const { return m_pieces.size() * m_scheme.group; }
    std::uint64_t bytes() const;
    // The next scheme().group tokens (tokens x features); both become what the codes stand for.
    void append(MatrixView keys, MatrixView values);
    // The first rows of both, tokens() of them.
    void decode(MatrixView keys, MatrixView values) const;

private:
    struct Half {
        std::vector<std::byte> codes, parameters; // packed; scale and minimum, F16, of each group
    };
    struct Piece {
        Half keys, values;
    };
    std::size_t channels() const { return std::min(m_scheme.group, m_headDim); }
    // Calls body(group, first index, step, count) for every group of a piece of keys or values.
    template <class Body>
    void forGroups(bool keys, Body&& body) const;
    Half pack(ConstMatrixView x, bool keys) const;
    void unpack(const Half& half, bool keys, MatrixView out) const;

    KvScheme m_scheme;
    std::size_t m_features, m_headDim;
    std::vector<Piece> m_pieces;
};

} // namespace bitsmith
