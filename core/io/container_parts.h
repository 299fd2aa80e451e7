// How the container lays out one quantized tensor: which stored tensors it consists of, its row in
// the manifest, and both directions between them and a QuantizedMatrix. Shared by the container's
// reader, its writer and the journal of unfinished runs.
//
//   NAME.codes   U8   rows x packedBytes(cols, bits), or rows of blocks
//   NAME.scales  F16  parameterRows x groupsPerRow; other types where the layout says so
//   NAME.zeros   U8   packedBytes(parameterRows * groupsPerRow, bits): all zeros packed together
//   NAME.books   U8   instead of scales: core/tensor/codebooks.h, "book" in the row of the manifest
// Mixed grids: rows of codes, and the zeros, are bit strings of their groups' widths, which stand
// as "group_bits" in the row of the manifest, a digit a group.
//   NAME.column_scales F16  cols: a factor of each column
//   NAME.groups  U32  cols: the group of each column
//   NAME.side    U8   what is kept beside the codes (core/tensor/side_parts.h), "side" in the row
//
// An entropy-coded one is a single part, NAME.coded, U8 (core/codec/coded_matrix.h). In a coded
// container it lies in a BitsmithFile, in the journal in a safetensors file.
#pragma once

#include "core/io/container_file.h"
#include "core/io/safetensors.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <span>

namespace bitsmith {

// The stored tensors of one quantized tensor, always in this order. All but the codes may be
// absent.
struct ContainerParts {
    TensorView codes; // or what is coded
    std::optional<TensorView> scales, books, zeros, columnScales, groups, side;
    std::vector<std::span<const std::byte>> inOrder() const;
};

// The description of a matrix; name, shape and recipe are the caller's.
ContainerTensor describeMatrix(const QuantizedMatrix& matrix);

// Names, dtypes and shapes of the parts, in the order of ContainerParts.
std::vector<SafetensorsWriter::Declaration> partDeclarations(const ContainerTensor& tensor);

// Looks up and checks every part's dtype and shape. find: a stored tensor by its full name, nullptr
// if absent. Errors (BadInput): a part is missing, superfluous or of another shape.
Result<ContainerParts> findParts(const ContainerTensor& tensor,
                                 const std::function<const TensorView*(const std::string&)>& find);

// The parts of a matrix in memory, packed. The result borrows from `matrix` and `packedZeros`.
ContainerParts partsOf(const QuantizedMatrix& matrix, std::vector<std::byte>& packedZeros);
// Errors (BadInput): a group index out of range; what checkSide and
// checkBooks find.
Result<std::shared_ptr<const QuantizedMatrix>> matrixFromParts(const ContainerTensor& tensor,
                                                               const ContainerParts& parts);

// XXH3-128, 32 hexadecimal digits, over the parts in order: for each its length as a 64-bit
// little-endian number and its bytes.
std::string storedHash(std::span<const std::span<const std::byte>> parts);
// Of coded bytes: XXH3-64, 16 hexadecimal digits.
std::string codedHash(std::span<const std::byte> bytes);

// [offset, size] of what is coded. Errors (BadInput): not there.
Result<BitsmithBlob> placeField(const nlohmann::json& row);
// "shape". Errors (BadInput): not a list of whole numbers.
Result<Shape> shapeField(const nlohmann::json& row);

// One row of the manifest.
nlohmann::ordered_json tensorToJson(const ContainerTensor& tensor);
// Checks everything that can be checked without the weights: sizes before arithmetic.
// Errors: BadInput; Unsupported for a grid that this version does not know.
Result<ContainerTensor> tensorFromJson(const nlohmann::json& json);

} // namespace bitsmith
