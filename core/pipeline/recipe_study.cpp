#include "core/pipeline/recipe_study.h"

#include "core/pipeline/sweep.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>

namespace bitsmith {
namespace {

using Json = nlohmann::ordered_json;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 3> Cheap = {"rtn", "rtn_mse", "hqq"};
constexpr std::array<int, 6> CheapBits = {2, 3, 4, 5, 6, 8};
constexpr std::array<const char*, 3> CheapGroups = {"32", "64", "128"};

Json toJson(const RecipeFigures& f) {
    return {{"bits_per_weight", f.bitsPerWeight},
            {"weight_error", f.weightError},
            {"output_error", f.outputError}};
}

Result<RecipeFigures> figuresFromJson(const Measurement& row) {
    const Json json = Json::parse(row.details, nullptr, false);
    if (!json.is_object() || !json.contains("bits_per_weight"))
        return fail(ErrorCode::BadInput, "the database's row for '{}' is damaged", row.tensor);
    return RecipeFigures{.bitsPerWeight = json.value("bits_per_weight", 0.0),
                         .weightError = json.value("weight_error", 0.0),
                         .outputError = json.value("output_error", -1.0),
                         .seconds = row.seconds};
}

double product(const TensorInfo& tensor) {
    return static_cast<double>(tensor.rows) * static_cast<double>(tensor.cols);
}

// Each counts with its number of weights; seconds are summed.
RecipeFigures together(const std::vector<RecipeFigures>& rows, const std::vector<double>& weights) {
    RecipeFigures all;
    double sum = 0;
    bool outputs = !rows.empty();
    double output = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sum += weights[i];
        all.bitsPerWeight += weights[i] * rows[i].bitsPerWeight;
        all.weightError += weights[i] * rows[i].weightError;
        output += weights[i] * rows[i].outputError;
        outputs = outputs && rows[i].outputError >= 0;
        all.seconds += rows[i].seconds;
    }
    if (sum > 0) {
        all.bitsPerWeight /= sum;
        all.weightError /= sum;
        output /= sum;
    }
    all.outputError = outputs ? output : -1;
    return all;
}

class Study {
public:
    Study(TensorStudy& tensors, RunContext& context) : m_tensors(tensors), m_context(context) {
        for (const TensorInfo* info : tensors.tensors()) m_weights.push_back(product(*info));
    }

    // What a candidate makes of every tensor. One that fails on a tensor has a problem.
    Result<RecipeOutcome> outcome(const RecipeCandidate& candidate, double from, double to) {
        const int bits = candidate.bits > 0 ? candidate.bits : candidate.recipe->bits;
        RecipeOutcome out;
        out.recipe = candidate.recipe->id;
        out.title = candidate.recipe->title;
        out.bits = bits;
        const std::string setting =
            fmt::format("{} at {} bits", toReference(*candidate.recipe).dump(), bits);
        const auto compute = [&](const TensorInfo& tensor) {
            return quantized(tensor, *candidate.recipe, bits);
        };
        auto rows = m_tensors.rows("recipe.error", setting, m_tensors.hasText(), from, to, compute,
                                   m_context);
        if (!rows) {
            out.problem = rows.error().message;
            return out;
        }
        if (!rows->skipped.empty()) out.problem = rows->skipped.front().error.message;
        for (const Measurement& row : rows->rows) {
            BITSMITH_TRY(const RecipeFigures figures, figuresFromJson(row));
            out.tensors.push_back(figures);
        }
        if (rows->skipped.empty()) out.all = together(out.tensors, m_weights);
        return out;
    }

private:
    Result<Measurement> quantized(const TensorInfo& tensor, const Recipe& recipe, int bits) {
        BITSMITH_TRY(const auto stats, m_tensors.stats(tensor, true));
        BITSMITH_TRY(const auto stored, m_tensors.model().matrix(tensor.name));
        const Matrix weights = decodeAll(*stored);
        BITSMITH_TRY(const LayerResult result, quantizeLayer({.name = tensor.name,
                                                              .weights = weights.view(),
                                                              .stats = stats.get(),
                                                              .bits = bits},
                                                             recipe, stats.get(), m_context));
        const LayerReport& report = result.report;
        const RecipeFigures figures{report.bitsPerWeight, report.weightError, report.outputError};
        return Measurement{
            .value = figures.error(), .seconds = report.seconds, .details = toJson(figures).dump()};
    }

    TensorStudy& m_tensors;
    RunContext& m_context;
    std::vector<double> m_weights;
};

// The points of a cheap recipe: widths and group sizes.
std::vector<RecipeCandidate> cheapCandidates(std::string_view id) {
    std::vector<RecipeCandidate> out;
    const auto recipe = findRecipe(id);
    if (!recipe) return out;
    for (const char* group : CheapGroups)
        if (const auto changed = withSetting(**recipe, "group_size", group))
            for (const int bits : CheapBits) out.push_back({*changed, bits});
    return out;
}

std::string labelOf(const RecipeCandidate& candidate) {
    std::string group;
    for (const Field& field : candidate.recipe->stage("grid")->params->fields())
        if (field.id == "group_size") group = fmt::format(" g{}", std::get<int>(field.value));
    return fmt::format("{} {} bits{}", candidate.recipe->id, candidate.bits, group);
}

// ---- The whole model

SweepChoice choiceOf(const RecipeCandidate& candidate) {
    SweepChoice choice;
    choice.series = choice.recipe = candidate.recipe->id;
    choice.bits = candidate.bits;
    // What differs from the recipe of that name.
    const Json reference = toReference(*candidate.recipe);
    if (reference.contains("changes"))
        for (const auto& [stage, values] : reference["changes"].items())
            for (const auto& [field, value] : values.items())
                choice.parameters.emplace_back(stage + "." + field, value.is_string()
                                                                        ? value.get<std::string>()
                                                                        : value.dump());
    return choice;
}

std::vector<RecipeCandidate> cheapNear(const std::vector<RecipeCandidate>& candidates) {
    int least = 16, most = 2;
    for (const RecipeCandidate& c : candidates) {
        const int bits = c.bits > 0 ? c.bits : c.recipe->bits;
        least = std::min(least, bits);
        most = std::max(most, bits);
    }
    std::vector<RecipeCandidate> out;
    for (const std::string_view id : {Cheap[0], Cheap[1]})
        for (const RecipeCandidate& c : cheapCandidates(id))
            if (c.bits >= std::min(least, 8) && c.bits <= most + 1) out.push_back(c);
    return out;
}

Result<RecipeStudy> studyOnModel(const std::shared_ptr<const Model>& model,
                                 const RecipeStudyOptions& options, const Engine& engine,
                                 RunContext& context) {
    SweepSpec spec;
    spec.calibrationText = options.text;
    spec.calibration = options.calibration;
    spec.evalText = options.evalText;
    spec.eval.limitTokens = options.evalTokens;
    const std::vector<RecipeCandidate> cheap = cheapNear(options.candidates);
    // The same point twice is measured once.
    std::map<std::string, std::size_t> places;
    std::vector<std::size_t> cheapAt, candidateAt;
    const auto place = [&](const RecipeCandidate& candidate) {
        SweepChoice choice = choiceOf(candidate);
        if (choice.bits == 0) choice.bits = candidate.recipe->bits;
        const auto [found, fresh] = places.emplace(choice.label(), spec.grid.size());
        if (fresh) spec.grid.push_back(std::move(choice));
        return found->second;
    };
    // A sweep refuses a point that cannot be before it begins; here it is a row that says why.
    std::vector<std::string> problems;
    for (const RecipeCandidate& c : options.candidates) {
        const auto layout = predictLayout(1, 256, c.bits, *c.recipe);
        problems.push_back(layout ? "" : layout.error().message);
        candidateAt.push_back(layout ? place(c) : 0);
    }
    for (const RecipeCandidate& c : cheap) cheapAt.push_back(place(c));
    BITSMITH_TRY(const SweepResult sweep,
                 runSweep(model, spec, {.again = options.again}, engine, context));
    RecipeStudy study;
    study.model = model->name();
    study.onModel = true;
    study.hasText = !options.text.empty();
    std::vector<RecipePoint> plain, all;
    for (std::size_t i = 0; i < cheap.size(); ++i) {
        const SweepRow& row = sweep.rows[cheapAt[i]];
        if (row.state != "done") continue;
        const RecipePoint point{labelOf(cheap[i]), row.bitsPerWeight, row.klMean};
        if (cheap[i].recipe->id == Cheap.front()) plain.push_back(point);
        all.push_back(point);
    }
    study.plain = lowerOutline(std::move(plain));
    study.cheap = lowerOutline(std::move(all));
    for (std::size_t i = 0; i < options.candidates.size(); ++i) {
        const RecipeCandidate& candidate = options.candidates[i];
        const SweepRow& row = sweep.rows[candidateAt[i]];
        RecipeOutcome out;
        out.recipe = candidate.recipe->id;
        out.title = candidate.recipe->title;
        out.bits = candidate.bits > 0 ? candidate.bits : candidate.recipe->bits;
        out.problem = !problems[i].empty()  ? problems[i]
                      : row.state == "done" ? ""
                      : row.error.empty()   ? row.state
                                            : row.error;
        if (!problems[i].empty()) {
            study.recipes.push_back(std::move(out));
            continue;
        }
        out.all.bitsPerWeight = row.bitsPerWeight;
        out.all.divergence = std::max(0.0, row.klMean);
        out.all.perplexity = row.perplexity;
        out.all.seconds = row.seconds;
        out.plain = errorAt(study.plain, row.bitsPerWeight);
        out.cheap = errorAt(study.cheap, row.bitsPerWeight);
        study.seconds += row.seconds;
        study.recipes.push_back(std::move(out));
    }
    context.publish(study);
    return study;
}

} // namespace

std::span<const std::string_view> cheapRecipes() { return Cheap; }

std::vector<RecipePoint> lowerOutline(std::vector<RecipePoint> points) {
    std::erase_if(points, [](const RecipePoint& p) { return !(p.error > 0); });
    std::ranges::sort(points, [](const RecipePoint& a, const RecipePoint& b) {
        return a.bitsPerWeight != b.bitsPerWeight ? a.bitsPerWeight < b.bitsPerWeight
                                                  : a.error < b.error;
    });
    std::vector<RecipePoint> out;
    // Turns of a then b then c: positive where b lies below the line from a to c.
    const auto below = [](const RecipePoint& a, const RecipePoint& b, const RecipePoint& c) {
        const double slope =
            (std::log(c.error) - std::log(a.error)) / (c.bitsPerWeight - a.bitsPerWeight);
        return std::log(a.error) + slope * (b.bitsPerWeight - a.bitsPerWeight) - std::log(b.error);
    };
    for (RecipePoint& point : points) {
        if (!out.empty() && point.bitsPerWeight - out.back().bitsPerWeight < 1e-9) continue;
        while (out.size() > 1 && below(out[out.size() - 2], out.back(), point) <= 0) out.pop_back();
        out.push_back(std::move(point));
    }
    // More bits for more error is no choice.
    while (out.size() > 1 && out.back().error >= out[out.size() - 2].error) out.pop_back();
    return out;
}

double errorAt(std::span<const RecipePoint> outline, double bits) {
    for (std::size_t i = 0; i + 1 < outline.size(); ++i) {
        const RecipePoint &a = outline[i], &b = outline[i + 1];
        if (bits < a.bitsPerWeight - 1e-9 || bits > b.bitsPerWeight + 1e-9) continue;
        const double t = (bits - a.bitsPerWeight) / (b.bitsPerWeight - a.bitsPerWeight);
        return std::exp((1 - t) * std::log(a.error) + t * std::log(b.error));
    }
    return NaN;
}

Result<RecipeStudy> studyRecipes(const std::shared_ptr<const Model>& model,
                                 const RecipeStudyOptions& options, const Engine& engine,
                                 RunContext& context) {
    if (options.candidates.empty())
        return fail(ErrorCode::Usage, "no recipe to compare; name some, or all with their bits");
    if (!options.evalText.empty()) return studyOnModel(model, options, engine, context);
    const auto start = std::chrono::steady_clock::now();
    BITSMITH_TRY(TensorStudy tensors, TensorStudy::prepare(model, options, engine, context));
    RecipeStudy study;
    study.model = model->name();
    study.hasText = tensors.hasText();
    for (const TensorInfo* info : tensors.tensors()) study.tensors.push_back(info->name);
    Study work(tensors, context);

    std::vector<std::pair<std::string_view, RecipeCandidate>> baselines;
    for (const std::string_view id : Cheap)
        for (RecipeCandidate& candidate : cheapCandidates(id))
            baselines.emplace_back(id, std::move(candidate));
    double at = study.hasText ? 0.4 : 0;
    const double step =
        (1 - at) / static_cast<double>(baselines.size() + options.candidates.size());
    std::vector<RecipePoint> plain, cheap;
    for (const auto& [id, candidate] : baselines) {
        BITSMITH_TRY(const RecipeOutcome out, work.outcome(candidate, at, at + step));
        at += step;
        if (!out.problem.empty()) continue;
        const RecipePoint point{labelOf(candidate), out.all.bitsPerWeight, out.all.error()};
        if (id == Cheap.front()) plain.push_back(point);
        cheap.push_back(point);
    }
    study.plain = lowerOutline(std::move(plain));
    study.cheap = lowerOutline(std::move(cheap));
    for (const RecipeCandidate& candidate : options.candidates) {
        BITSMITH_TRY(RecipeOutcome out, work.outcome(candidate, at, at + step));
        at += step;
        out.plain = errorAt(study.plain, out.all.bitsPerWeight);
        out.cheap = errorAt(study.cheap, out.all.bitsPerWeight);
        study.recipes.push_back(std::move(out));
        study.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        context.publish(study);
    }
    return study;
}

} // namespace bitsmith
