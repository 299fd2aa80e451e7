// Named tensors of one model, wherever they lie: one safetensors or PyTorch file, or shards with an
// index.
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
    virtual std::string_view format() const = 0; // "safetensors", "pytorch"
    // A hint that a tensor's pages are not needed again soon.
    virtual void release(const Entry& entry) const = 0;
    // Hash over names, types, shapes, sizes and a sample of the bytes: the model's identity for
    // caches. Reads a few kilobytes per tensor at most.
    std::string contentKey() const;
};

// path: a .safetensors or PyTorch file (.bin, .pth, .pt, .th), an index of shards, or a folder with
// model.safetensors, model.safetensors.index.json, pytorch_model.bin or
// pytorch_model.bin.index.json (the first of these that is there). Errors (BadInput): none of
// these; a shard missing or disagreeing with its index; a tensor twice; those of
// SafetensorsFile::open and openPytorchFile.
Result<std::shared_ptr<const TensorArchive>> openTensorArchive(const std::filesystem::path& path);

} // namespace bitsmith
