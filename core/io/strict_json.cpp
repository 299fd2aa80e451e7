#include "core/io/strict_json.h"

#include "core/base/atomic_file.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <set>
#include <vector>

namespace bitsmith {
namespace {

constexpr int DeepestLevel = 64;

struct Refused {
    std::string why;
};

} // namespace

Result<nlohmann::json> parseStrictJson(std::string_view text, std::string_view what) {
    std::size_t bad = 0;
    if (!isUtf8(text, &bad))
        return fail(ErrorCode::BadInput, "{} is not UTF-8 text (byte {}). Get the file again", what,
                    bad);
    // The parser takes a zero byte for the end of its input and would ignore what follows.
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
        return fail(ErrorCode::BadInput,
                    "{} is not valid JSON (zero byte at {}). Get the file again", what, zero);
    using nlohmann::json;
    std::vector<std::set<std::string>> keys; // of the objects that are open
    const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
        if (depth > DeepestLevel)
            throw Refused{fmt::format("nests deeper than {} levels", DeepestLevel)};
        if (event == json::parse_event_t::object_start) keys.emplace_back();
        if (event == json::parse_event_t::object_end) keys.pop_back();
        if (event == json::parse_event_t::key &&
            !keys.back().insert(parsed.get_ref<const std::string&>()).second)
            throw Refused{fmt::format("has the key {} twice",
                                      quotedName(parsed.get_ref<const std::string&>()))};
        return true;
    };
    try {
        return json::parse(text.begin(), text.end(), watch);
    } catch (const Refused& refused) {
        return fail(ErrorCode::BadInput, "{} {}. Get the file again or mend it", what, refused.why);
    } catch (const json::parse_error& error) {
        return fail(ErrorCode::BadInput,
                    "{} is not valid JSON (near byte {}). Get the file again or mend it", what,
                    error.byte);
    } catch (const json::exception& error) { // a number that no double can hold
        return fail(ErrorCode::BadInput, "{} is not valid JSON ({})", what, error.what());
    }
}

Result<nlohmann::json> readStrictJson(const std::filesystem::path& path, std::size_t limit) {
    BITSMITH_TRY(const std::string text, readTextFile(path, limit));
    return parseStrictJson(text, fmt::format("'{}'", path.string()));
}

} // namespace bitsmith
