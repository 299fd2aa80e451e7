// The slow part of a budget: every tensor's bytes and losses at every width.
#include "core/exporters/container_size.h"
#include "core/pipeline/budget.h"
#include "core/quant/recipe.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr double RateStep = 1.0 / 64, MeasuredRate = 3;

const Grid& gridOf(const Recipe& recipe) { return *findGrid(recipe.stage("grid")->id); }

std::uint64_t weightsOf(const PlanTensor& t) { return std::uint64_t{t.rows} * t.cols; }

// Without calibration and in one pass; errors of calibrated rounding go the same way.
Result<std::shared_ptr<const Recipe>> dataFree(const Recipe& recipe) {
    nlohmann::ordered_json json = toJson(recipe);
    json["stages"]["round"] = {{"id", "nearest"}};
    return recipeFromJson(json);
}

class Maker {
public:
    Maker(const Model& model, const BudgetProblemOptions& options, RunContext& context)
        : m_model(model), m_options(options), m_context(context) {}

    Result<BudgetProblem> run(std::shared_ptr<const Plan> plan) {
        m_out.plan = std::move(plan);
        m_out.lossless = m_options.lossless;
        m_out.losses = m_options.losses                  ? m_options.losses->name()
                       : !m_options.formatLosses.empty() ? m_options.formatLosses[0]->name()
                                                         : "relative weight error";
        const Plan& p = *m_out.plan;
        for (std::size_t row = 0; row < p.tensors.size(); ++row)
            if (p.tensors[row]->recipe) m_out.rows.push_back(row);
        BITSMITH_CHECK(addTarget());
        if (m_options.containerBytes) {
            m_context.beginStep("sizes of what is kept", 0, 0.2);
            BITSMITH_TRY(
                const std::uint64_t all,
                predictedContainerBytes(p, ModelSource(m_model), m_model.name(), m_context));
            m_out.otherBytes = all - p.quantizedBytes;
        }
        m_context.beginStep("measuring", m_options.containerBytes ? 0.2 : 0, 1);
        for (const std::size_t row : m_out.rows) {
            m_context.checkpoint(static_cast<double>(m_out.allocation.items.size()) /
                                 static_cast<double>(m_out.rows.size()));
            BITSMITH_CHECK(addItem(row));
        }
        return std::move(m_out);
    }

private:
    Status addTarget() {
        if (!m_options.target) return {};
        std::vector<std::size_t> itemOf(m_out.plan->tensors.size());
        for (std::size_t i = 0; i < m_out.rows.size(); ++i) itemOf[m_out.rows[i]] = i;
        for (auto set : fusedRows(*m_out.plan, m_model.family(), *m_options.target)) {
            for (std::size_t& row : set) row = itemOf[row];
            m_out.allocation.tied.push_back(std::move(set));
        }
        BITSMITH_TRY(m_loadable, loadableBits(*m_out.plan, m_model.family(), *m_options.target,
                                              LeastBits, MostBits));
        return {};
    }

    Status addItem(std::size_t row) {
        const TensorPlan& planned = *m_out.plan->tensors[row];
        const bool searched = !m_options.formats.empty();
        const bool lattice = !searched && gridOf(*planned.recipe).unbounded();
        AllocationItem item{.name = planned.tensor, .choices = {}};
        item.weights = static_cast<double>(weightsOf(m_out.plan->model_tensors[row]));
        item.locked = planned.locked;
        m_out.coded = m_out.coded || planned.recipe->entropyCoded();
        for (const FormatChoice& format : m_options.formats)
            m_out.coded = m_out.coded || format.recipe->entropyCoded();
        m_out.weights += weightsOf(m_out.plan->model_tensors[row]);
        const bool measured =
            !m_options.lossless && !m_options.losses && m_options.formatLosses.empty();
        Matrix values;
        if (measured || (planned.recipe->entropyCoded() && !lattice)) {
            BITSMITH_TRY(const auto stored, m_model.matrix(planned.tensor));
            values = decodeAll(*stored);
            m_model.release(planned.tensor);
        }
        if (searched) {
            BITSMITH_CHECK(addFormats(item, row, values));
        } else if (lattice) {
            BITSMITH_CHECK(addRates(item, row, measured, values));
        } else {
            BITSMITH_CHECK(addWidths(item, row, values));
        }
        if (m_options.losses && !searched) BITSMITH_CHECK(setLosses(item, row));
        if (!std::isfinite(item.score))
            item.score = std::ranges::min_element(item.choices, {}, &Choice::width)->loss;
        m_out.allocation.items.push_back(std::move(item));
        m_out.lattice.push_back(lattice);
        return {};
    }

    // At high rates a bit is a quarter of the error, whatever the distribution.
    Status addRates(AllocationItem& item, std::size_t row, bool measured, const Matrix& values) {
        const TensorPlan& planned = *m_out.plan->tensors[row];
        double error = 1;
        if (measured) {
            BITSMITH_TRY(const auto recipe,
                         withParameters(*planned.recipe, {{"grid", {{"rate", MeasuredRate}}}}));
            BITSMITH_TRY(const Choice at, measure(planned, *recipe, 0, values));
            error = at.loss;
        }
        const auto add = [&](double rate) {
            item.choices.push_back({static_cast<std::uint64_t>(std::ceil(rate * item.weights / 8)),
                                    error * std::exp2(-2 * (rate - MeasuredRate)), rate});
        };
        if (item.locked)
            add(8 * static_cast<double>(planned.bytes) / item.weights);
        else
            for (double rate = LeastRate; rate <= MostRate; rate += RateStep) add(rate);
        return {};
    }

    Status addWidths(AllocationItem& item, std::size_t row, const Matrix& values) {
        const TensorPlan& planned = *m_out.plan->tensors[row];
        const PlanTensor& tensor = m_out.plan->model_tensors[row];
        for (int bits = LeastBits; bits <= MostBits; ++bits) {
            if (item.locked ? bits != planned.bits : !loads(row, bits)) continue;
            const auto layout = predictLayout(tensor.rows, tensor.cols, bits, *planned.recipe);
            if (!layout) continue; // not a width of this grid
            Choice choice{layout->storedBytes(), 0, static_cast<double>(bits)};
            if (!values.values().empty()) {
                BITSMITH_TRY(choice, measure(planned, *planned.recipe, bits, values));
            }
            item.choices.push_back(choice);
        }
        if (item.choices.empty() && item.locked)
            item.choices.push_back({planned.bytes, 0, static_cast<double>(planned.bits)});
        if (item.choices.empty())
            return fail(ErrorCode::Usage, "'{}': recipe '{}' has one size only; lock it to keep it",
                        planned.tensor, planned.recipe->id);
        return {};
    }

    // Every format, or the locked row's own.
    Status addFormats(AllocationItem& item, std::size_t row, const Matrix& values) {
        const TensorPlan& planned = *m_out.plan->tensors[row];
        const PlanTensor& tensor = m_out.plan->model_tensors[row];
        auto& formats = m_out.formats.emplace_back();
        if (item.locked) {
            formats.push_back({"", planned.recipe, planned.bits});
            item.choices.push_back(
                {planned.bytes, 0, 8 * static_cast<double>(planned.bytes) / item.weights});
            return {};
        }
        for (std::size_t f = 0; f < m_options.formats.size(); ++f) {
            const FormatChoice& format = m_options.formats[f];
            if (!tensor.quantizable && format.recipe->needsStats()) continue; // outside blocks
            BITSMITH_TRY(const std::uint64_t bytes,
                         predictStoredBytes(tensor.rows, tensor.cols, format.bits, *format.recipe));
            Choice choice{bytes, 0, 8 * static_cast<double>(bytes) / item.weights};
            if (!m_options.formatLosses.empty()) {
                const double width = format.bits;
                BITSMITH_TRY(const auto losses,
                             m_options.formatLosses[f]->losses(row, {&width, 1}));
                choice.loss = losses[0];
            } else if (!m_options.lossless) {
                BITSMITH_TRY(const Choice found,
                             measure(planned, *format.recipe, format.bits, values));
                choice.loss = found.loss;
            }
            item.choices.push_back(choice);
            formats.push_back(format);
        }
        return {};
    }

    bool loads(std::size_t row, int bits) const {
        return m_loadable.empty() || m_loadable[row].empty() ||
               std::ranges::find(m_loadable[row], bits) != m_loadable[row].end();
    }

    Status setLosses(AllocationItem& item, std::size_t row) {
        std::vector<double> widths;
        for (const Choice& choice : item.choices) widths.push_back(choice.width);
        const auto losses = m_options.losses->losses(row, widths);
        if (!losses && item.locked) return {}; // decides nothing: an embedding, measured by none
        if (!losses) return fail(losses.error());
        for (std::size_t c = 0; c < widths.size(); ++c) item.choices[c].loss = losses->at(c);
        item.score = m_options.losses->score(row);
        return {};
    }

    Result<Choice> measure(const TensorPlan& planned, const Recipe& recipe, int bits,
                           const Matrix& values) {
        BITSMITH_TRY(const auto free, dataFree(recipe));
        BITSMITH_TRY(const LayerResult result,
                     quantizeLayer({.name = planned.tensor, .weights = values.view(), .bits = bits},
                                   *free, nullptr, m_context));
        return Choice{result.report.bytes, result.report.weightError, static_cast<double>(bits)};
    }

    const Model& m_model;
    const BudgetProblemOptions& m_options;
    RunContext& m_context;
    std::vector<std::vector<int>> m_loadable; // of each row; empty: any
    BudgetProblem m_out;
};

} // namespace

Result<BudgetProblem> makeBudgetProblem(const Model& model, std::shared_ptr<const Plan> plan,
                                        const BudgetProblemOptions& options, RunContext& context) {
    return Maker(model, options, context).run(std::move(plan));
}

} // namespace bitsmith
