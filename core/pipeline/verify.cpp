#include "core/pipeline/verify.h"

#include "core/base/parallel.h"
#include "core/io/compressed_file.h"
#include "core/io/container_file.h"
#include "core/model/model.h"
#include "core/pipeline/compress.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t PanelElements = std::size_t{1} << 18;

std::size_t countNonFinite(std::span<const float> values) {
    return static_cast<std::size_t>(
        std::ranges::count_if(values, [](float v) { return !std::isfinite(v); }));
}

Result<std::size_t> nonFinite(const Model& model, const TensorInfo& tensor, RunContext& context) {
    if (tensor.rows == 0 || tensor.shape.size() != 2) {
        BITSMITH_TRY(const auto values, model.values(tensor.name));
        return countNonFinite(values);
    }
    auto opened = model.matrix(tensor.name);
    if (!opened) return fail(opened.error());
    const WeightMatrix& matrix = **opened;
    std::atomic<std::size_t> count = 0;
    const std::size_t grain = std::max<std::size_t>(1, PanelElements / matrix.cols());
    parallelFor(matrix.rows(), grain, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        std::vector<float> rows((last - first) * matrix.cols());
        matrix.decodeRows(first, last - first, rows.data());
        count += countNonFinite(rows);
    });
    return count.load();
}

} // namespace

Result<VerifyResult> verifyModel(const std::filesystem::path& path, RunContext& context) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(ErrorCode::BadInput, "'{}' does not exist", path.string());
    VerifyResult result;
    context.beginStep("verifying");
    if (BitsmithFile::isOne(path)) { // somebody's file inside a coded one
        const auto blocks = verifyCompressedFile(path, context);
        if (!blocks) {
            result.problems.push_back(blocks.error().message);
            return result;
        }
        BITSMITH_TRY(const auto file, CompressedFile::open(path));
        result.format = fmt::format("coded {} file", file->info().format);
        result.checksums = *blocks + 1; // and the whole file's
        return result;
    }
    const auto opened = openModel(path);
    if (!opened) {
        result.problems.push_back(opened.error().message);
        return result;
    }
    const Model& model = **opened;
    result.format = model.format();
    std::shared_ptr<const Container> container;
    if (isContainer(path)) {
        BITSMITH_TRY(container, openContainer(path));
    }
    for (std::size_t i = 0; i < model.tensors().size(); ++i) {
        const TensorInfo& tensor = model.tensors()[i];
        context.checkpoint(static_cast<double>(i) / static_cast<double>(model.tensors().size()));
        if (container) {
            const Status sound = container->verify(tensor.name);
            ++result.checksums;
            if (!sound) {
                result.problems.push_back(sound.error().message);
                continue;
            }
        }
        const auto dtype = dtypeFromName(tensor.dtype);
        if (!tensor.layout && (!dtype || !isFloating(*dtype))) continue; // whole numbers
        const auto bad = nonFinite(model, tensor, context);
        if (!bad)
            result.problems.push_back(bad.error().message);
        else if (*bad > 0)
            result.problems.push_back(
                fmt::format("'{}': {} values are NaN or infinite", tensor.name, *bad));
        ++result.tensors;
        model.release(tensor.name);
    }
    return result;
}

} // namespace bitsmith
