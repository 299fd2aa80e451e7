// Content keys: XXH3, 64 and 128 bits. For caches and journals, not for security.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace bitsmith {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

// Streaming 128-bit hash; add() fields in a fixed order, each prefixed by its length.
class Hasher {
public:
    Hasher();
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    Hasher& add(std::string_view text);
    Hasher& add(std::span<const std::byte> bytes);
    Hasher& add(std::uint64_t number);
    // 32 hexadecimal digits.
    std::string hex() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace bitsmith
