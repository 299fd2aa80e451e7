// compressed-tensors checkpoints, and the fp8 ones that lie the same way, the reading side: which
// stored tensors each weight has, from their types; the configuration says how they are grouped.
#include "core/io/packed/compressed_config.h"
#include "core/io/packed/compressed_tensors.h"
#include "core/io/packed/parts.h"
#include "core/io/packed/words.h"
#include "core/io/text_checks.h"
#include "core/tensor/bit_packing.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace bitsmith::packed {
namespace {

struct Stored {
    const Entry *weight = nullptr, *scale = nullptr, *zero = nullptr, *groups = nullptr,
                *global = nullptr;
    bool padded = false;       // codes of a word
    bool inverse = false;      // the global scale divides
    std::size_t blockRows = 1; // rows that share their scales
};

// ---- What a weight looks like

constexpr std::string_view Odd = "the numbers per word and the shape leave no whole rows";

Status readShape(Parts& parts, MatrixLayout& layout) {
    BITSMITH_TRY(const Entry* entry, parts.need(".weight_shape", {DType::I64, DType::I32}, 1));
    BITSMITH_CHECK(needShape(parts, *entry, {2}, "rows and columns of the weight"));
    std::array<std::int64_t, 2> extents{};
    for (std::size_t i = 0; i < 2; ++i) {
        if (entry->view.dtype == DType::I64) {
            std::memcpy(&extents[i], entry->view.bytes.data() + 8 * i, 8);
        } else {
            std::int32_t narrow = 0;
            std::memcpy(&narrow, entry->view.bytes.data() + 4 * i, 4);
            extents[i] = narrow;
        }
        if (extents[i] < 1 || extents[i] > (std::int64_t{1} << 31))
            return parts.wrong(*entry, fmt::format("it holds the extent {}", extents[i]));
    }
    layout.rows = static_cast<std::size_t>(extents[0]);
    layout.cols = static_cast<std::size_t>(extents[1]);
    return {};
}

Status packedWords(Parts& parts, MatrixLayout& layout, Stored& stored, bool olderPadding) {
    BITSMITH_TRY(stored.weight, parts.need(".weight_packed", {DType::I32}, 2));
    BITSMITH_CHECK(readShape(parts, layout));
    const std::size_t words = extentOf(*stored.weight, 1);
    const std::size_t dense = denseWords(layout.cols, layout.bits),
                      padded = paddedWords(layout.cols, layout.bits);
    if (extentOf(*stored.weight, 0) != layout.rows || (words != dense && words != padded))
        return parts.wrong(*stored.weight, fmt::format("{} x {} codes of {} bits would be {}",
                                                       layout.rows, layout.cols, layout.bits,
                                                       shapeText(shapeOf(layout.rows, dense))));
    // Where both have the same number of words, only the version tells them apart.
    stored.padded = dense == padded ? olderPadding : words == padded;
    return {};
}

// Fits the layout's groups to the scheme and checks the scales' shape. One-element scales come as
// a scalar, [1] or [1, 1].
Status findScales(Parts& parts, const WeightScheme& scheme, MatrixLayout& layout, Stored& stored,
                  std::string_view suffix, std::initializer_list<DType> types) {
    stored.scale = parts.find(suffix);
    const std::size_t rank = stored.scale ? stored.scale->view.shape.size() : 2;
    BITSMITH_TRY(stored.scale, parts.need(suffix, types, rank));
    const Entry& entry = *stored.scale;
    layout.scaleType = entry.view.dtype == DType::U8 ? DType::F8E8M0 : entry.view.dtype;
    layout.groupSize = layout.cols;
    layout.parameterRows = layout.rows;
    const auto count = static_cast<std::size_t>(elementCount(entry.view.shape));
    if (scheme.strategy == "tensor") {
        layout.groupsPerRow = layout.parameterRows = 1;
        if (count == 1) return {};
        return parts.wrong(entry, "it should be one number: the strategy is \"tensor\"");
    }
    if (scheme.strategy == "channel") {
        layout.groupsPerRow = 1;
        if (rank > 0 && count == layout.rows && extentOf(entry, 0) == layout.rows) return {};
        return parts.wrong(entry, fmt::format("it should be {}: the strategy is \"channel\"",
                                              shapeText(shapeOf(layout.rows, 1))));
    }
    const bool block = scheme.strategy == "block";
    stored.blockRows = block ? scheme.blockRows : 1;
    layout.groupSize = std::min(layout.cols, block ? scheme.blockCols : scheme.groupSize);
    layout.groupsPerRow = (layout.cols + layout.groupSize - 1) / layout.groupSize;
    const std::size_t down = (layout.rows + stored.blockRows - 1) / stored.blockRows;
    return needShape(parts, entry, shapeOf(down, layout.groupsPerRow),
                     fmt::format("a weight of {} x {} in {} of {} columns", layout.rows,
                                 layout.cols, block ? "blocks" : "groups", layout.groupSize));
}

Status findZeros(Parts& parts, MatrixLayout& layout, Stored& stored) {
    if (!parts.find(".weight_zero_point")) {
        if (layout.symmetric) return {};
        BITSMITH_CHECK(parts.need(".weight_zero_point", {DType::I32, DType::I8}, 2));
    }
    const std::size_t rank = parts.find(".weight_zero_point")->view.shape.size();
    BITSMITH_TRY(stored.zero, parts.need(".weight_zero_point", {DType::I32, DType::I8}, rank));
    if (stored.zero->view.dtype == DType::I8)
        return needShape(parts, *stored.zero, stored.scale->view.shape, "one per scale");
    const std::size_t down = stored.padded ? paddedWords(layout.parameterRows, layout.bits)
                                           : denseWords(layout.parameterRows, layout.bits);
    return needShape(parts, *stored.zero, shapeOf(down, layout.groupsPerRow),
                     "packed down the columns of the scales");
}

Status findColumnGroups(Parts& parts, MatrixLayout& layout, Stored& stored) {
    BITSMITH_TRY(stored.groups, parts.need(".weight_g_idx", {DType::I32}, 1));
    BITSMITH_CHECK(needShape(parts, *stored.groups, {static_cast<std::int64_t>(layout.cols)},
                             "one entry a column"));
    BITSMITH_TRY(const auto indices, columnGroupsOf(*stored.groups, layout.groupsPerRow));
    layout.columnGroups = !regularGroups(indices, layout.groupSize);
    return {};
}

Status describeIntegers(Parts& parts, const WeightScheme& scheme, bool olderPadding,
                        MatrixLayout& layout, Stored& stored) {
    layout.symmetric = scheme.symmetric;
    if (parts.find(".weight_packed")) {
        BITSMITH_CHECK(packedWords(parts, layout, stored, olderPadding));
    } else {
        BITSMITH_TRY(stored.weight, parts.need(".weight", {DType::I8}, 2));
        layout.rows = extentOf(*stored.weight, 0);
        layout.cols = extentOf(*stored.weight, 1);
    }
    BITSMITH_CHECK(findScales(parts, scheme, layout, stored, ".weight_scale",
                              {DType::F16, DType::BF16, DType::F32}));
    if (stored.blockRows > 1)
        return fail(ErrorCode::Unsupported, "{}: integers in blocks of rows and columns",
                    quotedName(parts.weightName()));
    BITSMITH_CHECK(findZeros(parts, layout, stored));
    if (scheme.columnGroups || parts.find(".weight_g_idx"))
        BITSMITH_CHECK(findColumnGroups(parts, layout, stored));
    return {};
}

// e2m1 pairs: NVFP4 and MXFP4.
Status describeFour(Parts& parts, const WeightScheme& scheme, MatrixLayout& layout,
                    Stored& stored) {
    layout.format = "e2m1";
    BITSMITH_TRY(stored.weight, parts.need(".weight_packed", {DType::U8}, 2));
    layout.rows = extentOf(*stored.weight, 0);
    layout.cols = 2 * extentOf(*stored.weight, 1);
    BITSMITH_CHECK(findScales(parts, scheme, layout, stored, ".weight_scale",
                              {DType::F8E4M3, DType::U8, DType::F8E8M0}));
    if (layout.scaleType == DType::F8E4M3) {
        BITSMITH_TRY(stored.global, parts.need(".weight_global_scale", {DType::F32}, 1));
        BITSMITH_CHECK(needShape(parts, *stored.global, {1}, "one number for the tensor"));
        stored.inverse = true;
    }
    return {};
}

Status describeEight(Parts& parts, const WeightScheme& scheme, MatrixLayout& layout, Stored& stored,
                     std::string_view scaleSuffix) {
    layout.format = "e4m3";
    BITSMITH_TRY(stored.weight, parts.need(".weight", {DType::F8E4M3}, 2));
    layout.rows = extentOf(*stored.weight, 0);
    layout.cols = extentOf(*stored.weight, 1);
    return findScales(parts, scheme, layout, stored, scaleSuffix,
                      {DType::F32, DType::BF16, DType::F16, DType::U8, DType::F8E8M0});
}

// ---- Its numbers

Status loadZeros(const Stored& stored, QuantizedMatrix& out) {
    if (!stored.zero) return {};
    const TensorView& view = stored.zero->view;
    const auto damaged = [&](const char* why) {
        return fail(ErrorCode::BadInput, "the stored tensor {} {}", quotedName(stored.zero->name),
                    why);
    };
    if (view.dtype == DType::I8) {
        auto zeros = codesOfSigned(view.bytes, out.bits);
        if (!zeros) return damaged("holds zero points that the bits do not hold. It is damaged");
        out.zeros = *std::move(zeros);
    } else {
        out.zeros = compressedZeros(view.bytes, out.parameterRows, out.groupsPerRow, out.bits,
                                    stored.padded);
    }
    if (!out.symmetric) return {};
    const auto middle = static_cast<std::uint8_t>(1U << (out.bits - 1));
    if (!std::ranges::all_of(out.zeros, [&](std::uint8_t zero) { return zero == middle; }))
        return damaged("holds zero points other than 0, but the configuration says that the "
                       "quantization is symmetric. Set \"symmetric\" to false there");
    out.zeros.clear();
    return {};
}

void loadScales(const Stored& stored, QuantizedMatrix& out) {
    const auto bytes = stored.scale->view.bytes;
    const std::size_t row = out.groupsPerRow * byteSize(out.scaleType);
    out.scales.resize(out.parameterRows * row);
    for (std::size_t r = 0; r < out.parameterRows; ++r)
        std::memcpy(out.scales.data() + r * row, bytes.data() + r / stored.blockRows * row, row);
}

Result<QuantizedMatrix> load(const MatrixLayout& layout, const Stored& stored) {
    QuantizedMatrix out;
    static_cast<MatrixLayout&>(out) = layout;
    const auto bytes = stored.weight->view.bytes;
    if (stored.weight->view.dtype == DType::I32) {
        out.codes = compressedCodes(bytes, layout.rows, layout.cols, layout.bits, stored.padded);
        clearBeyondCodes(out);
    } else if (stored.weight->view.dtype == DType::I8) {
        const auto codes = codesOfSigned(bytes, layout.bits);
        if (!codes)
            return fail(ErrorCode::BadInput,
                        "the stored tensor {} holds numbers that {} bits do not hold. It is "
                        "damaged",
                        quotedName(stored.weight->name), layout.bits);
        const std::size_t rowBytes = layout.rowBytes();
        out.codes.resize(layout.rows * rowBytes);
        for (std::size_t r = 0; r < layout.rows; ++r)
            packBits(std::span(*codes).subspan(r * layout.cols, layout.cols), layout.bits,
                     std::span(out.codes).subspan(r * rowBytes, rowBytes));
    } else {
        out.codes.assign(bytes.begin(), bytes.end());
    }
    loadScales(stored, out);
    BITSMITH_CHECK(loadZeros(stored, out));
    if (stored.groups && layout.columnGroups) {
        BITSMITH_TRY(out.groupOfColumn, columnGroupsOf(*stored.groups, layout.groupsPerRow));
    }
    if (stored.global) {
        float global = 0;
        std::memcpy(&global, stored.global->view.bytes.data(), sizeof global);
        out.tensorScale = 1 / global;
        if (!std::isfinite(global) || global == 0 || !std::isfinite(out.tensorScale))
            return fail(ErrorCode::BadInput,
                        "the stored tensor {} is {}, by which nothing can be "
                        "divided. The file is damaged",
                        quotedName(stored.global->name), global);
    }
    return out;
}

PackedTensor tensorOf(const Parts& parts, const MatrixLayout& layout, const Stored& stored) {
    return PackedTensor{.name = parts.weightName(),
                        .layout = layout,
                        .parts = parts.all(),
                        .load = [layout, stored] { return load(layout, stored); }};
}

// Scales of activations: they take no part in the weights.
bool claimActivationScales(Parts& parts) {
    bool any = false;
    for (const char* suffix :
         {".input_scale", ".input_zero_point", ".input_global_scale", ".output_scale",
          ".output_zero_point", ".input_g_idx", ".activation_scale"})
        any |= parts.find(suffix) != nullptr;
    return any;
}

// The module that this stored tensor is the codes of; empty if it is something else.
std::string quantizedModule(const TensorArchive& archive, const Entry& entry,
                            const char* scaleSuffix) {
    if (std::string module = moduleOf(entry.name, ".weight_packed"); !module.empty()) return module;
    const DType type = entry.view.dtype;
    if (type != DType::I8 && type != DType::F8E4M3) return {};
    std::string module = moduleOf(entry.name, ".weight");
    return !module.empty() && archive.find(module + scaleSuffix) ? module : std::string();
}

constexpr const char* ActivationNote =
    "The checkpoint holds scales for activations; they are not used here, activations stay as "
    "they are.";

} // namespace

Result<PackedCheckpoint> findCompressedTensors(const TensorArchive& archive,
                                               const nlohmann::json& json) {
    BITSMITH_TRY(const CompressedConfig config, readCompressedConfig(json));
    PackedCheckpoint out;
    out.format = "compressed-tensors";
    bool activations = false;
    for (const Entry& entry : archive.entries()) {
        const std::string module = quantizedModule(archive, entry, ".weight_scale");
        if (module.empty()) continue;
        const WeightScheme* scheme = config.schemeOf(module);
        if (!scheme)
            return fail(ErrorCode::BadInput,
                        "the stored tensor {} is quantized, but no config group of the "
                        "quantization names {}",
                        quotedName(entry.name), quotedName(module));
        Parts parts(archive, module);
        MatrixLayout layout;
        Stored stored;
        layout.grid = scheme->floating ? "float" : "affine";
        layout.bits = scheme->bits;
        if (!scheme->floating)
            BITSMITH_CHECK(describeIntegers(parts, *scheme, config.paddedWords, layout, stored));
        else if (scheme->bits == 4)
            BITSMITH_CHECK(describeFour(parts, *scheme, layout, stored));
        else
            BITSMITH_CHECK(describeEight(parts, *scheme, layout, stored, ".weight_scale"));
        activations |= claimActivationScales(parts);
        out.tensors.push_back(tensorOf(parts, layout, stored));
    }
    if (activations) out.notes.emplace_back(ActivationNote);
    return out;
}

// "fp8" of transformers and DeepSeek: e4m3 in square blocks, scale in NAME.weight_scale_inv (it
// multiplies, whatever its name says); without a block size one scale per tensor.
Result<PackedCheckpoint> findFp8Tensors(const TensorArchive& archive, const nlohmann::json& json) {
    WeightScheme scheme;
    scheme.floating = true;
    if (const auto size = json.find("weight_block_size"); size != json.end() && !size->is_null()) {
        const bool pair = size->is_array() && size->size() == 2 &&
                          std::ranges::all_of(*size, [](const nlohmann::json& n) {
                              return n.is_number_unsigned() && n.get<std::uint64_t>() >= 1 &&
                                     n.get<std::uint64_t>() <= (1U << 30);
                          });
        if (!pair)
            return fail(ErrorCode::BadInput,
                        "the quantization's \"weight_block_size\" is not a list of two whole "
                        "numbers");
        scheme.strategy = "block";
        scheme.blockRows = (*size)[0].get<std::size_t>();
        scheme.blockCols = (*size)[1].get<std::size_t>();
    }
    const char* suffix = scheme.strategy == "block" ? ".weight_scale_inv" : ".weight_scale";
    PackedCheckpoint out;
    out.format = "fp8";
    bool activations = false;
    for (const Entry& entry : archive.entries()) {
        const std::string module = quantizedModule(archive, entry, suffix);
        if (module.empty()) continue;
        Parts parts(archive, module);
        MatrixLayout layout;
        Stored stored;
        layout.grid = "float";
        layout.bits = 8;
        BITSMITH_CHECK(describeEight(parts, scheme, layout, stored, suffix));
        activations |= claimActivationScales(parts);
        out.tensors.push_back(tensorOf(parts, layout, stored));
    }
    if (activations) out.notes.emplace_back(ActivationNote);
    return out;
}

} // namespace bitsmith::packed
