#include "core/text/byte_level.h"

#include "core/text/utf8.h"

#include <array>

namespace bitsmith::byte_level {

namespace {

struct Tables {
    std::array<char32_t, 256> character{};
    std::array<int, 256 + 68> byte{}; // -1: not in the alphabet

    constexpr Tables() {
        byte.fill(-1);
        char32_t next = 0x100;
        for (int b = 0; b < 256; ++b) {
            const bool visible = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
            const char32_t c = visible ? static_cast<char32_t>(b) : next++;
            character[static_cast<std::size_t>(b)] = c;
            byte[c] = b;
        }
    }
};

constexpr Tables Alphabet;

} // namespace

void appendByte(std::string& out, unsigned char byte) {
    utf8::append(out, Alphabet.character[byte]);
}

std::string toAlphabet(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 2);
    for (const char c : bytes) appendByte(out, static_cast<unsigned char>(c));
    return out;
}

std::string toBytes(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size();) {
        const utf8::Decoded next = utf8::decodeAt(token, i);
        if (!next.valid || next.codePoint >= Alphabet.byte.size() ||
            Alphabet.byte[next.codePoint] < 0)
            return std::string(token);
        out.push_back(static_cast<char>(Alphabet.byte[next.codePoint]));
        i += next.length;
    }
    return out;
}

} // namespace bitsmith::byte_level
