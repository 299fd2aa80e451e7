#include "core/tensor/side_parts.h"

#include "core/base/message.h"
#include "core/tensor/convert.h"
#include "core/tensor/rotation.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "parts are stored as they lie in memory");

namespace bitsmith {
namespace {

using Bytes = std::span<const std::byte>;

std::size_t columnBytes(std::size_t cols) { return cols <= 65536 ? 2 : 4; }

// Where each part lies.
struct Places {
    Bytes seed, factors, rowEnds, columns, values, left, right, shift;

    Places(const SideLayout& l, std::size_t rows, std::size_t cols, Bytes bytes) {
        assert(bytes.size() == l.bytes(rows, cols));
        const auto take = [&](std::size_t size) {
            const Bytes part = bytes.first(size);
            bytes = bytes.subspan(size);
            return part;
        };
        if (l.rotated) seed = take(8);
        if (l.columnFactors) factors = take(2 * cols);
        if (l.outliers > 0) {
            rowEnds = take(4 * rows);
            columns = take(l.outliers * columnBytes(cols));
            values = take(l.outliers * 2);
        }
        left = take(2 * rows * l.rank);
        right = take(2 * l.rank * cols);
        if (l.shifted) shift = take(2 * rows);
    }
};

template <class T>
T at(Bytes bytes, std::size_t index) {
    T value;
    std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
    return value;
}

float half(Bytes bytes, std::size_t index) { return halfToFloat(at<std::uint16_t>(bytes, index)); }

std::uint32_t columnAt(Bytes columns, std::size_t index, std::size_t width) {
    return width == 2 ? at<std::uint16_t>(columns, index) : at<std::uint32_t>(columns, index);
}

std::vector<float> halves(Bytes bytes) {
    std::vector<float> out(bytes.size() / 2);
    toFloat(DType::F16, bytes, out);
    return out;
}

template <class T>
void append(std::vector<std::byte>& out, T value) {
    const std::size_t start = out.size();
    out.resize(start + sizeof value);
    std::memcpy(out.data() + start, &value, sizeof value);
}

void appendHalves(std::vector<std::byte>& out, std::span<const float> values) {
    const std::size_t start = out.size();
    out.resize(start + 2 * values.size());
    fromFloat(DType::F16, values, std::span(out).subspan(start));
}

} // namespace

std::uint64_t SideLayout::bytes(std::size_t rows, std::size_t cols) const {
    std::uint64_t bytes = rotated ? 8 : 0;
    if (columnFactors) bytes += 2 * cols;
    if (outliers > 0) bytes += 4 * rows + outliers * (columnBytes(cols) + 2);
    bytes += 2 * std::uint64_t{rank} * (rows + cols);
    if (shifted) bytes += 2 * rows;
    return bytes;
}

std::string SideLayout::names() const {
    std::vector<std::string> parts;
    if (rotated) parts.push_back("a rotation"_message());
    if (columnFactors) parts.push_back("factors of its columns"_message());
    if (outliers > 0) parts.push_back("{} outliers"_message(outliers));
    if (rank > 0) parts.push_back("a product of rank {}"_message(rank));
    if (shifted) parts.push_back("a shift of its outputs"_message());
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text = i == 0                 ? parts[i]
               : i + 1 < parts.size() ? "{}, {}"_message(text, parts[i])
                                      : "{} and {}"_message(text, parts[i]);
    return text;
}

SideLayout SideParts::layout() const {
    return {.rotated = rotationSeed.has_value(),
            .columnFactors = !columnFactors.empty(),
            .shifted = !shift.empty(),
            .outliers = outliers.size(),
            .rank = right.rows()};
}

std::vector<std::byte> SideParts::pack(std::size_t rows, std::size_t cols) const {
    std::vector<std::byte> out;
    if (rotationSeed) append(out, *rotationSeed);
    appendHalves(out, columnFactors);
    if (!outliers.empty()) {
        std::size_t next = 0;
        for (std::size_t r = 0; r < rows; ++r) {
            while (next < outliers.size() && outliers[next].row == r) ++next;
            append(out, static_cast<std::uint32_t>(next));
        }
        assert(next == outliers.size());
        std::vector<float> values;
        for (const Outlier& o : outliers) {
            if (columnBytes(cols) == 2)
                append(out, static_cast<std::uint16_t>(o.col));
            else
                append(out, o.col);
            values.push_back(o.value);
        }
        appendHalves(out, values);
    }
    appendHalves(out, left.values());
    appendHalves(out, right.values());
    appendHalves(out, shift);
    assert(out.size() == layout().bytes(rows, cols));
    return out;
}

Status checkSide(const SideLayout& l, std::size_t rows, std::size_t cols, Bytes bytes) {
    if (bytes.size() != l.bytes(rows, cols))
        return fail(ErrorCode::BadInput, "{} bytes beside the codes; {} are needed", bytes.size(),
                    l.bytes(rows, cols));
    const Places places(l, rows, cols, bytes);
    std::uint64_t start = 0;
    for (std::size_t r = 0; l.outliers > 0 && r < rows; ++r) {
        const std::uint64_t end = at<std::uint32_t>(places.rowEnds, r);
        if (end < start || end > l.outliers)
            return fail(ErrorCode::BadInput, "row {}: outliers {} to {} of {}", r, start, end,
                        l.outliers);
        for (std::uint64_t i = start; i < end; ++i) {
            const std::uint32_t col = columnAt(places.columns, i, columnBytes(cols));
            if (col >= cols ||
                (i > start && col <= columnAt(places.columns, i - 1, columnBytes(cols))))
                return fail(ErrorCode::BadInput, "row {}: an outlier in column {} of {}", r, col,
                            cols);
        }
        start = end;
    }
    if (l.outliers > 0 && start != l.outliers)
        return fail(ErrorCode::BadInput, "{} of {} outliers lie in no row", l.outliers - start,
                    l.outliers);
    for (const Bytes part :
         {places.factors, places.values, places.left, places.right, places.shift})
        for (std::size_t i = 0; i < part.size() / 2; ++i)
            if ((at<std::uint16_t>(part, i) & 0x7C00) == 0x7C00)
                return fail(ErrorCode::BadInput, "a value beside the codes is NaN or infinite");
    return {};
}

SideParts unpackSide(const SideLayout& l, std::size_t rows, std::size_t cols, Bytes bytes) {
    const Places places(l, rows, cols, bytes);
    SideParts parts;
    if (l.rotated) parts.rotationSeed = at<std::uint64_t>(places.seed, 0);
    parts.columnFactors = halves(places.factors);
    std::size_t next = 0;
    for (std::size_t r = 0; l.outliers > 0 && r < rows; ++r)
        for (const auto end = at<std::uint32_t>(places.rowEnds, r); next < end; ++next)
            parts.outliers.push_back({static_cast<std::uint32_t>(r),
                                      columnAt(places.columns, next, columnBytes(cols)),
                                      half(places.values, next)});
    if (l.rank > 0) {
        parts.left = Matrix(rows, l.rank);
        toFloat(DType::F16, places.left, parts.left.values());
        parts.right = Matrix(l.rank, cols);
        toFloat(DType::F16, places.right, parts.right.values());
    }
    parts.shift = halves(places.shift);
    return parts;
}

std::vector<float> sideShift(const SideLayout& l, std::size_t rows, std::size_t cols, Bytes bytes) {
    return l.shifted ? halves(Places(l, rows, cols, bytes).shift) : std::vector<float>();
}

void applySide(const SideLayout& l, std::size_t rows, Bytes bytes, std::size_t first,
               MatrixView values) {
    const std::size_t cols = values.cols;
    const Places places(l, rows, cols, bytes);
    if (l.rotated) Rotation(cols, at<std::uint64_t>(places.seed, 0)).undo(values);
    if (l.columnFactors) {
        const std::vector<float> factors = halves(places.factors);
        for (std::size_t r = 0; r < values.rows; ++r)
            for (std::size_t c = 0; c < cols; ++c) values(r, c) *= factors[c];
    }
    for (std::size_t r = 0; l.outliers > 0 && r < values.rows; ++r) {
        const std::size_t row = first + r;
        std::size_t i = row == 0 ? 0 : at<std::uint32_t>(places.rowEnds, row - 1);
        for (const auto end = at<std::uint32_t>(places.rowEnds, row); i < end; ++i)
            values(r, columnAt(places.columns, i, columnBytes(cols))) += half(places.values, i);
    }
    std::vector<float> line(l.rank > 0 ? cols : 0);
    for (std::size_t k = 0; k < l.rank; ++k) {
        toFloat(DType::F16, places.right.subspan(2 * k * cols, 2 * cols), line);
        for (std::size_t r = 0; r < values.rows; ++r) {
            const float factor = half(places.left, (first + r) * l.rank + k);
            for (std::size_t c = 0; c < cols; ++c) values(r, c) += factor * line[c];
        }
    }
}

} // namespace bitsmith
