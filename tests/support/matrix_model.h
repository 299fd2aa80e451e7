// A model in memory, made of given matrices: what exporters write from, without files or
// quantizers.
#pragma once

#include "core/base/random.h"
#include "core/model/model.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/codebooks.h"
#include "core/tensor/convert.h"
#include "core/tensor/row_codes.h"

#include <cstring>
#include <map>

namespace bitsmith::test {

struct MatrixShape {
    std::string grid = "affine", format;
    std::size_t rows = 64, cols = 128;
    int bits = 4;
    std::size_t groupSize = 32; // cols or more: one group a row
    bool perTensor = false, symmetric = false, columnGroups = false;
    DType scaleType = DType::F16;
    float tensorScale = 1;
    int leastZero = 0;
    std::string widths; // of each group, a digit: "mixed"
    CodebookLayout book = {};
};

inline std::vector<std::byte> madeBooks(const MatrixLayout& layout, Rng& rng) {
    const auto random = [&](std::size_t count) {
        std::vector<float> out(count);
        for (float& value : out) value = static_cast<float>(rng.uniform()) - 0.25F;
        return out;
    };
    const std::size_t groups = layout.parameters();
    BookParts parts;
    parts.numbers.resize(Codebooks::lists(layout));
    for (GroupNumbers& list : parts.numbers) {
        if (layout.book.width < 16)
            for (std::size_t i = 0; i < groups; ++i)
                list.codes.push_back(static_cast<std::uint8_t>(rng.below(1U << layout.book.width)));
        list.factors = random(
            list.codes.empty() ? groups : (groups + layout.book.block - 1) / layout.book.block);
    }
    if (layout.grid == "codebook")
        parts.levels = random((layout.book.rank > 0 ? layout.book.rank : groups) << layout.bits);
    return packBooks(layout, parts);
}

// Codes, zeros, scales and books from the name.
inline QuantizedMatrix madeMatrix(const MatrixShape& shape, std::string_view name) {
    QuantizedMatrix m;
    m.grid = shape.grid;
    m.format = shape.format;
    m.rows = shape.rows;
    m.cols = shape.cols;
    m.bits = shape.bits;
    m.groupSize = std::min(shape.cols, shape.groupSize);
    m.groupsPerRow = (m.cols + m.groupSize - 1) / m.groupSize;
    m.parameterRows = shape.perTensor ? 1 : m.rows;
    m.scaleType = shape.scaleType;
    m.symmetric = shape.symmetric;
    m.columnGroups = shape.columnGroups;
    m.book = shape.book;
    m.tensorScale = shape.tensorScale;
    for (const char digit : shape.widths)
        m.groupBits.push_back(static_cast<std::uint8_t>(digit - '0'));
    Rng rng(3, name, "made");
    std::vector<std::uint8_t> codes(m.cols);
    m.codes.resize(m.rows * m.rowBytes());
    for (std::size_t r = 0; r < m.rows; ++r) {
        for (std::size_t c = 0; c < m.cols; ++c) {
            auto& code = codes[c];
            code = static_cast<std::uint8_t>(rng.below(1U << m.widthOf(c / m.groupSize)));
            if (m.format == "e4m3" && (code & 0x7F) == 0x7F) code = 0; // NaN
        }
        packRow(m, std::span<const std::uint8_t>(codes),
                std::span(m.codes).subspan(r * m.rowBytes(), m.rowBytes()));
    }
    if (m.hasBooks()) m.books = madeBooks(m, rng);
    std::vector<float> scales(m.hasBooks() ? 0 : m.parameters());
    for (float& scale : scales) scale = 0.01F + static_cast<float>(rng.uniform());
    m.scales.resize(scales.size() * byteSize(m.scaleType));
    fromFloat(m.scaleType, scales, m.scales);
    if (m.storesZeros())
        for (std::size_t i = 0; i < m.parameters(); ++i)
            m.zeros.push_back(
                static_cast<std::uint8_t>(static_cast<unsigned>(shape.leastZero) +
                                          rng.below((1U << m.widthOf(i % m.groupsPerRow)) -
                                                    static_cast<unsigned>(shape.leastZero))));
    if (m.columnGroups)
        for (std::size_t c = 0; c < m.cols; ++c)
            m.groupOfColumn.push_back(static_cast<std::uint32_t>((c * 7 + 3) % m.groupsPerRow));
    return m;
}

class MatrixModel final : public Model {
public:
    explicit MatrixModel(
        std::string config = R"({"model_type": "made up", "torch_dtype": "bfloat16"})")
        : m_config(std::move(config)) {
        m_name = "made";
    }

    void addMatrix(const std::string& name, QuantizedMatrix matrix,
                   const std::string& role = "other") {
        TensorInfo info;
        info.name = name;
        info.rows = matrix.rows;
        info.cols = matrix.cols;
        info.shape = {static_cast<std::int64_t>(info.rows), static_cast<std::int64_t>(info.cols)};
        info.dtype = matrix.name();
        info.layout = matrix.layout();
        info.bytes = matrix.storedBytes();
        info.role = role;
        info.block = role == "other" ? -1 : 0;
        info.quantizable = true;
        m_tensors.push_back(info);
        m_matrices[name] = std::make_shared<const QuantizedMatrix>(std::move(matrix));
    }
    void addDense(const std::string& name, DType dtype, Shape shape, const std::string& role) {
        TensorInfo info;
        info.name = name;
        info.shape = shape;
        info.dtype = dtypeName(dtype);
        info.role = role;
        if (shape.size() == 2) {
            info.rows = static_cast<std::size_t>(shape[0]);
            info.cols = static_cast<std::size_t>(shape[1]);
        }
        std::vector<float> values(static_cast<std::size_t>(elementCount(shape)));
        Rng rng(4, name, "dense");
        for (float& value : values) value = static_cast<float>(rng.uniform()) - 0.5F;
        auto bytes = std::make_shared<std::vector<std::byte>>(values.size() * byteSize(dtype));
        fromFloat(dtype, values, *bytes);
        info.bytes = bytes->size();
        m_dense[name] = bytes;
        m_tensors.push_back(info);
    }
    void finish() {
        index();
        for (const TensorInfo& info : m_tensors) m_bytes += info.bytes;
    }
    void setFamily(std::string family) { m_family = std::move(family); }

    Result<std::shared_ptr<const WeightMatrix>> matrix(std::string_view name) const override {
        return packedWeights(m_matrices.find(name)->second);
    }
    Result<std::vector<float>> values(std::string_view name) const override {
        const TensorInfo& info = *find(name);
        std::vector<float> out(static_cast<std::size_t>(elementCount(info.shape)));
        if (const auto at = m_matrices.find(name); at != m_matrices.end())
            at->second->decodeRows(0, info.rows, out.data());
        else
            toFloat(*dtypeFromName(info.dtype), *m_dense.find(name)->second, out);
        return out;
    }
    Result<StoredTensor> stored(std::string_view name) const override {
        const TensorInfo& info = *find(name);
        const auto at = m_dense.find(name);
        if (at == m_dense.end()) return fail(ErrorCode::Unsupported, "quantized");
        return StoredTensor{{*dtypeFromName(info.dtype), info.shape, *at->second}, at->second};
    }
    Result<std::shared_ptr<const QuantizedMatrix>> quantized(std::string_view name) const override {
        const auto at = m_matrices.find(name);
        return at == m_matrices.end() ? nullptr : at->second;
    }
    std::vector<SideFile> sideFiles() const override {
        if (m_config.empty()) return {};
        return {{"config.json", {}, m_config}, {"tokenizer_config.json", {}, "{}\n"}};
    }
    std::string_view format() const override { return "bitsmith"; }
    void release(std::string_view) const override {}

private:
    std::string computeContentKey() const override { return "made"; }
    std::string m_config;
    std::map<std::string, std::shared_ptr<const QuantizedMatrix>, std::less<>> m_matrices;
    std::map<std::string, std::shared_ptr<std::vector<std::byte>>, std::less<>> m_dense;
};

} // namespace bitsmith::test
