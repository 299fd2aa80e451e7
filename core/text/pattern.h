// What a tokenizer file calls a pattern: {"String": " "} or {"Regex": "\\s+"}.
#pragma once

#include "core/text/json_place.h"
#include "core/text/regex.h"

#include <variant>

namespace bitsmith {

class Pattern {
public:
    static Result<Pattern> read(const JsonPlace& place);
    explicit Pattern(std::string literal) : m_kind(std::move(literal)) {}
    explicit Pattern(Regex regex) : m_kind(std::move(regex)) {}

    std::vector<TextRange> findAll(std::string_view text) const;

private:
    // Spaces at both ends of every line: as a regular expression its cost is quadratic in the
    // length of a run of spaces, and real models use it.
    struct LineTrim {};
    std::variant<std::string, Regex, LineTrim> m_kind;
};

} // namespace bitsmith
