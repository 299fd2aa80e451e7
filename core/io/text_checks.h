// Small checks on text that comes from files, shared by the readers of this folder.
#pragma once

#include <string>
#include <string_view>

namespace bitsmith {

// Well-formed UTF-8 (RFC 3629: shortest forms, no surrogates, up to U+10FFFF). Where it is not,
// `badByte` is the offset of the first offending byte.
bool isUtf8(std::string_view text, std::size_t* badByte = nullptr);

// A name from a file for a message: 'name', control characters escaped, long names shortened.
std::string quotedName(std::string_view name);

// Whether a name from a file may name a file in the same folder: one plain component, no
// separators, not "." or "..", no control characters.
bool isPlainFileName(std::string_view name);

} // namespace bitsmith
