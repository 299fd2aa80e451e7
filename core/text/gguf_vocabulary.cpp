// From the tokenizer files of a folder to the vocabulary that a GGUF holds.
#include "core/text/gguf_vocabulary.h"

#include "core/base/message.h"
#include "core/text/bpe.h"
#include "core/text/gguf_cuts.h"
#include "core/text/gguf_piece_scores.h"
#include "core/text/loaders.h"
#include "core/text/sentencepiece_model.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bitsmith {

namespace {

using nlohmann::json;

constexpr std::size_t MaxFile = std::size_t{256} << 20;
constexpr float AddedScore = -1000, PaddingScore = -10000;

struct Sources {
    const TextFiles& files;
    TokenizerConfig config;
    const Tokenizer* tokenizer;
};

// Puts a token at its id; gaps are filled by pad().
void place(GgufVocabulary& v, std::size_t id, std::string text, GgufTokenType type, float score) {
    if (v.tokens.size() <= id) {
        v.tokens.resize(id + 1);
        v.types.resize(id + 1, GgufTokenType::Unused);
        v.scores.resize(id + 1, PaddingScore);
    }
    v.tokens[id] = std::move(text);
    v.types[id] = type;
    v.scores[id] = score;
}

void placeAdded(GgufVocabulary& v, const AddedToken& token, std::int64_t id) {
    if (id < 0 || id >= Vocabulary::MaxId) return; // the loader has complained
    place(v, static_cast<std::size_t>(id), token.content,
          token.special ? GgufTokenType::Control : GgufTokenType::UserDefined, AddedScore);
}

Status pad(GgufVocabulary& v, std::size_t size) {
    if (v.tokens.size() > size)
        return fail(
            ErrorCode::BadInput,
            "the tokenizer has {} tokens but the model's embedding has {} rows. They belong "
            "to different models",
            v.tokens.size(), size);
    v.tokens.resize(size);
    v.types.resize(size, GgufTokenType::Unused);
    v.scores.resize(size, PaddingScore);
    for (std::size_t id = 0; id < size; ++id)
        if (v.tokens[id].empty()) {
            v.tokens[id] = fmt::format("[PAD{}]", id);
            v.types[id] = GgufTokenType::Unused;
        }
    return {};
}

// tokenizer.model
Status fromPieces(const Sources& from, GgufVocabulary& v) {
    BITSMITH_TRY(const std::string bytes, from.files.read("tokenizer.model", MaxFile));
    BITSMITH_TRY(const SentencePieceModel model, readSentencePieceModel(bytes));
    BITSMITH_TRY(std::vector<SentencePiece> pieces, readSentencePieces(bytes));
    constexpr int ByPairs = 2;
    if (model.modelType != ByPairs)
        return fail(ErrorCode::Unsupported,
                    "{}: a SentencePiece model of the kind '{}' has no form in GGUF that Bitsmith "
                    "writes (byte pairs have)",
                    from.files.place("tokenizer.model"),
                    model.modelType == 1   ? "Unigram"
                    : model.modelType == 3 ? "words"
                                           : "characters");
    v.model = "llama";
    v.pre = "default";
    v.addSpacePrefix = model.addDummyPrefix;
    if (model.hasCharacterMap || model.trimsSpaces || model.spaceAsSuffix)
        v.warnings.emplace_back(
            "tokenizer.model rewrites texts before it cuts them (characters or spaces); llama.cpp "
            "does not, its tokens may differ"_message());
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        const int kind = std::clamp(pieces[id].kind, 1, 6);
        place(v, id, std::move(pieces[id].text), static_cast<GgufTokenType>(kind),
              pieces[id].score);
        if (kind == static_cast<int>(GgufTokenType::Unknown))
            v.unknown = static_cast<std::uint32_t>(id);
    }
    for (const auto& [id, token] : from.config.added)
        if (id >= static_cast<std::int64_t>(pieces.size())) placeAdded(v, token, id);
    return {};
}

void placeWords(GgufVocabulary& v, const Vocabulary& words) {
    for (std::size_t id = 0; id < words.idLimit(); ++id)
        if (const std::string* text = words.text(static_cast<TokenId>(id)))
            place(v, id, *text, GgufTokenType::Normal, 0);
}

void placeMerges(GgufVocabulary& v, const MergeList& merges) {
    v.merges.reserve(merges.size());
    for (const auto& [left, right] : merges) v.merges.push_back(left + " " + right);
}

void warnOfCut(GgufVocabulary& v, std::string_view what) {
    v.warnings.push_back("{}; llama.cpp may cut texts into other tokens"_message(what));
}

// vocab.json and merges.txt
Status fromVocabularyAndMerges(const Sources& from, GgufVocabulary& v) {
    BITSMITH_TRY(const json document, readJsonFile(from.files, "vocab.json"));
    BITSMITH_TRY(const Vocabulary words,
                 readVocabulary(JsonPlace(document, from.files.place("vocab.json"))));
    BITSMITH_TRY(const MergeList merges, readMergesFile(from.files));
    v.model = "gpt2";
    v.pre = from.config.tokenizerClass == "Qwen2Tokenizer" ? "qwen2" : "gpt-2";
    if (from.config.addPrefixSpace)
        warnOfCut(v, "the tokenizer puts a space in front of a text"_message());
    placeWords(v, words);
    placeMerges(v, merges);
    for (const auto& [role, token] : from.config.special)
        if (const TokenId id = words.find(token.content); id != Vocabulary::None)
            v.types[static_cast<std::size_t>(id)] = GgufTokenType::Control;
    for (const auto& [id, token] : from.config.added) placeAdded(v, token, id);
    return {};
}

bool mentions(const json& part, std::string_view type) {
    if (part.is_array())
        return std::ranges::any_of(part, [&](const json& p) { return mentions(p, type); });
    if (!part.is_object()) return false;
    const auto own = part.find("type");
    if (own != part.end() && *own == type) return true;
    for (const char* list : {"pretokenizers", "decoders", "normalizers"})
        if (part.contains(list) && mentions(part[list], type)) return true;
    return false;
}

json member(const json& object, const char* name) {
    const auto place = object.find(name);
    return place == object.end() ? json() : *place;
}

Status chooseCut(const json& document, bool ignoreMerges, GgufVocabulary& v) {
    const json normalizer = member(document, "normalizer");
    if (!normalizer.is_null() && member(normalizer, "type") != "NFC")
        warnOfCut(v, "the tokenizer rewrites texts before it cuts them"_message());
    const json preTokenizer = member(document, "pre_tokenizer");
    const GgufCut* cut = recognizeCut(preTokenizer, ignoreMerges);
    if (!cut) {
        cut = recognizeCut(preTokenizer, !ignoreMerges);
        warnOfCut(
            v, cut ? "whether whole pieces that are tokens skip the merges has no name in GGUF for "
                     "this tokenizer"_message()
                   : "the tokenizer's way to cut texts has no name in GGUF"_message());
    }
    v.pre = cut ? cut->name : "default";
    return {};
}

// tokenizer.json
Status fromJson(const Sources& from, GgufVocabulary& v) {
    BITSMITH_TRY(const json document, readJsonFile(from.files, "tokenizer.json"));
    const JsonPlace root(document, from.files.place("tokenizer.json"));
    BITSMITH_TRY(const JsonPlace model, root.member("model"));
    BITSMITH_TRY(const std::string type, model.stringOr("type", "BPE"));
    BITSMITH_TRY(const bool byteFallback, model.boolOr("byte_fallback", false));
    const bool isByteLevel = mentions(member(document, "pre_tokenizer"), "ByteLevel");
    if (type != "BPE" || (!isByteLevel && !byteFallback))
        return model.unsupported(
            "GGUF has no form for a tokenizer of this kind ({}): byte-level byte pairs and "
            "SentencePiece byte pairs have one",
            type == "BPE" ? "byte pairs of characters" : type);
    for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        BITSMITH_TRY(const std::string text, model.stringOr(affix, ""));
        if (!text.empty()) return model.unsupported("GGUF has no form for '{}'", affix);
    }
    BITSMITH_TRY(const JsonPlace vocabulary, model.member("vocab"));
    BITSMITH_TRY(const Vocabulary words, readVocabulary(vocabulary));
    BITSMITH_TRY(const JsonPlace list, model.member("merges"));
    BITSMITH_TRY(const MergeList merges, readMerges(list));
    placeWords(v, words);
    if (isByteLevel) {
        v.model = "gpt2";
        placeMerges(v, merges);
        BITSMITH_TRY(const bool ignoreMerges, model.boolOr("ignore_merges", false));
        BITSMITH_CHECK(chooseCut(document, ignoreMerges, v));
    } else {
        v.model = "llama";
        v.pre = "default";
        const bool same = scorePieces(words, merges, v);
        const std::string prefix =
            from.tokenizer->tokenBytes(from.tokenizer->encode("a", false).at(0));
        v.addSpacePrefix = prefix.starts_with(' ');
        if (!same || !isPlainPieceText(document))
            warnOfCut(v, "tokenizer.json cuts texts in a way that its GGUF form cannot "
                         "say exactly"_message());
        BITSMITH_TRY(const std::string unknown, model.stringOr("unk_token", ""));
        if (const TokenId id = words.find(unknown); id != Vocabulary::None) {
            v.types[static_cast<std::size_t>(id)] = GgufTokenType::Unknown;
            v.unknown = static_cast<std::uint32_t>(id);
        }
    }
    const auto added = root.find("added_tokens");
    if (!added) return {};
    BITSMITH_TRY(const std::vector<JsonPlace> items, added->items());
    for (const JsonPlace& item : items) {
        BITSMITH_TRY(const AddedToken token, readAddedToken(item, {}));
        BITSMITH_TRY(const JsonPlace idPlace, item.member("id"));
        BITSMITH_TRY(std::int64_t id, idPlace.integer());
        if (const TokenId known = words.find(token.content); known != Vocabulary::None) id = known;
        if (v.unknown && id == *v.unknown) continue;
        placeAdded(v, token, id);
    }
    return {};
}

// The first token id under a key of config.json, which may be a list.
std::optional<std::uint32_t> idIn(const json& config, const char* key) {
    json id = member(config, key);
    if (id.is_array() && !id.empty()) id = json(id[0]);
    if (!id.is_number_unsigned() || id.get<std::uint64_t>() > 0x7FFFFFFF) return std::nullopt;
    return id.get<std::uint32_t>();
}

Status findMarks(const Sources& from, GgufVocabulary& v) {
    json config;
    if (from.files.has("config.json")) {
        BITSMITH_TRY(config, readJsonFile(from.files, "config.json"));
    }
    const auto mark = [&](std::optional<TokenId> known, const char* key) {
        if (known) return std::optional(static_cast<std::uint32_t>(*known));
        const auto id = idIn(config, key);
        return id && *id < v.tokens.size() ? id : std::nullopt;
    };
    v.begin = mark(from.tokenizer->beginToken(), "bos_token_id");
    v.end = mark(from.tokenizer->endToken(), "eos_token_id");
    const auto role = [&](const char* name) -> std::optional<std::uint32_t> {
        const std::string text = from.config.specialText(name);
        const auto found = std::ranges::find(v.tokens, text);
        if (text.empty() || found == v.tokens.end()) return std::nullopt;
        return static_cast<std::uint32_t>(found - v.tokens.begin());
    };
    v.padding = role("pad_token");
    if (!v.unknown) v.unknown = role("unk_token");

    // What the tokenizer puts around a text, as it does it.
    const std::vector<TokenId> bare = from.tokenizer->encode("a", false);
    const std::vector<TokenId> whole = from.tokenizer->encode("a", true);
    const auto inner = std::ranges::search(whole, bare);
    const std::vector<TokenId> before(whole.begin(), inner.begin());
    const std::vector<TokenId> after(inner.end(), whole.end());
    const auto isOnly = [](const std::vector<TokenId>& ids, std::optional<std::uint32_t> id) {
        return ids.size() == 1 && id && ids[0] == static_cast<TokenId>(*id);
    };
    v.addBegin = isOnly(before, v.begin);
    v.addEnd = isOnly(after, v.end);
    if ((!before.empty() && !*v.addBegin) || (!after.empty() && !*v.addEnd))
        warnOfCut(
            v, "the tokenizer puts tokens around a text that are not its begin or end"_message());
    return {};
}

Result<std::string> readChatTemplate(const TextFiles& files) {
    if (files.has("chat_template.jinja")) return files.read("chat_template.jinja", MaxFile);
    if (!files.has("tokenizer_config.json")) return std::string();
    BITSMITH_TRY(const json config, readJsonFile(files, "tokenizer_config.json"));
    const json found = member(config, "chat_template");
    if (found.is_string()) return found.get<std::string>();
    if (found.is_array()) // several, by name
        for (const json& item : found)
            if (item.is_object() && member(item, "name") == "default" &&
                member(item, "template").is_string())
                return member(item, "template").get<std::string>();
    return std::string();
}

} // namespace

Result<GgufVocabulary> ggufVocabulary(const TextFiles& files, std::size_t size,
                                      const Tokenizer* tokenizer) {
    TokenizerPtr loaded;
    if (!tokenizer) {
        BITSMITH_TRY(loaded, loadTokenizer(files));
    }
    Sources from{files, {}, tokenizer ? tokenizer : loaded.get()};
    if (!from.tokenizer)
        return fail(ErrorCode::Unsupported,
                    "{} has no tokenizer.json, tokenizer.model or vocab.json", files.where());
    BITSMITH_TRY(from.config, readTokenizerConfig(files));
    GgufVocabulary v;
    if (from.tokenizer->kind() == "SentencePiece")
        BITSMITH_CHECK(fromPieces(from, v));
    else if (files.has("tokenizer.json"))
        BITSMITH_CHECK(fromJson(from, v));
    else
        BITSMITH_CHECK(fromVocabularyAndMerges(from, v));
    BITSMITH_CHECK(pad(v, size));
    if (v.model != "llama") v.scores.clear();
    BITSMITH_CHECK(findMarks(from, v));
    BITSMITH_TRY(v.chatTemplate, readChatTemplate(files));
    return v;
}

} // namespace bitsmith
