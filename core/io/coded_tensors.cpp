#include "core/io/coded_tensors.h"

#include "core/base/hash.h"
#include "core/io/content_sample.h"
#include "core/io/safetensors_header.h"
#include "core/io/shard_index.h"
#include "core/io/text_checks.h"

#include <algorithm>
#include <set>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

constexpr const char* Single = "model.safetensors.bitsmith";
constexpr const char* Index = "model.safetensors.index.json";
constexpr std::uint64_t LengthBytes = 8;
constexpr std::uint64_t LargestHeader = 100'000'000;

fs::path codedShard(const fs::path& folder, const std::string& shard) {
    return folder / (shard + ".bitsmith");
}

} // namespace

bool CodedTensors::isIn(const fs::path& folder) {
    std::error_code error;
    for (const char* plain : {"model.safetensors", "pytorch_model.bin"})
        if (fs::exists(folder / plain, error)) return false;
    if (CompressedFile::isOne(folder / Single)) return true;
    if (!fs::exists(folder / Index, error)) return false;
    const auto index = readShardIndex(folder / Index);
    return index && !index->shardOf.empty() &&
           !fs::exists(folder / index->shardOf.begin()->second, error) &&
           CompressedFile::isOne(codedShard(folder, index->shardOf.begin()->second));
}

Result<std::shared_ptr<const CodedTensors>> CodedTensors::open(const fs::path& path) {
    auto opened = std::shared_ptr<CodedTensors>(new CodedTensors);
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        BITSMITH_CHECK(opened->add(path));
    } else if (fs::exists(path / Single, error)) {
        BITSMITH_CHECK(opened->add(path / Single));
    } else {
        BITSMITH_TRY(const ShardIndex index, readShardIndex(path / Index));
        std::set<std::string> shards;
        for (const auto& [tensor, shard] : index.shardOf) shards.insert(shard);
        for (const std::string& shard : shards) {
            if (!fs::exists(codedShard(path, shard), error))
                return fail(ErrorCode::BadInput,
                            "'{}' names the shard {}, but '{}' is missing. Compress that file too",
                            (path / Index).string(), quotedName(shard),
                            codedShard(path, shard).string());
            BITSMITH_CHECK(opened->add(codedShard(path, shard)));
        }
        for (const auto& [tensor, shard] : index.shardOf)
            if (std::ranges::find(opened->m_entries, tensor, &Entry::name) ==
                opened->m_entries.end())
                return fail(ErrorCode::BadInput,
                            "'{}' lists the tensor {} in the shard {}, which does not hold it. Get "
                            "the index and its shards again",
                            (path / Index).string(), quotedName(tensor), quotedName(shard));
    }
    BITSMITH_CHECK(opened->sort());
    return opened;
}

Status CodedTensors::add(const fs::path& path) {
    BITSMITH_TRY(auto file, CompressedFile::open(path));
    const CompressedFileInfo& info = file->info();
    if (info.format != "safetensors")
        return fail(ErrorCode::Unsupported,
                    "'{}' holds a {} file, whose tensors are not decoded one by one. Give it back "
                    "with `bitsmith decompress` and open that",
                    path.string(), info.format);
    const std::string where = fmt::format("safetensors '{}'", path.string());
    std::byte length[LengthBytes];
    if (info.size < LengthBytes)
        return fail(ErrorCode::BadInput, "{}: only {} bytes long", where, info.size);
    BITSMITH_CHECK(file->read(0, length));
    std::uint64_t headerBytes = 0;
    for (std::size_t i = 0; i < LengthBytes; ++i)
        headerBytes |= std::to_integer<std::uint64_t>(length[i]) << (8 * i);
    if (headerBytes > LargestHeader || headerBytes > info.size - LengthBytes)
        return fail(ErrorCode::BadInput, "{}: the header claims {} bytes", where, headerBytes);
    std::string text(headerBytes, '\0');
    BITSMITH_CHECK(file->read(LengthBytes, std::as_writable_bytes(std::span(text))));
    const std::uint64_t data = LengthBytes + headerBytes;
    BITSMITH_TRY(auto header, parseSafetensorsHeader(text, info.size - data, where));
    for (SafetensorsEntry& e : header.entries)
        m_entries.push_back({std::move(e.name), e.dtype, std::move(e.shape), m_files.size(),
                             data + e.begin, e.end - e.begin});
    m_files.push_back(std::move(file));
    return {};
}

Status CodedTensors::sort() {
    std::ranges::sort(m_entries, {}, &Entry::name);
    const auto twice = std::ranges::adjacent_find(m_entries, {}, &Entry::name);
    if (twice == m_entries.end()) return {};
    return fail(ErrorCode::BadInput,
                "the tensor {} is in two files, '{}' and '{}'. Files of different models are "
                "probably mixed",
                quotedName(twice->name), m_files[twice->file]->path().string(),
                m_files[std::next(twice)->file]->path().string());
}

Result<StoredTensor> CodedTensors::load(const Entry& entry) const {
    const auto tensor = [&](std::shared_ptr<const std::vector<std::byte>> bytes) {
        StoredTensor out;
        out.dtype = entry.dtype;
        out.shape = entry.shape;
        out.bytes = *bytes;
        out.owner = std::move(bytes);
        return out;
    };
    {
        const std::lock_guard lock(m_mutex);
        if (auto held = m_decoded[&entry].lock()) return tensor(std::move(held));
    }
    auto bytes = std::make_shared<std::vector<std::byte>>(entry.size);
    if (const Status read = m_files[entry.file]->read(entry.begin, *bytes); !read)
        return fail(read.error().code, "tensor {}: {}", quotedName(entry.name),
                    read.error().message);
    release(entry);
    const std::lock_guard lock(m_mutex);
    m_decoded[&entry] = bytes;
    return tensor(std::move(bytes));
}

void CodedTensors::release(const Entry& entry) const {
    m_files[entry.file]->release(entry.begin, entry.size);
}

std::string CodedTensors::contentKey() const {
    ContentKey key;
    for (const Entry& e : m_entries)
        key.add(e.name, e.dtype, e.shape, e.size, [&](std::uint64_t at, std::span<std::byte> out) {
            // Damaged data make another key; whoever uses the tensor gets the error.
            if (!m_files[e.file]->read(e.begin + at, out)) std::ranges::fill(out, std::byte{0});
        });
    return key.hex();
}

} // namespace bitsmith
