#include "core/tensor/codebooks.h"

#include "core/base/message.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"

#include <bit>
#include <cassert>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "books are stored as they lie in memory");

namespace bitsmith {
namespace {

using Bytes = std::span<const std::byte>;

bool listed(const MatrixLayout& l) { return l.grid == "codebook" && l.book.rank == 0; }

std::size_t levelCount(const MatrixLayout& l) {
    return (listed(l) ? l.parameters() : l.book.rank) << l.bits;
}

// Bytes of one list's codes, and its factors.
std::size_t codeBytes(const MatrixLayout& l) {
    return l.book.width == 16 ? 0 : packedBytes(l.parameters(), l.book.width);
}
std::size_t factorCount(const MatrixLayout& l) {
    if (l.book.width == 16) return l.parameters();
    return l.parameters() / l.book.block + (l.parameters() % l.book.block != 0);
}

float half(Bytes bytes, std::size_t index) {
    std::uint16_t value;
    std::memcpy(&value, bytes.data() + 2 * index, sizeof value);
    return halfToFloat(value);
}

int codeAt(Bytes bytes, std::size_t index, int width) {
    const std::size_t bit = index * static_cast<std::size_t>(width), at = bit / 8;
    unsigned word = std::to_integer<unsigned>(bytes[at]);
    if (at + 1 < bytes.size()) word |= std::to_integer<unsigned>(bytes[at + 1]) << 8;
    return static_cast<int>(word >> bit % 8 & ((1U << width) - 1));
}

} // namespace

std::size_t Codebooks::lists(const MatrixLayout& l) {
    return listed(l) ? 0 : l.grid == "nested" ? 2 : l.book.rank + 1;
}

std::size_t Codebooks::bytes(const MatrixLayout& l) {
    return 2 * levelCount(l) + lists(l) * (codeBytes(l) + 2 * factorCount(l));
}

Codebooks::Codebooks(const MatrixLayout& l, Bytes all)
    : m_rank(l.book.rank), m_size(std::size_t{1} << l.bits), m_parameters(l.parameters()),
      m_block(l.book.block), m_width(l.book.width),
      m_offset(l.grid == "codebook" && l.book.width < 16 ? 1 << (l.book.width - 1) : 0),
      m_nested(l.grid == "nested") {
    assert(all.size() == bytes(l));
    m_levels = all.first(2 * levelCount(l));
    m_numbers = all.subspan(m_levels.size());
    if (m_rank == 0) return;
    m_templates.resize(levelCount(l));
    toFloat(DType::F16, m_levels, m_templates);
}

float Codebooks::number(std::size_t list, std::size_t parameter) const {
    if (m_width == 16) return half(m_numbers, list * m_parameters + parameter);
    const std::size_t codes = packedBytes(m_parameters, m_width);
    const std::size_t blocks = m_parameters / m_block + (m_parameters % m_block != 0);
    const Bytes own = m_numbers.subspan(list * (codes + 2 * blocks), codes + 2 * blocks);
    const int code = codeAt(own.first(codes), parameter, m_width) - m_offset;
    return half(own.subspan(codes), parameter / m_block) * static_cast<float>(code);
}

void Codebooks::levels(std::size_t parameter, std::span<float> out) const {
    if (m_nested) {
        const float scale = number(0, parameter), min = number(1, parameter);
        for (std::size_t k = 0; k < m_size; ++k) out[k] = scale * static_cast<float>(k) - min;
        return;
    }
    if (m_rank == 0)
        return toFloat(DType::F16, m_levels.subspan(2 * parameter * m_size, 2 * m_size), out);
    const float beta = number(m_rank, parameter);
    for (std::size_t k = 0; k < m_size; ++k) out[k] = 0;
    for (std::size_t q = 0; q < m_rank; ++q) {
        const float factor = number(q, parameter);
        for (std::size_t k = 0; k < m_size; ++k) out[k] += factor * m_templates[q * m_size + k];
    }
    for (std::size_t k = 0; k < m_size; ++k) out[k] -= beta;
}

std::string describeLevels(const MatrixLayout& l) {
    if (l.grid == "nested")
        return "steps whose scales and minimums are {} bits each"_message(l.book.width);
    if (l.book.rank > 0) return "combinations of {} templates"_message(l.book.rank);
    const int levels = 1 << l.bits;
    return l.parameterRows != l.rows ? "codebooks of {} levels for each tensor"_message(levels)
           : l.groupsPerRow > 1      ? "codebooks of {} levels for each group"_message(levels)
                                     : "codebooks of {} levels for each row"_message(levels);
}

std::vector<std::byte> packBooks(const MatrixLayout& l, const BookParts& parts) {
    assert(parts.levels.size() == levelCount(l) && parts.numbers.size() == Codebooks::lists(l));
    std::vector<std::byte> out(Codebooks::bytes(l));
    std::span<std::byte> rest(out);
    const auto take = [&](std::size_t size) {
        const auto part = rest.first(size);
        rest = rest.subspan(size);
        return part;
    };
    fromFloat(DType::F16, parts.levels, take(2 * parts.levels.size()));
    for (const GroupNumbers& list : parts.numbers) {
        assert(list.factors.size() == factorCount(l));
        if (l.book.width < 16) packBits(list.codes, l.book.width, take(codeBytes(l)));
        fromFloat(DType::F16, list.factors, take(2 * list.factors.size()));
    }
    return out;
}

Status checkBooks(const MatrixLayout& l, Bytes all) {
    if (all.size() != Codebooks::bytes(l))
        return fail(ErrorCode::BadInput, "{} bytes of levels; {} are needed", all.size(),
                    Codebooks::bytes(l));
    const auto check = [&](Bytes halves) -> Status {
        for (std::size_t i = 0; i < halves.size() / 2; ++i) {
            std::uint16_t value;
            std::memcpy(&value, halves.data() + 2 * i, sizeof value);
            if ((value & 0x7C00) == 0x7C00)
                return fail(ErrorCode::BadInput, "a number of its levels is NaN or infinite");
        }
        return {};
    };
    BITSMITH_CHECK(check(all.first(2 * levelCount(l))));
    const std::size_t codes = codeBytes(l), factors = 2 * factorCount(l);
    for (std::size_t list = 0; list < Codebooks::lists(l); ++list)
        BITSMITH_CHECK(
            check(all.subspan(2 * levelCount(l) + list * (codes + factors) + codes, factors)));
    return {};
}

} // namespace bitsmith
