#include "core/text/tokenizer_config.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace bitsmith {

namespace {

constexpr std::string_view Roles[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                      "pad_token", "cls_token", "mask_token"};

Status readRoles(const JsonPlace& place, TokenizerConfig& config) {
    for (const std::string_view role : Roles) {
        const auto token = place.find(role);
        if (!token || token->value().is_boolean()) continue; // false: switched off
        BITSMITH_TRY(AddedToken read, readAddedToken(*token, {.special = true}));
        config.special.insert_or_assign(std::string(role), std::move(read));
    }
    return {};
}

Status readConfigFile(const JsonPlace& root, TokenizerConfig& config) {
    BITSMITH_TRY(config.tokenizerClass, root.stringOr("tokenizer_class", ""));
    if (config.tokenizerClass.ends_with("Fast"))
        config.tokenizerClass.resize(config.tokenizerClass.size() - 4);
    BITSMITH_TRY(config.addPrefixSpace, root.boolOr("add_prefix_space", false));
    if (const auto add = root.find("add_bos_token")) {
        BITSMITH_TRY(config.addBegin, add->boolean());
    }
    if (const auto add = root.find("add_eos_token")) {
        BITSMITH_TRY(config.addEnd, add->boolean());
    }
    BITSMITH_CHECK(readRoles(root, config));
    const auto added = root.find("added_tokens_decoder");
    if (!added) return {};
    if (!added->value().is_object()) return added->bad("expected an object");
    for (const auto& [key, value] : added->value().items()) {
        const JsonPlace place = added->child(value, key);
        std::int64_t id = 0;
        const char* end = key.data() + key.size();
        if (const auto [stop, error] = std::from_chars(key.data(), end, id);
            error != std::errc() || stop != end)
            return place.bad("'{}' is no token id", key);
        BITSMITH_TRY(config.added[id], readAddedToken(place, {.normalized = true}));
    }
    return {};
}

Status readAddedFile(const JsonPlace& root, TokenizerConfig& config) {
    if (!root.value().is_object()) return root.bad("expected an object");
    for (const auto& [content, value] : root.value().items()) {
        BITSMITH_TRY(const std::int64_t id, root.child(value, content).integer());
        // The flags in tokenizer_config.json say more than this older file.
        config.added.try_emplace(id, AddedToken{.content = content, .special = true});
    }
    return {};
}

using Reader = Status (*)(const JsonPlace&, TokenizerConfig&);

Status readIfThere(const TextFiles& files, std::string_view name, Reader reader,
                   TokenizerConfig& config) {
    if (!files.has(name)) return {};
    BITSMITH_TRY(const nlohmann::json root, readJsonFile(files, name));
    return reader(JsonPlace(root, files.place(name)), config);
}

} // namespace

std::string TokenizerConfig::specialText(std::string_view role) const {
    const auto place = special.find(role);
    return place == special.end() ? std::string() : place->second.content;
}

Result<AddedToken> readAddedToken(const JsonPlace& place, AddedToken token) {
    if (place.value().is_string()) {
        BITSMITH_TRY(token.content, place.string());
        return token;
    }
    BITSMITH_TRY(const JsonPlace content, place.member("content"));
    BITSMITH_TRY(token.content, content.string());
    BITSMITH_TRY(token.singleWord, place.boolOr("single_word", token.singleWord));
    BITSMITH_TRY(token.lstrip, place.boolOr("lstrip", token.lstrip));
    BITSMITH_TRY(token.rstrip, place.boolOr("rstrip", token.rstrip));
    BITSMITH_TRY(token.normalized, place.boolOr("normalized", token.normalized));
    BITSMITH_TRY(token.special, place.boolOr("special", token.special));
    return token;
}

Result<TokenizerConfig> readTokenizerConfig(const TextFiles& files) {
    TokenizerConfig config;
    // The later file wins: tokenizer_config.json is the newer way to say the same.
    BITSMITH_CHECK(readIfThere(files, "special_tokens_map.json", readRoles, config));
    BITSMITH_CHECK(readIfThere(files, "tokenizer_config.json", readConfigFile, config));
    BITSMITH_CHECK(readIfThere(files, "added_tokens.json", readAddedFile, config));
    return config;
}

} // namespace bitsmith
