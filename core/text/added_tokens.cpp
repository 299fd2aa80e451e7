#include "core/text/added_tokens.h"

#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace bitsmith {

namespace {

char32_t lastCharacter(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    return utf8::decodeAt(text, at).codePoint;
}

bool standsAlone(std::string_view text, TextRange range) {
    const bool wordBefore =
        range.begin > 0 && unicode::isWordCharacter(lastCharacter(text.substr(0, range.begin)));
    const bool wordBehind = range.end < text.size() &&
                            unicode::isWordCharacter(utf8::decodeAt(text, range.end).codePoint);
    return !wordBefore && !wordBehind;
}

std::size_t skipSpaceBack(std::string_view text, std::size_t end, std::size_t stop) {
    while (end > stop) {
        const char32_t c = lastCharacter(text.substr(0, end));
        if (!unicode::isWhitespace(c)) break;
        end -= utf8::encode(c).size();
    }
    return std::max(end, stop);
}

std::size_t skipSpace(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const utf8::Decoded next = utf8::decodeAt(text, at);
        if (!unicode::isWhitespace(next.codePoint)) break;
        at += next.length;
    }
    return at;
}

} // namespace

void TokenFinder::add(std::string_view text, const AddedToken& token) {
    if (text.empty()) return;
    std::size_t node = 0;
    for (const char c : text) {
        const auto [place, isNew] = m_nodes[node].next.try_emplace(c, m_nodes.size());
        node = place->second;
        if (isNew) m_nodes.emplace_back();
    }
    if (m_nodes[node].token >= 0) return; // two normalize to the same text: the first one stays
    m_nodes[node].token = static_cast<int>(m_tokens.size());
    m_tokens.push_back(token);
}

std::optional<TokenFinder::Match> TokenFinder::matchAt(std::string_view text,
                                                       std::size_t at) const {
    std::optional<Match> best;
    std::size_t node = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
        const auto next = m_nodes[node].next.find(text[i]);
        if (next == m_nodes[node].next.end()) break;
        node = next->second;
        if (const int token = m_nodes[node].token; token >= 0)
            best = {{at, i + 1}, &m_tokens[static_cast<std::size_t>(token)]};
    }
    return best;
}

std::vector<TextPart> TokenFinder::split(std::string_view text) const {
    std::vector<TextPart> parts;
    std::size_t done = 0; // up to here the text is in parts
    std::string firstBytes;
    for (const auto& [byte, node] : m_nodes[0].next) firstBytes += byte;
    for (std::size_t at = 0; !m_tokens.empty();) {
        at = firstBytes.size() == 1 ? text.find(firstBytes[0], at)
                                    : text.find_first_of(firstBytes, at);
        if (at == std::string_view::npos) break;
        const auto match = matchAt(text, at);
        if (!match) {
            ++at;
            continue;
        }
        at = match->range.end;
        if (match->token->singleWord && !standsAlone(text, match->range)) continue;
        TextRange range = match->range;
        if (match->token->lstrip) range.begin = skipSpaceBack(text, range.begin, done);
        if (match->token->rstrip) range.end = skipSpace(text, range.end);
        if (done < range.begin) parts.push_back({{done, range.begin}, std::nullopt});
        parts.push_back({range, match->token->id});
        done = range.end;
    }
    if (done < text.size()) parts.push_back({{done, text.size()}, std::nullopt});
    return parts;
}

Status AddedTokens::add(AddedToken token, std::int64_t id, const Vocabulary& vocabulary) {
    if (token.content.empty()) return {};
    if (token.content.size() > MaxContentBytes)
        return fail(ErrorCode::BadInput, "an added token of {} bytes (at most {} are read)",
                    token.content.size(), MaxContentBytes);
    if (id < 0 || id > Vocabulary::MaxId)
        return fail(ErrorCode::BadInput, "added token '{}' has the id {}, outside 0..{}",
                    token.content, id, Vocabulary::MaxId);
    token.id = static_cast<TokenId>(id);
    if (const TokenId known = vocabulary.find(token.content); known != Vocabulary::None) {
        token.id = known;
    } else if (const std::string* other = vocabulary.text(token.id)) {
        return fail(ErrorCode::BadInput, "added token '{}' has the id {} of the token '{}'",
                    token.content, id, *other);
    }
    const auto place = m_tokens.find(token.id);
    if (place != m_tokens.end() && place->second.content != token.content)
        return fail(ErrorCode::BadInput, "added tokens '{}' and '{}' have the same id {}",
                    place->second.content, token.content, id);
    m_ids[token.content] = token.id;
    m_tokens[token.id] = std::move(token);
    return {};
}

void AddedTokens::finish(const Normalizer* normalizer) {
    m_raw = {};
    m_normalized = {};
    for (const auto& [id, token] : m_tokens) {
        if (!token.normalized) {
            m_raw.add(token.content, token);
            continue;
        }
        std::string text = token.content;
        if (normalizer) normalizer->apply(text);
        m_normalized.add(text, token);
    }
}

const AddedToken* AddedTokens::find(TokenId id) const {
    const auto place = m_tokens.find(id);
    return place == m_tokens.end() ? nullptr : &place->second;
}

std::optional<TokenId> AddedTokens::find(std::string_view content) const {
    const auto place = m_ids.find(content);
    if (place == m_ids.end()) return std::nullopt;
    return place->second;
}

bool AddedTokens::isSpecial(TokenId id) const {
    const AddedToken* token = find(id);
    return token && token->special;
}

std::size_t AddedTokens::idLimit() const {
    return m_tokens.empty() ? 0 : static_cast<std::size_t>(m_tokens.rbegin()->first) + 1;
}

} // namespace bitsmith
