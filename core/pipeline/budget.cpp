#include "core/pipeline/budget.h"

#include "core/exporters/container_size.h"
#include "core/plan/allocation.h"
#include "core/quant/recipe.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace bitsmith {
namespace {

constexpr int LeastBits = 2, MostBits = 8;
constexpr double LeastRate = 1, MostRate = 10, RateStep = 1.0 / 64, MeasuredRate = 3;

const Grid& gridOf(const Recipe& recipe) { return *findGrid(recipe.stage("grid")->id); }

// What a tensor can become: sizes, and the edit that brings each about.
struct Options {
    std::size_t row = 0;
    SizeChoices sizes;
    std::vector<PlanEdit> edits;
};

// Without calibration and in one pass; errors of calibrated rounding go the same way.
Result<std::shared_ptr<const Recipe>> dataFree(const Recipe& recipe) {
    nlohmann::ordered_json json = toJson(recipe);
    json["stages"]["round"] = {{"id", "nearest"}};
    return recipeFromJson(json);
}

Result<std::shared_ptr<const Recipe>> atRate(const Recipe& recipe, double rate) {
    return withParameters(recipe, {{"grid", {{"rate", rate}}}});
}

class Planner {
public:
    Planner(const Model& model, const Plan& plan, const Budget& budget, RunContext& context)
        : m_model(model), m_plan(plan), m_budget(budget), m_context(context) {}

    Result<std::shared_ptr<const Plan>> run() {
        if (m_budget.allocator != "uniform" && m_budget.allocator != "lagrange")
            return fail(ErrorCode::Usage, "unknown allocator '{}'; known: uniform, lagrange",
                        m_budget.allocator);
        for (std::size_t i = 0; i < m_plan.tensors.size(); ++i)
            if (m_plan.tensors[i]->recipe && !m_plan.tensors[i]->locked) m_rows.push_back(i);
        if (m_rows.empty())
            return fail(ErrorCode::Usage, "the plan has no tensor whose size could change");
        BITSMITH_TRY(const std::uint64_t room, roomForRows());
        const bool uniform = m_budget.allocator == "uniform";
        std::vector<Options> options;
        for (std::size_t k = 0; k < m_rows.size(); ++k) {
            m_context.checkpoint(0.2 +
                                 0.8 * static_cast<double>(k) / static_cast<double>(m_rows.size()));
            BITSMITH_TRY(Options found, optionsOf(m_rows[k], !uniform));
            options.push_back(std::move(found));
        }
        return uniform ? allAlike(options, room) : allocated(options, room);
    }

private:
    static std::uint64_t weights(const PlanTensor& t) { return std::uint64_t{t.rows} * t.cols; }

    // Bytes for the tensors whose size is to be chosen.
    Result<std::uint64_t> roomForRows() {
        std::uint64_t chosen = 0, count = 0, lockedBytes = 0;
        for (const std::size_t i : m_rows) chosen += m_plan.tensors[i]->bytes;
        for (std::size_t i = 0; i < m_plan.tensors.size(); ++i)
            if (m_plan.tensors[i]->recipe) {
                count += weights(m_plan.model_tensors[i]);
                if (m_plan.tensors[i]->locked) lockedBytes += m_plan.tensors[i]->bytes;
            }
        std::uint64_t room = 0, taken = lockedBytes;
        if (m_budget.bytes > 0) {
            m_context.beginStep("sizes of what is kept", 0, 0.2);
            BITSMITH_TRY(
                const std::uint64_t all,
                predictedContainerBytes(m_plan, ModelSource(m_model), m_model.name(), m_context));
            // Coded sizes are met within 0.2 %, the directory within a few bytes a tensor.
            room = m_budget.bytes - m_budget.bytes / 1000;
            taken = all - chosen;
        } else {
            room =
                static_cast<std::uint64_t>(m_budget.bitsPerWeight * static_cast<double>(count) / 8);
        }
        m_context.beginStep("measuring", 0.2, 1);
        if (room <= taken)
            return fail(ErrorCode::Usage,
                        "what is not quantized needs {} bytes already; the budget is {}", taken,
                        room);
        return room - taken;
    }

    Result<Options> optionsOf(std::size_t row, bool measured) {
        const TensorPlan& planned = *m_plan.tensors[row];
        const PlanTensor& tensor = m_plan.model_tensors[row];
        Options out{.row = row};
        const bool lattice = gridOf(*planned.recipe).unbounded();
        Matrix values;
        if (measured || (planned.recipe->entropyCoded() && !lattice)) {
            BITSMITH_TRY(const auto stored, m_model.matrix(planned.tensor));
            values = decodeAll(*stored);
            m_model.release(planned.tensor);
        }
        if (lattice) {
            double error = 1;
            if (measured) {
                BITSMITH_TRY(const auto recipe, atRate(*planned.recipe, MeasuredRate));
                BITSMITH_TRY(const SizeChoice at, measure(planned, *recipe, 0, values));
                error = at.error;
            }
            // At high rates a bit is a quarter of the error, whatever the distribution.
            for (double rate = LeastRate; rate <= MostRate; rate += RateStep) {
                out.sizes.push_back(
                    {static_cast<std::uint64_t>(rate * static_cast<double>(weights(tensor)) / 8),
                     error * std::exp2(-2 * (rate - MeasuredRate))});
                PlanEdit edit;
                BITSMITH_TRY(edit.recipe, atRate(*planned.recipe, rate));
                out.edits.push_back(std::move(edit));
            }
            return out;
        }
        for (int bits = LeastBits; bits <= MostBits; ++bits) {
            const auto layout = predictLayout(tensor.rows, tensor.cols, bits, *planned.recipe);
            if (!layout) continue; // not a width of this grid
            SizeChoice choice{layout->storedBytes(), 0};
            if (!values.values().empty()) {
                BITSMITH_TRY(choice, measure(planned, *planned.recipe, bits, values));
            }
            out.sizes.push_back(choice);
            out.edits.push_back({.bits = bits});
        }
        if (out.sizes.empty())
            return fail(ErrorCode::Usage, "'{}': recipe '{}' has one size only; lock it to keep it",
                        planned.tensor, planned.recipe->id);
        return out;
    }

    Result<SizeChoice> measure(const TensorPlan& planned, const Recipe& recipe, int bits,
                               const Matrix& values) {
        BITSMITH_TRY(const auto free, dataFree(recipe));
        BITSMITH_TRY(const LayerResult result,
                     quantizeLayer({.name = planned.tensor, .weights = values.view(), .bits = bits},
                                   *free, nullptr, m_context));
        return SizeChoice{result.report.bytes, result.report.weightError};
    }

    Result<std::shared_ptr<const Plan>> allocated(std::span<const Options> options,
                                                  std::uint64_t room) const {
        std::vector<SizeChoices> sizes;
        for (const Options& o : options) sizes.push_back(o.sizes);
        BITSMITH_TRY(const auto chosen, allocateLagrange(sizes, room));
        return applied(options, chosen);
    }

    // The largest choice that all can have; on lattices a rate in between.
    Result<std::shared_ptr<const Plan>> allAlike(std::span<const Options> options,
                                                 std::uint64_t room) const {
        std::uint64_t count = 0;
        bool lattices = true;
        for (const Options& o : options) {
            count += weights(m_plan.model_tensors[o.row]);
            lattices = lattices && gridOf(*m_plan.tensors[o.row]->recipe).unbounded();
        }
        if (lattices) {
            const double rate = 8.0 * static_cast<double>(room) / static_cast<double>(count);
            if (rate < LeastRate)
                return fail(ErrorCode::Usage,
                            "the budget leaves {:.3f} bits per weight; at least {} are needed",
                            rate, LeastRate);
            auto plan = std::make_shared<const Plan>(m_plan);
            for (const Options& o : options) {
                PlanEdit edit;
                BITSMITH_TRY(edit.recipe,
                             atRate(*m_plan.tensors[o.row]->recipe, std::min(rate, MostRate)));
                BITSMITH_TRY(plan, edited(*plan, {&o.row, 1}, edit));
            }
            return plan;
        }
        for (std::size_t c = MostBits - LeastBits + 1; c-- > 0;) {
            std::uint64_t bytes = 0;
            std::vector<std::size_t> chosen;
            for (const Options& o : options) {
                chosen.push_back(std::min(c, o.sizes.size() - 1));
                bytes += o.sizes[chosen.back()].bytes;
            }
            if (bytes <= room) return applied(options, chosen);
        }
        return fail(ErrorCode::Usage, "no common width fits: the budget leaves {} bytes", room);
    }

    Result<std::shared_ptr<const Plan>> applied(std::span<const Options> options,
                                                std::span<const std::size_t> chosen) const {
        auto plan = std::make_shared<const Plan>(m_plan);
        for (std::size_t k = 0; k < options.size(); ++k) {
            BITSMITH_TRY(plan, edited(*plan, {&options[k].row, 1}, options[k].edits.at(chosen[k])));
        }
        return plan;
    }

    const Model& m_model;
    const Plan& m_plan;
    const Budget& m_budget;
    RunContext& m_context;
    std::vector<std::size_t> m_rows;
};

} // namespace

Result<std::shared_ptr<const Plan>> withBudget(const Model& model, const Plan& plan,
                                               const Budget& budget, RunContext& context) {
    return Planner(model, plan, budget, context).run();
}

Result<std::uint64_t> parseBytes(const std::string& text) {
    constexpr std::array<std::pair<const char*, double>, 8> Units{{{"", 1},
                                                                   {"b", 1},
                                                                   {"kb", 1e3},
                                                                   {"mb", 1e6},
                                                                   {"gb", 1e9},
                                                                   {"kib", 1024.0},
                                                                   {"mib", 1048576.0},
                                                                   {"gib", 1073741824.0}}};
    std::size_t end = 0;
    double value = -1;
    try {
        value = std::stod(text, &end);
    } catch (const std::exception&) {
        end = 0;
    }
    std::string unit;
    for (const char c : text.substr(end))
        if (c != ' ') unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto* known =
        std::ranges::find(Units, unit, [](const auto& u) { return std::string(u.first); });
    if (end == 0 || known == Units.end() || !(value > 0) || value * known->second > 1e15)
        return fail(ErrorCode::Usage, "'{}' is no size; write it as 1200000, 350MB, 1.2GB or 64MiB",
                    text);
    return static_cast<std::uint64_t>(value * known->second);
}

} // namespace bitsmith
