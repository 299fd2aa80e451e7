// Dense safetensors: every quantized weight as the numbers that it stands for, for programs that
// know no quantization and for comparing with them.
#include "core/base/message.h"
#include "core/exporters/packed_export.h"
#include "core/tensor/convert.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith {
namespace {

struct DenseParams {
    std::string dtype = "F32";
    int shardSize = 5000;
    void describe(auto&& field) {
        field("dtype", dtype,
              {"Element type",
               "F32 is exact; F16 and BF16 take half the space and round",
               0,
               0,
               {"F32", "F16", "BF16"}});
        FolderParams::describeShards(field, shardSize);
    }
};

constexpr std::size_t ElementsAtOnce = std::size_t{1} << 20;

OutputTensor denseTensor(const TensorInfo& info, DType dtype) {
    OutputTensor tensor;
    tensor.tensor = info.name;
    tensor.parts = {{info.name, dtype, info.shape}};
    tensor.write = [name = info.name, dtype](const Model& model, const QuantizedMatrix*,
                                             std::size_t, const EmitBytes& emit) -> Status {
        BITSMITH_TRY(const std::vector<float> values, model.values(name));
        if (dtype == DType::F32) return emit(std::as_bytes(std::span(values)));
        std::vector<std::byte> piece;
        for (std::size_t at = 0; at < values.size(); at += ElementsAtOnce) {
            const auto some =
                std::span(values).subspan(at, std::min(ElementsAtOnce, values.size() - at));
            piece.resize(some.size() * byteSize(dtype));
            fromFloat(dtype, some, piece);
            BITSMITH_CHECK(emit(piece));
        }
        return {};
    };
    return tensor;
}

class DenseExporter final : public FolderExporter<DenseParams> {
public:
    const ExporterInfo& info() const override {
        static const ExporterInfo Info{
            .id = "safetensors",
            .title = "Dense safetensors",
            .summary = "The represented numbers, unpacked, for every program that loads models of "
                       "Hugging Face",
            .extension = ""};
        return Info;
    }

private:
    Status build(const Model& model, const DenseParams& own, FolderExport& out) const override {
        const DType dtype = *dtypeFromName(own.dtype);
        BITSMITH_TRY(auto config, plainConfig(model));
        bool rounded = false;
        for (const TensorInfo& info : model.tensors()) {
            const auto stored = info.layout ? std::nullopt : dtypeFromName(info.dtype);
            // Whole numbers and doubles have no place in the type; the same type needs no work.
            const bool copied = !info.layout && (!stored || !isFloating(*stored) ||
                                                 *stored == DType::F64 || *stored == dtype);
            if (copied) {
                out.addCopy(info);
                continue;
            }
            if (info.layout && info.layout->side.shifted) {
                out.problem(
                    info.name,
                    "this tensor keeps a shift of its outputs, which a plain weight has no place "
                    "for"_message(),
                    "Quantize again without bias correction, or keep it as a "
                    "Bitsmith container."_message());
                continue;
            }
            rounded |= dtype != DType::F32;
            out.add(denseTensor(info, dtype), info, own.dtype);
        }
        setConfigType(config, dtype == DType::F32   ? "float32"
                              : dtype == DType::F16 ? "float16"
                                                    : "bfloat16");
        out.content.files = sideFilesWith(model, config, {});
        if (rounded) out.preview.notes.push_back("Weights are rounded to {}."_message(own.dtype));
        if (dtype == DType::F16)
            out.preview.notes.emplace_back(
                "Numbers beyond 65504 become infinite in F16."_message());
        if (out.preview.problems.empty()) BITSMITH_CHECK(out.finish());
        return {};
    }
};

} // namespace

const Exporter& exporters_safetensors() {
    static const DenseExporter Instance;
    return Instance;
}

} // namespace bitsmith
