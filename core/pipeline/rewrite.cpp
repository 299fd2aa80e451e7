#include "core/pipeline/rewrite.h"

#include "core/base/message.h"
#include "core/model/fold_sites.h"
#include "core/model/rewritten_model.h"
#include "core/quant/transform/column_scaling.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

const StageChoice* foldedChoice(const Recipe& recipe) {
    for (const StageChoice& choice : recipe.stages) {
        if (choice.stage != "transform") continue;
        const auto* scaling = dynamic_cast<const ColumnScaling*>(findTransform(choice.id));
        if (scaling && scaling->folded(*choice.params)) return &choice;
    }
    return nullptr;
}

Status checkOneFold(const Recipe& recipe) {
    const StageChoice* first = foldedChoice(recipe);
    for (const StageChoice& choice : recipe.stages) {
        if (choice.stage != "transform" || &choice == first) continue;
        const auto* scaling = dynamic_cast<const ColumnScaling*>(findTransform(choice.id));
        if (scaling && first)
            return fail(ErrorCode::Usage,
                        "recipe '{}' scales its inputs twice, by '{}' and '{}', which cannot be "
                        "folded together. Leave one out, or set fold=false",
                        recipe.id, first->id, choice.id);
    }
    return {};
}

// A matrix that gets scales, with what its plan says.
struct Wanting {
    const TensorPlan* plan;
    Matrix weights;
};

void multiply(std::vector<float>& factors, std::size_t size, std::size_t at, float factor) {
    if (factors.empty()) factors.assign(size, 1.0F);
    factors[at] *= factor;
}

class Folding {
public:
    Folding(const std::shared_ptr<const Model>& model, const Plan& plan, const Engine& engine,
            RunContext& context)
        : m_model(model), m_plan(plan), m_engine(engine), m_context(context) {}

    Result<RewriteResult> all(const CalibrationSamples& samples, std::optional<DType> type) {
        for (const auto& row : m_plan.tensors)
            if (row->recipe) BITSMITH_CHECK(checkOneFold(*row->recipe));
        if (!m_model->architecture()) return fail(m_model->whyNotRunnable());
        BITSMITH_TRY(const ForwardPass pass, ForwardPass::create(m_model, m_engine.backend));
        const StatsCache cache(m_engine.calibrationFolder, calibrationKey(*m_model, samples));
        BITSMITH_CHECK(calibrate(pass, samples, cache, m_context));
        const auto sites = foldSites(*m_model->architecture());
        for (const FoldSite& site : sites) {
            m_context.checkpoint();
            BITSMITH_CHECK(fold(site, cache, type));
        }
        for (auto& [name, edit] : m_edits)
            if (const TensorPlan* plan = planOf(name); !type && plan && plan->recipe)
                edit.type = DType::F32;
        RewriteResult out;
        BITSMITH_TRY(out.model, rewrittenModel(m_model, {std::move(m_edits), {}, type}));
        out.inputs = std::move(m_inputs);
        out.scales = std::move(m_scales);
        return out;
    }

private:
    const TensorPlan* planOf(const std::string& tensor) const {
        const auto found =
            std::ranges::find(m_plan.tensors, tensor, [](const auto& row) { return row->tensor; });
        return found == m_plan.tensors.end() ? nullptr : found->get();
    }

    Status fold(const FoldSite& site, const StatsCache& cache, std::optional<DType> type) {
        std::vector<Wanting> wanting;
        for (const LinearSpec& consumer : site.consumers) {
            const TensorPlan* plan = planOf(consumer.weight);
            if (plan && plan->recipe && foldedChoice(*plan->recipe)) wanting.push_back({plan, {}});
        }
        if (wanting.empty()) return {};
        const Recipe& recipe = *wanting.front().plan->recipe;
        const StageChoice& choice = *foldedChoice(recipe);
        const auto& scaling = dynamic_cast<const ColumnScaling&>(*findTransform(choice.id));
        FoldedInput report{blockInputName(site.block, site.input), 1, 1, site.reason};
        if (site.foldable() && scaling.normsOnly() && site.norm.weight.empty())
            report.reason = "only layers behind a norm are smoothed"_message();
        if (!report.reason.empty()) return note(std::move(report));
        BITSMITH_TRY(const auto stats, cache.load(report.input));
        std::vector<LayerTask> tasks;
        for (Wanting& one : wanting) {
            BITSMITH_TRY(const auto stored, m_model->matrix(one.plan->tensor));
            one.weights = decodeAll(*stored);
            m_model->release(one.plan->tensor);
            for (float& w : one.weights.values()) // refused, or taken as 0, when it is quantized
                if (!std::isfinite(w)) w = 0;
            tasks.push_back({one.plan->tensor, one.weights.view(), stats.get(), one.plan->bits, 0});
        }
        BITSMITH_TRY(std::vector<float> s,
                     scaling.choose(tasks, recipe, *choice.params, site.tied, m_context));
        if (site.norm.present()) BITSMITH_CHECK(settle(site.norm.weight, s, type));
        apply(site, s);
        m_scales[report.input] = s;
        const auto [least, most] = std::ranges::minmax(s);
        report.least = static_cast<double>(least);
        report.most = static_cast<double>(most);
        return note(std::move(report));
    }

    // s for which the norm's weights, divided by it, are numbers of the type that they are stored
    // in: what rounding would lose there, the matrices behind get.
    Status settle(const std::string& norm, std::vector<float>& s, std::optional<DType> type) const {
        const DType stored = editedType(*m_model->find(norm), {}, type);
        if (stored == DType::F32 || stored == DType::F64) return {};
        BITSMITH_TRY(const std::vector<float> weights, m_model->values(norm));
        std::vector<float> divided(s.size());
        for (std::size_t c = 0; c < s.size(); ++c) divided[c] = weights[c] / s[c];
        std::vector<std::byte> bytes(s.size() * byteSize(stored));
        fromFloat(stored, divided, bytes);
        toFloat(stored, bytes, divided);
        for (std::size_t c = 0; c < s.size(); ++c) {
            if (weights[c] == 0) continue; // any s will do
            const float exact = weights[c] / divided[c];
            s[c] = std::isfinite(exact) && exact > 0 ? exact : 1.0F;
        }
        return {};
    }

    void apply(const FoldSite& site, std::span<const float> s) {
        for (const LinearSpec& consumer : site.consumers)
            for (std::size_t c = 0; c < s.size(); ++c)
                multiply(m_edits[consumer.weight].cols, s.size(), c, s[c]);
        if (site.norm.present()) {
            for (const std::string& name : {site.norm.weight, site.norm.bias})
                for (std::size_t c = 0; !name.empty() && c < s.size(); ++c)
                    multiply(m_edits[name].rows, s.size(), c, 1 / s[c]);
            return;
        }
        std::vector<bool> done(site.rows.out);
        for (std::size_t c = 0; c < s.size(); ++c) {
            const std::size_t row = site.rowOf[c];
            if (done[row]) continue; // several features of one row
            done[row] = true;
            multiply(m_edits[site.rows.weight].rows, site.rows.out, row, 1 / s[c]);
            if (!site.rows.bias.empty())
                multiply(m_edits[site.rows.bias].rows, site.rows.out, row, 1 / s[c]);
        }
    }

    Status note(FoldedInput report) {
        m_context.publish(report);
        m_inputs.push_back(std::move(report));
        return {};
    }

    const std::shared_ptr<const Model>& m_model;
    const Plan& m_plan;
    const Engine& m_engine;
    RunContext& m_context;
    TensorEdits m_edits;
    std::vector<FoldedInput> m_inputs;
    InputScales m_scales;
};

} // namespace

bool foldsScales(const Plan& plan) {
    return std::ranges::any_of(plan.tensors, [](const auto& row) {
        return row->recipe && foldedChoice(*row->recipe) != nullptr;
    });
}

Result<RewriteResult> foldScales(const std::shared_ptr<const Model>& model, const Plan& plan,
                                 const CalibrationSamples& samples, std::optional<DType> type,
                                 const Engine& engine, RunContext& context) {
    if (!foldsScales(plan)) return RewriteResult{model, {}, {}};
    return Folding(model, plan, engine, context).all(samples, type);
}

Result<std::shared_ptr<const Model>> rotatedModel(const std::shared_ptr<const Model>& model,
                                                  std::uint64_t seed, std::optional<DType> type) {
    const Architecture* a = model->architecture();
    if (!a) return fail(model->whyNotRunnable());
    if (a->norm != NormKind::Rms || !a->normBeforeBlock || !a->positions.empty() ||
        a->projectIn.present() || a->projectOut.present() || !a->finalNorm.present())
        return fail(ErrorCode::Unsupported,
                    "the residual stream of '{}' (family '{}') cannot be rotated: that needs RMS "
                    "norms before attention, MLP and output, and no learned positions",
                    model->name(), a->family);
    RewriteSpec spec;
    spec.type = type;
    const auto readsStream = [&](const LinearSpec& linear, const std::vector<float>& norm) {
        if (linear.present()) spec.edits[linear.weight] = {.cols = norm, .rotateIn = seed};
    };
    const auto writesStream = [&](const LinearSpec& linear) {
        spec.edits[linear.weight].rotateOut = seed;
        if (!linear.bias.empty()) spec.edits[linear.bias].rotateOut = seed;
    };
    const auto plainNorm = [&](const NormSpec& norm) -> Result<std::vector<float>> {
        if (norm.weight.empty()) return std::vector<float>();
        spec.edits[norm.weight].values.assign(norm.size, 1.0F);
        return model->values(norm.weight);
    };
    spec.edits[a->embedding].rotateIn = seed;
    for (const BlockSpec& block : a->blocks) {
        BITSMITH_TRY(const auto before, plainNorm(block.attentionNorm));
        for (const LinearSpec* linear : {&block.q, &block.k, &block.v, &block.qkv})
            readsStream(*linear, before);
        writesStream(block.attentionOut);
        BITSMITH_TRY(const auto between, plainNorm(block.mlpNorm));
        for (const LinearSpec* linear : {&block.gate, &block.up}) readsStream(*linear, between);
        writesStream(block.down);
    }
    BITSMITH_TRY(const auto last, plainNorm(a->finalNorm));
    if (a->tied())
        spec.untiedHead = TensorEdit{.cols = last, .rotateIn = seed};
    else
        readsStream(a->head, last);
    return rewrittenModel(model, std::move(spec));
}

} // namespace bitsmith
