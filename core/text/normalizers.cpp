#include "core/text/normalizers.h"

#include "core/text/byte_level.h"
#include "core/text/pattern.h"
#include "core/text/utf8.h"

#include <functional>
#include <vector>

namespace bitsmith {

namespace {

using Rewrite = std::function<void(std::string&)>;

class RewriteNormalizer final : public Normalizer {
public:
    explicit RewriteNormalizer(Rewrite rewrite) : m_rewrite(std::move(rewrite)) {}
    void apply(std::string& text) const override { m_rewrite(text); }

private:
    Rewrite m_rewrite;
};

std::unique_ptr<const Normalizer> make(Rewrite rewrite) {
    return std::make_unique<RewriteNormalizer>(std::move(rewrite));
}

template <class Keep>
std::string filtered(std::string_view text, Keep&& keep) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const utf8::Decoded next = utf8::decodeAt(text, i);
        if (keep(next.codePoint)) out.append(text.substr(i, next.length));
        i += next.length;
    }
    return out;
}

std::string stripped(std::string_view text, bool left, bool right) {
    std::size_t begin = text.size(), end = 0; // of what is not white space
    for (std::size_t i = 0; i < text.size();) {
        const utf8::Decoded next = utf8::decodeAt(text, i);
        if (!unicode::isWhitespace(next.codePoint)) {
            begin = std::min(begin, i);
            end = i + next.length;
        }
        i += next.length;
    }
    if (!left) begin = 0;
    if (!right) end = text.size();
    return begin < end ? std::string(text.substr(begin, end - begin)) : std::string();
}

bool isCjk(char32_t c) {
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
           (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F) ||
           (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

struct BertOptions {
    bool cleanText = true, spaceCjk = true, stripAccents = true, lowercase = true;
};

void bertNormalize(std::string& text, const BertOptions& options) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const utf8::Decoded next = utf8::decodeAt(text, i);
        i += next.length;
        char32_t c = next.codePoint;
        if (options.cleanText) {
            const bool blank = unicode::isWhitespace(c);
            const bool kept = c == '\t' || c == '\n' || c == '\r';
            if (c == 0 || c == 0xFFFD || (unicode::isControl(c) && !kept)) continue;
            if (blank) c = ' ';
        }
        if (options.spaceCjk && isCjk(c)) {
            out += ' ';
            utf8::append(out, c);
            out += ' ';
        } else {
            utf8::append(out, c);
        }
    }
    if (options.stripAccents)
        out = filtered(unicode::normalize(out, unicode::NormalForm::Nfd),
                       [](char32_t c) { return !unicode::isNonspacingMark(c); });
    text = options.lowercase ? unicode::toLower(out) : std::move(out);
}

Result<std::unique_ptr<const Normalizer>> readBert(const JsonPlace& place) {
    BertOptions options;
    BITSMITH_TRY(options.cleanText, place.boolOr("clean_text", true));
    BITSMITH_TRY(options.spaceCjk, place.boolOr("handle_chinese_chars", true));
    BITSMITH_TRY(options.lowercase, place.boolOr("lowercase", true));
    BITSMITH_TRY(options.stripAccents, place.boolOr("strip_accents", options.lowercase));
    return make([options](std::string& text) { bertNormalize(text, options); });
}

Result<std::unique_ptr<const Normalizer>> readReplace(const JsonPlace& place) {
    BITSMITH_TRY(const JsonPlace where, place.member("pattern"));
    BITSMITH_TRY(Pattern read, Pattern::read(where));
    BITSMITH_TRY(const JsonPlace with, place.member("content"));
    BITSMITH_TRY(std::string content, with.string());
    auto pattern = std::make_shared<const Pattern>(std::move(read));
    return make([pattern, content](std::string& text) {
        const std::vector<TextRange> found = pattern->findAll(text);
        if (found.empty() || text.empty()) return;
        std::string out;
        out.reserve(text.size() + found.size() * content.size());
        std::size_t done = 0;
        for (const TextRange match : found) {
            out.append(text, done, match.begin - done);
            out += content;
            done = match.end;
        }
        out.append(text, done);
        text = std::move(out);
    });
}

Result<std::unique_ptr<const Normalizer>> readSequence(const JsonPlace& place) {
    BITSMITH_TRY(const JsonPlace list, place.member("normalizers"));
    BITSMITH_TRY(const std::vector<JsonPlace> items, list.items());
    auto steps = std::make_shared<std::vector<std::unique_ptr<const Normalizer>>>();
    for (const JsonPlace& item : items) {
        BITSMITH_TRY(auto step, readNormalizer(item));
        steps->push_back(std::move(step));
    }
    return make([steps](std::string& text) {
        for (const auto& step : *steps) step->apply(text);
    });
}

} // namespace

std::unique_ptr<const Normalizer> makeUnicodeNormalizer(unicode::NormalForm form) {
    return make([form](std::string& text) { text = unicode::normalize(text, form); });
}

Result<std::unique_ptr<const Normalizer>> readNormalizer(const JsonPlace& place) {
    using unicode::NormalForm;
    BITSMITH_TRY(const std::string type, place.type());
    if (type == "Sequence") return readSequence(place);
    if (type == "NFC") return makeUnicodeNormalizer(NormalForm::Nfc);
    if (type == "NFD") return makeUnicodeNormalizer(NormalForm::Nfd);
    if (type == "NFKC") return makeUnicodeNormalizer(NormalForm::Nfkc);
    if (type == "NFKD") return makeUnicodeNormalizer(NormalForm::Nfkd);
    if (type == "Replace") return readReplace(place);
    if (type == "BertNormalizer") return readBert(place);
    if (type == "Lowercase") return make([](std::string& text) { text = unicode::toLower(text); });
    if (type == "ByteLevel")
        return make([](std::string& text) { text = byte_level::toAlphabet(text); });
    if (type == "StripAccents")
        return make([](std::string& text) {
            text = filtered(text, [](char32_t c) { return !unicode::isMark(c); });
        });
    if (type == "Strip") {
        BITSMITH_TRY(const bool left, place.boolOr("strip_left", true));
        BITSMITH_TRY(const bool right, place.boolOr("strip_right", true));
        return make([left, right](std::string& text) { text = stripped(text, left, right); });
    }
    if (type == "Prepend") {
        BITSMITH_TRY(const JsonPlace what, place.member("prepend"));
        BITSMITH_TRY(const std::string prefix, what.string());
        return make([prefix](std::string& text) {
            if (!text.empty()) text.insert(0, prefix);
        });
    }
    return place.unsupported("the normalizer '{}' is not supported", type);
}

} // namespace bitsmith
