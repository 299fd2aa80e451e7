// What only touches bytes, against the machine's own memory.
#include "core/base/hash.h"
#include "tests/bench/compare.h"

#include <cstring>
#include <memory>
#include <vector>

namespace bitsmith::bench {

void addMemoryBenches() {
    constexpr std::size_t Size = std::size_t{64} << 20; // more than a core's own caches
    const auto from = std::make_shared<std::vector<std::byte>>(Size, std::byte{3});
    const auto to = std::make_shared<std::vector<std::byte>>(Size);
    compare(
        "content_hash", Size,
        [from] { benchmark::DoNotOptimize(Hasher().add(std::span<const std::byte>(*from)).hex()); },
        "memcpy", Size,
        [from, to] {
            std::memcpy(to->data(), from->data(), Size);
            benchmark::ClobberMemory();
        });
}

} // namespace bitsmith::bench
