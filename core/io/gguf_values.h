// Metadata values of GGUF files, read and written. Private to reader and writer.
#pragma once

#include "core/io/gguf_cursor.h"
#include "core/io/gguf_file.h"

namespace bitsmith {

// Type, then value. room: how many elements of arrays may still be read; lowered by those of this
// value. Errors (BadInput): an unknown type, an array of arrays, a bool that is neither 0 nor 1, a
// count that the file has no bytes for. Unsupported: no room.
Result<GgufValue> readGgufValue(GgufCursor& cursor, std::uint64_t& room);

// Appends type and value as version 3 has them. Errors (Failed): a value that its type cannot hold
// (300 as U8, a text as F32). key: for messages.
Status appendGgufValue(std::string& out, std::string_view key, const GgufValue& value);
// Appends u64 length and bytes.
void appendGgufText(std::string& out, std::string_view text);

std::string_view ggufTypeName(GgufType type); // "u32", "string"

} // namespace bitsmith
