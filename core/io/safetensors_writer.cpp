#include "core/io/safetensors.h"
#include "core/io/safetensors_header.h"
#include "core/io/text_checks.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace bitsmith {
namespace {

using Declaration = SafetensorsWriter::Declaration;

std::string jsonString(const std::string& text) { return nlohmann::json(text).dump(); }

// The length word and the header, padded with spaces so that the data begins at a multiple of 8.
std::string headerBytes(const std::vector<Declaration>& tensors,
                        const std::map<std::string, std::string>& metadata) {
    std::string text = "{";
    if (!metadata.empty())
        text += fmt::format("\"__metadata__\":{}", nlohmann::json(metadata).dump());
    std::uint64_t offset = 0;
    for (const Declaration& t : tensors) {
        const std::uint64_t end = offset + checkedTensorBytes(t.shape, t.dtype).value_or(0);
        text += fmt::format("{}{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}}",
                            text.size() > 1 ? "," : "", jsonString(t.name), dtypeName(t.dtype),
                            fmt::join(t.shape, ","), offset, end);
        offset = end;
    }
    text += "}";
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::string length(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        length[i] = static_cast<char>((text.size() >> (8 * i)) & 0xFF);
    return length + text;
}

std::uint64_t dataBytes(const std::vector<Declaration>& tensors) {
    std::uint64_t bytes = 0;
    for (const Declaration& t : tensors) bytes += checkedTensorBytes(t.shape, t.dtype).value_or(0);
    return bytes;
}

Status checkDeclarations(const std::filesystem::path& target,
                         const std::vector<Declaration>& tensors,
                         const std::map<std::string, std::string>& metadata) {
    const auto refuse = [&](const std::string& name, const char* why) {
        return fail(ErrorCode::Failed, "cannot write '{}': the tensor {} {}", target.string(),
                    quotedName(name), why);
    };
    std::set<std::string_view> names;
    std::uint64_t total = 0;
    for (const Declaration& t : tensors) {
        if (!isUtf8(t.name)) return refuse(t.name, "has a name that is not UTF-8");
        if (t.name == "__metadata__") return refuse(t.name, "has a name that the format reserves");
        if (!names.insert(t.name).second) return refuse(t.name, "is there twice");
        const auto bytes = checkedTensorBytes(t.shape, t.dtype);
        if (!bytes || __builtin_add_overflow(total, *bytes, &total))
            return refuse(t.name, "has an impossible shape");
    }
    for (const auto& [key, value] : metadata)
        if (!isUtf8(key) || !isUtf8(value))
            return fail(ErrorCode::Failed, "cannot write '{}': metadata {} is not UTF-8",
                        target.string(), quotedName(key));
    return {};
}

} // namespace

std::vector<Declaration> inReferenceOrder(std::vector<Declaration> tensors) {
    std::sort(tensors.begin(), tensors.end(), [](const Declaration& a, const Declaration& b) {
        const std::size_t left = byteSize(a.dtype), right = byteSize(b.dtype);
        return left != right ? left > right : a.name < b.name;
    });
    return tensors;
}

std::uint64_t safetensorsFileBytes(const std::vector<Declaration>& tensors,
                                   const std::map<std::string, std::string>& metadata) {
    return headerBytes(tensors, metadata).size() + dataBytes(tensors);
}

Result<SafetensorsWriter>
SafetensorsWriter::create(const std::filesystem::path& target, std::vector<Declaration> tensors,
                          const std::map<std::string, std::string>& metadata) {
    BITSMITH_CHECK(checkDeclarations(target, tensors, metadata));
    BITSMITH_TRY(AtomicFile file, AtomicFile::create(target));
    SafetensorsWriter writer(std::move(file));
    const std::string header = headerBytes(tensors, metadata);
    writer.m_total = header.size() + dataBytes(tensors);
    BITSMITH_CHECK(writer.m_file.write(header));
    return writer;
}

Status SafetensorsWriter::write(std::span<const std::byte> bytes) {
    if (bytes.size() > m_total - m_file.written())
        return fail(ErrorCode::Failed, "safetensors: {} bytes more than the declared tensors have",
                    bytes.size() - (m_total - m_file.written()));
    return m_file.write(bytes);
}

Status SafetensorsWriter::finish() {
    if (m_file.written() != m_total)
        return fail(ErrorCode::Failed, "safetensors: the declared tensors lack their last {} bytes",
                    m_total - m_file.written());
    return m_file.commit();
}

} // namespace bitsmith
