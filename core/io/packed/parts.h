// Looking up and checking the stored tensors that one quantized weight consists of. Private to the
// readers of this folder.
#pragma once

#include "core/io/packed/checkpoint.h"

#include <initializer_list>
#include <optional>

namespace bitsmith::packed {

using Entry = TensorArchive::Entry;

// "model.layers.0.mlp.up_proj", given its tensor "....qweight" and ".qweight"; empty if `name` does
// not end so.
std::string moduleOf(std::string_view name, std::string_view suffix);

class Parts {
public:
    Parts(const TensorArchive& archive, std::string module)
        : m_archive(&archive), m_module(std::move(module)) {}

    const std::string& module() const { return m_module; }
    std::string weightName() const { return m_module + ".weight"; }
    // The stored tensor MODULE + suffix, which becomes one of the parts; nullptr if absent.
    const Entry* find(std::string_view suffix);
    // Errors (BadInput): absent, another dtype than one of `types`, or not of `rank` axes.
    Result<const Entry*> need(std::string_view suffix, std::initializer_list<DType> types,
                              std::size_t rank);
    const std::vector<const Entry*>& all() const { return m_all; }

    // BadInput: "'NAME' is 16x32; WHAT".
    tl::unexpected<Error> wrong(const Entry& entry, std::string_view what) const;

private:
    const TensorArchive* m_archive;
    std::string m_module;
    std::vector<const Entry*> m_all;
};

Status needShape(const Parts& parts, const Entry& entry, const Shape& shape, std::string_view why);

inline std::size_t extentOf(const Entry& entry, std::size_t axis) {
    return static_cast<std::size_t>(entry.view.shape[axis]);
}
inline Shape shapeOf(std::size_t rows, std::size_t cols) {
    return {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols)};
}

// Members of a configuration, nullopt where absent or null. Errors (BadInput): another type, or
// outside [least, most].
Result<std::optional<std::int64_t>> wholeMember(const nlohmann::json& object, const char* key,
                                                std::int64_t least, std::int64_t most);
Result<std::optional<bool>> flagMember(const nlohmann::json& object, const char* key);
Result<std::optional<std::string>> textMember(const nlohmann::json& object, const char* key);

// Errors (BadInput): a group index that is negative or not below `groups`.
Result<std::vector<std::uint32_t>> columnGroupsOf(const Entry& entry, std::size_t groups);
// Whether column c belongs to group c / groupSize for all c.
bool regularGroups(std::span<const std::uint32_t> groups, std::size_t groupSize);

// The bits of each row's last byte that lie beyond its codes become 0.
void clearBeyondCodes(QuantizedMatrix& matrix);

} // namespace bitsmith::packed
