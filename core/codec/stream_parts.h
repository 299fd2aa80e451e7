// What writer and reader of coded streams share. Private to core/codec.
#pragma once

#include "core/codec/coded_stream.h"
#include "core/tensor/bit_packing.h"

namespace bitsmith {

inline constexpr std::uint8_t StreamVersion = 1;

std::uint32_t headerChecksum(std::span<const std::byte> header);
std::uint32_t blockChecksum(std::size_t index, std::span<const std::byte> coded,
                            std::span<const std::byte> raw);

} // namespace bitsmith
