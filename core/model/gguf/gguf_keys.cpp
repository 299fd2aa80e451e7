#include "core/model/gguf/gguf_keys.h"

#include <algorithm>

namespace bitsmith {
namespace {

constexpr std::string_view Prefix = "tokenizer.ggml.";

std::string keyOf(std::string_view name) { return std::string(Prefix).append(name); }

// The elements of an array; an empty one where the key is absent. (An empty array in a file may be
// of any type.)
template <class T>
Result<std::vector<T>> listOf(const GgufMetadata& metadata, std::string_view name) {
    const GgufValue* value = metadata.find(keyOf(name));
    if (!value) return std::vector<T>();
    if (const auto* list = std::get_if<std::vector<T>>(&value->value)) return *list;
    return fail(ErrorCode::BadInput, "the metadata key '{}' is no list of the expected type",
                keyOf(name));
}

// Token types are I32 in most files, U32 in some.
Result<std::vector<GgufTokenType>> typesOf(const GgufMetadata& metadata) {
    const GgufValue* value = metadata.find(keyOf("token_type"));
    std::vector<GgufTokenType> types;
    if (!value) return types;
    const auto add = [&](auto number) {
        const bool known = number >= 1 && number <= 6;
        types.push_back(known ? static_cast<GgufTokenType>(number) : GgufTokenType::Normal);
    };
    if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&value->value))
        std::ranges::for_each(*whole, add);
    else if (const auto* counts = std::get_if<std::vector<std::uint64_t>>(&value->value))
        std::ranges::for_each(*counts, add);
    else
        return fail(ErrorCode::BadInput, "the metadata key '{}' is no list of whole numbers",
                    keyOf("token_type"));
    return types;
}

using IdMember = std::optional<std::uint32_t> GgufVocabulary::*;
using FlagMember = std::optional<bool> GgufVocabulary::*;

constexpr std::pair<std::string_view, IdMember> Ids[] = {
    {"bos_token_id", &GgufVocabulary::begin},
    {"eos_token_id", &GgufVocabulary::end},
    {"unknown_token_id", &GgufVocabulary::unknown},
    {"seperator_token_id", &GgufVocabulary::separator}, // spelt so in the format
    {"padding_token_id", &GgufVocabulary::padding},
    {"cls_token_id", &GgufVocabulary::cls},
    {"mask_token_id", &GgufVocabulary::mask}};

constexpr std::pair<std::string_view, FlagMember> Flags[] = {
    {"add_bos_token", &GgufVocabulary::addBegin},
    {"add_eos_token", &GgufVocabulary::addEnd},
    {"add_space_prefix", &GgufVocabulary::addSpacePrefix}};

GgufValue arrayOf(GgufType type, auto list) {
    GgufValue value;
    value.type = type;
    value.value = std::move(list);
    return value;
}

} // namespace

Result<GgufVocabulary> readGgufVocabulary(const GgufMetadata& metadata) {
    GgufVocabulary v;
    BITSMITH_TRY(const auto model, metadata.text(keyOf("model")));
    if (!model || *model == "none" || *model == "no_vocab")
        return fail(ErrorCode::Unsupported, "the file holds no vocabulary (tokenizer.ggml.model)");
    v.model = *model;
    BITSMITH_TRY(const auto pre, metadata.text(keyOf("pre")));
    v.pre = pre.value_or("");
    BITSMITH_TRY(v.tokens, listOf<std::string>(metadata, "tokens"));
    BITSMITH_TRY(const auto scores, listOf<double>(metadata, "scores"));
    v.scores.assign(scores.begin(), scores.end());
    BITSMITH_TRY(v.types, typesOf(metadata));
    BITSMITH_TRY(v.merges, listOf<std::string>(metadata, "merges"));
    for (const auto& [name, member] : Ids) {
        BITSMITH_TRY(const auto id, metadata.count(keyOf(name)));
        // Writers put the largest number where there is no such token.
        if (id && *id < v.tokens.size()) v.*member = static_cast<std::uint32_t>(*id);
    }
    for (const auto& [name, member] : Flags) {
        BITSMITH_TRY(v.*member, metadata.flag(keyOf(name)));
    }
    BITSMITH_TRY(const auto chat, metadata.text("tokenizer.chat_template"));
    v.chatTemplate = chat.value_or("");
    return v;
}

void writeGgufVocabulary(const GgufVocabulary& v, GgufMetadata& metadata) {
    metadata.set(keyOf("model"), GgufValue::text(v.model));
    if (!v.pre.empty()) metadata.set(keyOf("pre"), GgufValue::text(v.pre));
    metadata.set(keyOf("tokens"), arrayOf(GgufType::String, v.tokens));
    if (!v.scores.empty())
        metadata.set(keyOf("scores"),
                     arrayOf(GgufType::F32, std::vector<double>(v.scores.begin(), v.scores.end())));
    std::vector<std::int64_t> types;
    for (const GgufTokenType type : v.types) types.push_back(static_cast<std::int64_t>(type));
    if (!types.empty()) metadata.set(keyOf("token_type"), arrayOf(GgufType::I32, std::move(types)));
    if (!v.merges.empty()) metadata.set(keyOf("merges"), arrayOf(GgufType::String, v.merges));
    for (const auto& [name, member] : Ids)
        if (v.*member) metadata.set(keyOf(name), GgufValue::u32(*(v.*member)));
    for (const auto& [name, member] : Flags)
        if (v.*member) metadata.set(keyOf(name), GgufValue::flag(*(v.*member)));
    if (!v.chatTemplate.empty())
        metadata.set("tokenizer.chat_template", GgufValue::text(v.chatTemplate));
}

} // namespace bitsmith
