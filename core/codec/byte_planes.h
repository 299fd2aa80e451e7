// Short arrays that go beside the codes of a matrix (scales, zeros, group indices), cut into planes
// of bytes that each have a distribution of their own, and coded together in one rANS stream. Small
// inputs pay a few bytes only.
#pragma once

#include "core/codec/byte_stream.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

using BytePlane = std::vector<std::uint8_t>;

// Byte b of every element in plane b. bytes: elements of `width` bytes, side by side.
std::vector<BytePlane> splitBytes(std::span<const std::byte> bytes, std::size_t width);
// The other way round; planes: `width` of them, of equal size. out: width * their size.
void joinBytes(std::span<const BytePlane> planes, std::span<std::byte> out);

// Each plane as a constant, as plain bytes or as a run, whatever is smallest.
void writePlanes(std::span<const BytePlane> planes, ByteWriter& out);
// sizes: of the planes, which the reader knows. Errors (BadInput): damaged.
Result<std::vector<BytePlane>> readPlanes(std::span<const std::size_t> sizes, ByteReader& in);

} // namespace bitsmith
