#include "ui/window/analysis_cost.h"

#include <algorithm>
#include <chrono>

namespace bitsmith::ui {
namespace {

constexpr std::size_t ProbeTokens = 128, UsualContext = 2048;
constexpr double GramCost = 1.0; // of calibration, beside the run itself: measured, about as much
constexpr double Prunings = 3;   // sparsities that the metric tries
constexpr double Gradient = 3;   // of a run there and back, beside one there
constexpr double Probes = 64;    // gradients that a curvature takes

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool counts(const TensorInfo& tensor) {
    return tensor.quantizable && tensor.block >= 0 && !tensor.layout;
}

} // namespace

Result<AnalysisCost> measureAnalysisCost(const std::shared_ptr<const Model>& model,
                                         const std::shared_ptr<const Recipe>& recipe,
                                         const Engine& engine, RunContext& context) {
    AnalysisCost cost;
    BITSMITH_TRY(const ForwardPass pass, ForwardPass::create(model, engine.backend));
    const std::vector<TokenId> tokens(ProbeTokens, TokenId{1});
    TokenBatch batch;
    batch.append(tokens);
    auto start = std::chrono::steady_clock::now();
    BITSMITH_TRY(const Matrix hidden, pass.run(batch, context));
    BITSMITH_CHECK(pass.logits(hidden.view()));
    cost.secondsPerToken = secondsSince(start) / static_cast<double>(ProbeTokens);
    if (!recipe || recipe->needsStats()) return cost;
    const auto& tensors = model->tensors();
    const auto first = std::ranges::find_if(tensors, counts);
    if (first == tensors.end()) return cost;
    BITSMITH_TRY(const auto stored, model->matrix(first->name));
    const Matrix values = decodeAll(*stored);
    start = std::chrono::steady_clock::now();
    const auto quantized = quantizeLayer({.name = first->name, .weights = values.view(), .bits = 4},
                                         *recipe, nullptr, context);
    if (quantized)
        cost.secondsPerWeight =
            secondsSince(start) /
            static_cast<double>(std::max<std::size_t>(1, values.values().size()));
    return cost;
}

AnalysisEstimate estimateAnalysis(const Model& model, const SensitivityOptions& options, bool all,
                                  const AnalysisCost& cost) {
    AnalysisEstimate out;
    std::size_t matrices = 0, blocks = 1;
    double weights = 0, laterBlocks = 0; // blocks that run again after each matrix
    for (const TensorInfo& tensor : model.tensors())
        if (tensor.block >= 0)
            blocks = std::max(blocks, static_cast<std::size_t>(tensor.block) + 1);
    for (const TensorInfo& tensor : model.tensors()) {
        if (!counts(tensor)) continue;
        ++matrices;
        weights += static_cast<double>(tensor.rows) * static_cast<double>(tensor.cols);
        laterBlocks += static_cast<double>(blocks - static_cast<std::size_t>(tensor.block)) /
                       static_cast<double>(blocks);
    }
    const auto widths = static_cast<double>(options.widths.size());
    const auto samples = static_cast<double>(options.calibration.samples);
    const auto context = static_cast<double>(
        options.calibration.context ? options.calibration.context
        : model.architecture()
            ? std::min<std::size_t>(UsualContext, model.architecture()->maxPositions)
            : UsualContext);
    const double drawn = samples * context;
    const double tokens =
        options.tokens ? std::clamp(static_cast<double>(options.tokens), context, drawn) : drawn;
    const double quantize = weights * cost.secondsPerWeight; // of every matrix, at one width
    bool text = options.recipe && options.recipe->needsStats(), errors = false;
    for (const SensitivityMetric* metric : allSensitivityMetrics()) {
        const SensitivityInfo& info = metric->info();
        if (!all && info.id != options.metric) continue;
        text = text || info.needsText;
        const bool perWidth = info.kind == SensitivityKind::Loss;
        out.measurements += matrices * (perWidth ? options.widths.size() : 1);
        errors = errors || !perWidth || info.id == "weight_error";
        const double pass = tokens * cost.secondsPerToken; // the whole model once
        if (info.id == "kl")
            out.seconds += laterBlocks * widths * pass + widths * quantize;
        else if (info.id == "pruning")
            out.seconds += laterBlocks * Prunings * pass;
        else if (info.id == "output_error" || info.id == "weight_error")
            out.seconds += widths * quantize;
        else if (info.id == "correlation")
            out.seconds += pass;
        else if (info.id.starts_with("hessian"))
            out.seconds += Probes * Gradient * pass;
        else
            out.seconds += Gradient * pass + (perWidth ? widths * quantize : 0);
    }
    if (errors) out.seconds += widths * quantize;
    if (text) out.seconds += drawn * cost.secondsPerToken * (1 + GramCost);
    return out;
}

} // namespace bitsmith::ui
