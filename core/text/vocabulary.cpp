#include "core/text/vocabulary.h"

#include <algorithm>

namespace bitsmith {

Status Vocabulary::add(std::string text, std::int64_t id) {
    if (id < 0 || id > MaxId)
        return fail(ErrorCode::BadInput, "token '{}' has the id {}, outside 0..{}", text, id,
                    MaxId);
    const auto [place, isNew] = m_ids.try_emplace(std::move(text), static_cast<TokenId>(id));
    if (!isNew)
        return fail(ErrorCode::BadInput, "token '{}' appears twice, with the ids {} and {}",
                    place->first, place->second, id);
    return {};
}

Status Vocabulary::finish() {
    TokenId highest = -1;
    const std::string* last = nullptr;
    for (const auto& [text, id] : m_ids)
        if (id > highest) {
            highest = id;
            last = &text;
        }
    const std::size_t limit = static_cast<std::size_t>(highest) + 1;
    if (limit > 16 * m_ids.size() + (std::size_t{1} << 20))
        return fail(ErrorCode::BadInput,
                    "token '{}' has the id {}, far beyond the {} tokens there are", *last, highest,
                    m_ids.size());
    m_texts.assign(limit, nullptr);
    for (const auto& [text, id] : m_ids) {
        const std::string*& place = m_texts[static_cast<std::size_t>(id)];
        if (place)
            return fail(ErrorCode::BadInput, "tokens '{}' and '{}' have the same id {}",
                        std::min(*place, text), std::max(*place, text), id);
        place = &text;
    }
    return {};
}

TokenId Vocabulary::find(std::string_view text) const {
    const auto place = m_ids.find(text);
    return place == m_ids.end() ? None : place->second;
}

const std::string* Vocabulary::text(TokenId id) const {
    if (id < 0 || static_cast<std::size_t>(id) >= m_texts.size()) return nullptr;
    return m_texts[static_cast<std::size_t>(id)];
}

} // namespace bitsmith
