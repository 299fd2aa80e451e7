#include "core/io/gguf_layout.h"

#include "core/io/gguf_header.h"
#include "core/io/gguf_split.h"
#include "core/io/gguf_values.h"
#include "core/io/text_checks.h"

#include <bit>
#include <limits>
#include <set>

namespace bitsmith {
namespace {

using Declaration = GgufWriter::Declaration;

constexpr std::string_view AlignmentKey = "general.alignment";
constexpr std::uint64_t LargestAlignment = 1 << 20;
constexpr std::size_t MostParts = 500; // all of them stay open until the end

std::uint64_t padded(std::uint64_t bytes, std::uint64_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

void appendU32(std::string& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8)
        out.push_back(static_cast<char>((value >> shift) & 0xFF));
}

void appendU64(std::string& out, std::uint64_t value) {
    appendU32(out, static_cast<std::uint32_t>(value));
    appendU32(out, static_cast<std::uint32_t>(value >> 32));
}

Status checkTensors(const std::vector<Declaration>& tensors) {
    const auto refuse = [](const Declaration& tensor, const std::string& why) {
        return fail(ErrorCode::Failed, "the tensor {} {}", quotedName(tensor.name), why);
    };
    std::set<std::string_view> names;
    for (const Declaration& t : tensors) {
        if (t.name.empty() || !isUtf8(t.name)) return refuse(t, "has no name, or none in UTF-8");
        if (t.name.size() > GgufLongestName)
            return refuse(t, fmt::format("has a name of {} bytes; GGUF allows {}", t.name.size(),
                                         GgufLongestName));
        if (!names.insert(t.name).second) return refuse(t, "is there twice");
        if (t.dims.empty() || t.dims.size() > GgufMostDimensions)
            return refuse(t, fmt::format("has {} dimensions; GGUF allows 1 to {}", t.dims.size(),
                                         GgufMostDimensions));
        if (!t.format) return refuse(t, "has no type");
        if (t.dims[0] % t.format->blockSize != 0)
            return refuse(t, fmt::format("has rows of {} weights, which {} cannot hold: its blocks "
                                         "have {}. Choose another type for it",
                                         t.dims[0], t.format->name, t.format->blockSize));
        if (!checkedBlockBytes(t.dims, *t.format))
            return refuse(t,
                          fmt::format("has the impossible dimensions {}", fmt::join(t.dims, "x")));
    }
    return {};
}

Result<std::uint64_t> alignmentOf(const GgufMetadata& metadata) {
    const GgufValue* value = metadata.find(AlignmentKey);
    if (!value) return GgufUsualAlignment;
    const auto* alignment = std::get_if<std::uint64_t>(&value->value);
    if (value->type != GgufType::U32 || !alignment || !std::has_single_bit(*alignment) ||
        *alignment > LargestAlignment)
        return fail(ErrorCode::Failed, "'{}' must be a power of two up to {} of type u32",
                    AlignmentKey, LargestAlignment);
    return *alignment;
}

// The first tensor of each part.
std::vector<std::size_t> cut(const std::vector<Declaration>& tensors, std::uint64_t alignment,
                             std::uint64_t splitBytes) {
    std::vector<std::size_t> firsts{0};
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < tensors.size() && splitBytes > 0; ++i) {
        const std::uint64_t more = padded(tensors[i].bytes(), alignment);
        if (i > firsts.back() && bytes + more > splitBytes) {
            firsts.push_back(i);
            bytes = 0;
        }
        bytes += more;
    }
    return firsts;
}

Result<std::string> headerBytes(const GgufMetadata& metadata, std::span<const Declaration> tensors,
                                std::uint64_t alignment) {
    std::string out = "GGUF";
    appendU32(out, 3);
    appendU64(out, tensors.size());
    appendU64(out, metadata.items().size());
    std::set<std::string_view> keys;
    for (const auto& [key, value] : metadata.items()) {
        if (key.empty() || !isUtf8(key) || !keys.insert(key).second)
            return fail(ErrorCode::Failed, "the metadata key {} is empty, not UTF-8 or there twice",
                        quotedName(key));
        appendGgufText(out, key);
        BITSMITH_CHECK(appendGgufValue(out, key, value));
    }
    std::uint64_t offset = 0;
    for (const Declaration& tensor : tensors) {
        appendGgufText(out, tensor.name);
        appendU32(out, static_cast<std::uint32_t>(tensor.dims.size()));
        for (const std::uint64_t extent : tensor.dims) appendU64(out, extent);
        appendU32(out, tensor.format->ggufType);
        appendU64(out, offset);
        offset += padded(tensor.bytes(), alignment);
    }
    out.resize(padded(out.size(), alignment), '\0');
    return out;
}

GgufMetadata partMetadata(const GgufMetadata& whole, std::size_t part, std::size_t parts,
                          std::size_t tensors) {
    GgufMetadata metadata;
    if (part == 0)
        metadata = whole;
    else if (const GgufValue* alignment = whole.find(AlignmentKey))
        metadata.set(std::string(AlignmentKey), *alignment);
    if (parts == 1) return metadata;
    metadata.set(std::string(GgufSplitNumberKey), {GgufType::U16, std::uint64_t{part}});
    metadata.set(std::string(GgufSplitCountKey), {GgufType::U16, std::uint64_t{parts}});
    metadata.set(std::string(GgufSplitTensorsKey),
                 {GgufType::I32, static_cast<std::int64_t>(tensors)});
    return metadata;
}

Result<GgufLayout> layOut(const std::filesystem::path& target, GgufMetadata metadata,
                          const std::vector<Declaration>& tensors, std::uint64_t splitBytes) {
    BITSMITH_CHECK(checkTensors(tensors));
    GgufLayout layout;
    BITSMITH_TRY(layout.alignment, alignmentOf(metadata));
    for (const auto key : {GgufSplitNumberKey, GgufSplitCountKey, GgufSplitTensorsKey})
        metadata.erase(key); // of the file that these came from
    const auto firsts = cut(tensors, layout.alignment, splitBytes);
    if (firsts.size() > MostParts)
        return fail(ErrorCode::Failed,
                    "parts of {} bytes would be {} files; at most {} are "
                    "written. Choose larger parts",
                    splitBytes, firsts.size(), MostParts);
    for (std::size_t i = 0; i < firsts.size(); ++i) {
        GgufPartLayout part;
        part.path = firsts.size() == 1 ? target
                                       : ggufPartPath(target.parent_path(), target.stem().string(),
                                                      i, firsts.size());
        part.first = firsts[i];
        part.count = (i + 1 < firsts.size() ? firsts[i + 1] : tensors.size()) - part.first;
        const auto own = std::span(tensors).subspan(part.first, part.count);
        BITSMITH_TRY(part.header,
                     headerBytes(partMetadata(metadata, i, firsts.size(), tensors.size()), own,
                                 layout.alignment));
        part.fileBytes = part.header.size();
        for (const Declaration& t : own) part.fileBytes += padded(t.bytes(), layout.alignment);
        layout.parts.push_back(std::move(part));
    }
    return layout;
}

} // namespace

Result<GgufLayout> layOutGguf(const std::filesystem::path& target, const GgufMetadata& metadata,
                              const std::vector<Declaration>& tensors, std::uint64_t splitBytes) {
    auto layout = layOut(target, metadata, tensors, splitBytes);
    if (!layout)
        return fail(layout.error().code, "cannot write '{}': {}", target.string(),
                    layout.error().message);
    return layout;
}

} // namespace bitsmith
