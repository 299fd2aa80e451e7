// Token texts and their ids, both ways.
#pragma once

#include "core/base/hash.h"
#include "core/base/result.h"
#include "core/text/tokenizer.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bitsmith {

class Vocabulary {
public:
    static constexpr TokenId None = -1;
    static constexpr std::int64_t MaxId = std::int64_t{1} << 26;

    // Errors (BadInput): id negative or beyond MaxId; the text or the id is already there.
    Status add(std::string text, std::int64_t id);
    // To call after the last add(). Errors (BadInput): ids with holes so large that a table of
    // them would be mostly empty.
    Status finish();

    TokenId find(std::string_view text) const; // None if absent
    // nullptr where no token has this id.
    const std::string* text(TokenId id) const;
    bool empty() const { return m_ids.empty(); }
    std::size_t count() const { return m_ids.size(); }
    std::size_t idLimit() const { return m_texts.size(); } // highest id + 1, after finish()

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return hash64(text); }
    };
    std::unordered_map<std::string, TokenId, Hash, std::equal_to<>> m_ids;
    std::vector<const std::string*> m_texts; // keys of m_ids, whose nodes do not move
};

} // namespace bitsmith
