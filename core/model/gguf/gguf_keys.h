// The tokenizer's keys of a GGUF's metadata (tokenizer.ggml.*), as one value and back.
#pragma once

#include "core/io/gguf_file.h"
#include "core/text/gguf_vocabulary.h"

namespace bitsmith {

// Errors (BadInput): a key of another type, naming it; Unsupported: the file has no tokenizer.
Result<GgufVocabulary> readGgufVocabulary(const GgufMetadata& metadata);
void writeGgufVocabulary(const GgufVocabulary& vocabulary, GgufMetadata& metadata);

} // namespace bitsmith
