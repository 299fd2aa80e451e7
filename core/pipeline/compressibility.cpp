#include "core/pipeline/compressibility.h"

#include "core/base/atomic_file.h"
#include "core/codec/coded_matrix.h"
#include "core/pipeline/activation_codes.h"
#include "core/pipeline/compressibility_settings.h"
#include "core/pipeline/measure.h"
#include "core/plan/glob.h"
#include "core/quant/layer_errors.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace bitsmith {
namespace {

// SmoothQuant's factors: columns of W are multiplied by s_j = max|x_j|^alpha / max|W_j|^(1-alpha),
// inputs divided by them.
std::vector<float> smoothingFactors(std::span<const float> inputs, std::span<const float> weights,
                                    double alpha) {
    std::vector<float> out(inputs.size(), 1.0F);
    for (std::size_t j = 0; j < out.size(); ++j) {
        if (!(inputs[j] > 0) || !(weights[j] > 0)) continue; // a dead channel stays as it is
        const double s = std::pow(inputs[j], alpha) / std::pow(weights[j], 1 - alpha);
        out[j] = static_cast<float>(std::clamp(s, 1e-5, 1e5));
    }
    return out;
}

// A matrix and its statistics in the scaled basis: W' = W S, G' = S^-1 G S^-1.
void scale(Matrix& weights, LayerStats& stats, std::span<const float> factors) {
    for (std::size_t r = 0; r < weights.rows(); ++r)
        for (std::size_t c = 0; c < weights.cols(); ++c) weights(r, c) *= factors[c];
    for (std::size_t i = 0; i < stats.gram.rows(); ++i)
        for (std::size_t j = 0; j < stats.gram.cols(); ++j)
            stats.gram(i, j) /= factors[i] * factors[j];
    for (std::size_t s = 0; s < stats.sample.rows(); ++s)
        for (std::size_t j = 0; j < stats.sample.cols(); ++j) stats.sample(s, j) /= factors[j];
}

std::string inputOf(const TensorInfo& tensor) {
    return tensor.block < 0 || tensor.input.empty()
               ? std::string()
               : blockInputName(static_cast<std::size_t>(tensor.block), tensor.input);
}

class Study {
public:
    Study(std::shared_ptr<const Model> model, const StudyOptions& options, const Engine& engine,
          RunContext& context)
        : m_model(std::move(model)), m_options(options), m_engine(engine), m_context(context) {}

    Result<StudyResult> run() {
        BITSMITH_TRY(m_result.settings, studySettings(m_options));
        for (const StudySetting& setting : m_result.settings) {
            BITSMITH_TRY(auto recipe, studyRecipe(setting));
            m_recipes.push_back(std::move(recipe));
        }
        m_result.model.resize(m_result.settings.size());
        chooseTensors();
        if (m_tensors.empty())
            return fail(ErrorCode::Usage, "'{}' has no dense weight matrices to study{}",
                        m_model->name(),
                        m_options.tensors.empty() ? "" : " among the tensors that were named");
        if (!m_options.text.empty()) BITSMITH_CHECK(calibrateFirst());
        m_context.beginStep("quantizing in all ways", m_cache ? 0.3 : 0, 1);
        for (std::size_t i = 0; i < m_tensors.size(); ++i) {
            BITSMITH_CHECK(studyTensor(*m_tensors[i], i));
            m_model->release(m_tensors[i]->name);
        }
        m_result.irregular = checkGranularities(m_result.settings, m_result.model);
        return std::move(m_result);
    }

private:
    void chooseTensors() {
        for (const TensorInfo& t : m_model->tensors()) {
            const bool named = std::ranges::any_of(m_options.tensors, [&](const std::string& glob) {
                return globMatches(glob, t.name);
            });
            if (t.layout || t.rows == 0) continue;
            if (m_options.tensors.empty() ? t.quantizable : named) m_tensors.push_back(&t);
        }
    }

    Status calibrateFirst() {
        m_context.beginStep("calibrating", 0, 0.2);
        BITSMITH_TRY(const std::string words, readTextFile(m_options.text));
        BITSMITH_TRY(const auto samples, drawSamples(*m_model, words, m_options.calibration));
        BITSMITH_TRY(const auto pass, ForwardPass::create(m_model, m_engine.backend));
        m_cache.emplace(m_engine.calibrationFolder, calibrationKey(*m_model, samples));
        BITSMITH_TRY(const auto calibration, calibrate(pass, samples, *m_cache, m_context));
        (void)calibration;
        if (m_options.smoothing.empty()) return {};
        m_context.beginStep("activations", 0.2, 0.3);
        BITSMITH_CHECK(findColumnMaxima());
        std::map<std::string, std::vector<ScaledInput>> inputs;
        for (const auto& [input, maxima] : m_columnMax) {
            BITSMITH_TRY(const auto stats, m_cache->load(input, false));
            const auto largest = [&](const std::vector<float>& divisors) {
                float most = 0;
                for (std::size_t c = 0; c < stats->maxAbs.size(); ++c)
                    most =
                        std::max(most, stats->maxAbs[c] / (divisors.empty() ? 1.0F : divisors[c]));
                return most;
            };
            inputs[input].push_back({-1, {}, largest({})});
            for (const double alpha : m_options.smoothing) {
                auto divisors = smoothingFactors(stats->maxAbs, maxima, alpha);
                const float most = largest(divisors);
                inputs[input].push_back({alpha, std::move(divisors), most});
            }
        }
        BITSMITH_TRY(m_result.activations,
                     activationCodes(pass, samples, m_options.activationTokens, m_options.bits,
                                     inputs, m_context));
        return {};
    }

    // max |W_j| over all matrices that multiply with an input: they share its factors.
    Status findColumnMaxima() {
        for (const TensorInfo& t : m_model->tensors()) {
            if (!t.quantizable || t.layout || inputOf(t).empty()) continue;
            BITSMITH_TRY(const auto weights, m_model->matrix(t.name));
            std::vector<float>& maxima = m_columnMax[inputOf(t)];
            maxima.resize(t.cols);
            const std::size_t panel = std::max<std::size_t>(1, (1 << 18) / t.cols);
            std::vector<float> rows(panel * t.cols);
            for (std::size_t r = 0; r < t.rows; r += panel) {
                m_context.checkpoint();
                const std::size_t count = std::min(panel, t.rows - r);
                weights->decodeRows(r, count, rows.data());
                for (std::size_t i = 0; i < count * t.cols; ++i)
                    maxima[i % t.cols] = std::max(maxima[i % t.cols], std::abs(rows[i]));
            }
        }
        return {};
    }

    Status studyTensor(const TensorInfo& info, std::size_t index) {
        BITSMITH_TRY(const auto stored, m_model->matrix(info.name));
        const Matrix weights = decodeAll(*stored);
        const std::string input = inputOf(info);
        std::shared_ptr<const LayerStats> stats;
        if (m_cache && !input.empty()) {
            BITSMITH_TRY(stats, m_cache->load(input));
        }
        StudyTensor out{info.name, input, info.rows, info.cols, {}};
        const std::size_t count = m_result.settings.size();
        std::map<std::size_t, double> wasted; // of the unscaled weights, by group size
        for (std::size_t s = 0; s < count; ++s) {
            m_context.checkpoint(static_cast<double>(index * count + s) /
                                 static_cast<double>(m_tensors.size() * count));
            const StudySetting& setting = m_result.settings[s];
            StudyNumbers numbers;
            if (setting.smoothing < 0) {
                BITSMITH_TRY(numbers, measure(info.name, weights, stats.get(), s, wasted));
            } else if (stats) {
                Matrix scaled = weights;
                LayerStats scaledStats = *stats;
                scale(scaled, scaledStats,
                      smoothingFactors(stats->maxAbs, m_columnMax.at(input), setting.smoothing));
                std::map<std::size_t, double> own;
                BITSMITH_TRY(numbers, measure(info.name, scaled, &scaledStats, s, own));
            }
            m_result.model[s].add(numbers);
            out.values.push_back(numbers);
        }
        m_context.publish(std::make_shared<const StudyTensor>(out));
        m_result.tensors.push_back(std::move(out));
        return {};
    }

    Result<StudyNumbers> measure(const std::string& name, const Matrix& weights,
                                 const LayerStats* stats, std::size_t s,
                                 std::map<std::size_t, double>& wasted) {
        const StudySetting& setting = m_result.settings[s];
        const LayerTask task{.name = name,
                             .weights = weights.view(),
                             .stats = stats,
                             .bits = setting.bits,
                             .seed = m_options.calibration.seed};
        StudyNumbers out;
        auto done = quantizeLayer(task, *m_recipes[s], stats, m_context);
        // K-quants, say, want rows of 256 columns: such a setting is left out of the tensor.
        if (!done && done.error().code == ErrorCode::Usage && setting.granularity == "own")
            return out;
        if (!done) return fail(done.error());
        BITSMITH_TRY(const CodeStatistics codes, codeStatistics(*done->matrix, m_context));
        out.weights = codes.codes;
        out.entropy = codes.entropy;
        out.ratio = codes.entropy > 0 ? codes.codeBits / codes.entropy : 0;
        out.paid = codes.bitsPaid();
        const double n = static_cast<double>(codes.codes);
        out.coded = 8.0 * static_cast<double>(codedMatrixBytes(*done->matrix)) / n;
        out.signal = sumOfSquares(weights.view());
        out.noise = done->report.weightError * out.signal;
        out.sqnr = out.noise > 0 ? 10 * std::log10(out.signal / out.noise) : 0;
        out.outputError = done->report.outputError;
        const bool shared = done->matrix->parameterRows == 1;
        const std::size_t group = shared ? weights.rows() * weights.cols() : codes.groupSize;
        if (!wasted.contains(group))
            wasted[group] =
                rangeStatistics(shared ? ConstMatrixView(weights.data(), 1, group) : weights.view(),
                                group)
                    .mean;
        out.wasted = wasted[group];
        return out;
    }

    std::shared_ptr<const Model> m_model;
    const StudyOptions& m_options;
    const Engine& m_engine;
    RunContext& m_context;
    std::vector<const TensorInfo*> m_tensors;
    std::vector<std::shared_ptr<const Recipe>> m_recipes; // one per setting
    std::optional<StatsCache> m_cache;                    // only with a text
    std::map<std::string, std::vector<float>> m_columnMax;
    StudyResult m_result;
};

} // namespace

void StudyNumbers::add(const StudyNumbers& other) {
    const double before = static_cast<double>(weights), more = static_cast<double>(other.weights);
    if (before + more == 0) return;
    const auto mean = [&](double& value, double more_) {
        value = (value * before + more_ * more) / (before + more);
    };
    const double codeBits = ratio * entropy > 0 ? ratio * entropy : other.ratio * other.entropy;
    mean(entropy, other.entropy);
    mean(paid, other.paid);
    mean(coded, other.coded);
    mean(wasted, other.wasted);
    ratio = entropy > 0 ? codeBits / entropy : 0;
    weights += other.weights;
    signal += other.signal;
    noise += other.noise;
    sqnr = noise > 0 ? 10 * std::log10(signal / noise) : 0;
}

Result<StudyResult> studyCompressibility(const std::shared_ptr<const Model>& model,
                                         const StudyOptions& options, const Engine& engine,
                                         RunContext& context) {
    return Study(model, options, engine, context).run();
}

Result<QuantizedModelCodes> quantizedCodes(const Model& model, const CoderOptions* coders,
                                           RunContext& context) {
    QuantizedModelCodes out;
    context.beginStep("counting codes");
    const double count = static_cast<double>(model.tensors().size());
    for (std::size_t i = 0; i < model.tensors().size(); ++i) {
        const TensorInfo& info = model.tensors()[i];
        context.checkpoint(static_cast<double>(i) / count);
        if (!info.layout) continue;
        BITSMITH_TRY(const auto matrix, model.quantized(info.name));
        if (!matrix) continue;
        auto statistics = codeStatistics(*matrix, context);
        if (!statistics) {
            out.skipped.push_back(fmt::format("{}: {}", info.name, statistics.error().message));
            continue;
        }
        QuantizedTensorCodes tensor{info.name, *std::move(statistics), {}, 0};
        tensor.codedBytes = codedMatrixBytes(*matrix);
        if (coders) {
            BITSMITH_TRY(tensor.coders, measureCoders(*matrix, *coders, context));
        }
        addTo(out.total, tensor.statistics);
        out.codedBytes += tensor.codedBytes;
        context.publish(std::make_shared<const QuantizedTensorCodes>(tensor));
        out.tensors.push_back(std::move(tensor));
        model.release(info.name);
    }
    if (out.tensors.empty() && out.skipped.empty())
        return fail(ErrorCode::Usage, "'{}' holds no quantized tensors", model.name());
    return out;
}

} // namespace bitsmith
