// The regular expressions that checkpoints name modules with ("re:.*self_attn\.(q|k)_proj$"),
// matched in time proportional to pattern times name whatever the pattern: configurations come
// from files that nobody has checked.
//
// Known: literal characters, escapes (\. \d \w \s), . [...] ( ) (?: ) | * + ? ^ $, lazy quantifiers
// (the same here: only whether it matches counts). Unknown, and refused by name: look-around,
// back-references, counted repetition, flags.
#pragma once

#include "core/base/result.h"

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith::packed {

class NamePattern {
public:
    // Errors (Unsupported): an expression that is not known here, quoting it; longer than 4 KB or
    // nested deeper than 32.
    static Result<NamePattern> parse(std::string_view expression);

    // As Python's re.match: at the beginning, not necessarily to the end.
    bool matches(std::string_view name) const;

private:
    friend class PatternParser;
    enum class Kind : std::uint8_t { Bytes, Split, Begin, End, Accept };
    struct State {
        Kind kind = Kind::Accept;
        std::uint32_t next = 0, other = 0; // other: of Split
        std::uint32_t set = 0;             // of Bytes: into m_sets
    };
    std::vector<State> m_states;
    std::vector<std::bitset<256>> m_sets;
    std::uint32_t m_start = 0;
    std::string m_prefix; // of every name that matches: most names fail here
};

} // namespace bitsmith::packed
