#include "core/io/text_checks.h"

#include <fmt/format.h>

#include <cstdint>

namespace bitsmith {
namespace {

// Length of the well-formed sequence at text[i], 0 if there is none.
std::size_t sequenceLength(std::string_view text, std::size_t i) {
    const auto byte = [&](std::size_t k) {
        return k < text.size() ? static_cast<std::uint8_t>(text[k]) : std::uint8_t{0};
    };
    const auto continues = [&](std::size_t k) { return (byte(k) & 0xC0) == 0x80; };
    const std::uint8_t lead = byte(i), second = byte(i + 1);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(i + 1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!continues(i + 1) || !continues(i + 2)) return 0;
        if (lead == 0xE0 && second < 0xA0) return 0;
        if (lead == 0xED && second > 0x9F) return 0;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!continues(i + 1) || !continues(i + 2) || !continues(i + 3)) return 0;
        if (lead == 0xF0 && second < 0x90) return 0;
        if (lead == 0xF4 && second > 0x8F) return 0;
        return 4;
    }
    return 0;
}

} // namespace

bool isUtf8(std::string_view text, std::size_t* badByte) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequenceLength(text, i);
        if (length == 0) {
            if (badByte) *badByte = i;
            return false;
        }
        i += length;
    }
    return true;
}

std::string quotedName(std::string_view name) {
    constexpr std::size_t Longest = 160;
    std::string out = "'";
    for (std::size_t i = 0; i < name.size();) {
        if (out.size() > Longest) {
            out += "...";
            break;
        }
        const std::size_t length = sequenceLength(name, i);
        const auto byte = static_cast<std::uint8_t>(name[i]);
        if (length == 0 || byte < 0x20 || byte == 0x7F) {
            out += fmt::format("\\x{:02x}", byte);
            ++i;
        } else {
            out += name.substr(i, length);
            i += length;
        }
    }
    return out + "'";
}

bool isPlainFileName(std::string_view name) {
    if (name.empty() || name == "." || name == ".." || name.size() > 255) return false;
    for (const char c : name)
        if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return false;
    return true;
}

} // namespace bitsmith
