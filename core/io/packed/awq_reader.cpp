// AWQ checkpoints, the reading side.
#include "core/io/packed/awq.h"
#include "core/io/packed/parts.h"
#include "core/io/packed/words.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace bitsmith::packed {
namespace {

// AutoAWQ's names, or those of the original llm-awq (w_bit, q_group_size).
Result<std::int64_t> readGroupSize(const nlohmann::json& json) {
    BITSMITH_TRY(auto bits, wholeMember(json, "bits", 1, 64));
    if (!bits) {
        BITSMITH_TRY(bits, wholeMember(json, "w_bit", 1, 64));
    }
    if (!bits) return fail(ErrorCode::BadInput, "the quantization's \"bits\" is missing");
    if (*bits != 4)
        return fail(ErrorCode::Unsupported, "an AWQ checkpoint with {} bits; the format has 4",
                    *bits);
    BITSMITH_TRY(const auto version, textMember(json, "version"));
    std::string name = version.value_or("gemm");
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name != "gemm" && name != "exllama")
        return fail(
            ErrorCode::Unsupported,
            "an AWQ checkpoint in the layout {}; known is gemm. Convert it with AutoAWQ, or "
            "use a gemm version of the model",
            quotedName(name));
    BITSMITH_TRY(auto size, wholeMember(json, "group_size", -1, std::int64_t{1} << 31));
    if (!size) {
        BITSMITH_TRY(size, wholeMember(json, "q_group_size", -1, std::int64_t{1} << 31));
    }
    return size.value_or(128) == 0 ? -1 : size.value_or(128);
}

struct Stored {
    const Entry *qweight = nullptr, *qzeros = nullptr, *scales = nullptr;
};

Result<QuantizedMatrix> load(const MatrixLayout& layout, const Stored& stored) {
    QuantizedMatrix out;
    static_cast<MatrixLayout&>(out) = layout;
    out.codes.resize(layout.rows * layout.rowBytes());
    nibblesFromAwq(stored.qweight->view.bytes, layout.cols, layout.rows, out.codes);
    const std::size_t each = byteSize(layout.scaleType);
    out.scales.resize(layout.parameters() * each);
    transpose(stored.scales->view.bytes, layout.groupsPerRow, layout.rows, each, out.scales);
    if (!layout.symmetric)
        out.zeros = awqZeros(stored.qzeros->view.bytes, layout.rows, layout.groupsPerRow);
    return out;
}

// Whether all zero points are 8. Decided by the first byte almost always.
bool allEight(std::span<const std::byte> qzeros) {
    return std::ranges::all_of(qzeros, [](std::byte b) { return b == std::byte{0x88}; });
}

Result<PackedTensor> describe(Parts& parts, std::int64_t groupSize) {
    Stored stored;
    BITSMITH_TRY(stored.qweight, parts.need(".qweight", {DType::I32}, 2));
    BITSMITH_TRY(stored.qzeros, parts.need(".qzeros", {DType::I32}, 2));
    BITSMITH_TRY(stored.scales, parts.need(".scales", {DType::F16, DType::BF16, DType::F32}, 2));
    MatrixLayout layout;
    layout.bits = 4;
    layout.cols = extentOf(*stored.qweight, 0);
    layout.rows = layout.parameterRows = extentOf(*stored.scales, 1);
    layout.groupSize = groupSize < 0 ? layout.cols : static_cast<std::size_t>(groupSize);
    layout.scaleType = stored.scales->view.dtype;
    if (layout.cols % 8 != 0 || layout.cols % layout.groupSize != 0)
        return parts.wrong(
            *stored.qweight,
            fmt::format("{} input columns are no multiple of 8 and of the group size "
                        "{}",
                        layout.cols, layout.groupSize));
    layout.groupsPerRow = layout.cols / layout.groupSize;
    if (layout.rows % 8 != 0)
        return parts.wrong(*stored.scales, "the outputs are no multiple of 8");
    const std::string why =
        fmt::format("{} describes {} outputs, with {} input columns in groups of {}",
                    quotedName(stored.scales->name), layout.rows, layout.cols, layout.groupSize);
    BITSMITH_CHECK(needShape(parts, *stored.qweight, shapeOf(layout.cols, layout.rows / 8), why));
    BITSMITH_CHECK(
        needShape(parts, *stored.scales, shapeOf(layout.groupsPerRow, layout.rows), why));
    BITSMITH_CHECK(
        needShape(parts, *stored.qzeros, shapeOf(layout.groupsPerRow, layout.rows / 8), why));
    layout.symmetric = allEight(stored.qzeros->view.bytes);
    return PackedTensor{.name = parts.weightName(),
                        .layout = layout,
                        .parts = parts.all(),
                        .load = [layout, stored] { return load(layout, stored); }};
}

} // namespace

Result<PackedCheckpoint> findAwqTensors(const TensorArchive& archive, const nlohmann::json& json) {
    BITSMITH_TRY(const std::int64_t groupSize, readGroupSize(json));
    PackedCheckpoint out;
    out.format = "awq";
    for (const Entry& entry : archive.entries()) {
        const std::string module = moduleOf(entry.name, ".qweight");
        if (module.empty()) continue;
        Parts parts(archive, module);
        BITSMITH_TRY(PackedTensor tensor, describe(parts, groupSize));
        out.tensors.push_back(std::move(tensor));
    }
    return out;
}

} // namespace bitsmith::packed
