#include "core/calibration/fisher.h"

#include "core/base/hash.h"
#include "core/io/safetensors.h"
#include "core/model/backward.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {

// A tensor's name may be anything; a file's may not.
std::filesystem::path FisherCache::path(const std::string& tensor) const {
    return m_folder / ("fisher." + Hasher().add(tensor).hex() + ".safetensors");
}

bool FisherCache::contains(const std::string& tensor) const {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path(tensor), ignored) &&
           SafetensorsFile::open(path(tensor)).has_value();
}

Result<Matrix> FisherCache::load(const std::string& tensor, std::size_t rows,
                                 std::size_t cols) const {
    BITSMITH_TRY(const auto file, SafetensorsFile::open(path(tensor)));
    const Shape shape = {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols)};
    for (const SafetensorsEntry& entry : file->entries()) {
        if (entry.name != "fisher" || entry.shape != shape || entry.dtype != DType::BF16) continue;
        Matrix out = Matrix::unfilled(rows, cols);
        toFloat(DType::BF16, file->view(entry).bytes, out.values());
        const bool sound =
            std::ranges::all_of(out.values(), [](float f) { return f >= 0 && std::isfinite(f); });
        if (sound) return out;
    }
    return fail(ErrorCode::BadInput,
                "calibration cache '{}': the Fisher information of '{}' is missing or damaged. "
                "Delete the file; it will be measured again",
                path(tensor).string(), tensor);
}

Status FisherCache::save(const std::string& tensor, ConstMatrixView fisher) const {
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    if (error)
        return fail(ErrorCode::Failed, "cannot make the calibration cache '{}': {}",
                    m_folder.string(), error.message());
    BITSMITH_TRY(SafetensorsWriter writer,
                 SafetensorsWriter::create(path(tensor),
                                           {{"fisher",
                                             DType::BF16,
                                             {static_cast<std::int64_t>(fisher.rows),
                                              static_cast<std::int64_t>(fisher.cols)}}},
                                           {{"tensor", tensor}}));
    std::vector<std::byte> row(2 * fisher.cols);
    for (std::size_t r = 0; r < fisher.rows; ++r) {
        fromFloat(DType::BF16, fisher.row(r), row);
        BITSMITH_CHECK(writer.write(row));
    }
    return writer.finish();
}

Status measureFisher(const ForwardPass& pass, const CalibrationSamples& samples,
                     std::vector<std::string> tensors, const FisherCache& cache,
                     RunContext& context) {
    std::erase_if(tensors, [&](const std::string& name) { return cache.contains(name); });
    if (tensors.empty()) return {};
    BITSMITH_TRY(const GradientPass backward, GradientPass::create(pass));
    BITSMITH_TRY([[maybe_unused]] const GradientSummary summary,
                 backward.run(
                     samples.batch(), {.tensors = std::move(tensors), .squares = true},
                     [&](const TensorGradient& gradient) {
                         return cache.save(std::string(gradient.tensor), gradient.squares);
                     },
                     context));
    return {};
}

} // namespace bitsmith
