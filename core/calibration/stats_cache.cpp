// LayerStats on disk: one safetensors file per block input under folder/key/.
#include "core/calibration/calibrate.h"
#include "core/io/safetensors.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace bitsmith {
namespace {

Result<std::vector<float>> readFloats(const SafetensorsFile& file, std::string_view name,
                                      std::size_t count) {
    for (const SafetensorsEntry& entry : file.entries()) {
        if (entry.name != name) continue;
        const TensorView view = file.view(entry);
        if (view.dtype != DType::F32 || view.bytes.size() != count * 4) break;
        std::vector<float> out(count);
        toFloat(view.dtype, view.bytes, out);
        return out;
    }
    return fail(
        ErrorCode::BadInput,
        "calibration cache '{}': '{}' is missing or has the wrong size. Delete the file; it "
        "will be measured again",
        file.file()->path().string(), name);
}

// Rows of inputs: as many as the file says, within the bound.
Result<Matrix> readSample(const SafetensorsFile& file, std::size_t features) {
    std::size_t rows = 0;
    for (const SafetensorsEntry& entry : file.entries())
        if (entry.name == "sample")
            rows = std::min(file.view(entry).bytes.size() / (features * 4),
                            LayerStats::LargestSample + 1);
    if (rows > LayerStats::LargestSample) rows = 0; // not of ours: the next line says so
    BITSMITH_TRY(const auto values, readFloats(file, "sample", rows * features));
    Matrix sample(rows, features);
    std::ranges::copy(values, sample.values().begin());
    return sample;
}

// The diagonal of the Gram matrix; of the rest of it nothing is read.
Result<std::vector<float>> readDiagonal(const SafetensorsFile& file, std::size_t features) {
    for (const SafetensorsEntry& entry : file.entries()) {
        if (entry.name != "gram") continue;
        const TensorView view = file.view(entry);
        if (view.dtype != DType::F32 || view.bytes.size() != features * features * 4) break;
        std::vector<float> out(features);
        for (std::size_t i = 0; i < features; ++i)
            std::memcpy(&out[i], view.bytes.data() + i * (features + 1) * 4, 4);
        return out;
    }
    return fail(ErrorCode::BadInput,
                "calibration cache '{}': 'gram' is missing or has the wrong size. Delete the file; "
                "it will be measured again",
                file.file()->path().string());
}

} // namespace

StatsCache::StatsCache(const std::filesystem::path& folder, std::string key)
    : m_folder(folder / key), m_key(std::move(key)) {}

std::filesystem::path StatsCache::defaultFolder() {
    if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg)
        return std::filesystem::path(xdg) / "bitsmith" / "calibration";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home && *home ? home : ".") / ".cache" / "bitsmith" /
           "calibration";
}

bool StatsCache::contains(const std::string& input) const {
    std::error_code ignored;
    return std::filesystem::is_regular_file(m_folder / (input + ".safetensors"), ignored);
}

Result<std::shared_ptr<const LayerStats>> StatsCache::load(const std::string& input,
                                                           bool withGram) const {
    const std::filesystem::path path = m_folder / (input + ".safetensors");
    BITSMITH_TRY(const auto file, SafetensorsFile::open(path));
    const auto number = [&](const char* name) {
        std::uint64_t value = 0;
        if (const auto it = file->metadata().find(name); it != file->metadata().end())
            std::from_chars(it->second.data(), it->second.data() + it->second.size(), value);
        return value;
    };
    const auto features = static_cast<std::size_t>(number("features"));
    auto stats = std::make_shared<LayerStats>();
    stats->input = input;
    stats->tokens = number("tokens");
    if (features == 0 || features > (std::size_t{1} << 20) || stats->tokens == 0)
        return fail(ErrorCode::BadInput, "calibration cache '{}' is damaged. It is measured again",
                    path.string());
    BITSMITH_TRY(stats->meanAbs, readFloats(*file, "mean_abs", features));
    BITSMITH_TRY(stats->maxAbs, readFloats(*file, "max_abs", features));
    BITSMITH_TRY(stats->mean, readFloats(*file, "mean", features));
    BITSMITH_TRY(stats->sumSquares, readDiagonal(*file, features));
    if (!withGram) return std::shared_ptr<const LayerStats>(std::move(stats));
    BITSMITH_TRY(const auto gram, readFloats(*file, "gram", features * features));
    stats->gram = Matrix(features, features);
    std::ranges::copy(gram, stats->gram.values().begin());
    BITSMITH_TRY(stats->sample, readSample(*file, features));
    return std::shared_ptr<const LayerStats>(std::move(stats));
}

Status StatsCache::save(const LayerStats& stats) const {
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    if (error)
        return fail(ErrorCode::Failed, "cannot make the calibration cache '{}': {}",
                    m_folder.string(), error.message());
    const auto n = static_cast<std::int64_t>(stats.gram.cols());
    BITSMITH_TRY(SafetensorsWriter writer,
                 SafetensorsWriter::create(
                     m_folder / (stats.input + ".safetensors"),
                     {{"gram", DType::F32, {n, n}},
                      {"max_abs", DType::F32, {n}},
                      {"mean", DType::F32, {n}},
                      {"mean_abs", DType::F32, {n}},
                      {"sample", DType::F32, {static_cast<std::int64_t>(stats.sample.rows()), n}}},
                     {{"features", std::to_string(n)}, {"tokens", std::to_string(stats.tokens)}}));
    BITSMITH_CHECK(writer.write(std::as_bytes(stats.gram.values())));
    BITSMITH_CHECK(writer.write(std::as_bytes(std::span(stats.maxAbs))));
    BITSMITH_CHECK(writer.write(std::as_bytes(std::span(stats.mean))));
    BITSMITH_CHECK(writer.write(std::as_bytes(std::span(stats.meanAbs))));
    BITSMITH_CHECK(writer.write(std::as_bytes(stats.sample.values())));
    return writer.finish();
}

} // namespace bitsmith
