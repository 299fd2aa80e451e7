// Importance matrices: our calibration as a file for llama.cpp's tools, and theirs (or ours) as the
// statistics of a quantization.
#pragma once

#include "core/calibration/calibrate.h"
#include "core/io/imatrix.h"
#include "core/model/model.h"

#include <map>
#include <memory>
#include <string>

namespace bitsmith {

// By the model's tensor names.
using TensorStats = std::map<std::string, std::shared_ptr<const LayerStats>, std::less<>>;

// The mean square of every block input, for each matrix that it is multiplied with, under the names
// that the tensors have in a GGUF (those of the model where GGUF has no such architecture).
// text: the name of the calibration text. Errors: the cache lacks an input.
Result<Imatrix> imatrixOf(const Model& model, const CalibrationResult& calibration,
                          const StatsCache& cache, const std::string& text);

// Statistics without Gram matrices. Errors (BadInput): the file is no imatrix, has other widths
// than the model, or none of its tensors.
Result<TensorStats> statsFromImatrix(const std::filesystem::path& path, const Model& model);

} // namespace bitsmith
