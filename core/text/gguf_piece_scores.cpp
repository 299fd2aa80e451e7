#include "core/text/gguf_piece_scores.h"

#include "core/text/bpe.h"
#include "core/text/sentencepiece_model.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bitsmith {

namespace {

using nlohmann::json;

// All ways to cut a token into two tokens must be merges.
bool hasOnlyMerges(const Vocabulary& words, const MergeList& merges) {
    std::vector<std::pair<TokenId, TokenId>> known;
    known.reserve(merges.size());
    for (const auto& [left, right] : merges)
        known.emplace_back(words.find(left), words.find(right));
    std::ranges::sort(known);
    for (std::size_t id = 0; id < words.idLimit(); ++id) {
        const std::string* text = words.text(static_cast<TokenId>(id));
        constexpr std::size_t Longest = 256; // of a sound token; bounds the work
        if (!text || text->size() > Longest) continue;
        for (std::size_t at = utf8::lengthOf((*text)[0]); at < text->size();
             at += utf8::lengthOf((*text)[at])) {
            const TokenId left = words.find(std::string_view(*text).substr(0, at));
            if (left == Vocabulary::None) continue;
            const TokenId right = words.find(std::string_view(*text).substr(at));
            if (right != Vocabulary::None &&
                !std::ranges::binary_search(known, std::pair(left, right)))
                return false;
        }
    }
    return true;
}

} // namespace

bool scorePieces(const Vocabulary& words, const MergeList& merges, GgufVocabulary& vocabulary) {
    const auto idOf = [](TokenId id) { return static_cast<std::size_t>(id); };
    std::vector<std::size_t> lastRank(words.idLimit(), merges.size());
    bool same = true;
    for (std::size_t rank = 0; rank < merges.size(); ++rank) {
        const TokenId id = words.find(merges[rank].first + merges[rank].second);
        if (id == Vocabulary::None) continue; // the loader has complained
        std::size_t& last = lastRank[idOf(id)];
        if (last == merges.size())
            vocabulary.scores[idOf(id)] = -static_cast<float>(rank);
        else if (last + 1 != rank)
            same = false;
        last = rank;
    }
    for (int byte = 0; byte < 256; ++byte)
        if (const TokenId id = words.find(byteToken(static_cast<unsigned char>(byte)));
            id != Vocabulary::None)
            vocabulary.types[idOf(id)] = GgufTokenType::Byte;
    return hasOnlyMerges(words, merges) && same;
}

bool isPlainPieceText(const json& document) {
    const auto member = [](const json& object, const char* name) {
        return object.is_object() && object.contains(name) ? object[name] : json();
    };
    const json normalizer = member(document, "normalizer");
    json steps = json::array();
    if (member(normalizer, "normalizers").is_array())
        steps = member(normalizer, "normalizers");
    else if (!normalizer.is_null())
        steps.push_back(normalizer);
    for (const json& step : steps) {
        const bool prepends =
            member(step, "type") == "Prepend" && member(step, "prepend") == SpaceMark;
        const bool marks = member(step, "type") == "Replace" &&
                           member(member(step, "pattern"), "String") == " " &&
                           member(step, "content") == SpaceMark;
        if (!prepends && !marks) return false;
    }
    const json cut = member(document, "pre_tokenizer");
    return cut.is_null() || member(cut, "type") == "Metaspace";
}

} // namespace bitsmith
