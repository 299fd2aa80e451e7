// Oniguruma (the syntax of tokenizer files) to PCRE2. Both are Perl-like; only the differences
// that change a meaning are rewritten, everything else passes through.
#include "core/text/regex.h"

namespace bitsmith {

namespace {

class Translator {
public:
    explicit Translator(std::string_view in) : m_in(in) {}

    Result<std::string> run() {
        while (m_at < m_in.size()) {
            const char c = m_in[m_at];
            if (c == '\\')
                escape();
            else if (m_inClass)
                BITSMITH_CHECK(insideClass(c));
            else if (c == '[')
                openClass();
            else if (m_in.substr(m_at).starts_with("(?"))
                group();
            else
                copy(1);
        }
        return std::move(m_out);
    }

private:
    void copy(std::size_t count) {
        count = std::min(count, m_in.size() - m_at);
        m_out.append(m_in.substr(m_at, count));
        m_at += count;
    }

    void replace(std::size_t count, std::string_view with) {
        m_at += count;
        m_out.append(with);
    }

    void escape() {
        if (m_at + 1 >= m_in.size()) return copy(1); // PCRE2 reports it
        switch (m_in[m_at + 1]) {
        // PCRE2 counts U+180E among the white space; Unicode no longer does.
        case 's':
            return replace(2, "\\p{White_Space}");
        case 'S':
            return replace(2, "\\P{White_Space}");
        // PCRE2 leaves marks and connectors other than the underscore out of \w.
        case 'w':
            return replace(2, m_inClass ? WordItems : "[" + WordItems + "]");
        case 'W':
            if (m_inClass) return copy(2);
            return replace(2, "[^" + WordItems + "]");
        case 'h':
            return replace(2, m_inClass ? "0-9A-Fa-f" : "[0-9A-Fa-f]");
        case 'H':
            if (m_inClass) return copy(2);
            return replace(2, "[^0-9A-Fa-f]");
        case 'u': {
            const std::string_view digits = m_in.substr(m_at + 2).substr(0, 4);
            if (digits.size() == 4 &&
                digits.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos)
                return replace(6, "\\x{" + std::string(digits) + "}");
            return copy(2);
        }
        default:
            return copy(2);
        }
    }

    void openClass() {
        m_inClass = true;
        copy(1);
        if (m_at < m_in.size() && m_in[m_at] == '^') copy(1);
        if (m_at < m_in.size() && m_in[m_at] == ']') copy(1); // a literal at the start
    }

    Status insideClass(char c) {
        if (c == ']') {
            m_inClass = false;
        } else if (c == '[') {
            if (!m_in.substr(m_at).starts_with("[:"))
                return fail(ErrorCode::Unsupported,
                            "a character class inside a character class (at byte {})", m_at);
            const std::size_t end = m_in.find(":]", m_at);
            copy(end == std::string_view::npos ? 1 : end + 2 - m_at);
            return {};
        } else if (m_in.substr(m_at).starts_with("&&")) {
            return fail(ErrorCode::Unsupported, "an intersection of character classes (at byte {})",
                        m_at);
        }
        copy(1);
        return {};
    }

    // Oniguruma's m flag lets the dot match a newline: PCRE2 calls that s.
    void group() {
        copy(2);
        const std::size_t end = m_in.find_first_not_of("imsx-", m_at);
        if (end == std::string_view::npos || (m_in[end] != ':' && m_in[end] != ')')) return;
        for (; m_at < end; ++m_at) m_out.push_back(m_in[m_at] == 'm' ? 's' : m_in[m_at]);
    }

    inline static const std::string WordItems = "\\p{L}\\p{M}\\p{N}\\p{Pc}";
    std::string_view m_in;
    std::string m_out;
    std::size_t m_at = 0;
    bool m_inClass = false;
};

} // namespace

Result<std::string> translateRegex(std::string_view oniguruma) {
    return Translator(oniguruma).run();
}

} // namespace bitsmith
