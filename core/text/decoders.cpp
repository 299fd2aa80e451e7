#include "core/text/decoders.h"

#include "core/text/byte_level.h"
#include "core/text/pattern.h"
#include "core/text/utf8.h"

#include <charconv>
#include <functional>
#include <optional>

namespace bitsmith {

namespace {

// A step that treats each token by itself; isEdge: this is the first token of the text.
class PerToken final : public Decoder {
public:
    using Change = std::function<void(std::string& token, bool isFirst)>;
    explicit PerToken(Change change) : m_change(std::move(change)) {}
    void apply(std::vector<std::string>& tokens) const override {
        for (std::size_t i = 0; i < tokens.size(); ++i) m_change(tokens[i], i == 0);
    }
    void applyInMiddle(std::string& token, bool&) const override { m_change(token, false); }

private:
    Change m_change;
};

std::string joined(const std::vector<std::string>& tokens) {
    std::string out;
    for (const std::string& token : tokens) out += token;
    return out;
}

class Fuse final : public Decoder {
public:
    void apply(std::vector<std::string>& tokens) const override { tokens = {joined(tokens)}; }
    void applyInMiddle(std::string&, bool& isJoined) const override { isJoined = true; }
};

class ByteLevel final : public Decoder {
public:
    void apply(std::vector<std::string>& tokens) const override {
        std::string bytes;
        for (const std::string& token : tokens) bytes += byte_level::toBytes(token);
        tokens = {utf8::replaceInvalid(bytes)};
    }
    void applyInMiddle(std::string& token, bool&) const override {
        token = byte_level::toBytes(token);
    }
};

// The byte of a token such as <0x0A>.
std::optional<char> byteOf(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token.back() != '>') return std::nullopt;
    unsigned value = 0;
    const char* end = token.data() + 5;
    const auto [stop, error] = std::from_chars(token.data() + 3, end, value, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    return static_cast<char>(value);
}

class ByteFallback final : public Decoder {
public:
    // A run of byte tokens is one text, or one U+FFFD per byte where it is not valid.
    void apply(std::vector<std::string>& tokens) const override {
        std::vector<std::string> out;
        std::string run;
        const auto flush = [&] {
            if (run.empty()) return;
            if (utf8::isValid(run)) {
                out.push_back(run);
            } else {
                for (std::size_t i = 0; i < run.size(); ++i) out.emplace_back("\uFFFD");
            }
            run.clear();
        };
        for (std::string& token : tokens) {
            if (const auto byte = byteOf(token)) {
                run += *byte;
                continue;
            }
            flush();
            out.push_back(std::move(token));
        }
        flush();
        tokens = std::move(out);
    }
    void applyInMiddle(std::string& token, bool&) const override {
        if (const auto byte = byteOf(token)) token = std::string(1, *byte);
    }
};

class Strip final : public Decoder {
public:
    Strip(std::string content, std::size_t start, std::size_t stop)
        : m_content(std::move(content)), m_start(start), m_stop(stop) {}
    void apply(std::vector<std::string>& tokens) const override {
        for (std::string& token : tokens) strip(token);
    }
    void applyInMiddle(std::string& token, bool& isJoined) const override {
        if (!isJoined) strip(token);
    }

private:
    void strip(std::string& token) const {
        std::size_t begin = 0, end = token.size();
        for (std::size_t i = 0;
             i < m_start && token.compare(begin, m_content.size(), m_content) == 0; ++i)
            begin += m_content.size();
        for (std::size_t i = 0;
             i < m_stop && end >= begin + m_content.size() &&
             token.compare(end - m_content.size(), m_content.size(), m_content) == 0;
             ++i)
            end -= m_content.size();
        token = token.substr(begin, end - begin);
    }
    std::string m_content;
    std::size_t m_start, m_stop;
};

class Sequence final : public Decoder {
public:
    explicit Sequence(std::vector<DecoderPtr> steps) : m_steps(std::move(steps)) {}
    void apply(std::vector<std::string>& tokens) const override {
        for (const auto& step : m_steps) step->apply(tokens);
    }
    void applyInMiddle(std::string& token, bool& isJoined) const override {
        for (const auto& step : m_steps) step->applyInMiddle(token, isJoined);
    }

private:
    std::vector<DecoderPtr> m_steps;
};

void replaceAll(std::string& text, const std::vector<TextRange>& found, std::string_view with) {
    if (found.empty() || text.empty()) return;
    std::string out;
    std::size_t done = 0;
    for (const TextRange match : found) {
        out.append(text, done, match.begin - done).append(with);
        done = match.end;
    }
    text = out.append(text, done);
}

DecoderPtr perToken(PerToken::Change change) {
    return std::make_unique<PerToken>(std::move(change));
}

Result<DecoderPtr> readMetaspace(const JsonPlace& place) {
    BITSMITH_TRY(const std::string mark, place.stringOr("replacement", "\u2581"));
    if (mark.empty()) return place.bad("'replacement' is empty");
    BITSMITH_TRY(const bool addSpace, place.boolOr("add_prefix_space", true));
    BITSMITH_TRY(const std::string scheme,
                 place.stringOr("prepend_scheme", addSpace ? "always" : "never"));
    const bool dropsFirst = scheme != "never";
    const auto find = std::make_shared<const Pattern>(mark);
    return perToken([find, mark, dropsFirst](std::string& token, bool isFirst) {
        replaceAll(token, find->findAll(token), isFirst && dropsFirst ? "" : " ");
    });
}

// Spaces that English writing does not have in front of punctuation and contractions.
void cleanUp(std::string& text) {
    static constexpr std::pair<std::string_view, std::string_view> Rules[] = {
        {" .", "."},   {" ?", "?"},     {" !", "!"},    {" ,", ","},
        {" ' ", "'"},  {" n't", "n't"}, {" 'm", "'m"},  {" do not", " don't"},
        {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
    for (const auto& [from, to] : Rules)
        replaceAll(text, Pattern(std::string(from)).findAll(text), to);
}

Result<DecoderPtr> readWordPiece(const JsonPlace& place) {
    BITSMITH_TRY(const std::string prefix, place.stringOr("prefix", "##"));
    BITSMITH_TRY(const bool cleanup, place.boolOr("cleanup", true));
    return perToken([prefix, cleanup](std::string& token, bool isFirst) {
        if (!isFirst) {
            if (token.starts_with(prefix))
                token.erase(0, prefix.size());
            else
                token.insert(token.begin(), ' ');
        }
        if (cleanup) cleanUp(token);
    });
}

Result<DecoderPtr> readStrip(const JsonPlace& place) {
    BITSMITH_TRY(const std::string content, place.stringOr("content", " "));
    if (content.empty()) return place.bad("'content' is empty");
    std::size_t counts[2] = {0, 0};
    for (int i = 0; i < 2; ++i) {
        const auto count = place.find(i == 0 ? "start" : "stop");
        if (!count) continue;
        BITSMITH_TRY(const std::int64_t value, count->integer());
        if (value < 0) return count->bad("the count {} is negative", value);
        counts[i] = static_cast<std::size_t>(value);
    }
    return std::make_unique<Strip>(content, counts[0], counts[1]);
}

Result<DecoderPtr> readReplace(const JsonPlace& place) {
    BITSMITH_TRY(const JsonPlace where, place.member("pattern"));
    BITSMITH_TRY(Pattern read, Pattern::read(where));
    BITSMITH_TRY(const std::string content, place.stringOr("content", ""));
    const auto pattern = std::make_shared<const Pattern>(std::move(read));
    return perToken([pattern, content](std::string& token, bool) {
        replaceAll(token, pattern->findAll(token), content);
    });
}

Result<DecoderPtr> readSequence(const JsonPlace& place) {
    BITSMITH_TRY(const JsonPlace list, place.member("decoders"));
    BITSMITH_TRY(const std::vector<JsonPlace> items, list.items());
    std::vector<DecoderPtr> steps;
    for (const JsonPlace& item : items) {
        BITSMITH_TRY(DecoderPtr step, readDecoder(item));
        steps.push_back(std::move(step));
    }
    return std::make_unique<Sequence>(std::move(steps));
}

} // namespace

DecoderPtr makeByteLevelDecoder() { return std::make_unique<ByteLevel>(); }

Result<DecoderPtr> readDecoder(const JsonPlace& place) {
    BITSMITH_TRY(const std::string type, place.type());
    if (type == "ByteLevel") return makeByteLevelDecoder();
    if (type == "ByteFallback") return std::make_unique<ByteFallback>();
    if (type == "Fuse") return std::make_unique<Fuse>();
    if (type == "Strip") return readStrip(place);
    if (type == "Replace") return readReplace(place);
    if (type == "Metaspace") return readMetaspace(place);
    if (type == "WordPiece") return readWordPiece(place);
    if (type == "Sequence") return readSequence(place);
    return place.unsupported("the decoder '{}' is not supported", type);
}

} // namespace bitsmith
