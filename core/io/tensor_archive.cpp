#include "core/io/tensor_archive.h"

#include "core/io/content_sample.h"
#include "core/io/pytorch_file.h"
#include "core/io/safetensors.h"
#include "core/io/shard_index.h"
#include "core/io/text_checks.h"

#include <algorithm>
#include <map>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

constexpr const char* Single = "model.safetensors";
constexpr const char* Index = "model.safetensors.index.json";
constexpr const char* PytorchSingle = "pytorch_model.bin";
constexpr const char* PytorchIndex = "pytorch_model.bin.index.json";

using ArchivePointer = std::shared_ptr<const TensorArchive>;

bool byName(const TensorArchive::Entry& a, const TensorArchive::Entry& b) {
    return a.name < b.name;
}

class SafetensorsArchive final : public TensorArchive {
public:
    explicit SafetensorsArchive(std::shared_ptr<const SafetensorsFile> file)
        : m_file(std::move(file)) {
        for (const SafetensorsEntry& e : m_file->entries())
            m_entries.push_back({e.name, m_file->view(e)});
        std::sort(m_entries.begin(), m_entries.end(), byName);
    }

    const std::vector<Entry>& entries() const override { return m_entries; }
    std::string_view format() const override { return "safetensors"; }
    void release(const Entry& entry) const override { m_file->file()->release(entry.view.bytes); }

private:
    std::shared_ptr<const SafetensorsFile> m_file;
    std::vector<Entry> m_entries;
};

class ShardedArchive final : public TensorArchive {
public:
    // At least one.
    explicit ShardedArchive(std::vector<ArchivePointer> shards) : m_shards(std::move(shards)) {
        for (const auto& shard : m_shards)
            m_entries.insert(m_entries.end(), shard->entries().begin(), shard->entries().end());
        std::sort(m_entries.begin(), m_entries.end(), byName);
    }

    const std::vector<Entry>& entries() const override { return m_entries; }
    std::string_view format() const override { return m_shards.front()->format(); }
    void release(const Entry& entry) const override {
        // A file ignores ranges that are not its own.
        for (const auto& shard : m_shards) shard->release(entry);
    }

private:
    std::vector<ArchivePointer> m_shards;
    std::vector<Entry> m_entries;
};

// By what the file is, not by its name: published files are named in many ways. What is neither
// goes to the reader that its ending calls for, whose message says what is wrong.
Result<ArchivePointer> openSingle(const fs::path& path) {
    BITSMITH_TRY(const auto mapped, MappedFile::open(path));
    const std::string ending = path.extension().string();
    if (looksLikePytorch(mapped->bytes()) || ending == ".bin" || ending == ".pth" ||
        ending == ".pt" || ending == ".th")
        return openPytorchFile(path);
    BITSMITH_TRY(auto file, SafetensorsFile::open(path));
    return std::make_shared<SafetensorsArchive>(std::move(file));
}

Result<ArchivePointer> openShards(const fs::path& indexPath) {
    BITSMITH_TRY(const ShardIndex index, readShardIndex(indexPath));
    std::map<std::string, ArchivePointer> shards;
    for (const auto& [tensor, shard] : index.shardOf) {
        if (shards.contains(shard)) continue;
        const fs::path path = indexPath.parent_path() / shard;
        std::error_code ignored;
        if (!fs::exists(path, ignored))
            return fail(ErrorCode::BadInput,
                        "the shard '{}', which '{}' names for the tensor {}, is missing. The "
                        "download is probably incomplete; get that file too",
                        path.string(), indexPath.filename().string(), quotedName(tensor));
        BITSMITH_TRY(shards[shard], openSingle(path));
    }
    std::map<std::string_view, std::string_view> foundIn; // tensor -> shard
    for (const auto& [shard, file] : shards)
        for (const TensorArchive::Entry& e : file->entries())
            if (const auto [at, isNew] = foundIn.emplace(e.name, shard); !isNew)
                return fail(ErrorCode::BadInput,
                            "'{}': the tensor {} is in two shards, {} and {}. Files of different "
                            "downloads are probably mixed; get all of them again",
                            indexPath.string(), quotedName(e.name), quotedName(at->second),
                            quotedName(shard));
    for (const auto& [tensor, shard] : index.shardOf) {
        const auto at = foundIn.find(tensor);
        if (at == foundIn.end() || at->second != shard)
            return fail(ErrorCode::BadInput,
                        "'{}' lists the tensor {} in the shard {}, which does not hold it{}. Get "
                        "the index and its shards again",
                        indexPath.string(), quotedName(tensor), quotedName(shard),
                        at == foundIn.end() ? std::string()
                                            : fmt::format(" ({} does)", quotedName(at->second)));
    }
    std::vector<ArchivePointer> files;
    for (auto& [shard, file] : shards) files.push_back(std::move(file));
    return std::make_shared<ShardedArchive>(std::move(files));
}

// Why a folder has no model, with the nearest thing that it holds.
tl::unexpected<Error> noModelIn(const fs::path& folder) {
    std::vector<std::string> safetensors, foreign;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string(),
                          extension = it->path().extension().string();
        if (extension == ".safetensors") safetensors.push_back(name);
        if (extension == ".gguf" || extension == ".bin" || extension == ".pth" ||
            extension == ".pt" || extension == ".th")
            foreign.push_back(name);
    }
    if (error)
        return fail(ErrorCode::BadInput, "cannot list '{}': {}", folder.string(), error.message());
    std::string hint;
    if (!safetensors.empty())
        hint = fmt::format(". It holds {}: give that file's path, or fetch the missing index",
                           quotedName(*std::min_element(safetensors.begin(), safetensors.end())));
    else if (!foreign.empty())
        hint = fmt::format(". It holds {}: give that file's path",
                           quotedName(*std::min_element(foreign.begin(), foreign.end())));
    return fail(ErrorCode::BadInput, "'{}' holds neither {} nor {}, nor their indices{}",
                folder.string(), Single, PytorchSingle, hint);
}

} // namespace

const TensorArchive::Entry* TensorArchive::find(std::string_view name) const {
    const auto& all = entries();
    const auto at = std::lower_bound(all.begin(), all.end(), name,
                                     [](const Entry& e, std::string_view n) { return e.name < n; });
    return at != all.end() && at->name == name ? &*at : nullptr;
}

std::string TensorArchive::contentKey() const {
    ContentKey key;
    for (const Entry& e : entries())
        key.add(e.name, e.view.dtype, e.view.shape, e.view.bytes.size(),
                [&](std::uint64_t at, std::span<std::byte> out) {
                    std::ranges::copy(e.view.bytes.subspan(at, out.size()), out.begin());
                });
    return key.hex();
}

Result<std::shared_ptr<const TensorArchive>> openTensorArchive(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status))
        return fail(ErrorCode::BadInput, "there is no file or folder '{}'", path.string());
    if (fs::is_regular_file(status))
        return path.string().ends_with(".index.json") ? openShards(path) : openSingle(path);
    if (!fs::is_directory(status))
        return fail(ErrorCode::BadInput, "'{}' is neither a file nor a folder", path.string());
    if (fs::exists(path / Single, error)) return openSingle(path / Single);
    if (fs::exists(path / Index, error)) return openShards(path / Index);
    if (fs::exists(path / PytorchSingle, error)) return openSingle(path / PytorchSingle);
    if (fs::exists(path / PytorchIndex, error)) return openShards(path / PytorchIndex);
    return noModelIn(path);
}

} // namespace bitsmith
