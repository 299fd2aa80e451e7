// Safetensors files made by hand, broken ones too: the header is whatever text the test gives.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace bitsmith::test {

inline std::string safetensorsBytes(const std::string& header, const std::string& data,
                                    std::uint64_t claimedLength) {
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<char>((claimedLength >> (8 * i)) & 0xFF);
    return bytes + header + data;
}

inline std::string safetensorsBytes(const std::string& header, const std::string& data) {
    return safetensorsBytes(header, data, header.size());
}

// {"NAME":{"dtype":...}} entry of one tensor.
inline std::string safetensorsEntry(const std::string& name, const std::string& dtype,
                                    const std::string& shape, const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}";
}

// Plainly: thousands of small files need no syncing.
inline bool writeBytes(const std::filesystem::path& path, const std::string& bytes) {
    // Some file systems flush a file that is truncated and written again.
    std::filesystem::remove(path);
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return static_cast<bool>(file.flush());
}

} // namespace bitsmith::test
