// Bits as goods: what each tensor loses at each width, a budget, and what allocators buy with it.
#include "core/allocate/allocator.h"
#include "core/quant/recipe.h"
#include "ui/bridge/text.h"
#include "ui/charts/hues.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::array Widths{2, 3, 4, 5, 6, 8};
constexpr std::size_t SampleValues = std::size_t{1} << 16; // of a tensor, to measure its losses

// Losses of every tensor of a model: the relative squared error of its weights, rounded to nearest.
Result<std::any> measure(const std::shared_ptr<const Model>& model, RunContext& context) {
    BITSMITH_TRY(auto recipe, findRecipe("rtn"));
    BITSMITH_TRY(recipe, withSetting(*recipe, "group_size", "64"));
    AllocationProblem problem;
    std::size_t done = 0;
    for (const TensorInfo& tensor : model->tensors()) {
        context.checkpoint(static_cast<double>(done++) /
                           static_cast<double>(model->tensors().size()));
        if (!tensor.quantizable) continue;
        BITSMITH_TRY(const auto matrix, model->matrix(tensor.name));
        const std::size_t rows =
            std::clamp<std::size_t>(SampleValues / tensor.cols, 1, tensor.rows);
        Matrix values(rows, tensor.cols);
        for (std::size_t r = 0; r < rows; ++r)
            matrix->decodeRows(r * tensor.rows / rows, 1, &values(r, 0));
        AllocationItem item{.name = tensor.name,
                            .weights = static_cast<double>(tensor.rows * tensor.cols)};
        for (const int bits : Widths) {
            BITSMITH_TRY(
                const LayerResult result,
                quantizeLayer({.name = tensor.name, .weights = values.view(), .bits = bits},
                              *recipe, nullptr, context));
            BITSMITH_TRY(const std::uint64_t bytes,
                         predictStoredBytes(tensor.rows, tensor.cols, bits, *recipe));
            item.choices.push_back({.bytes = bytes,
                                    .loss = result.report.weightError,
                                    .width = static_cast<double>(bits)});
        }
        problem.items.push_back(std::move(item));
        model->release(tensor.name);
    }
    return std::any(std::move(problem));
}

// Twelve tensors of different size and sensitivity; a loss falls by a factor of 4 with each bit.
AllocationProblem example() {
    struct Row {
        const char* name;
        double megabytes, loss;
    };
    static constexpr Row Rows[] = {{"0 q", 1, 6},     {"0 k", 1, 9},     {"0 v", 1, 30},
                                   {"0 down", 4, 90}, {"1 q", 1, 2},     {"1 k", 1, 3},
                                   {"1 v", 1, 10},    {"1 down", 4, 12}, {"2 q", 1, 1},
                                   {"2 k", 1, 1.5},   {"2 v", 1, 6},     {"2 down", 4, 40}};
    AllocationProblem problem;
    for (const Row& row : Rows) {
        AllocationItem item{.name = row.name, .weights = row.megabytes * 1e6};
        for (const int bits : Widths)
            item.choices.push_back(
                {.bytes = static_cast<std::uint64_t>(row.megabytes * 1e6 * (bits + 0.3) / 8),
                 .loss = row.loss * std::pow(4.0, 2 - bits),
                 .width = static_cast<double>(bits)});
        problem.items.push_back(std::move(item));
    }
    return problem;
}

class Knapsack final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "knapsack",
            .title = QT_TRANSLATE_NOOP("lessons", "Mixed precision as a knapsack"),
            .alt = QT_TRANSLATE_NOOP(
                "lessons", "A bar per tensor, as high as its bits; below, the loss of all "
                           "together against the size, of mixed and of uniform widths."),
            .source = PictureInfo::Source::Model};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {slider("budget", Said::tr("Budget"), Said::tr("Bits per weight, scales included"),
                       2.5, 8.3, 0.05, 4.3),
                choice("allocator", Said::tr("Bought by"), Said::tr("Who spends the budget"),
                       {{"uniform", Said::tr("the same width for all")},
                        {"greedy", Said::tr("greedy")},
                        {"lagrange", Said::tr("Lagrange")},
                        {"random", Said::tr("chance")}},
                       0)};
    }
    void compute(const PictureInput& in) override {
        m_model = in.weights ? in.weights->model : nullptr;
        if (!m_model) {
            if (m_measured || m_problem.items.empty()) m_problem = example();
            m_measured = nullptr;
            m_note.clear();
            m_uniform.clear();
        } else if (m_measured != m_model.get()) {
            m_note = Said::tr("Measuring %1…").arg(qs(m_model->name()));
            m_result = {};
            m_problem.items.clear();
            return;
        }
        double weights = 0;
        for (const AllocationItem& item : m_problem.items) weights += item.weights;
        m_weights = weights;
        AllocationProblem problem = m_problem;
        problem.budget = static_cast<std::uint64_t>(in.controls.number("budget") * weights / 8);
        if (m_uniform.empty()) trace();
        m_error.clear();
        m_result = buy(in.controls.option("allocator").toStdString(), problem);
        m_plain = buy("uniform", problem);
        m_best = buy("lagrange", problem);
    }
    std::optional<PictureWork> work(const PictureInput& in) override {
        if (!in.weights || m_measured == in.weights->model.get()) return {};
        return PictureWork{.key = qs(in.weights->model->path().string()),
                           .run = [model = in.weights->model](RunContext& context, const Engine&) {
                               return measure(model, context);
                           }};
    }
    void received(const std::any& value) override {
        if (const auto* problem = std::any_cast<AllocationProblem>(&value)) {
            m_problem = *problem;
            m_measured = m_model.get();
            m_uniform.clear();
            m_note =
                Said::tr("%1: relative squared error of each tensor, rounded to nearest. The pages "
                         "Sensitivity and Budget do this with measured losses.")
                    .arg(m_model ? qs(m_model->name()) : QString());
        }
    }
    void workEnded(const QString& error) override {
        if (!error.isEmpty()) m_error = error;
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        if (m_problem.items.empty() || m_result.chosen.empty()) {
            drawText(painter, area, inks.dim, inks.font, m_error.isEmpty() ? m_note : m_error,
                     Qt::AlignCenter | Qt::TextWordWrap);
            return;
        }
        const QRectF upper(area.topLeft(), QSizeF(area.width(), area.height() * 0.5));
        const auto count = static_cast<double>(m_problem.items.size());
        const Plot bars(
            painter, upper, inks,
            {.min = -0.5, .max = count - 0.5, .title = Said::tr("tensor"), .labels = count > 16},
            {.min = 0, .max = 8.6, .title = Said::tr("bits of each tensor")});
        for (std::size_t i = 0; i < m_problem.items.size(); ++i) {
            const double width = m_problem.items[i].choices[m_result.chosen[i]].width;
            bars.bar(static_cast<double>(i), 0.8, 0, width,
                     hueOf(static_cast<qsizetype>(width) % 8, inks.dark));
        }
        if (count <= 16) {
            const double line = lineHeight(inks.small);
            for (std::size_t i = 0; i < m_problem.items.size(); ++i) {
                const QPointF at = bars.at(static_cast<double>(i), 0);
                drawText(painter, QRectF(at.x() - 3 * line, at.y(), 6 * line, line * 1.1), inks.dim,
                         inks.small, qs(m_problem.items[i].name));
            }
        }
        QRectF rest(area.left(), upper.bottom(), area.width(), area.height() * 0.5);
        rest = drawLegend(painter, rest, inks,
                          {{inks.third, Said::tr("best mixed widths")},
                           {inks.warning, Said::tr("one width for all")},
                           {inks.second, Said::tr("what you bought")}});
        double low = 1e300, high = 0;
        for (const auto* line : {&m_mixed, &m_uniform})
            for (const QPointF& point : *line)
                if (point.y() > 0) {
                    low = std::min(low, point.y());
                    high = std::max(high, point.y());
                }
        if (!(high > low)) return;
        const Plot plot(painter, rest, inks,
                        {.min = 2, .max = 8.6, .title = Said::tr("bits per weight")},
                        {.min = low * 0.7,
                         .max = high * 1.5,
                         .title = Said::tr("loss of all tensors (logarithmic)"),
                         .logarithmic = true});
        plot.curve(m_mixed, inks.third, 2.2);
        for (const QPointF& point : m_uniform) plot.dot(point.x(), point.y(), inks.warning);
        plot.dot(bitsOf(m_result), m_result.loss, inks.second, lineHeight(inks.small) * 0.45);
    }
    std::vector<Reading> readings() const override {
        if (!m_error.isEmpty()) return {{Said::tr("not possible"), m_error}};
        if (m_result.chosen.empty()) return {};
        return {
            {Said::tr("bought"), Said::tr("%1 bits per weight").arg(bitsText(bitsOf(m_result)))},
            {Said::tr("loss"), numberText(m_result.loss)},
            {Said::tr("one width for all"),
             Said::tr("%1 at %2 bits").arg(numberText(m_plain.loss), bitsText(bitsOf(m_plain)))},
            {Said::tr("Lagrange"), numberText(m_best.loss)},
            {Said::tr("nobody can go below"), numberText(m_best.leastLoss)}};
    }
    QString note() const override { return m_note; }

private:
    double bitsOf(const Allocation& allocation) const {
        return m_weights > 0 ? 8 * static_cast<double>(allocation.bytes) / m_weights : 0;
    }
    Allocation buy(const std::string& id, const AllocationProblem& problem) {
        const auto bought = [&]() -> Result<Allocation> {
            BITSMITH_TRY(const Allocator* allocator, findAllocator(id));
            return allocator->allocate(problem);
        };
        auto result = bought();
        if (result) return *std::move(result);
        m_error = qs(result.error().message);
        return {};
    }
    // The curve of mixed widths, and the points of uniform ones.
    void trace() {
        m_mixed.clear();
        for (const CurvePoint& point :
             paretoCurve(m_problem, 200).value_or(std::vector<CurvePoint>()))
            if (point.loss > 0)
                m_mixed << QPointF(8 * static_cast<double>(point.bytes) / m_weights, point.loss);
        for (std::size_t w = 0; w < Widths.size(); ++w) {
            double bytes = 0, loss = 0;
            for (const AllocationItem& item : m_problem.items) {
                bytes += static_cast<double>(item.choices[w].bytes);
                loss += item.choices[w].loss;
            }
            m_uniform << QPointF(8 * bytes / m_weights, loss);
        }
    }

    AllocationProblem m_problem;
    std::shared_ptr<const Model> m_model;
    const Model* m_measured = nullptr; // whose losses m_problem has; null: the example's
    double m_weights = 0;
    Allocation m_result, m_plain, m_best;
    QList<QPointF> m_mixed, m_uniform;
    QString m_note, m_error;
};

} // namespace

std::unique_ptr<LivePicture> pictures_knapsack() { return std::make_unique<Knapsack>(); }

} // namespace bitsmith::ui
