// Blocks of one element.
#include "core/tensor/blocks/decoders.h"

namespace bitsmith::blocks {

void decodeF32(const std::byte* in, std::size_t count, float* out) {
    toFloat(DType::F32, {in, count * 4}, {out, count});
}

void decodeF16(const std::byte* in, std::size_t count, float* out) {
    toFloat(DType::F16, {in, count * 2}, {out, count});
}

void decodeBF16(const std::byte* in, std::size_t count, float* out) {
    toFloat(DType::BF16, {in, count * 2}, {out, count});
}

void decodeF64(const std::byte* in, std::size_t count, float* out) {
    toFloat(DType::F64, {in, count * 8}, {out, count});
}

} // namespace bitsmith::blocks
