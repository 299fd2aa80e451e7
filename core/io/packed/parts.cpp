#include "core/io/packed/parts.h"

#include "core/io/text_checks.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace bitsmith::packed {

std::string moduleOf(std::string_view name, std::string_view suffix) {
    if (name.size() <= suffix.size() || !name.ends_with(suffix)) return {};
    return std::string(name.substr(0, name.size() - suffix.size()));
}

const Entry* Parts::find(std::string_view suffix) {
    const Entry* entry = m_archive->find(m_module + std::string(suffix));
    if (entry && std::ranges::find(m_all, entry) == m_all.end()) m_all.push_back(entry);
    return entry;
}

Result<const Entry*> Parts::need(std::string_view suffix, std::initializer_list<DType> types,
                                 std::size_t rank) {
    const Entry* entry = find(suffix);
    if (!entry)
        return fail(ErrorCode::BadInput,
                    "the stored tensor {} is missing; {} cannot be decoded without it. The "
                    "download is probably incomplete",
                    quotedName(m_module + std::string(suffix)), quotedName(weightName()));
    if (std::ranges::find(types, entry->view.dtype) == types.end()) {
        std::vector<std::string_view> names;
        for (const DType type : types) names.push_back(dtypeName(type));
        return wrong(*entry, fmt::format("its elements are {}, where this method stores {}",
                                         dtypeName(entry->view.dtype), fmt::join(names, " or ")));
    }
    if (entry->view.shape.size() != rank)
        return wrong(*entry, fmt::format("this method stores {} axes", rank));
    if (entry->view.bytes.empty()) return wrong(*entry, "it is empty");
    return entry;
}

tl::unexpected<Error> Parts::wrong(const Entry& entry, std::string_view what) const {
    return fail(ErrorCode::BadInput,
                "the stored tensor {} ({}): {}. The file is damaged, or its config.json belongs to "
                "another; get both again",
                quotedName(entry.name), shapeText(entry.view.shape), what);
}

Status needShape(const Parts& parts, const Entry& entry, const Shape& shape, std::string_view why) {
    if (entry.view.shape == shape) return {};
    return parts.wrong(entry, fmt::format("it should be {}: {}", shapeText(shape), why));
}

Result<std::optional<std::int64_t>> wholeMember(const nlohmann::json& object, const char* key,
                                                std::int64_t least, std::int64_t most) {
    const auto at = object.find(key);
    if (at == object.end() || at->is_null()) return std::nullopt;
    const bool fits = at->is_number_integer() &&
                      (!at->is_number_unsigned() || at->get<std::uint64_t>() <= INT64_MAX);
    if (!fits || at->get<std::int64_t>() < least || at->get<std::int64_t>() > most)
        return fail(ErrorCode::BadInput,
                    "the quantization's \"{}\" is {}, not a whole number from {} to {}", key,
                    quotedName(at->dump(-1, ' ', true)), least, most);
    return at->get<std::int64_t>();
}

Result<std::optional<bool>> flagMember(const nlohmann::json& object, const char* key) {
    const auto at = object.find(key);
    if (at == object.end() || at->is_null()) return std::nullopt;
    if (!at->is_boolean())
        return fail(ErrorCode::BadInput, "the quantization's \"{}\" is {}, not true or false", key,
                    quotedName(at->dump(-1, ' ', true)));
    return at->get<bool>();
}

Result<std::optional<std::string>> textMember(const nlohmann::json& object, const char* key) {
    const auto at = object.find(key);
    if (at == object.end() || at->is_null()) return std::nullopt;
    if (!at->is_string())
        return fail(ErrorCode::BadInput, "the quantization's \"{}\" is {}, not a text", key,
                    quotedName(at->dump(-1, ' ', true)));
    return at->get<std::string>();
}

Result<std::vector<std::uint32_t>> columnGroupsOf(const Entry& entry, std::size_t groups) {
    std::vector<std::uint32_t> out(entry.view.bytes.size() / sizeof(std::uint32_t));
    if (!out.empty()) std::memcpy(out.data(), entry.view.bytes.data(), entry.view.bytes.size());
    for (std::size_t c = 0; c < out.size(); ++c)
        if (out[c] >= groups)
            return fail(ErrorCode::BadInput,
                        "the stored tensor {} puts column {} into group {}, but there are {} "
                        "groups. The file is damaged",
                        quotedName(entry.name), c, static_cast<std::int32_t>(out[c]), groups);
    return out;
}

bool regularGroups(std::span<const std::uint32_t> groups, std::size_t groupSize) {
    for (std::size_t c = 0; c < groups.size(); ++c)
        if (groups[c] != c / groupSize) return false;
    return true;
}

void clearBeyondCodes(QuantizedMatrix& matrix) {
    const std::size_t used = matrix.cols * static_cast<std::size_t>(matrix.bits) % 8;
    if (used == 0) return;
    const auto mask = static_cast<std::byte>((1U << used) - 1);
    const std::size_t rowBytes = matrix.rowBytes();
    for (std::size_t r = 1; r <= matrix.rows; ++r) matrix.codes[r * rowBytes - 1] &= mask;
}

} // namespace bitsmith::packed
