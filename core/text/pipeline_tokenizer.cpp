#include "core/text/pipeline_tokenizer.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace bitsmith {

std::vector<TokenId> PipelineTokenizer::encode(std::string_view text, bool addSpecial) const {
    std::string replaced;
    if (!utf8::isValid(text)) text = replaced = utf8::replaceInvalid(text);
    std::vector<TokenId> ids;
    if (addSpecial) ids = m_parts.post.before;
    for (const TextPart& part : m_parts.added.raw().split(text)) {
        if (part.token)
            ids.push_back(*part.token);
        else
            encodePart(slice(text, part.range), part.range.begin == 0, ids);
    }
    if (addSpecial) ids.insert(ids.end(), m_parts.post.after.begin(), m_parts.post.after.end());
    return ids;
}

void PipelineTokenizer::encodePart(std::string_view raw, bool atStart,
                                   std::vector<TokenId>& ids) const {
    std::string text(raw);
    if (m_parts.normalizer) m_parts.normalizer->apply(text);
    for (const TextPart& part : m_parts.added.normalized().split(text)) {
        if (part.token) {
            ids.push_back(*part.token);
            continue;
        }
        const bool isWhole = part.range == TextRange{0, text.size()};
        Pieces pieces(isWhole ? std::move(text) : std::string(slice(text, part.range)),
                      atStart && part.range.begin == 0);
        if (m_parts.preTokenizer) m_parts.preTokenizer->apply(pieces);
        m_parts.model->encode(pieces, ids);
    }
}

const std::string* PipelineTokenizer::tokenText(TokenId id) const {
    if (const AddedToken* added = m_parts.added.find(id)) return &added->content;
    return m_parts.model->vocabulary().text(id);
}

std::string PipelineTokenizer::decode(std::span<const TokenId> ids, bool keepSpecial) const {
    std::vector<std::string> tokens;
    tokens.reserve(ids.size());
    for (const TokenId id : ids) {
        if (!keepSpecial && m_parts.added.isSpecial(id)) continue;
        if (const std::string* text = tokenText(id)) tokens.push_back(*text);
    }
    std::string out;
    if (m_parts.decoder) {
        m_parts.decoder->apply(tokens);
        for (const std::string& token : tokens) out += token;
    } else {
        for (std::size_t i = 0; i < tokens.size(); ++i)
            out.append(i > 0 ? " " : "").append(tokens[i]);
    }
    return utf8::isValid(out) ? out : utf8::replaceInvalid(out);
}

std::string PipelineTokenizer::tokenBytes(TokenId id) const {
    const std::string* text = tokenText(id);
    if (!text) return {};
    std::string token = *text;
    bool joined = false;
    if (m_parts.decoder)
        m_parts.decoder->applyInMiddle(token, joined);
    else
        token.insert(token.begin(), ' ');
    return token;
}

std::size_t PipelineTokenizer::vocabularySize() const {
    return std::max(m_parts.added.idLimit(), m_parts.model->vocabulary().idLimit());
}

} // namespace bitsmith
