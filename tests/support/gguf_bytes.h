// GGUF files made by hand, broken ones too: bytes as the test says, no rule checked.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace bitsmith::test {

template <class T>
std::string raw(T value) {
    std::string bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &value, sizeof(T));
    return bytes;
}

inline std::string u32(std::uint32_t value) { return raw(value); }
inline std::string u64(std::uint64_t value) { return raw(value); }
inline std::string ggufText(const std::string& text) { return u64(text.size()) + text; }

// type and value, as they lie in the file
inline std::string ggufKey(const std::string& key, std::uint32_t type, const std::string& value) {
    return ggufText(key) + u32(type) + value;
}

inline std::string ggufTensor(const std::string& name, const std::vector<std::uint64_t>& dims,
                              std::uint32_t type, std::uint64_t offset) {
    std::string bytes = ggufText(name) + u32(static_cast<std::uint32_t>(dims.size()));
    for (const std::uint64_t extent : dims) bytes += u64(extent);
    return bytes + u32(type) + u64(offset);
}

struct GgufImage {
    std::vector<std::string> keys, tensors;
    std::string data;
    std::uint32_t version = 3;
    std::size_t alignment = 32;
    std::uint64_t moreKeys = 0, moreTensors = 0; // claimed beyond those that are there

    std::string bytes() const {
        std::string out =
            "GGUF" + u32(version) + u64(tensors.size() + moreTensors) + u64(keys.size() + moreKeys);
        for (const std::string& key : keys) out += key;
        for (const std::string& tensor : tensors) out += tensor;
        out.resize((out.size() + alignment - 1) / alignment * alignment, '\0');
        return out + data;
    }
};

} // namespace bitsmith::test
