// Imatrix files as GGUF: two tensors of F32 per weight matrix, its sums and its counts.
#include "core/io/gguf_file.h"
#include "core/io/imatrix_forms.h"
#include "core/io/text_checks.h"

#include <cstring>

namespace bitsmith {
namespace {

constexpr std::string_view SumsEnding = ".in_sum2", CountsEnding = ".counts";
constexpr const char *TypeKey = "general.type", *DatasetsKey = "imatrix.datasets",
                     *ChunksKey = "imatrix.chunk_count", *ChunkSizeKey = "imatrix.chunk_size";

Result<std::vector<float>> floats(const GgufFile& file, const GgufTensor& tensor,
                                  const std::string& where) {
    if (tensor.format->name != "F32")
        return fail(ErrorCode::BadInput, "{}: the tensor {} is of type {}, where F32 is expected",
                    where, quotedName(tensor.name), tensor.format->name);
    const auto bytes = file.bytes(tensor);
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

Status readKeys(const GgufMetadata& metadata, Imatrix& imatrix) {
    BITSMITH_TRY(const auto type, metadata.text(TypeKey));
    if (type.value_or("model") != "imatrix")
        return fail(ErrorCode::BadInput,
                    "it is a GGUF file of another kind ('{}' is {}). Give a file that llama.cpp's "
                    "imatrix tool or this program wrote",
                    TypeKey, type ? quotedName(*type) : "absent");
    BITSMITH_TRY(const auto chunks, metadata.count(ChunksKey));
    BITSMITH_TRY(const auto size, metadata.count(ChunkSizeKey));
    imatrix.chunks = chunks.value_or(0);
    imatrix.chunkSize = size.value_or(0);
    if (const GgufValue* datasets = metadata.find(DatasetsKey)) {
        const auto* names = std::get_if<std::vector<std::string>>(&datasets->value);
        if (!names) return fail(ErrorCode::BadInput, "'{}' is no array of texts", DatasetsKey);
        imatrix.datasets = *names;
    }
    return {};
}

GgufValue count32(std::uint64_t value) {
    return GgufValue::u32(std::min<std::uint64_t>(value, 0xFFFFFFFF));
}

} // namespace

Result<Imatrix> readImatrixGguf(const std::filesystem::path& path, const std::string& where) {
    BITSMITH_TRY(const auto file, GgufFile::open(path));
    Imatrix imatrix;
    if (const Status keys = readKeys(file->metadata(), imatrix); !keys)
        return fail(ErrorCode::BadInput, "{}: {}", where, keys.error().message);
    for (const GgufTensor& sums : file->tensors()) {
        if (!sums.name.ends_with(SumsEnding)) continue;
        ImatrixEntry entry;
        entry.tensor = sums.name.substr(0, sums.name.size() - SumsEnding.size());
        const GgufTensor* counts = file->find(entry.tensor + std::string(CountsEnding));
        if (!counts)
            return fail(ErrorCode::BadInput, "{}: the tensor {} has sums, but no counts ({}{})",
                        where, quotedName(entry.tensor), entry.tensor, CountsEnding);
        BITSMITH_TRY(entry.sumSquares, floats(*file, sums, where));
        BITSMITH_TRY(const auto tokens, floats(*file, *counts, where));
        entry.count = tokens.front();
        if (tokens.size() > 1) {
            entry.expertCounts.assign(tokens.begin(), tokens.end());
            for (std::size_t i = 1; i < tokens.size(); ++i) entry.count += tokens[i];
        }
        imatrix.entries.push_back(std::move(entry));
    }
    return imatrix;
}

Status writeImatrixGguf(const std::filesystem::path& path, const Imatrix& imatrix) {
    GgufMetadata metadata;
    metadata.set(TypeKey, GgufValue::text("imatrix"));
    // llama.cpp asks for all three, an empty list too.
    metadata.set(DatasetsKey, {GgufType::String, imatrix.datasets});
    metadata.set(ChunksKey, count32(imatrix.chunks));
    metadata.set(ChunkSizeKey, count32(imatrix.chunkSize));
    const BlockFormat* f32 = findBlockFormat("F32");
    std::vector<GgufWriter::Declaration> tensors;
    for (const ImatrixEntry& entry : imatrix.entries) {
        const std::uint64_t matrices = std::max<std::size_t>(entry.expertCounts.size(), 1);
        tensors.push_back({entry.tensor + std::string(SumsEnding),
                           {entry.sumSquares.size() / matrices, matrices},
                           f32});
        tensors.push_back({entry.tensor + std::string(CountsEnding), {1, matrices}, f32});
    }
    BITSMITH_TRY(auto writer, GgufWriter::create(path, metadata, std::move(tensors)));
    for (const ImatrixEntry& entry : imatrix.entries) {
        BITSMITH_CHECK(writer.write(std::as_bytes(std::span(entry.sumSquares))));
        std::vector<float> counts(entry.expertCounts.begin(), entry.expertCounts.end());
        if (counts.empty()) counts = {static_cast<float>(entry.count)};
        BITSMITH_CHECK(writer.write(std::as_bytes(std::span(counts))));
    }
    return writer.finish();
}

} // namespace bitsmith
