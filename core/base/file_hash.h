// The XXH3-128 of a file's bytes, piece by piece: what `xxhsum -H2` prints. Against damage, not
// against forgery.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace bitsmith {

class FileHasher {
public:
    FileHasher();
    ~FileHasher();
    FileHasher(const FileHasher&) = delete;
    FileHasher& operator=(const FileHasher&) = delete;
    void append(std::span<const std::byte> bytes);
    std::string hex() const; // 32 hexadecimal digits

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace bitsmith
