// Conversions, packing and hashing: what only touches bytes, against memcpy of as many. One thread.
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "tests/bench/compare.h"

#include <cstring>
#include <memory>
#include <vector>

namespace bitsmith::bench {
namespace {

constexpr std::size_t Count = std::size_t{16} << 20; // elements: more than a core's own caches

Work copyOf(std::size_t bytes) { // reads and writes: `bytes` in all
    const auto from = std::make_shared<std::vector<std::byte>>(bytes / 2, std::byte{3});
    const auto to = std::make_shared<std::vector<std::byte>>(bytes / 2);
    return {double(bytes), [from, to] {
                std::memcpy(to->data(), from->data(), to->size());
                benchmark::ClobberMemory();
            }};
}

void addRow(const std::string& name, std::size_t bytes, std::function<void()> run) {
    compare(name,
            {double(bytes),
             [run] {
                 run();
                 benchmark::ClobberMemory();
             }},
            "memcpy", copyOf(bytes));
}

} // namespace

void addTensorBenches() {
    const auto floats = std::make_shared<std::vector<float>>(Count);
    for (std::size_t i = 0; i < Count; ++i)
        (*floats)[i] = static_cast<float>(int(i * 2654435761u % 2001) - 1000) / 1000;
    const auto bytes = std::make_shared<std::vector<std::byte>>(Count * 4);
    for (const auto& [name, dtype] : {std::pair{"bf16", DType::BF16}, {"fp16", DType::F16}}) {
        const auto stored = std::make_shared<std::vector<std::byte>>(Count * 2);
        fromFloat(dtype, *floats, *stored);
        const auto out = std::make_shared<std::vector<float>>(Count);
        addRow(std::string(name) + "_to_float", Count * 6,
               [=, type = dtype] { toFloat(type, *stored, *out); });
        addRow(std::string("float_to_") + name, Count * 6,
               [=, type = dtype] { fromFloat(type, *floats, *stored); });
    }
    const auto codes = std::make_shared<std::vector<std::uint8_t>>(Count);
    for (const int bits : {3, 4}) {
        for (std::size_t i = 0; i < Count; ++i)
            (*codes)[i] = static_cast<std::uint8_t>(i * 2654435761u >> 28 & ((1u << bits) - 1));
        const auto packed = std::make_shared<std::vector<std::byte>>(packedBytes(Count, bits));
        const std::size_t moved = Count + packed->size();
        packBits(*codes, bits, *packed);
        addRow("unpack_" + std::to_string(bits), moved, [=] { unpackBits(*packed, bits, *codes); });
        const auto source = std::make_shared<std::vector<std::uint8_t>>(*codes);
        addRow("pack_" + std::to_string(bits), moved, [=] { packBits(*source, bits, *packed); });
    }
    addRow("content_hash", Count * 4, [bytes] {
        benchmark::DoNotOptimize(Hasher().add(std::span<const std::byte>(*bytes)).hex());
    });
}

} // namespace bitsmith::bench
