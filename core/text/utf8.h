// UTF-8 in and out of code points. Validation follows RFC 3629; what is broken is replaced as
// Unicode recommends (one U+FFFD per maximal subpart, section 3.9 of the standard).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bitsmith::utf8 {

struct Decoded {
    char32_t codePoint = 0xFFFD;
    std::size_t length = 1; // bytes consumed, at least 1
    bool valid = false;
};

// The character at `at` < text.size(). Where it is broken: valid is false and length covers the
// part that one U+FFFD stands for.
Decoded decodeAt(std::string_view text, std::size_t at);

void append(std::string& out, char32_t codePoint);
std::string encode(char32_t codePoint);

bool isValid(std::string_view text);
std::string replaceInvalid(std::string_view text); // a copy, always valid

// Length in bytes of the sequence that starts with this byte, for text known to be valid.
inline std::size_t lengthOf(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

} // namespace bitsmith::utf8
