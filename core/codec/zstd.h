// zstd as a plain function: for metadata, for tensors that no other coder makes smaller, and as the
// baseline that ours must beat.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <span>
#include <vector>

namespace bitsmith {

inline constexpr int ZstdBest = 19;

std::vector<std::byte> zstdCompress(std::span<const std::byte> bytes, int level);
// out must have the exact decoded size. Errors (BadInput): damaged, or of another size.
Status zstdDecompress(std::span<const std::byte> coded, std::span<std::byte> out);
// The size that a frame says it has. Errors (BadInput): no frame, or one without a size; more than
// `limit`.
Result<std::size_t> zstdDecodedSize(std::span<const std::byte> coded, std::size_t limit);

} // namespace bitsmith
