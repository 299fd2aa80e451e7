// From a GGUF's vocabulary to the tokenizer files of a folder.
#include "core/text/bpe.h"
#include "core/text/gguf_cuts.h"
#include "core/text/gguf_vocabulary.h"
#include "core/text/proto_wire.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace bitsmith {

namespace {

using nlohmann::json;

constexpr std::size_t MaxTokens = std::size_t{1} << 24;

Status check(const GgufVocabulary& v) {
    const auto sameSize = [&](std::size_t size, const char* key) -> Status {
        if (size == 0 || size == v.tokens.size()) return {};
        return fail(ErrorCode::BadInput,
                    "tokenizer.ggml.{} has {} entries for {} tokens. The file is damaged", key,
                    size, v.tokens.size());
    };
    if (v.tokens.empty() || v.tokens.size() > MaxTokens)
        return fail(ErrorCode::BadInput, "tokenizer.ggml.tokens has {} entries; expected 1 to {}",
                    v.tokens.size(), MaxTokens);
    BITSMITH_CHECK(sameSize(v.scores.size(), "scores"));
    BITSMITH_CHECK(sameSize(v.types.size(), "token_type"));
    for (std::size_t id = 0; id < v.tokens.size(); ++id)
        if (!utf8::isValid(v.tokens[id]))
            return fail(ErrorCode::BadInput, "tokenizer.ggml.tokens[{}] is not UTF-8", id);
    return {};
}

GgufTokenType typeOf(const GgufVocabulary& v, std::size_t id) {
    return v.types.empty() ? GgufTokenType::Normal : v.types[id];
}

// Ids beyond the vocabulary mean "none": writers put 0xFFFFFFFF there.
const std::string* textOf(const GgufVocabulary& v, const std::optional<std::uint32_t>& id) {
    return id && *id < v.tokens.size() ? &v.tokens[*id] : nullptr;
}

// Ids where the file has none are those of the model's kind.
std::optional<std::uint32_t> orElse(const std::optional<std::uint32_t>& id, std::uint32_t missing) {
    return id ? id : std::optional(missing);
}

std::string configFile(const GgufVocabulary& v, bool addBegin, bool addEnd, const char* klass) {
    json config{{"tokenizer_class", klass},
                {"add_bos_token", addBegin},
                {"add_eos_token", addEnd},
                {"clean_up_tokenization_spaces", false}};
    const auto role = [&](const char* name, const std::optional<std::uint32_t>& id) {
        if (const std::string* text = textOf(v, id)) config[name] = *text;
    };
    const bool pieces = v.model == "llama";
    role("bos_token", pieces ? orElse(v.begin, 1) : v.begin);
    role("eos_token", pieces ? orElse(v.end, 2) : v.end);
    role("unk_token", pieces ? orElse(v.unknown, 0) : v.unknown);
    role("pad_token", v.padding);
    if (!v.chatTemplate.empty()) config["chat_template"] = v.chatTemplate;
    return config.dump(1, ' ', false, json::error_handler_t::replace);
}

Result<json> mergesOf(const GgufVocabulary& v) {
    json merges = json::array();
    for (const std::string& merge : v.merges) {
        // The first character of a token may be a space in a vocabulary of raw texts.
        const std::size_t space = merge.find(' ', 1);
        if (space == std::string::npos || space + 1 == merge.size() || !utf8::isValid(merge))
            return fail(ErrorCode::BadInput,
                        "tokenizer.ggml.merges[{}] is no pair of two tokens with a space between",
                        merges.size());
        merges.push_back({merge.substr(0, space), merge.substr(space + 1)});
    }
    return merges;
}

Result<std::vector<TokenizerFile>> byteLevelFiles(const GgufVocabulary& v) {
    const GgufCut* cut = findGgufCut(v.pre);
    if (!cut)
        return fail(ErrorCode::Unsupported,
                    "how its tokenizer cuts a text is called '{}' (tokenizer.ggml.pre), which this "
                    "version does not know. Open the folder of the original model instead",
                    v.pre);
    json words = json::object(), added = json::array();
    for (std::size_t id = 0; id < v.tokens.size(); ++id) {
        const GgufTokenType type = typeOf(v, id);
        if (type == GgufTokenType::Unused || v.tokens[id].empty()) continue;
        if (!words.emplace(v.tokens[id], id).second)
            return fail(ErrorCode::BadInput, "tokenizer.ggml.tokens has '{}' twice (at {} and {})",
                        v.tokens[id], words[v.tokens[id]].get<std::size_t>(), id);
        if (type != GgufTokenType::Control && type != GgufTokenType::UserDefined) continue;
        added.push_back({{"id", id},
                         {"content", v.tokens[id]},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", type == GgufTokenType::Control}});
    }
    BITSMITH_TRY(json merges, mergesOf(v));
    const bool addBegin = v.addBegin.value_or(cut->addBegin) && textOf(v, v.begin);
    const bool addEnd = v.addEnd.value_or(false) && textOf(v, v.end);
    json post{{"type", "ByteLevel"}, {"trim_offsets", false}};
    if (addBegin || addEnd) {
        json single = json::array(), special = json::object();
        const auto put = [&](std::uint32_t id) {
            const std::string& text = v.tokens[id];
            single.push_back({{"SpecialToken", {{"id", text}, {"type_id", 0}}}});
            special[text] = {{"id", text}, {"ids", {id}}, {"tokens", {text}}};
        };
        if (addBegin) put(*v.begin);
        single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
        if (addEnd) put(*v.end);
        post = {{"type", "TemplateProcessing"},
                {"single", single},
                {"pair", single},
                {"special_tokens", special}};
    }
    const json whole{{"version", "1.0"},
                     {"truncation", nullptr},
                     {"padding", nullptr},
                     {"added_tokens", added},
                     {"normalizer", normalizerOf(*cut)},
                     {"pre_tokenizer", preTokenizerOf(*cut)},
                     {"post_processor", post},
                     {"decoder", {{"type", "ByteLevel"}}},
                     {"model",
                      {{"type", "BPE"},
                       {"ignore_merges", cut->ignoreMerges},
                       {"vocab", std::move(words)},
                       {"merges", std::move(merges)}}}};
    return std::vector<TokenizerFile>{
        {"tokenizer.json", whole.dump()},
        {"tokenizer_config.json", configFile(v, addBegin, addEnd, "PreTrainedTokenizerFast")}};
}

// Kinds that the SentencePiece library accepts: one unknown piece, all bytes or none.
std::vector<GgufTokenType> soundTypes(const GgufVocabulary& v, bool& hasBytes) {
    std::vector<GgufTokenType> types(v.tokens.size(), GgufTokenType::Normal);
    std::array<bool, 256> seen{};
    std::unordered_map<std::string, int> byteOf;
    for (int byte = 0; byte < 256; ++byte)
        byteOf[byteToken(static_cast<unsigned char>(byte))] = byte;
    for (std::size_t id = 0; id < types.size(); ++id) {
        types[id] = typeOf(v, id);
        const auto byte = byteOf.find(v.tokens[id]);
        if (v.types.empty() && byte != byteOf.end()) types[id] = GgufTokenType::Byte;
        if (types[id] != GgufTokenType::Byte) continue;
        if (byte == byteOf.end())
            types[id] = GgufTokenType::Unused;
        else
            seen[static_cast<std::size_t>(byte->second)] = true;
    }
    hasBytes = std::ranges::all_of(seen, [](bool there) { return there; });
    const std::uint32_t unknown = v.unknown.value_or(0);
    for (std::size_t id = 0; id < types.size(); ++id) {
        if (types[id] == GgufTokenType::Byte && !hasBytes) types[id] = GgufTokenType::Unused;
        if (id == unknown)
            types[id] = GgufTokenType::Unknown;
        else if (types[id] == GgufTokenType::Unknown)
            types[id] = GgufTokenType::Control;
        const bool isMark = id == v.begin.value_or(1) || id == v.end.value_or(2);
        if (isMark && types[id] == GgufTokenType::Normal) types[id] = GgufTokenType::Control;
    }
    return types;
}

Result<std::vector<TokenizerFile>> pieceFiles(const GgufVocabulary& v) {
    bool hasBytes = false;
    const std::vector<GgufTokenType> types = soundTypes(v, hasBytes);
    ProtoWriter model;
    for (std::size_t id = 0; id < v.tokens.size(); ++id) {
        ProtoWriter piece;
        const std::string& text = v.tokens[id];
        piece.text(1, text.empty() ? fmt::format("[EMPTY_{}]", id) : text);
        piece.real(2, v.scores.empty() ? 0.0f : v.scores[id]);
        piece.number(3, static_cast<int>(text.empty() ? GgufTokenType::Unused : types[id]));
        model.text(1, piece.bytes());
    }
    ProtoWriter trainer;
    constexpr int ByPairs = 2;
    trainer.number(3, ByPairs);
    trainer.number(4, static_cast<std::int64_t>(v.tokens.size()));
    trainer.number(35, hasBytes);
    const auto id = [&](std::uint32_t field, const std::optional<std::uint32_t>& token) {
        const std::string* text = textOf(v, token);
        trainer.number(field, text ? static_cast<std::int64_t>(*token) : -1);
        if (text) trainer.text(field + 5, *text); // unk_piece is 45, bos_piece 46, ...
    };
    id(40, orElse(v.unknown, 0));
    id(41, orElse(v.begin, 1));
    id(42, orElse(v.end, 2));
    id(43, v.padding);
    model.text(2, trainer.bytes());
    ProtoWriter normalizer;
    normalizer.text(1, "identity");
    normalizer.number(3, v.addSpacePrefix.value_or(true));
    normalizer.number(4, 0); // llama.cpp keeps all spaces
    normalizer.number(5, 1);
    model.text(3, normalizer.bytes());
    return std::vector<TokenizerFile>{
        {"tokenizer.model", model.bytes()},
        {"tokenizer_config.json",
         configFile(v, v.addBegin.value_or(true), v.addEnd.value_or(false), "LlamaTokenizer")}};
}

} // namespace

Result<std::vector<TokenizerFile>> tokenizerFiles(const GgufVocabulary& vocabulary) {
    const std::string& model = vocabulary.model;
    if (model != "gpt2" && model != "llama")
        return fail(
            ErrorCode::Unsupported,
            "its tokenizer is of the kind '{}'{} (tokenizer.ggml.model), which this version "
            "does not run; known: gpt2 (byte-level BPE), llama (SentencePiece BPE)",
            model,
            model == "bert" ? ", WordPiece"
            : model == "t5" ? ", Unigram"
                            : "");
    BITSMITH_CHECK(check(vocabulary));
    return model == "gpt2" ? byteLevelFiles(vocabulary) : pieceFiles(vocabulary);
}

} // namespace bitsmith
