// The tensors of safetensors files that `bitsmith compress` has coded: found from the decoded
// headers, decoded one by one when they are asked for.
#pragma once

#include "core/io/compressed_file.h"
#include "core/tensor/tensor_view.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace bitsmith {

class CodedTensors {
public:
    struct Entry {
        std::string name;
        DType dtype = DType::F32;
        Shape shape;
        std::size_t file = 0;
        std::uint64_t begin = 0, size = 0; // bytes of the original file
    };
    // path: a coded safetensors file; or a folder with model.safetensors.bitsmith, or with
    // model.safetensors.index.json and its shards, each coded as SHARD.bitsmith. Errors (BadInput):
    // none of these; those of CompressedFile::open and SafetensorsFile::open; a tensor twice; a
    // shard missing.
    static Result<std::shared_ptr<const CodedTensors>> open(const std::filesystem::path& path);
    // Whether a folder holds coded safetensors in place of the plain ones.
    static bool isIn(const std::filesystem::path& folder);

    const std::vector<Entry>& entries() const { return m_entries; } // sorted by name
    // Decoded in memory; repeated calls share one value as long as somebody holds it. Errors
    // (BadInput): damaged, naming file and place.
    Result<StoredTensor> load(const Entry& entry) const;
    void release(const Entry& entry) const; // its coded pages are not needed again soon
    // That of the archive of the original files: the same model has the same key.
    std::string contentKey() const;

private:
    CodedTensors() = default;
    Status add(const std::filesystem::path& path);
    Status sort();
    std::vector<std::shared_ptr<const CompressedFile>> m_files;
    std::vector<Entry> m_entries;
    mutable std::mutex m_mutex;
    mutable std::map<const Entry*, std::weak_ptr<const std::vector<std::byte>>> m_decoded;
};

} // namespace bitsmith
