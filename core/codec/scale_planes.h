// Scales as planes of bytes. Scales that come from a logarithmic set, as those of lattices do (2^(j
// / grain), rounded to half precision), become one plane of small indices; others are cut into
// their bytes.
#pragma once

#include "core/codec/byte_planes.h"
#include "core/tensor/dtype.h"

namespace bitsmith {

// scales: of `type`, side by side.
void writeScales(std::span<const std::byte> scales, DType type, ByteWriter& out);
// Errors (BadInput): damaged.
Result<std::vector<std::byte>> readScales(std::size_t count, DType type, ByteReader& in);

} // namespace bitsmith
