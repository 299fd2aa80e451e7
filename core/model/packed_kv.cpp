#include "core/model/packed_kv.h"

#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace bitsmith {
namespace {

constexpr std::size_t LargestGroup = 4096, LargestWindow = 1 << 20;

bool readCount(std::string_view text, std::size_t least, std::size_t most, std::size_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && out >= least && out <= most;
}

// What F16 makes of a number.
float half(float value, std::byte* stored) {
    fromFloat(DType::F16, {&value, 1}, {stored, 2});
    toFloat(DType::F16, {stored, 2}, {&value, 1});
    return value;
}

float halfAt(const std::byte* stored) {
    float value = 0;
    toFloat(DType::F16, {stored, 2}, {&value, 1});
    return value;
}

} // namespace

std::string KvScheme::text() const {
    return fmt::format("{}:group{}:window{}", bits, group, window);
}

Result<KvScheme> parseKvScheme(std::string_view text) {
    KvScheme scheme;
    std::string_view rest = text;
    bool first = true, right = true, windowGiven = false;
    while (right) {
        const std::size_t end = rest.find(':');
        const std::string_view word = rest.substr(0, end);
        std::size_t bits = 0;
        if (first) {
            right = readCount(word, 2, 8, bits);
            scheme.bits = static_cast<int>(bits);
        } else if (word.starts_with("group")) {
            right = readCount(word.substr(5), 1, LargestGroup, scheme.group);
        } else if (word.starts_with("window")) {
            right = windowGiven = readCount(word.substr(6), 0, LargestWindow, scheme.window);
        } else {
            right = false;
        }
        first = false;
        if (end == rest.npos) break;
        rest.remove_prefix(end + 1);
    }
    if (!right)
        return fail(ErrorCode::Usage,
                    "'{}' is no quantization of the cache: write the bits (2 to 8) of keys and "
                    "values, and if you like a group (1 to {}) and a window of tokens in full "
                    "precision, as in 4:group32:window32",
                    text, LargestGroup);
    if (!windowGiven) scheme.window = scheme.group;
    return scheme;
}

std::uint64_t KvScheme::pieceBytes(std::size_t features, std::size_t headDim) const {
    const std::size_t channels = std::min(group, headDim);
    const std::size_t groups = features / headDim * ((headDim + channels - 1) / channels);
    return 2 * packedBytes(group * features, bits) + 4 * features + 4 * group * groups;
}

template <class Body>
void PackedKv::forGroups(bool keys, Body&& body) const {
    const std::size_t tokens = m_scheme.group;
    std::size_t group = 0;
    if (keys) {
        for (std::size_t c = 0; c < m_features; ++c) body(group++, c, m_features, tokens);
        return;
    }
    for (std::size_t t = 0; t < tokens; ++t)
        for (std::size_t head = 0; head < m_features; head += m_headDim)
            for (std::size_t c = 0; c < m_headDim; c += channels())
                body(group++, t * m_features + head + c, std::size_t{1},
                     std::min(channels(), m_headDim - c));
}

PackedKv::Half PackedKv::pack(ConstMatrixView x, bool keys) const {
    std::vector<float> values;
    for (std::size_t t = 0; t < x.rows; ++t)
        values.insert(values.end(), x.row(t).begin(), x.row(t).end());
    std::vector<std::uint8_t> codes(values.size());
    Half out;
    const auto most = static_cast<float>((1 << m_scheme.bits) - 1);
    forGroups(keys, [&](std::size_t g, std::size_t first, std::size_t step, std::size_t count) {
        float low = std::numeric_limits<float>::infinity(), high = -low;
        bool finite = true;
        for (std::size_t i = 0; i < count; ++i) {
            const float v = values[first + i * step];
            finite = finite && std::isfinite(v);
            low = std::min(low, v);
            high = std::max(high, v);
        }
        out.parameters.resize(4 * (g + 1));
        std::byte* const stored = &out.parameters[4 * g];
        // What cannot be packed shows: its group becomes NaN.
        const float scale =
            half(finite ? (high - low) / most : std::numeric_limits<float>::quiet_NaN(), stored);
        const float minimum = half(finite ? low : 0, stored + 2);
        for (std::size_t i = 0; i < count; ++i) {
            const float steps =
                scale > 0 ? std::nearbyint((values[first + i * step] - minimum) / scale) : 0.0F;
            codes[first + i * step] = static_cast<std::uint8_t>(std::clamp(steps, 0.0F, most));
        }
    });
    out.codes.resize(packedBytes(codes.size(), m_scheme.bits));
    packBits(codes, m_scheme.bits, out.codes);
    return out;
}

void PackedKv::unpack(const Half& half, bool keys, MatrixView out) const {
    std::vector<std::uint8_t> codes(m_scheme.group * m_features);
    unpackBits(half.codes, m_scheme.bits, codes);
    std::vector<float> values(codes.size());
    forGroups(keys, [&](std::size_t g, std::size_t first, std::size_t step, std::size_t count) {
        const float scale = halfAt(&half.parameters[4 * g]);
        const float minimum = halfAt(&half.parameters[4 * g + 2]);
        for (std::size_t i = 0; i < count; ++i)
            values[first + i * step] =
                minimum + scale * static_cast<float>(codes[first + i * step]);
    });
    for (std::size_t t = 0; t < out.rows; ++t)
        std::copy_n(&values[t * m_features], m_features, out.row(t).data());
}

void PackedKv::append(MatrixView keys, MatrixView values) {
    m_pieces.push_back({pack(keys, true), pack(values, false)});
    unpack(m_pieces.back().keys, true, keys);
    unpack(m_pieces.back().values, false, values);
}

void PackedKv::decode(MatrixView keys, MatrixView values) const {
    for (std::size_t p = 0; p < m_pieces.size(); ++p) {
        const std::size_t first = p * m_scheme.group;
        unpack(m_pieces[p].keys, true, keys.rowRange(first, m_scheme.group));
        unpack(m_pieces[p].values, false, values.rowRange(first, m_scheme.group));
    }
}

std::uint64_t PackedKv::bytes() const {
    std::uint64_t sum = 0;
    for (const Piece& piece : m_pieces)
        sum += piece.keys.codes.size() + piece.keys.parameters.size() + piece.values.codes.size() +
               piece.values.parameters.size();
    return sum;
}

} // namespace bitsmith
