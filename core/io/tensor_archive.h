// Named tensors of one model, wherever they lie: one safetensors file, or shards with an index.
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor_view.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

class TensorArchive {
public:
    struct Entry {
        std::string name;
        TensorView view; // borrowed; alive as long as the archive
    };
    virtual ~TensorArchive() = default;
    virtual const std::vector<Entry>& entries() const = 0; // sorted by name
    const Entry* find(std::string_view name) const;
    // A hint that a tensor's pages are not needed again soon.
    virtual void release(const Entry& entry) const = 0;
    // Hash over names, types, shapes, sizes and a sample of the bytes: the model's identity for
    // caches. Reads a few kilobytes per tensor at most.
    std::string contentKey() const;
};

// path: a .safetensors file, or a folder with model.safetensors or model.safetensors.index.json.
// Errors (BadInput): none of these; a shard missing or disagreeing with its index; a tensor twice.
Result<std::shared_ptr<const TensorArchive>> openTensorArchive(const std::filesystem::path& path);

} // namespace bitsmith
