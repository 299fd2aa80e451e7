// tokenizer.json: the parts of a tokenizer, each described by its type and parameters.
// `truncation` and `padding` are not applied: they are a caller's business, not the vocabulary's.
#include "core/text/bpe.h"
#include "core/text/loaders.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/word_level.h"

#include <nlohmann/json.hpp>

namespace bitsmith {

namespace {

Result<std::unique_ptr<const TokenModel>> readBpe(const JsonPlace& place) {
    BpeOptions options;
    BITSMITH_TRY(options.unknownToken, place.stringOr("unk_token", ""));
    BITSMITH_TRY(options.continuationPrefix, place.stringOr("continuing_subword_prefix", ""));
    BITSMITH_TRY(options.endSuffix, place.stringOr("end_of_word_suffix", ""));
    BITSMITH_TRY(options.fuseUnknown, place.boolOr("fuse_unk", false));
    BITSMITH_TRY(options.byteFallback, place.boolOr("byte_fallback", false));
    BITSMITH_TRY(options.ignoreMerges, place.boolOr("ignore_merges", false));
    BITSMITH_TRY(const JsonPlace words, place.member("vocab"));
    BITSMITH_TRY(Vocabulary vocabulary, readVocabulary(words));
    BITSMITH_TRY(const JsonPlace list, place.member("merges"));
    BITSMITH_TRY(const Bpe::Merges merges, readMerges(list));
    auto bpe = Bpe::create(std::move(vocabulary), merges, std::move(options));
    if (!bpe) return list.bad("{}", bpe.error().message);
    return *std::move(bpe);
}

Result<std::unique_ptr<const TokenModel>> readModel(const JsonPlace& place) {
    if (!place.value().is_object())
        return place.bad("expected an object, found {}", place.value().type_name());
    // Files of the first versions leave the type of the model out: theirs is BPE.
    BITSMITH_TRY(const std::string type, place.stringOr("type", place.find("merges") ? "BPE" : ""));
    if (type == "BPE") return readBpe(place);
    if (type != "WordLevel")
        return place.unsupported("the model '{}' is not supported (BPE and WordLevel are)", type);
    BITSMITH_TRY(const JsonPlace words, place.member("vocab"));
    BITSMITH_TRY(Vocabulary vocabulary, readVocabulary(words));
    BITSMITH_TRY(const std::string unknown, place.stringOr("unk_token", "<unk>"));
    return makeWordLevel(std::move(vocabulary), unknown);
}

Status readAdded(const JsonPlace& root, TokenizerParts& parts) {
    const auto list = root.find("added_tokens");
    if (!list) return {};
    BITSMITH_TRY(const std::vector<JsonPlace> items, list->items());
    for (const JsonPlace& item : items) {
        BITSMITH_TRY(AddedToken token, readAddedToken(item, {.normalized = true}));
        BITSMITH_TRY(const JsonPlace id, item.member("id"));
        BITSMITH_TRY(const std::int64_t number, id.integer());
        if (const Status added =
                parts.added.add(std::move(token), number, parts.model->vocabulary());
            !added)
            return item.bad("{}", added.error().message);
    }
    return {};
}

std::optional<TokenId> findToken(const TokenizerParts& parts, const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (const auto added = parts.added.find(text)) return added;
    const TokenId id = parts.model->vocabulary().find(text);
    return id == Vocabulary::None ? std::nullopt : std::optional(id);
}

} // namespace

Result<MergeList> readMerges(const JsonPlace& place) {
    if (!place.value().is_array()) return place.bad("expected a list");
    MergeList merges;
    merges.reserve(place.value().size());
    for (const nlohmann::json& item : place.value()) {
        const auto bad = [&](std::string_view why) {
            return place.child(item, fmt::format("[{}]", merges.size())).bad("{}", why);
        };
        if (item.is_string()) { // as files were written before 2024
            const auto& text = item.get_ref<const std::string&>();
            const std::size_t space = text.find(' ');
            if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
                return bad("expected two tokens with one space between them");
            merges.emplace_back(text.substr(0, space), text.substr(space + 1));
        } else if (item.is_array() && item.size() == 2 && item[0].is_string() &&
                   item[1].is_string()) {
            merges.emplace_back(item[0].get_ref<const std::string&>(),
                                item[1].get_ref<const std::string&>());
        } else {
            return bad("expected two texts");
        }
    }
    return merges;
}

Result<Vocabulary> readVocabulary(const JsonPlace& place) {
    if (!place.value().is_object())
        return place.bad("expected an object of tokens and ids, found {}",
                         place.value().type_name());
    Vocabulary vocabulary;
    for (const auto& [text, id] : place.value().items()) {
        if (!id.is_number_integer())
            return place.bad("the id of token '{}' is no whole number", text);
        BITSMITH_TRY(const std::int64_t number, place.child(id, text).integer());
        if (const Status added = vocabulary.add(text, number); !added)
            return place.bad("{}", added.error().message);
    }
    if (vocabulary.empty()) return place.bad("there are no tokens");
    if (const Status finished = vocabulary.finish(); !finished)
        return place.bad("{}", finished.error().message);
    return vocabulary;
}

Result<TokenizerPtr> loadTokenizerJson(const TextFiles& files, const TokenizerConfig& config) {
    BITSMITH_TRY(const nlohmann::json document, readJsonFile(files, "tokenizer.json"));
    const JsonPlace root(document, files.place("tokenizer.json"));
    TokenizerParts parts;
    BITSMITH_TRY(const JsonPlace model, root.member("model"));
    BITSMITH_TRY(parts.model, readModel(model));
    BITSMITH_CHECK(readAdded(root, parts));
    if (const auto place = root.find("normalizer")) {
        BITSMITH_TRY(parts.normalizer, readNormalizer(*place));
    }
    if (const auto place = root.find("pre_tokenizer")) {
        BITSMITH_TRY(parts.preTokenizer, readPreTokenizer(*place));
    }
    if (const auto place = root.find("post_processor")) {
        BITSMITH_TRY(parts.post, readPostProcessor(*place));
        for (const auto* ids : {&parts.post.before, &parts.post.after})
            for (const TokenId id : *ids)
                if (!parts.added.find(id) && !parts.model->vocabulary().text(id))
                    return place->bad("there is no token with the id {}", id);
    }
    if (const auto place = root.find("decoder")) {
        BITSMITH_TRY(parts.decoder, readDecoder(*place));
    }
    parts.added.finish(parts.normalizer.get());
    parts.begin = findToken(parts, config.specialText("bos_token"));
    parts.end = findToken(parts, config.specialText("eos_token"));
    if (!parts.begin && !parts.post.before.empty()) parts.begin = parts.post.before.front();
    parts.kind = parts.model->kind();
    return std::make_shared<const PipelineTokenizer>(std::move(parts));
}

} // namespace bitsmith
