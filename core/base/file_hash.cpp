#include "core/base/file_hash.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <new>

namespace bitsmith {

struct FileHasher::State {
    XXH3_state_t* xxh = XXH3_createState();
    State() {
        if (!xxh) throw std::bad_alloc();
        XXH3_128bits_reset(xxh);
    }
    ~State() { XXH3_freeState(xxh); }
};

FileHasher::FileHasher() : m_state(std::make_unique<State>()) {}
FileHasher::~FileHasher() = default;

void FileHasher::append(std::span<const std::byte> bytes) {
    XXH3_128bits_update(m_state->xxh, bytes.data(), bytes.size());
}

std::string FileHasher::hex() const {
    const XXH128_hash_t h = XXH3_128bits_digest(m_state->xxh);
    return fmt::format("{:016x}{:016x}", h.high64, h.low64);
}

} // namespace bitsmith
