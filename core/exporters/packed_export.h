// What the exporters of packed checkpoints share: walking over a model's tensors, reasons why a
// matrix cannot be held, names of modules. Private to core/exporters/formats.
#pragma once

#include "core/exporters/folder_writer.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace bitsmith {

struct FolderParams {
    int shardSize = 5000;
    static void describeShards(auto&& field, int& shardSize) {
        field("shard_size", shardSize,
              {"Shard size", "Megabytes of tensors per file; larger models are split", 1, 1000000});
    }
};

// An export while it is put together.
struct FolderExport {
    ExportPreview preview;
    FolderContent content;

    void problem(const std::string& tensor, std::string message, std::string remedy) {
        preview.problems.push_back({tensor, std::move(message), std::move(remedy)});
    }
    // Adds a tensor, its row and its bytes.
    void add(OutputTensor tensor, const TensorInfo& info, std::string to, std::string note = {});
    // As it is stored; a problem where that is impossible.
    void addCopy(const TensorInfo& info);
    // A problem where nothing in the model is quantized.
    void requireQuantized(const Model& model);
    // Exact sizes, once everything is there.
    Status finish();
};

// An exporter of folders. P: its parameters, `shardSize` among them.
template <class P>
class FolderExporter : public Exporter {
public:
    std::unique_ptr<Params> defaults() const final { return std::make_unique<ParamsOf<P>>(); }
    Result<ExportPreview> preview(const Model& model, const Params& params) const final {
        BITSMITH_TRY(FolderExport out, built(model, params));
        return std::move(out.preview);
    }
    Result<std::vector<ExportedFile>> write(const Model& model, const Params& params,
                                            const std::filesystem::path& target,
                                            RunContext& context) const final {
        BITSMITH_TRY(const FolderExport out, built(model, params));
        return writeFolder(model, out.content, target, context);
    }

private:
    // Fills `out`: all tensors and files, or problems.
    virtual Status build(const Model& model, const P& params, FolderExport& out) const = 0;
    Result<FolderExport> built(const Model& model, const Params& params) const {
        const P& own = dynamic_cast<const ParamsOf<P>&>(params).value;
        FolderExport out;
        out.content.shardBytes = static_cast<std::uint64_t>(own.shardSize) * 1'000'000;
        BITSMITH_CHECK(build(model, own, out));
        return out;
    }
};

// "model.layers.0.mlp.up_proj" of "....weight"; empty for other names.
std::string moduleName(const std::string& tensor);
// Whether the weight lies as (in, out) where it is not quantized (GPT-2's Conv1D).
bool liesTransposed(const Model& model, const TensorInfo& info);
// Weights of linear layers that stay as they are: what a configuration must list as not quantized.
// Their module names, in the model's order; an untied head that the file holds is among them.
std::vector<std::string> keptModules(const Model& model);
// What the affine packed formats have in common. Adds a problem and returns false where the matrix
// cannot be held: not a linear layer's weight, another grid, scales in other than 16 bits.
bool checkAffineLinear(FolderExport& out, const TensorInfo& info, const char* format);
bool needsConfig(FolderExport& out, const nlohmann::ordered_json& config, const char* format);
// "float16" or "bfloat16", as the scales are; nullptr where they are both or others.
const char* commonScaleType(const Model& model);
// All quantized matrices of the model.
std::vector<const TensorInfo*> quantizedTensors(const Model& model);

} // namespace bitsmith
