#include "core/text/post_processor.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace bitsmith {

namespace {

Result<TokenId> readId(const JsonPlace& place) {
    BITSMITH_TRY(const std::int64_t id, place.integer());
    if (id < 0 || id > std::numeric_limits<TokenId>::max())
        return place.bad("{} is no token id", id);
    return static_cast<TokenId>(id);
}

// The ids behind a name used in a template: {"id": name, "ids": [1], "tokens": [...]}.
Status addSpecial(const JsonPlace& place, const std::string& name, std::vector<TokenId>& out) {
    BITSMITH_TRY(const JsonPlace table, place.member("special_tokens"));
    BITSMITH_TRY(const JsonPlace entry, table.member(name));
    BITSMITH_TRY(const JsonPlace list, entry.member("ids"));
    BITSMITH_TRY(const std::vector<JsonPlace> ids, list.items());
    for (const JsonPlace& item : ids) {
        BITSMITH_TRY(const TokenId id, readId(item));
        out.push_back(id);
    }
    return {};
}

Result<PostProcessor> readTemplate(const JsonPlace& place) {
    BITSMITH_TRY(const JsonPlace single, place.member("single"));
    BITSMITH_TRY(const std::vector<JsonPlace> items, single.items());
    PostProcessor out;
    bool sawText = false;
    for (const JsonPlace& item : items) {
        if (const auto special = item.find("SpecialToken")) {
            BITSMITH_TRY(const JsonPlace id, special->member("id"));
            BITSMITH_TRY(const std::string name, id.string());
            BITSMITH_CHECK(addSpecial(place, name, sawText ? out.after : out.before));
        } else if (item.find("Sequence")) {
            if (sawText)
                return item.unsupported("a template that uses the text twice is not supported");
            sawText = true;
        } else {
            return item.bad("expected a SpecialToken or a Sequence");
        }
    }
    if (!sawText) return single.bad("the template leaves the text out");
    return out;
}

// BERT's and RoBERTa's: ["[CLS]", 101] and ["[SEP]", 102].
Result<PostProcessor> readPair(const JsonPlace& place) {
    PostProcessor out;
    for (const char* name : {"cls", "sep"}) {
        BITSMITH_TRY(const JsonPlace pair, place.member(name));
        BITSMITH_TRY(const std::vector<JsonPlace> parts, pair.items());
        if (parts.size() != 2) return pair.bad("expected a token and its id");
        BITSMITH_TRY(const TokenId id, readId(parts[1]));
        (std::string_view(name) == "cls" ? out.before : out.after).push_back(id);
    }
    return out;
}

} // namespace

Result<PostProcessor> readPostProcessor(const JsonPlace& place) {
    BITSMITH_TRY(const std::string type, place.type());
    if (type == "ByteLevel") return PostProcessor(); // moves offsets only
    if (type == "TemplateProcessing") return readTemplate(place);
    if (type == "BertProcessing" || type == "RobertaProcessing") return readPair(place);
    if (type != "Sequence")
        return place.unsupported("the post-processor '{}' is not supported", type);
    BITSMITH_TRY(const JsonPlace list, place.member("processors"));
    BITSMITH_TRY(const std::vector<JsonPlace> items, list.items());
    PostProcessor out;
    for (const JsonPlace& item : items) {
        BITSMITH_TRY(const PostProcessor step, readPostProcessor(item));
        out.before.insert(out.before.begin(), step.before.begin(), step.before.end());
        out.after.insert(out.after.end(), step.after.begin(), step.after.end());
    }
    return out;
}

} // namespace bitsmith
