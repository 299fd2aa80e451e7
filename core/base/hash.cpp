#include "core/base/hash.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace bitsmith {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

struct Hasher::State {
    XXH3_state_t* xxh = XXH3_createState();
    State() { XXH3_128bits_reset(xxh); }
    ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : m_state(std::make_unique<State>()) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::add(std::string_view text) {
    return add(std::as_bytes(std::span(text.data(), text.size())));
}

Hasher& Hasher::add(std::span<const std::byte> bytes) {
    add(static_cast<std::uint64_t>(bytes.size()));
    XXH3_128bits_update(m_state->xxh, bytes.data(), bytes.size());
    return *this;
}

Hasher& Hasher::add(std::uint64_t number) {
    XXH3_128bits_update(m_state->xxh, &number, sizeof number);
    return *this;
}

std::string Hasher::hex() const {
    const XXH128_hash_t h = XXH3_128bits_digest(m_state->xxh);
    return fmt::format("{:016x}{:016x}", h.high64, h.low64);
}

} // namespace bitsmith
