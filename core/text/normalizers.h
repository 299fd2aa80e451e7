// Rewriting a text before it is cut: Unicode forms, case, replaced and removed characters.
#pragma once

#include "core/text/json_place.h"
#include "core/text/unicode.h"

#include <memory>

namespace bitsmith {

// Immutable, safe to use from several threads.
class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual void apply(std::string& text) const = 0; // valid UTF-8 in and out
};

// Errors: BadInput with the place; Unsupported, naming a normalizer that is not known.
Result<std::unique_ptr<const Normalizer>> readNormalizer(const JsonPlace& place);

std::unique_ptr<const Normalizer> makeUnicodeNormalizer(unicode::NormalForm form);

} // namespace bitsmith
