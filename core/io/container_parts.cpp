#include "core/io/container_parts.h"

#include "core/base/hash.h"
#include "core/codec/coded_matrix.h"
#include "core/io/json_fields.h"
#include "core/io/safetensors_header.h"
#include "core/io/text_checks.h"
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/codebooks.h"
#include "core/tensor/levels.h"
#include "core/tensor/row_codes.h"

#include <nlohmann/json.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "parts are stored as they lie in memory");

namespace bitsmith {
namespace {

constexpr std::uint64_t LargestExtent = std::uint64_t{1} << 40;

constexpr std::size_t MostExtents = 32;

std::int64_t extent(std::size_t count) { return static_cast<std::int64_t>(count); }

// To five digits.
double rounded(double value) { return std::stod(fmt::format("{:.5g}", value)); }

Result<DType> scaleTypeFromName(const std::string& name) {
    for (const DType dtype : {DType::F16, DType::BF16, DType::F32, DType::F8E4M3, DType::F8E8M0})
        if (dtypeName(dtype) == name) return dtype;
    return fail(ErrorCode::Unsupported,
                "scales of type {} are not known to this version of Bitsmith; use a newer one",
                quotedName(name));
}

Status checkBits(const MatrixLayout& l, int least, int most) {
    if (l.bits >= least && l.bits <= most) return {};
    return fail(ErrorCode::BadInput, "\"bits\" is {}, out of the range {}..{}", l.bits, least,
                most);
}

Status checkBlocks(const MatrixLayout& l) {
    const BlockFormat* format = findBlockFormat(l.format);
    if (!format || !format->decode)
        return fail(ErrorCode::Unsupported,
                    "blocks of type {} are not known to this version of Bitsmith; use a newer one",
                    quotedName(l.format));
    if (l.cols % format->blockSize != 0 || l.groupSize != format->blockSize ||
        l.bits != format->bits || l.parameterRows != 0 || l.columnGroups)
        return fail(ErrorCode::BadInput, "{} columns in groups of {} are not what {} stores",
                    l.cols, l.groupSize, l.format);
    return {};
}

// A digit a group: "21132".
std::string widthsText(std::span<const std::uint8_t> widths) {
    std::string text;
    for (const std::uint8_t bits : widths) text += static_cast<char>('0' + bits);
    return text;
}

Result<std::vector<std::uint8_t>> widthsField(const nlohmann::json& row, std::size_t groups) {
    BITSMITH_TRY(const std::string text, textField(row, "group_bits"));
    if (text.size() != groups)
        return fail(ErrorCode::BadInput, "\"group_bits\" has {} widths for {} groups of columns",
                    text.size(), groups);
    std::vector<std::uint8_t> widths;
    for (const char digit : text) {
        if (digit < '1' || digit > '8')
            return fail(ErrorCode::BadInput,
                        "\"group_bits\" wants a digit from 1 to 8 for each group of columns");
        widths.push_back(static_cast<std::uint8_t>(digit - '0'));
    }
    return widths;
}

// Only what is there.
nlohmann::ordered_json sideJson(const SideLayout& side) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    if (side.rotated) json["rotated"] = true;
    if (side.columnFactors) json["column_factors"] = true;
    if (side.outliers > 0) json["outliers"] = side.outliers;
    if (side.rank > 0) json["rank"] = side.rank;
    if (side.shifted) json["shifted"] = true;
    return json;
}

Result<SideLayout> sideFromJson(const nlohmann::json& json, const MatrixLayout& l) {
    SideLayout side;
    if (!json.is_object()) return fail(ErrorCode::BadInput, "\"side\" is not an object");
    for (const auto& [key, value] : json.items()) {
        if (key == "rotated") {
            BITSMITH_TRY(side.rotated, flagField(json, "rotated"));
        } else if (key == "column_factors") {
            BITSMITH_TRY(side.columnFactors, flagField(json, "column_factors"));
        } else if (key == "outliers") {
            const std::uint64_t most = std::min<std::uint64_t>(UINT32_MAX, l.rows * l.cols);
            BITSMITH_TRY(side.outliers, countField(json, "outliers", 1, most));
        } else if (key == "rank") {
            BITSMITH_TRY(side.rank, countField(json, "rank", 1, std::min(l.rows, l.cols)));
        } else if (key == "shifted") {
            BITSMITH_TRY(side.shifted, flagField(json, "shifted"));
        } else {
            return fail(ErrorCode::Unsupported,
                        "{} beside the codes is not known to this version of Bitsmith; use a newer "
                        "one",
                        quotedName(key));
        }
    }
    if (!side.any()) return fail(ErrorCode::BadInput, "\"side\" is empty");
    return side;
}

// A text that is none is a broken file or a newer one's.
Status knownActivations(const std::string& text) {
    if (const auto scheme = parseActivationScheme(text); !scheme)
        return fail(ErrorCode::Unsupported,
                    "the activations {} are not known to this version of Bitsmith; use a newer one",
                    quotedName(text));
    return {};
}

nlohmann::ordered_json bookJson(const CodebookLayout& book) {
    nlohmann::ordered_json json = {{"width", book.width}};
    if (book.rank > 0) json["rank"] = book.rank;
    if (book.block > 0) json["block"] = book.block;
    return json;
}

Result<CodebookLayout> bookFromJson(const nlohmann::json& row) {
    CodebookLayout book;
    if (!row.contains("book") || !row["book"].is_object())
        return fail(ErrorCode::BadInput, "\"book\" is not an object");
    const nlohmann::json& json = row["book"];
    BITSMITH_TRY(const std::uint64_t width, countField(json, "width", 2, 16));
    book.width = static_cast<int>(width);
    if (json.contains("rank")) {
        BITSMITH_TRY(book.rank, countField(json, "rank", 1, 255));
    }
    if (json.contains("block")) {
        BITSMITH_TRY(book.block, countField(json, "block", 1, std::uint64_t{1} << 20));
    }
    return book;
}

Status checkBookLayout(const MatrixLayout& l, bool zeros) {
    BITSMITH_CHECK(checkBits(l, 1, 8));
    if (zeros || !l.format.empty())
        return fail(ErrorCode::BadInput, "{} has no zero points and no \"format\"", l.grid);
    // Sizes of books stay far below 2^64.
    if (l.parameters() > std::uint64_t{1} << 48)
        return fail(ErrorCode::BadInput, "{} groups are impossible", l.parameters());
    const bool factored = l.book.width < 16, listed = l.grid == "codebook" && l.book.rank == 0;
    if (l.book.width > 8 && factored)
        return fail(ErrorCode::BadInput, "numbers of {} bits; 2 to 8 or 16 are stored",
                    l.book.width);
    if (factored != (l.book.block > 0) || (listed && factored) ||
        (l.grid == "nested" && (l.book.rank > 0 || !factored)) ||
        l.book.rank >= std::size_t{1} << l.bits)
        return fail(ErrorCode::BadInput,
                    "a book of {} templates, {} bits and blocks of {} is none "
                    "of {}",
                    l.book.rank, l.book.width, l.book.block, l.name());
    return {};
}

Status checkMixed(const MatrixLayout& l, bool zeros) {
    BITSMITH_CHECK(checkBits(l, 1, 8));
    if (!l.format.empty()) return fail(ErrorCode::BadInput, "a mixed grid has no \"format\"");
    if (!zeros) return fail(ErrorCode::BadInput, "a mixed grid has zero points");
    if (l.columnGroups)
        return fail(ErrorCode::BadInput, "groups of their own width are columns side by side");
    if (l.parameterRows != l.rows)
        return fail(ErrorCode::BadInput, "\"parameter_rows\" is {}, not the {} rows",
                    l.parameterRows, l.rows);
    return {};
}

// Everything that storedBytes() and the decoders rely on.
Status checkLayout(const MatrixLayout& l, bool zeros) {
    if (l.columnScaled && l.grid != "affine")
        return fail(ErrorCode::BadInput, "factors of columns belong to affine grids only");
    const auto noZeros = [&]() -> Status {
        if (!zeros) return {};
        return fail(ErrorCode::BadInput, "zero points belong to affine grids only");
    };
    if (l.grid == "gguf") {
        BITSMITH_CHECK(noZeros());
        return checkBlocks(l);
    }
    if (l.grid == "mixed") return checkMixed(l, zeros);
    if (l.hasBooks()) {
        BITSMITH_CHECK(checkBookLayout(l, zeros));
    } else if (l.grid == "float") {
        const auto levels = floatLevels(l.format);
        if (levels.empty())
            return fail(ErrorCode::Unsupported,
                        "the number format {} is not known to this version of Bitsmith; use a "
                        "newer one",
                        quotedName(l.format));
        BITSMITH_CHECK(noZeros());
        const int bits = std::countr_zero(levels.size());
        BITSMITH_CHECK(checkBits(l, bits, bits));
    } else if (l.grid == "affine") {
        // Codes of unbounded integers need more than a byte where outliers are.
        BITSMITH_CHECK(checkBits(l, 2, l.symmetric && l.bits == 16 ? 16 : 8));
        if (l.columnScaled && !l.symmetric)
            return fail(ErrorCode::BadInput, "factors of columns belong to symmetric grids only");
        if (!l.format.empty()) return fail(ErrorCode::BadInput, "an affine grid has no \"format\"");
    } else {
        return fail(ErrorCode::Unsupported,
                    "the grid {} is not known to this version of Bitsmith; use a newer one",
                    quotedName(l.grid));
    }
    if (l.parameterRows != l.rows && l.parameterRows != 1)
        return fail(ErrorCode::BadInput, "\"parameter_rows\" is {}, neither 1 nor the {} rows",
                    l.parameterRows, l.rows);
    if (l.parameterRows != l.rows && l.groupsPerRow > 1)
        return fail(ErrorCode::BadInput,
                    "parameters of the whole tensor cannot be combined with groups of columns");
    return {};
}

} // namespace

std::vector<std::span<const std::byte>> ContainerParts::inOrder() const {
    std::vector<std::span<const std::byte>> parts{codes.bytes};
    if (scales) parts.push_back(scales->bytes);
    if (books) parts.push_back(books->bytes);
    if (zeros) parts.push_back(zeros->bytes);
    if (columnScales) parts.push_back(columnScales->bytes);
    if (groups) parts.push_back(groups->bytes);
    if (side) parts.push_back(side->bytes);
    return parts;
}

ContainerTensor describeMatrix(const QuantizedMatrix& matrix) {
    ContainerTensor tensor;
    tensor.shape = {extent(matrix.rows), extent(matrix.cols)};
    tensor.layout = matrix.layout();
    tensor.tensorScale = matrix.tensorScale;
    return tensor;
}

std::vector<SafetensorsWriter::Declaration> partDeclarations(const ContainerTensor& tensor) {
    const MatrixLayout& l = tensor.layout;
    std::vector<SafetensorsWriter::Declaration> parts;
    if (tensor.coded) {
        parts.push_back({tensor.name + ".coded", DType::U8, {extent(tensor.coded->size)}});
        return parts;
    }
    parts.push_back({tensor.name + ".codes", DType::U8, {extent(l.rows), extent(l.rowBytes())}});
    const auto withSide = [&]() {
        if (l.side.any())
            parts.push_back(
                {tensor.name + ".side", DType::U8, {extent(l.side.bytes(l.rows, l.cols))}});
        return parts;
    };
    if (l.grid == "gguf") return withSide();
    if (l.hasBooks())
        parts.push_back({tensor.name + ".books", DType::U8, {extent(l.bookBytes())}});
    else
        parts.push_back({tensor.name + ".scales",
                         l.scaleType,
                         {extent(l.parameterRows), extent(l.groupsPerRow)}});
    if (l.storesZeros())
        parts.push_back({tensor.name + ".zeros", DType::U8, {extent(l.zeroBytes())}});
    if (l.columnScaled)
        parts.push_back({tensor.name + ".column_scales", DType::F16, {extent(l.cols)}});
    if (l.columnGroups) parts.push_back({tensor.name + ".groups", DType::U32, {extent(l.cols)}});
    return withSide();
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
        if (part == ".codes" || part == ".coded") parts.codes = *stored;
        if (part == ".scales") parts.scales = *stored;
        if (part == ".books") parts.books = *stored;
        if (part == ".zeros") parts.zeros = *stored;
        if (part == ".column_scales") parts.columnScales = *stored;
        if (part == ".groups") parts.groups = *stored;
        if (part == ".side") parts.side = *stored;
    }
    return parts;
}

ContainerParts partsOf(const QuantizedMatrix& matrix, std::vector<std::byte>& packedZeros) {
    packedZeros.clear();
    if (!matrix.zeros.empty()) packedZeros = packZeros(matrix, matrix.zeros);
    ContainerParts parts;
    for (const auto& declared : partDeclarations(describeMatrix(matrix))) {
        const auto part = [&](std::span<const std::byte> bytes) {
            return TensorView{declared.dtype, declared.shape, bytes};
        };
        if (declared.name == ".codes") parts.codes = part(matrix.codes);
        if (declared.name == ".scales") parts.scales = part(matrix.scales);
        if (declared.name == ".books") parts.books = part(matrix.books);
        if (declared.name == ".zeros") parts.zeros = part(packedZeros);
        if (declared.name == ".column_scales") parts.columnScales = part(matrix.columnScales);
        if (declared.name == ".groups")
            parts.groups = part(std::as_bytes(std::span(matrix.groupOfColumn)));
        if (declared.name == ".side") parts.side = part(matrix.sideBytes);
    }
    return parts;
}

Result<std::shared_ptr<const QuantizedMatrix>> matrixFromParts(const ContainerTensor& tensor,
                                                               const ContainerParts& parts) {
    if (tensor.coded) return decodeMatrix(parts.codes.bytes, tensor.layout, tensor.tensorScale);
    auto matrix = std::make_shared<QuantizedMatrix>(QuantizedMatrix{tensor.layout});
    matrix->tensorScale = tensor.tensorScale;
    matrix->codes.assign(parts.codes.bytes.begin(), parts.codes.bytes.end());
    if (parts.scales) matrix->scales.assign(parts.scales->bytes.begin(), parts.scales->bytes.end());
    if (parts.zeros) {
        matrix->zeros.resize(matrix->parameters());
        unpackZeros(*matrix, parts.zeros->bytes, matrix->zeros);
    }
    if (parts.columnScales)
        matrix->columnScales.assign(parts.columnScales->bytes.begin(),
                                    parts.columnScales->bytes.end());
    if (parts.groups) {
        matrix->groupOfColumn.resize(matrix->cols);
        if (matrix->cols > 0)
            std::memcpy(matrix->groupOfColumn.data(), parts.groups->bytes.data(),
                        parts.groups->bytes.size());
        for (const std::uint32_t group : matrix->groupOfColumn)
            if (group >= matrix->groupsPerRow)
                return fail(ErrorCode::BadInput,
                            "{} puts a column into group {}, but there are {} groups. The file is "
                            "damaged",
                            quotedName(tensor.name), group, matrix->groupsPerRow);
    }
    const auto checked = [&](const Status& status) -> Status {
        if (status) return {};
        return fail(ErrorCode::BadInput, "{}: {}. The file is damaged", quotedName(tensor.name),
                    status.error().message);
    };
    if (parts.books) {
        matrix->books.assign(parts.books->bytes.begin(), parts.books->bytes.end());
        BITSMITH_CHECK(checked(checkBooks(*matrix, matrix->books)));
    }
    if (parts.side) {
        matrix->sideBytes.assign(parts.side->bytes.begin(), parts.side->bytes.end());
        BITSMITH_CHECK(
            checked(checkSide(matrix->side, matrix->rows, matrix->cols, matrix->sideBytes)));
    }
    return std::shared_ptr<const QuantizedMatrix>(std::move(matrix));
}

std::string storedHash(std::span<const std::span<const std::byte>> parts) {
    Hasher hasher;
    for (const auto part : parts) hasher.add(part);
    return hasher.hex();
}

std::string codedHash(std::span<const std::byte> bytes) {
    return fmt::format("{:016x}",
                       hash64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

Result<BitsmithBlob> placeField(const nlohmann::json& row) {
    if (!row.contains("at")) return fail(ErrorCode::BadInput, "\"at\" is missing");
    return blobFromJson(row["at"]);
}

Result<Shape> shapeField(const nlohmann::json& row) {
    Shape shape;
    if (!row.contains("shape") || !row["shape"].is_array() || row["shape"].size() > MostExtents)
        return fail(ErrorCode::BadInput, "\"shape\" is not a list of whole numbers");
    for (const auto& value : row["shape"]) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > LargestExtent)
            return fail(ErrorCode::BadInput, "\"shape\" is not a list of whole numbers");
        shape.push_back(value.get<std::int64_t>());
    }
    return shape;
}

nlohmann::ordered_json tensorToJson(const ContainerTensor& tensor) {
    const MatrixLayout& l = tensor.layout;
    nlohmann::ordered_json json;
    json["name"] = tensor.name;
    json["shape"] = tensor.shape;
    json["transposed"] = tensor.transposed;
    json["recipe"] = tensor.recipe;
    json["grid"] = l.grid;
    if (!l.format.empty()) json["format"] = l.format;
    json["bits"] = l.bits;
    json["group_size"] = l.groupSize;
    json["parameter_rows"] = l.parameterRows;
    if (l.scaleType != DType::F16) json["scale_type"] = dtypeName(l.scaleType);
    if (tensor.tensorScale != 1) json["tensor_scale"] = tensor.tensorScale;
    if (!l.groupBits.empty()) json["group_bits"] = widthsText(l.groupBits);
    if (l.hasBooks()) json["book"] = bookJson(l.book);
    json["zeros"] = l.storesZeros();
    json["column_groups"] = l.columnGroups;
    if (l.columnScaled) json["column_scales"] = true;
    if (l.side.any()) json["side"] = sideJson(l.side);
    if (!tensor.activations.empty()) json["activations"] = tensor.activations;
    if (tensor.coded)
        json["at"] = toJson(*tensor.coded);
    else
        json["bytes"] = l.storedBytes();
    for (const auto& [key, value] : {std::pair{"weight_error", tensor.weightError},
                                     std::pair{"output_error", tensor.outputError}})
        if (value >= 0 && std::isfinite(value))
            json[key] = tensor.coded ? rounded(value) : value; // a coded one counts its bytes
    json["hash"] = tensor.hash;
    return json;
}

Result<ContainerTensor> tensorFromJson(const nlohmann::json& json) {
    ContainerTensor tensor;
    MatrixLayout& l = tensor.layout;
    BITSMITH_TRY(tensor.name, textField(json, "name"));
    BITSMITH_TRY(tensor.shape, shapeField(json));
    if (tensor.shape.size() != 2 || !checkedTensorBytes(tensor.shape, DType::F64))
        return fail(ErrorCode::BadInput, "the shape {} is impossible", shapeText(tensor.shape));
    BITSMITH_TRY(tensor.transposed, flagField(json, "transposed"));
    BITSMITH_TRY(tensor.recipe, textField(json, "recipe"));
    BITSMITH_TRY(l.grid, textField(json, "grid"));
    BITSMITH_TRY(const std::uint64_t bits, countField(json, "bits", 0, 64));
    l.bits = static_cast<int>(bits);
    l.rows = static_cast<std::size_t>(tensor.shape[tensor.transposed ? 1 : 0]);
    l.cols = static_cast<std::size_t>(tensor.shape[tensor.transposed ? 0 : 1]);
    BITSMITH_TRY(l.groupSize, countField(json, "group_size", 1, LargestExtent));
    l.groupsPerRow = l.cols / l.groupSize + (l.cols % l.groupSize != 0);
    BITSMITH_TRY(l.parameterRows, countField(json, "parameter_rows", 0, LargestExtent));
    BITSMITH_TRY(const bool zeros, flagField(json, "zeros"));
    BITSMITH_TRY(l.columnGroups, flagField(json, "column_groups"));
    if (json.contains("column_scales")) {
        BITSMITH_TRY(l.columnScaled, flagField(json, "column_scales"));
    }
    if (json.contains("format")) {
        BITSMITH_TRY(l.format, textField(json, "format"));
    }
    if (json.contains("scale_type")) {
        BITSMITH_TRY(const std::string name, textField(json, "scale_type"));
        BITSMITH_TRY(l.scaleType, scaleTypeFromName(name));
    }
    if (json.contains("tensor_scale")) {
        const auto& scale = json["tensor_scale"];
        if (!scale.is_number() || !std::isfinite(scale.get<float>()))
            return fail(ErrorCode::BadInput, "\"tensor_scale\" is not a finite number");
        tensor.tensorScale = scale.get<float>();
    }
    if (json.contains("side")) {
        BITSMITH_TRY(l.side, sideFromJson(json["side"], l));
    }
    if (json.contains("activations")) {
        BITSMITH_TRY(tensor.activations, textField(json, "activations"));
        BITSMITH_CHECK(knownActivations(tensor.activations));
    }
    if (l.hasBooks()) {
        BITSMITH_TRY(l.book, bookFromJson(json));
    } else if (json.contains("book")) {
        return fail(ErrorCode::BadInput, "\"book\" belongs to codebook and nested grids only");
    }
    l.symmetric = l.grid == "affine" && !zeros;
    if (l.grid == "mixed") {
        BITSMITH_TRY(l.groupBits, widthsField(json, l.groupsPerRow));
    } else if (json.contains("group_bits")) {
        return fail(ErrorCode::BadInput, "\"group_bits\" belongs to mixed grids only");
    }
    BITSMITH_CHECK(checkLayout(l, zeros));
    if (json.contains("at")) {
        BITSMITH_TRY(tensor.coded, placeField(json));
    } else {
        BITSMITH_TRY(const std::uint64_t bytes, countField(json, "bytes", 0, UINT64_MAX));
        if (bytes != l.storedBytes())
            return fail(ErrorCode::BadInput, "\"bytes\" is {}; a matrix of this form needs {}",
                        bytes, l.storedBytes());
    }
    BITSMITH_TRY(tensor.weightError, optionalErrorField(json, "weight_error"));
    BITSMITH_TRY(tensor.outputError, optionalErrorField(json, "output_error"));
    BITSMITH_TRY(tensor.hash, textField(json, "hash"));
    return tensor;
}

} // namespace bitsmith
