#include "core/text/pre_tokenizers.h"

#include "core/text/byte_level.h"
#include "core/text/pattern.h"
#include "core/text/split_behavior.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

#include <array>
#include <cassert>
#include <functional>

namespace bitsmith {

namespace {

using Find = std::function<std::vector<TextRange>(std::string_view)>;

// Cuts every piece on its own, so that nothing is seen across its ends.
class Splitter final : public PreTokenizer {
public:
    Splitter(Find find, SplitBehavior behavior, bool invert)
        : m_find(std::move(find)), m_behavior(behavior), m_invert(invert) {}
    void apply(Pieces& pieces) const override {
        std::vector<TextRange> out;
        out.reserve(pieces.ranges.size());
        for (const TextRange range : pieces.ranges)
            splitAtMatches(range.end - range.begin, m_find(slice(pieces.text, range)), m_behavior,
                           m_invert, range.begin, out);
        pieces.ranges = std::move(out);
    }

private:
    Find m_find;
    SplitBehavior m_behavior;
    bool m_invert;
};

// Single characters of a class, each a match.
Find characters(bool (*isMember)(char32_t)) {
    return [isMember](std::string_view text) {
        std::vector<TextRange> found;
        for (std::size_t i = 0; i < text.size();) {
            const utf8::Decoded next = utf8::decodeAt(text, i);
            if (isMember(next.codePoint)) found.push_back({i, i + next.length});
            i += next.length;
        }
        return found;
    };
}

Find matches(Pattern pattern) {
    auto shared = std::make_shared<const Pattern>(std::move(pattern));
    return [shared](std::string_view text) { return shared->findAll(text); };
}

PreTokenizerPtr splitter(Find find, SplitBehavior behavior, bool invert = false) {
    return std::make_unique<Splitter>(std::move(find), behavior, invert);
}

class Sequence final : public PreTokenizer {
public:
    explicit Sequence(std::vector<PreTokenizerPtr> steps) : m_steps(std::move(steps)) {}
    void apply(Pieces& pieces) const override {
        for (const auto& step : m_steps) step->apply(pieces);
    }

private:
    std::vector<PreTokenizerPtr> m_steps;
};

// Rewrites every piece: append(piece text, is it the first of the user's text, out).
template <class Append>
void rewrite(Pieces& pieces, Append&& append) {
    std::string text;
    text.reserve(pieces.text.size() + pieces.text.size() / 4);
    for (TextRange& range : pieces.ranges) {
        const std::size_t begin = text.size();
        append(slice(pieces.text, range), pieces.atStart && range.begin == 0, text);
        range = {begin, text.size()};
    }
    pieces.text = std::move(text);
}

class ByteLevel final : public PreTokenizer {
public:
    ByteLevel(bool addPrefixSpace, bool useRegex)
        : m_addPrefixSpace(addPrefixSpace),
          m_split(useRegex ? makeRegexPreTokenizer(Gpt2Regex) : nullptr) {}

    void apply(Pieces& pieces) const override {
        if (m_addPrefixSpace)
            rewrite(pieces, [](std::string_view piece, bool, std::string& out) {
                if (!piece.starts_with(' ')) out += ' ';
                out += piece;
            });
        if (m_split) m_split->apply(pieces);
        rewrite(pieces, [](std::string_view piece, bool, std::string& out) {
            for (const char c : piece) byte_level::appendByte(out, static_cast<unsigned char>(c));
        });
    }

private:
    bool m_addPrefixSpace;
    PreTokenizerPtr m_split;
};

enum class Prepend { Always, First, Never };

class Metaspace final : public PreTokenizer {
public:
    Metaspace(std::string mark, Prepend prepend, bool split)
        : m_mark(std::move(mark)), m_prepend(prepend), m_split(split) {}

    void apply(Pieces& pieces) const override {
        rewrite(pieces, [&](std::string_view piece, bool isFirst, std::string& out) {
            const bool marked = piece.starts_with(' ') || piece.starts_with(m_mark);
            if (!marked &&
                (m_prepend == Prepend::Always || (m_prepend == Prepend::First && isFirst)))
                out += m_mark;
            for (const char c : piece) {
                if (c == ' ')
                    out += m_mark;
                else
                    out += c;
            }
        });
        if (!m_split) return;
        std::vector<TextRange> out;
        const Pattern mark{m_mark};
        for (const TextRange range : pieces.ranges)
            splitAtMatches(range.end - range.begin, mark.findAll(slice(pieces.text, range)),
                           SplitBehavior::MergedWithNext, false, range.begin, out);
        pieces.ranges = std::move(out);
    }

private:
    std::string m_mark;
    Prepend m_prepend;
    bool m_split;
};

Result<PreTokenizerPtr> readMetaspace(const JsonPlace& place) {
    BITSMITH_TRY(const std::string mark, place.stringOr("replacement", "\u2581"));
    if (mark.empty()) return place.bad("'replacement' is empty");
    // Files written before prepend_scheme existed have add_prefix_space alone.
    BITSMITH_TRY(const bool addSpace, place.boolOr("add_prefix_space", true));
    BITSMITH_TRY(const std::string scheme,
                 place.stringOr("prepend_scheme", addSpace ? "always" : "never"));
    BITSMITH_TRY(const bool split, place.boolOr("split", true));
    if (scheme == "always") return std::make_unique<Metaspace>(mark, Prepend::Always, split);
    if (scheme == "first") return std::make_unique<Metaspace>(mark, Prepend::First, split);
    if (scheme == "never") return std::make_unique<Metaspace>(mark, Prepend::Never, split);
    return place.unsupported("prepend_scheme '{}' is not supported (always, first, never)", scheme);
}

Result<SplitBehavior> readBehavior(const JsonPlace& place, std::string_view otherwise) {
    BITSMITH_TRY(const std::string name, place.stringOr("behavior", std::string(otherwise)));
    if (name == "Removed") return SplitBehavior::Removed;
    if (name == "Isolated") return SplitBehavior::Isolated;
    if (name == "MergedWithPrevious") return SplitBehavior::MergedWithPrevious;
    if (name == "MergedWithNext") return SplitBehavior::MergedWithNext;
    if (name == "Contiguous") return SplitBehavior::Contiguous;
    return place.unsupported("the split behavior '{}' is not supported", name);
}

Result<PreTokenizerPtr> readSplit(const JsonPlace& place) {
    BITSMITH_TRY(const JsonPlace where, place.member("pattern"));
    BITSMITH_TRY(Pattern pattern, Pattern::read(where));
    BITSMITH_TRY(const SplitBehavior behavior, readBehavior(place, "Isolated"));
    BITSMITH_TRY(const bool invert, place.boolOr("invert", false));
    return splitter(matches(std::move(pattern)), behavior, invert);
}

Result<PreTokenizerPtr> readSequence(const JsonPlace& place) {
    BITSMITH_TRY(const JsonPlace list, place.member("pretokenizers"));
    BITSMITH_TRY(const std::vector<JsonPlace> items, list.items());
    std::vector<PreTokenizerPtr> steps;
    for (const JsonPlace& item : items) {
        BITSMITH_TRY(PreTokenizerPtr step, readPreTokenizer(item));
        steps.push_back(std::move(step));
    }
    return makeSequencePreTokenizer(std::move(steps));
}

// Runs of word characters, and runs of what is neither that nor white space.
std::vector<TextRange> findWords(std::string_view text) {
    std::vector<TextRange> found;
    int previous = 0; // 0: white space, 1: word, 2: other
    for (std::size_t i = 0; i < text.size();) {
        const utf8::Decoded next = utf8::decodeAt(text, i);
        const int kind = unicode::isWhitespace(next.codePoint)      ? 0
                         : unicode::isWordCharacter(next.codePoint) ? 1
                                                                    : 2;
        if (kind != 0 && kind == previous)
            found.back().end += next.length;
        else if (kind != 0)
            found.push_back({i, i + next.length});
        previous = kind;
        i += next.length;
    }
    return found;
}

} // namespace

PreTokenizerPtr makeByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) {
    return std::make_unique<ByteLevel>(addPrefixSpace, useRegex);
}

PreTokenizerPtr makeSequencePreTokenizer(std::vector<PreTokenizerPtr> steps) {
    return std::make_unique<Sequence>(std::move(steps));
}

PreTokenizerPtr makeRegexPreTokenizer(std::string_view regex) {
    auto compiled = Regex::compile(regex);
    assert(compiled && "a built-in regular expression must compile");
    return splitter(matches(Pattern(*std::move(compiled))), SplitBehavior::Isolated);
}

Result<PreTokenizerPtr> readPreTokenizer(const JsonPlace& place) {
    BITSMITH_TRY(const std::string type, place.type());
    if (type == "Sequence") return readSequence(place);
    if (type == "Split") return readSplit(place);
    if (type == "Metaspace") return readMetaspace(place);
    if (type == "ByteLevel") {
        BITSMITH_TRY(const bool addSpace, place.boolOr("add_prefix_space", true));
        BITSMITH_TRY(const bool useRegex, place.boolOr("use_regex", true));
        return makeByteLevelPreTokenizer(addSpace, useRegex);
    }
    if (type == "Digits") {
        BITSMITH_TRY(const bool each, place.boolOr("individual_digits", false));
        return splitter(characters(unicode::isNumeric),
                        each ? SplitBehavior::Isolated : SplitBehavior::Contiguous);
    }
    if (type == "Punctuation") {
        BITSMITH_TRY(const SplitBehavior behavior, readBehavior(place, "Isolated"));
        return splitter(characters(unicode::isPunctuation), behavior);
    }
    if (type == "Whitespace") return splitter(findWords, SplitBehavior::Removed, true);
    if (type == "WhitespaceSplit")
        return splitter(characters(unicode::isWhitespace), SplitBehavior::Removed);
    if (type == "BertPreTokenizer") {
        std::vector<PreTokenizerPtr> steps;
        steps.push_back(splitter(characters(unicode::isWhitespace), SplitBehavior::Removed));
        steps.push_back(splitter(characters(unicode::isPunctuation), SplitBehavior::Isolated));
        return makeSequencePreTokenizer(std::move(steps));
    }
    if (type == "CharDelimiterSplit") {
        BITSMITH_TRY(const JsonPlace where, place.member("delimiter"));
        BITSMITH_TRY(std::string delimiter, where.string());
        if (delimiter.empty()) return where.bad("'delimiter' is empty");
        return splitter(matches(Pattern(std::move(delimiter))), SplitBehavior::Removed);
    }
    return place.unsupported("the pre-tokenizer '{}' is not supported", type);
}

} // namespace bitsmith
