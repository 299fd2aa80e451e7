// The regular expressions of tokenizer files: written for Oniguruma, run by PCRE2.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// Bytes [begin, end) of some text.
struct TextRange {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool empty() const { return begin == end; }
    friend bool operator==(const TextRange&, const TextRange&) = default;
};

inline std::string_view slice(std::string_view text, TextRange range) {
    return text.substr(range.begin, range.end - range.begin);
}

// Rewrites what the two dialects spell or mean differently: \s, \w, \h, \uHHHH, the m flag.
// Errors (Unsupported): nested character classes and class intersections.
Result<std::string> translateRegex(std::string_view oniguruma);

// Immutable, safe to use from several threads.
class Regex {
public:
    // Errors: BadInput with the place in the pattern; Unsupported (see translateRegex).
    static Result<Regex> compile(std::string_view oniguruma);
    ~Regex();
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;

    // All matches that do not overlap, from left to right; empty matches only where no match ends.
    // `text` is valid UTF-8. A pattern that backtracks without end (work and time are limited)
    // counts as matching nowhere in the rest of the text.
    std::vector<TextRange> findAll(std::string_view text) const;

private:
    struct Impl;
    explicit Regex(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace bitsmith
