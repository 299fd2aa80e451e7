#include "core/io/packed/name_pattern.h"

#include "core/io/text_checks.h"

#include <optional>

namespace bitsmith::packed {

// Thompson's construction: every expression is a fragment with one entry and one open end, which is
// a state whose `next` is set when the fragment is continued.
class PatternParser {
public:
    explicit PatternParser(std::string_view text) : m_text(text) {}

    Result<NamePattern> run() {
        if (m_text.size() > 4096) return refuse("is longer than 4 KB");
        const auto whole = alternatives(0);
        if (m_problem) return refuse(m_problem);
        if (m_at < m_text.size()) return refuse("has a ) without its (");
        link(whole.end, add(Kind::Accept));
        m_pattern.m_start = whole.begin;
        if (!m_topChoice) m_pattern.m_prefix = literalPrefix();
        return std::move(m_pattern);
    }

private:
    using Kind = NamePattern::Kind;
    struct Fragment {
        std::uint32_t begin = 0, end = 0; // end: a Split state that goes on with `next`
    };

    tl::unexpected<Error> refuse(const char* why) const {
        return fail(ErrorCode::Unsupported, "the pattern {} {}", quotedName(m_text), why);
    }
    std::uint32_t add(Kind kind, std::uint32_t set = 0) {
        NamePattern::State state;
        state.kind = kind;
        state.set = set;
        m_pattern.m_states.push_back(state);
        const auto index = static_cast<std::uint32_t>(m_pattern.m_states.size() - 1);
        if (kind == Kind::Split) m_pattern.m_states[index].other = None;
        return index;
    }
    void link(std::uint32_t from, std::uint32_t to) { m_pattern.m_states[from].next = to; }
    void fork(std::uint32_t from, std::uint32_t to) { m_pattern.m_states[from].other = to; }
    bool more() const { return m_at < m_text.size() && !m_problem; }
    bool take(char c) {
        if (m_at >= m_text.size() || m_text[m_at] != c) return false;
        ++m_at;
        return true;
    }
    Fragment single(Kind kind, std::uint32_t set = 0) {
        const std::uint32_t state = add(kind, set);
        const std::uint32_t end = add(Kind::Split);
        link(state, end);
        return {state, end};
    }
    Fragment bytes(const std::bitset<256>& set) {
        m_pattern.m_sets.push_back(set);
        return single(Kind::Bytes, static_cast<std::uint32_t>(m_pattern.m_sets.size() - 1));
    }
    Fragment empty() {
        const std::uint32_t state = add(Kind::Split);
        return {state, state};
    }

    Fragment alternatives(int depth) {
        Fragment all = sequence(depth);
        while (more() && take('|')) {
            if (depth == 0) m_topChoice = true;
            const Fragment next = sequence(depth);
            const std::uint32_t fork_ = add(Kind::Split), end = add(Kind::Split);
            link(fork_, all.begin);
            fork(fork_, next.begin);
            link(all.end, end);
            link(next.end, end);
            all = {fork_, end};
        }
        return all;
    }
    Fragment sequence(int depth) {
        Fragment all = empty();
        while (more() && m_text[m_at] != '|' && m_text[m_at] != ')') {
            const Fragment next = repeated(depth);
            link(all.end, next.begin);
            all.end = next.end;
        }
        return all;
    }
    Fragment repeated(int depth) {
        const Fragment inner = atom(depth);
        if (m_at >= m_text.size()) return inner;
        const char sign = m_text[m_at];
        if (sign == '{') m_problem = "repeats a counted number of times";
        if (sign != '*' && sign != '+' && sign != '?') return inner;
        ++m_at;
        take('?'); // lazy: the same, as nobody asks what was matched
        if (m_at < m_text.size() && (m_text[m_at] == '*' || m_text[m_at] == '+'))
            m_problem = "repeats a repetition";
        const std::uint32_t choice = add(Kind::Split), end = add(Kind::Split);
        link(choice, inner.begin);
        fork(choice, end);
        link(inner.end, sign == '?' ? end : choice);
        return {sign == '+' ? inner.begin : choice, end};
    }
    Fragment atom(int depth) {
        const char c = m_text[m_at++];
        switch (c) {
        case '(':
            return group(depth);
        case '[':
            return bracket();
        case '.':
            return bytes(std::bitset<256>().set());
        case '^':
            return single(Kind::Begin);
        case '$':
            return single(Kind::End);
        case '\\':
            return bytes(escaped());
        case '*':
        case '+':
        case '?':
            m_problem = "repeats nothing";
            return empty();
        default:
            return bytes(one(c));
        }
    }
    Fragment group(int depth) {
        if (depth >= 32) {
            m_problem = "is nested too deeply";
            return empty();
        }
        if (take('?') && !take(':')) {
            m_problem = "uses look-around, flags or named groups";
            return empty();
        }
        const Fragment inner = alternatives(depth + 1);
        if (!m_problem && !take(')')) m_problem = "has a ( without its )";
        return inner;
    }
    Fragment bracket() {
        std::bitset<256> set;
        const bool negated = take('^');
        bool first = true;
        for (;; first = false) {
            if (m_at >= m_text.size()) {
                m_problem = "has a [ without its ]";
                return empty();
            }
            const char c = m_text[m_at++];
            if (c == ']' && !first) break;
            if (c == '\\') {
                set |= escaped();
                continue;
            }
            if (m_at + 1 < m_text.size() && m_text[m_at] == '-' && m_text[m_at + 1] != ']') {
                const auto low = static_cast<unsigned char>(c),
                           high = static_cast<unsigned char>(m_text[m_at + 1]);
                m_at += 2;
                for (unsigned b = low; b <= high; ++b) set.set(b);
                continue;
            }
            set |= one(c);
        }
        return bytes(negated ? ~set : set);
    }
    // What the expression spells out before its first sign.
    std::string literalPrefix() const {
        std::string prefix;
        for (std::size_t i = m_text.starts_with('^') ? 1 : 0; i < m_text.size(); ++i) {
            char c = m_text[i];
            const bool escape = c == '\\' && i + 1 < m_text.size();
            if (escape) c = m_text[i + 1];
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (escape ? letter : std::string_view("()[]{}.*+?^$|\\").find(c) != m_text.npos) break;
            const std::size_t after = i + (escape ? 2 : 1);
            if (after < m_text.size() && (m_text[after] == '*' || m_text[after] == '?')) break;
            prefix += c;
            i = after - 1;
        }
        return prefix;
    }
    static std::bitset<256> one(char c) {
        return std::bitset<256>().set(static_cast<unsigned char>(c));
    }
    std::bitset<256> escaped() {
        std::bitset<256> set;
        if (m_at >= m_text.size()) {
            m_problem = "ends with a backslash";
            return set;
        }
        const char c = m_text[m_at++];
        const auto range = [&](char low, char high) {
            for (char b = low; b <= high; ++b) set.set(static_cast<unsigned char>(b));
        };
        if (c == 'd' || c == 'w') range('0', '9');
        if (c == 'w') {
            range('a', 'z');
            range('A', 'Z');
            set.set('_');
        }
        if (c == 's')
            for (const char space : {' ', '\t', '\n', '\r', '\f', '\v'})
                set.set(static_cast<unsigned char>(space));
        if (set.any()) return set;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
            m_problem = "uses an escape that is not known here";
            return set;
        }
        return one(c);
    }

    static constexpr std::uint32_t None = UINT32_MAX;
    std::string_view m_text;
    std::size_t m_at = 0;
    const char* m_problem = nullptr;
    bool m_topChoice = false;
    NamePattern m_pattern;
};

Result<NamePattern> NamePattern::parse(std::string_view expression) {
    return PatternParser(expression).run();
}

// All states that can be reached are followed at once, so that no input makes it go back.
bool NamePattern::matches(std::string_view name) const {
    if (!name.starts_with(m_prefix)) return false;
    std::vector<std::uint32_t> now, next, pending;
    std::vector<std::size_t> seen(m_states.size(), SIZE_MAX); // the position a state was added at
    bool accepted = false;
    const auto follow = [&](std::vector<std::uint32_t>& to, std::uint32_t start, std::size_t at) {
        pending.assign(1, start);
        while (!pending.empty()) {
            const std::uint32_t index = pending.back();
            pending.pop_back();
            if (index >= m_states.size() || seen[index] == at) continue;
            seen[index] = at;
            const State& state = m_states[index];
            switch (state.kind) {
            case Kind::Accept:
                accepted = true;
                break;
            case Kind::Bytes:
                to.push_back(index);
                break;
            case Kind::Begin:
                if (at == 0) pending.push_back(state.next);
                break;
            case Kind::End:
                if (at == name.size()) pending.push_back(state.next);
                break;
            case Kind::Split:
                pending.push_back(state.next);
                pending.push_back(state.other);
                break;
            }
        }
    };
    follow(now, m_start, 0);
    for (std::size_t at = 0; at < name.size() && !accepted && !now.empty(); ++at) {
        next.clear();
        for (const std::uint32_t index : now)
            if (m_sets[m_states[index].set][static_cast<unsigned char>(name[at])])
                follow(next, m_states[index].next, at + 1);
        now.swap(next);
    }
    return accepted;
}

} // namespace bitsmith::packed
