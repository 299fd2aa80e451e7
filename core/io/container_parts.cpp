#include "core/io/container_parts.h"

#include "core/base/hash.h"
#include "core/io/json_fields.h"
#include "core/io/safetensors_header.h"
#include "core/io/text_checks.h"
#include "core/tensor/bit_packing.h"

#include <nlohmann/json.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "parts are stored as they lie in memory");

namespace bitsmith {
namespace {

constexpr std::uint64_t LargestExtent = std::uint64_t{1} << 40;

std::int64_t extent(std::size_t count) { return static_cast<std::int64_t>(count); }

std::size_t parameterCount(const QuantizedMatrix& m) { return m.parameterRows * m.groupsPerRow; }

TensorView view(DType dtype, Shape shape, std::span<const std::byte> bytes) {
    return {dtype, std::move(shape), bytes};
}

Result<Shape> shapeField(const nlohmann::json& json) {
    if (!json.contains("shape") || !json["shape"].is_array() || json["shape"].size() != 2)
        return fail(ErrorCode::BadInput, "\"shape\" is not a list of two whole numbers");
    Shape shape;
    for (const auto& value : json["shape"]) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > LargestExtent)
            return fail(ErrorCode::BadInput, "\"shape\" is not a list of two whole numbers");
        shape.push_back(value.get<std::int64_t>());
    }
    if (!checkedTensorBytes(shape, DType::F64))
        return fail(ErrorCode::BadInput, "the shape {} is impossible", shapeText(shape));
    return shape;
}

Status checkParameters(const QuantizedMatrix& m) {
    if (m.parameterRows != m.rows && m.parameterRows != 1)
        return fail(ErrorCode::BadInput, "\"parameter_rows\" is {}, neither 1 nor the {} rows",
                    m.parameterRows, m.rows);
    if (m.parameterRows != m.rows && m.groupsPerRow > 1)
        return fail(ErrorCode::BadInput,
                    "parameters of the whole tensor cannot be combined with groups of columns");
    return {};
}

} // namespace

std::vector<std::span<const std::byte>> ContainerParts::inOrder() const {
    std::vector<std::span<const std::byte>> parts{codes.bytes, scales.bytes};
    if (zeros) parts.push_back(zeros->bytes);
    if (groups) parts.push_back(groups->bytes);
    return parts;
}

ContainerTensor describeMatrix(const QuantizedMatrix& matrix) {
    ContainerTensor tensor;
    tensor.shape = {extent(matrix.rows), extent(matrix.cols)};
    QuantizedMatrix& header = tensor.header;
    header.grid = matrix.grid;
    header.rows = matrix.rows;
    header.cols = matrix.cols;
    header.bits = matrix.bits;
    header.groupSize = matrix.groupSize;
    header.groupsPerRow = matrix.groupsPerRow;
    header.parameterRows = matrix.parameterRows;
    tensor.zeros = !matrix.affine.zeros.empty();
    tensor.columnGroups = !matrix.groupOfColumn.empty();
    tensor.storedBytes = matrix.storedBytes();
    return tensor;
}

std::vector<SafetensorsWriter::Declaration> partDeclarations(const ContainerTensor& tensor) {
    const QuantizedMatrix& h = tensor.header;
    std::vector<SafetensorsWriter::Declaration> parts;
    parts.push_back(
        {tensor.name + ".codes", DType::U8, {extent(h.rows), extent(packedBytes(h.cols, h.bits))}});
    parts.push_back(
        {tensor.name + ".scales", DType::F16, {extent(h.parameterRows), extent(h.groupsPerRow)}});
    if (tensor.zeros)
        parts.push_back(
            {tensor.name + ".zeros", DType::U8, {extent(packedBytes(parameterCount(h), h.bits))}});
    if (tensor.columnGroups)
        parts.push_back({tensor.name + ".groups", DType::U32, {extent(h.cols)}});
    return parts;
}

Result<ContainerParts> findParts(const ContainerTensor& tensor,
                                 const std::function<const TensorView*(const std::string&)>& find) {
    ContainerParts parts;
    for (const auto& declared : partDeclarations(tensor)) {
        const TensorView* stored = find(declared.name);
        if (!stored)
            return fail(ErrorCode::BadInput, "the stored tensor {} is missing",
                        quotedName(declared.name));
        if (stored->dtype != declared.dtype || stored->shape != declared.shape)
            return fail(ErrorCode::BadInput, "the stored tensor {} is {} {}; it should be {} {}",
                        quotedName(declared.name), dtypeName(stored->dtype),
                        shapeText(stored->shape), dtypeName(declared.dtype),
                        shapeText(declared.shape));
        const std::string_view part = std::string_view(declared.name).substr(tensor.name.size());
        if (part == ".codes") parts.codes = *stored;
        if (part == ".scales") parts.scales = *stored;
        if (part == ".zeros") parts.zeros = *stored;
        if (part == ".groups") parts.groups = *stored;
    }
    return parts;
}

ContainerParts partsOf(const QuantizedMatrix& matrix, std::vector<std::byte>& packedZeros) {
    const std::vector<std::uint8_t>& zeros = matrix.affine.zeros;
    packedZeros.assign(packedBytes(zeros.size(), matrix.bits), std::byte{0});
    packBits(zeros, matrix.bits, packedZeros);
    const auto declared = partDeclarations(describeMatrix(matrix));
    ContainerParts parts;
    parts.codes = view(DType::U8, declared[0].shape, matrix.codes);
    parts.scales =
        view(DType::F16, declared[1].shape, std::as_bytes(std::span(matrix.affine.scales)));
    if (!zeros.empty()) parts.zeros = view(DType::U8, declared[2].shape, packedZeros);
    if (!matrix.groupOfColumn.empty())
        parts.groups =
            view(DType::U32, declared.back().shape, std::as_bytes(std::span(matrix.groupOfColumn)));
    return parts;
}

Result<std::shared_ptr<const QuantizedMatrix>> matrixFromParts(const ContainerTensor& tensor,
                                                               const ContainerParts& parts) {
    auto matrix = std::make_shared<QuantizedMatrix>(tensor.header);
    matrix->codes.assign(parts.codes.bytes.begin(), parts.codes.bytes.end());
    const std::size_t count = parameterCount(*matrix);
    const auto copy = [](auto& to, std::size_t elements, std::span<const std::byte> from) {
        to.resize(elements);
        if (!from.empty()) std::memcpy(to.data(), from.data(), from.size());
    };
    copy(matrix->affine.scales, count, parts.scales.bytes);
    if (parts.zeros) {
        matrix->affine.zeros.resize(count);
        unpackBits(parts.zeros->bytes, matrix->bits, matrix->affine.zeros);
    }
    if (parts.groups) {
        copy(matrix->groupOfColumn, matrix->cols, parts.groups->bytes);
        for (const std::uint32_t group : matrix->groupOfColumn)
            if (group >= matrix->groupsPerRow)
                return fail(ErrorCode::BadInput,
                            "{} puts a column into group {}, but there are {} groups. The file is "
                            "damaged",
                            quotedName(tensor.name), group, matrix->groupsPerRow);
    }
    return std::shared_ptr<const QuantizedMatrix>(std::move(matrix));
}

std::string storedHash(std::span<const std::span<const std::byte>> parts) {
    Hasher hasher;
    for (const auto part : parts) hasher.add(part);
    return hasher.hex();
}

nlohmann::ordered_json tensorToJson(const ContainerTensor& tensor) {
    nlohmann::ordered_json json;
    json["name"] = tensor.name;
    json["shape"] = tensor.shape;
    json["transposed"] = tensor.transposed;
    json["recipe"] = tensor.recipe;
    json["grid"] = tensor.header.grid;
    json["bits"] = tensor.header.bits;
    json["group_size"] = tensor.header.groupSize;
    json["parameter_rows"] = tensor.header.parameterRows;
    json["zeros"] = tensor.zeros;
    json["column_groups"] = tensor.columnGroups;
    json["bytes"] = tensor.storedBytes;
    for (const auto& [key, value] : {std::pair{"weight_error", tensor.weightError},
                                     std::pair{"output_error", tensor.outputError}})
        if (value >= 0 && std::isfinite(value)) json[key] = value;
    json["hash"] = tensor.hash;
    return json;
}

Result<ContainerTensor> tensorFromJson(const nlohmann::json& json) {
    ContainerTensor tensor;
    QuantizedMatrix& header = tensor.header;
    BITSMITH_TRY(tensor.name, textField(json, "name"));
    BITSMITH_TRY(tensor.shape, shapeField(json));
    BITSMITH_TRY(tensor.transposed, flagField(json, "transposed"));
    BITSMITH_TRY(tensor.recipe, textField(json, "recipe"));
    BITSMITH_TRY(header.grid, textField(json, "grid"));
    if (header.grid != "affine")
        return fail(ErrorCode::Unsupported,
                    "the grid {} is not known to this version of Bitsmith; use a newer one",
                    quotedName(header.grid));
    BITSMITH_TRY(const std::uint64_t bits, countField(json, "bits", 2, 8));
    header.bits = static_cast<int>(bits);
    header.rows = static_cast<std::size_t>(tensor.shape[tensor.transposed ? 1 : 0]);
    header.cols = static_cast<std::size_t>(tensor.shape[tensor.transposed ? 0 : 1]);
    BITSMITH_TRY(header.groupSize, countField(json, "group_size", 1, LargestExtent));
    header.groupsPerRow = (header.cols + header.groupSize - 1) / header.groupSize;
    BITSMITH_TRY(header.parameterRows, countField(json, "parameter_rows", 0, LargestExtent));
    BITSMITH_CHECK(checkParameters(header));
    BITSMITH_TRY(tensor.zeros, flagField(json, "zeros"));
    BITSMITH_TRY(tensor.columnGroups, flagField(json, "column_groups"));
    tensor.storedBytes = affineStoredBytes({.rows = header.rows,
                                            .cols = header.cols,
                                            .bits = header.bits,
                                            .parameters = parameterCount(header),
                                            .zeros = tensor.zeros,
                                            .columnGroups = tensor.columnGroups});
    BITSMITH_TRY(const std::uint64_t bytes, countField(json, "bytes", 0, UINT64_MAX));
    if (bytes != tensor.storedBytes)
        return fail(ErrorCode::BadInput, "\"bytes\" is {}; a matrix of this form needs {}", bytes,
                    tensor.storedBytes);
    BITSMITH_TRY(tensor.weightError, optionalErrorField(json, "weight_error"));
    BITSMITH_TRY(tensor.outputError, optionalErrorField(json, "output_error"));
    BITSMITH_TRY(tensor.hash, textField(json, "hash"));
    return tensor;
}

} // namespace bitsmith
