#include "core/io/gguf_split.h"

#include "core/io/text_checks.h"

namespace bitsmith {
namespace {

constexpr std::uint64_t MostParts = 4096; // the key is a u16; each part is mapped

Result<std::optional<std::uint64_t>> countKey(const GgufMetadata& metadata, std::string_view key,
                                              const std::string& where) {
    auto count = metadata.count(key);
    if (!count) return fail(ErrorCode::BadInput, "{}: {}", where, count.error().message);
    return count;
}

std::string partName(std::string_view stem, std::uint64_t number, std::uint64_t count) {
    return fmt::format("{}-{:05}-of-{:05}.gguf", stem, number + 1, count);
}

} // namespace

Result<std::optional<GgufSplitPlace>> ggufSplitPlace(const GgufMetadata& metadata,
                                                     const std::string& where) {
    BITSMITH_TRY(const auto number, countKey(metadata, GgufSplitNumberKey, where));
    BITSMITH_TRY(const auto count, countKey(metadata, GgufSplitCountKey, where));
    BITSMITH_TRY(const auto tensors, countKey(metadata, GgufSplitTensorsKey, where));
    // A count of 0 says the same as its absence; some programs leave it behind after merging.
    if (!count || *count == 0) return std::nullopt;
    if (!number)
        return fail(ErrorCode::BadInput, "{}: it has '{}', but not '{}'", where, GgufSplitCountKey,
                    GgufSplitNumberKey);
    if (*count > MostParts || *number >= *count)
        return fail(ErrorCode::BadInput, "{}: it claims to be part {} (from 0) of {}{}", where,
                    *number, *count,
                    *count > MostParts ? fmt::format("; at most {} are read", MostParts) : "");
    return GgufSplitPlace{*number, *count, tensors};
}

Status checkGgufSplit(const GgufMetadata& metadata, const GgufSplitPlace& expected,
                      const std::string& where) {
    BITSMITH_TRY(const auto place, ggufSplitPlace(metadata, where));
    if (!place)
        return fail(ErrorCode::BadInput, "{}: it is named as a part of a split model, but is none",
                    where);
    if (place->number != expected.number || place->count != expected.count)
        return fail(ErrorCode::BadInput,
                    "{}: it is part {} of {}, but named as part {} of {}. Files were renamed or "
                    "mixed; get them again",
                    where, place->number + 1, place->count, expected.number + 1, expected.count);
    if (place->tensors != expected.tensors)
        return fail(ErrorCode::BadInput,
                    "{}: its '{}' is not that of the other parts. Files of different downloads "
                    "are probably mixed; get all of them again",
                    where, GgufSplitTensorsKey);
    return {};
}

Result<std::vector<std::filesystem::path>> ggufPartPaths(const std::filesystem::path& one,
                                                         const GgufSplitPlace& place,
                                                         const std::string& where) {
    const std::string name = one.filename().string();
    const std::string ending = partName("", place.number, place.count);
    if (!name.ends_with(ending))
        return fail(ErrorCode::BadInput,
                    "{}: it is part {} of {}, so its name must end in '{}' for the others to be "
                    "found. Give the files the names that they were published under",
                    where, place.number + 1, place.count, ending);
    const std::string stem = name.substr(0, name.size() - ending.size());
    std::vector<std::filesystem::path> paths;
    for (std::uint64_t i = 0; i < place.count; ++i)
        paths.push_back(one.parent_path() / partName(stem, i, place.count));
    return paths;
}

std::filesystem::path ggufPartPath(const std::filesystem::path& folder, std::string_view stem,
                                   std::uint64_t number, std::uint64_t count) {
    return folder / partName(stem, number, count);
}

} // namespace bitsmith
