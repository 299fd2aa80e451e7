// A small model in memory with quantized matrices of every form, and a plan for it: what a
// container is written from. No quantizer is needed.
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/mapped_file.h"
#include "core/base/random.h"
#include "core/codec/coded_matrix.h"
#include "core/exporters/container.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/convert.h"
#include "core/tensor/levels.h"
#include "tests/support/matrix_model.h"
#include "tests/support/safetensors_bytes.h"

#include <map>

namespace bitsmith::test {

inline std::vector<std::byte> randomBytes(std::size_t count, std::string_view name) {
    Rng rng(1, name, "bytes");
    std::vector<std::byte> bytes(count);
    for (std::byte& b : bytes) b = static_cast<std::byte>(rng.next());
    return bytes;
}

struct MatrixForm {
    std::size_t rows = 8, cols = 40;
    int bits = 4;
    std::size_t groupSize = 16, parameterRows = 8;
    bool zeros = true, columnGroups = false;
};

inline QuantizedMatrix randomMatrix(const MatrixForm& form, std::string_view name = "m") {
    QuantizedMatrix m;
    m.rows = form.rows;
    m.cols = form.cols;
    m.bits = form.bits;
    m.groupSize = form.groupSize;
    m.groupsPerRow = (form.cols + form.groupSize - 1) / form.groupSize;
    m.parameterRows = form.parameterRows;
    Rng rng(1, name, "matrix");
    std::vector<std::uint8_t> codes(m.cols);
    const std::size_t rowBytes = packedBytes(m.cols, m.bits);
    m.codes.resize(m.rows * rowBytes);
    for (std::size_t r = 0; r < m.rows; ++r) {
        for (auto& code : codes) code = static_cast<std::uint8_t>(rng.below(1U << m.bits));
        packBits(codes, m.bits, std::span(m.codes).subspan(r * rowBytes, rowBytes));
    }
    std::vector<std::uint16_t> scales;
    for (std::size_t i = 0; i < m.parameters(); ++i) {
        scales.push_back(floatToHalf(static_cast<float>(rng.uniform())));
        if (form.zeros) m.zeros.push_back(static_cast<std::uint8_t>(rng.below(1U << m.bits)));
    }
    const auto bytes = std::as_bytes(std::span(scales));
    m.scales.assign(bytes.begin(), bytes.end());
    m.symmetric = !form.zeros;
    m.columnGroups = form.columnGroups;
    if (form.columnGroups)
        for (std::size_t c = 0; c < m.cols; ++c)
            m.groupOfColumn.push_back(static_cast<std::uint32_t>(rng.below(m.groupsPerRow)));
    return m;
}

// Blocks of any bytes: plain numbers (F16) are blocks of one element, 16 bits wide.
inline QuantizedMatrix randomBlocks(std::string_view type, std::size_t rows, std::size_t cols) {
    const BlockFormat& format = *findBlockFormat(type);
    QuantizedMatrix m;
    m.grid = "gguf";
    m.format = format.name;
    m.rows = rows;
    m.cols = cols;
    m.bits = format.bits;
    m.groupSize = format.blockSize;
    m.groupsPerRow = cols / format.blockSize;
    m.parameterRows = 0;
    m.codes = randomBytes(rows * format.rowBytes(cols), type);
    return m;
}

inline LayerReport reportOf(const std::string& name, const QuantizedMatrix& m, double seconds = 1) {
    LayerReport report;
    report.name = name;
    report.recipe = "rtn";
    report.bits = m.bits;
    report.bitsPerWeight = m.bitsPerWeight();
    report.bytes = m.storedBytes();
    report.weightError = 0.0125;
    report.damping = 0.01;
    report.deadColumns = 3;
    report.seconds = seconds;
    report.notes = {"a \"note\" \xC3\xA9"};
    return report;
}

// The source model: names, shapes and bytes; `quantized` are the results of the imagined run.
class SmallModel final : public ContainerSource {
public:
    explicit SmallModel(std::filesystem::path folder) : m_folder(std::move(folder)) {
        addCopied("norm", DType::F32, {40});
        addCopied("embed", DType::BF16, {16, 40});
        addCopied("ids", DType::I64, {3});
        addCopied("nothing", DType::F32, {0});
        addQuantized("groups", {}, false);
        addQuantized("three bits/short", {.rows = 5, .cols = 37, .bits = 3, .parameterRows = 5},
                     false);
        addQuantized("per channel", {.rows = 7, .cols = 33, .groupSize = 33, .parameterRows = 7},
                     false);
        addQuantized("per tensor",
                     {.rows = 6, .cols = 21, .bits = 8, .groupSize = 21, .parameterRows = 1},
                     false);
        addQuantized("symmetric", {.bits = 2, .zeros = false}, false);
        addQuantized("columns", {.columnGroups = true}, false);
        add("kept", DType::F16, {4, 40}, false);
        m_kept["kept"] = randomMatrix({.rows = 4, .cols = 40, .bits = 3, .parameterRows = 4});
        for (const char* type : {"F32", "F16", "BF16", "Q4_0", "Q8_0", "Q4_K", "IQ4_XS", "MXFP4"})
            addGiven(std::string("blocks ") + type, randomBlocks(type, 3, 256));
        addGiven("nvfp4", madeMatrix({.grid = "float",
                                      .format = "e2m1",
                                      .rows = 6,
                                      .cols = 48,
                                      .groupSize = 16,
                                      .scaleType = DType::F8E4M3,
                                      .tensorScale = 0.0625F},
                                     "nvfp4"));
        addGiven("fp8", madeMatrix({.grid = "float",
                                    .format = "e4m3",
                                    .rows = 6,
                                    .cols = 21,
                                    .bits = 8,
                                    .groupSize = 21,
                                    .perTensor = true,
                                    .scaleType = DType::F32},
                                   "fp8"));
        for (const LevelFormat& format : levelFormats())
            addGiven("level " + std::string(format.name),
                     madeMatrix({.grid = "float",
                                 .format = std::string(format.name),
                                 .rows = 3,
                                 .cols = 21,
                                 .bits = format.bits,
                                 .groupSize = 16,
                                 .scaleType = DType::F8E8M0},
                                format.name));
        addGiven("mixed", madeMatrix({.grid = "mixed",
                                      .rows = 6,
                                      .cols = 61,
                                      .bits = 2,
                                      .groupSize = 13,
                                      .widths = "13228"},
                                     "mixed"));
        addGiven("codebook",
                 madeMatrix({.grid = "codebook", .rows = 6, .cols = 61, .bits = 3, .groupSize = 61},
                            "codebook"));
        addGiven("low rank", madeMatrix({.grid = "codebook",
                                         .rows = 6,
                                         .cols = 61,
                                         .bits = 2,
                                         .groupSize = 13,
                                         .book = {.rank = 2, .width = 8, .block = 7}},
                                        "low rank"));
        addGiven("nested", madeMatrix({.grid = "nested",
                                       .rows = 6,
                                       .cols = 61,
                                       .bits = 4,
                                       .groupSize = 13,
                                       .book = {.width = 6, .block = 8}},
                                      "nested"));
        addQuantized("conv1d", {.rows = 12, .cols = 20, .parameterRows = 12}, true);
        writeBytes(m_folder / "config.json", "{\"model_type\": \"small\"}\n");
        writeBytes(m_folder / "tokenizer.json", "{}");
    }

    Result<StoredTensor> stored(const std::string& tensor) const override {
        const auto at = m_stored.find(tensor);
        if (at == m_stored.end()) return fail(ErrorCode::BadInput, "no tensor '{}'", tensor);
        return StoredTensor{{at->second.dtype, at->second.shape, at->second.bytes}, nullptr};
    }
    Result<Shape> shape(const std::string& tensor) const override {
        BITSMITH_TRY(const StoredTensor found, stored(tensor));
        return found.shape;
    }
    Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(const std::string& tensor) const override {
        const auto at = m_kept.find(tensor);
        return at == m_kept.end() ? nullptr : std::make_shared<const QuantizedMatrix>(at->second);
    }
    void release(const std::string&) const override {}
    std::vector<SideFile> sideFiles() const override {
        return {{"tokenizer.json", m_folder / "tokenizer.json", {}},
                {"config.json", m_folder / "config.json", {}}};
    }
    // A tensor that the source has quantized already and the plan keeps.
    const std::map<std::string, QuantizedMatrix>& kept() const { return m_kept; }

    const std::map<std::string, QuantizedMatrix>& quantized() const { return m_quantized; }
    const Plan& plan() const { return m_plan; }
    Status fill(QuantizationJournal& journal, double seconds = 1, bool coded = false) const {
        for (const auto& [name, matrix] : m_quantized)
            BITSMITH_CHECK(journal.add(name, matrix, reportOf(name, matrix, seconds),
                                       coded ? encodeMatrix(matrix) : std::vector<std::byte>()));
        return {};
    }

private:
    struct Stored {
        DType dtype;
        Shape shape;
        std::vector<std::byte> bytes;
    };
    void add(const std::string& name, DType dtype, const Shape& shape, bool quantize) {
        const auto bytes = static_cast<std::size_t>(elementCount(shape)) * byteSize(dtype);
        m_stored[name] = {dtype, shape, randomBytes(bytes, name)};
        auto row = std::make_shared<TensorPlan>();
        row->tensor = name;
        if (quantize) row->recipe = std::make_shared<Recipe>();
        std::vector<PlanTensor> tensors(m_plan.model_tensors.begin(), m_plan.model_tensors.end());
        tensors.push_back({.name = name});
        m_plan.model_tensors = PlanTensors(std::move(tensors));
        m_plan.tensors.push_back(std::move(row));
    }
    void addCopied(const std::string& name, DType dtype, const Shape& shape) {
        add(name, dtype, shape, false);
    }
    void addQuantized(const std::string& name, const MatrixForm& form, bool transposed) {
        const auto rows = static_cast<std::int64_t>(form.rows),
                   cols = static_cast<std::int64_t>(form.cols);
        add(name, DType::F16, transposed ? Shape{cols, rows} : Shape{rows, cols}, true);
        m_quantized[name] = randomMatrix(form, name);
    }

    void addGiven(const std::string& name, QuantizedMatrix matrix) {
        add(name, DType::F16,
            {static_cast<std::int64_t>(matrix.rows), static_cast<std::int64_t>(matrix.cols)}, true);
        m_quantized[name] = std::move(matrix);
    }

    std::filesystem::path m_folder;
    std::map<std::string, Stored> m_stored;
    std::map<std::string, QuantizedMatrix> m_quantized, m_kept;
    Plan m_plan;
};

} // namespace bitsmith::test
