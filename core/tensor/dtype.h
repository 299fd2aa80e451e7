// Element types of stored tensors, under their safetensors names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bitsmith {

enum class DType : std::uint8_t {
    F64,
    F32,
    F16,
    BF16,
    F8E4M3,
    F8E5M2,
    F8E8M0, // a power of two, 2^(b - 127): the scale of OCP MX formats; 255 is NaN
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool
};

std::size_t byteSize(DType dtype);       // bytes of one element
std::string_view dtypeName(DType dtype); // "BF16", "F8_E4M3", ... as in a safetensors header
std::optional<DType> dtypeFromName(std::string_view name);
bool isFloating(DType dtype);

} // namespace bitsmith
