// Known answers of ggml's quantizers: tests/golden/gguf/vectors.txt.
#pragma once

#include <QTest>

#include <cstddef>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace bitsmith::test {

struct BlockVector {
    std::vector<std::byte> plain, weighted; // one block without and with importance
    std::vector<float> decoded;             // its first eight values and its last
    double rms = 0;                         // ||x - decoded|| / ||x||, six digits
};

inline std::vector<std::byte> fromHex(const std::string& hex) {
    std::vector<std::byte> out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<std::byte>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    return out;
}

inline const std::map<std::string, BlockVector>& blockVectors() {
    static const std::map<std::string, BlockVector> All = [] {
        std::map<std::string, BlockVector> all;
        std::ifstream file(BITSMITH_SOURCE_DIR "/tests/golden/gguf/vectors.txt");
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("#")) continue;
            std::istringstream words(line);
            std::string name, kind, text;
            words >> name >> kind;
            BlockVector& v = all[name];
            if (kind == "plain" || kind == "weighted") {
                words >> text;
                (kind == "plain" ? v.plain : v.weighted) = fromHex(text);
            } else if (kind == "rms") {
                words >> v.rms;
            } else {
                for (float value; words >> value;) v.decoded.push_back(value);
            }
        }
        return all;
    }();
    return All;
}

// The weights and importances that they were made from.
inline std::vector<float> vectorInput(std::size_t count) {
    std::vector<float> x(count);
    for (std::size_t i = 0; i < count; ++i)
        x[i] = (static_cast<float>((i * 37 + 11) % 251) - 125) / 64;
    return x;
}
inline std::vector<float> vectorImportance(std::size_t count) {
    std::vector<float> w(count);
    for (std::size_t i = 0; i < count; ++i) w[i] = static_cast<float>(1 + i % 7);
    return w;
}

} // namespace bitsmith::test
