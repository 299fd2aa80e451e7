// The byte-level alphabet of GPT-2: every byte is one visible character, so that a vocabulary of
// texts can hold any bytes (Radford et al. 2019). Printable Latin-1 bytes stand for themselves, the
// other 68 are U+0100, U+0101, ... in increasing order.
#pragma once

#include <string>
#include <string_view>

namespace bitsmith::byte_level {

std::string toAlphabet(std::string_view bytes);
// Appends the characters of one byte (one or two bytes of UTF-8).
void appendByte(std::string& out, unsigned char byte);
// The bytes that a token stands for; a token with a character outside the alphabet is its own text.
std::string toBytes(std::string_view token);

} // namespace bitsmith::byte_level
