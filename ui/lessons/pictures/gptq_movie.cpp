// GPTQ on a small matrix, column by column: rounding errors at the left, what they add to the
// columns not yet rounded at the right.
#include "core/quant/layer_errors.h"
#include "core/quant/round/gptq_panel.h"
#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Rows = 8, Cols = 16;

class GptqMovie final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "gptq_movie",
            .title = QT_TRANSLATE_NOOP("lessons", "GPTQ, column by column"),
            .alt = QT_TRANSLATE_NOOP("lessons",
                                     "A small matrix: rounded columns show their errors, columns "
                                     "not yet rounded what was added to them; below, the output "
                                     "error as columns are rounded, of GPTQ and of nearest.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {slider("column", Said::tr("Columns rounded"),
                       Said::tr("How far the method has come"), 0, Cols, 1, 0),
                slider("bits", Said::tr("Bits"), Said::tr("Of a code"), 2, 8, 1, 3),
                slider("rho", Said::tr("Correlation"),
                       Said::tr("Of neighbouring inputs; where yours are not measured"), 0, 0.98,
                       0.02, 0.8),
                toggle("act_order", Said::tr("Strongest first"),
                       Said::tr("Columns with the largest inputs first (act order)"))};
    }
    QString played() const override { return QStringLiteral("column"); }

    void compute(const PictureInput& in) override {
        m_done = static_cast<std::size_t>(in.controls.whole("column"));
        m_weights = cornerOf(in.weights, Rows, Cols, "movie", 0.05);
        const std::size_t cols = m_weights.cols();
        m_done = std::min(m_done, cols);
        const bool measured = in.weights && in.weights->stats && !in.weights->stats->gram.empty();
        std::vector<double> deviations;
        for (std::size_t c = 0; c < cols; ++c) // some inputs are stronger than others
            deviations.push_back(c % 5 == 3 ? 2.2 : 0.7 + 0.06 * static_cast<double>(c % 7));
        const LayerStats stats = measured
                                     ? firstInputs(*in.weights->stats, cols)
                                     : madeUpStats(cols, in.controls.number("rho"), deviations);
        m_note = !in.weights
                     ? QString()
                     : weightsNote(*in.weights, m_weights.rows(), cols) +
                           (measured ? Said::tr("; inputs as measured by the calibration")
                                     : Said::tr("; inputs are made up: calibrate on the Salience "
                                                "page to use yours"));
        const Status run = round(in.controls, stats.gram);
        m_problem = run ? QString() : qs(run.error().message);
    }

    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        if (!m_problem.isEmpty() || m_loss.empty()) return;
        const double line = lineHeight(inks.small);
        QRectF rest = drawTitle(painter, area, inks,
                                m_done == 0 ? Said::tr("Nothing is rounded yet")
                                : m_done == m_weights.cols()
                                    ? Said::tr("All columns are rounded: their errors W − Q")
                                    : Said::tr("Left of the line: errors W − Q of rounded columns. "
                                               "Right: what was added to the others"));
        const QRectF cells(rest.left(), rest.top(), rest.width(), rest.height() * 0.48);
        paintCells(painter, cells, inks);
        rest.setTop(cells.bottom() + line * 0.6);
        rest = drawLegend(painter, rest, inks,
                          {{inks.warning, Said::tr("nearest")}, {inks.third, Said::tr("GPTQ")}});
        const double most = std::max({m_loss.back(), m_nearestLoss.back(), 1e-12});
        const Plot plot(painter, rest, inks,
                        {.min = 0,
                         .max = static_cast<double>(m_weights.cols()),
                         .title = Said::tr("columns rounded")},
                        {.min = 0,
                         .max = niceRange(0, most * 100).max,
                         .title = Said::tr("output error so far, % of the output")});
        QList<QPointF> nearest, gptq;
        for (std::size_t j = 0; j < m_loss.size(); ++j) {
            nearest << QPointF(static_cast<double>(j), 100 * m_nearestLoss[j]);
            gptq << QPointF(static_cast<double>(j), 100 * m_loss[j]);
        }
        plot.curve(nearest, inks.warning, 2);
        plot.curve(gptq, inks.third, 2);
        plot.vertical(static_cast<double>(m_done), inks.dim);
        plot.dot(static_cast<double>(m_done), 100 * m_nearestLoss[m_done], inks.warning);
        plot.dot(static_cast<double>(m_done), 100 * m_loss[m_done], inks.third);
    }
    std::vector<Reading> readings() const override {
        if (!m_problem.isEmpty() || m_loss.empty()) return {{Said::tr("not possible"), m_problem}};
        return {{Said::tr("output error so far: nearest"), percentText(m_nearestLoss[m_done])},
                {Said::tr("GPTQ"), percentText(m_loss[m_done])},
                {Said::tr("of the weights, in the end: nearest"), percentText(m_nearestWeights)},
                {Said::tr("GPTQ"), percentText(m_gptqWeights)}};
    }
    QString note() const override { return m_note; }

private:
    // The engine rounds; the states between are its own factors applied to its own results.
    Status round(const ControlValues& controls, const Matrix& gram) {
        const std::size_t rows = m_weights.rows(), cols = m_weights.cols();
        m_loss.clear();
        m_nearestLoss.clear();
        RunContext context;
        BITSMITH_TRY(
            m_feedback,
            errorFeedback(gram, {.actOrder = controls.on("act_order"), .spread = true}, context));
        if (!m_feedback.usable)
            return fail(ErrorCode::Failed, "the Gram matrix of these inputs cannot be factored");
        const Grid* grid = findGrid("affine");
        const auto params = grid->defaults();
        BITSMITH_CHECK(params->set("group_size", static_cast<int>(cols)));
        BITSMITH_TRY(const auto fit, grid->begin(rows, cols, controls.whole("bits"), *params));
        const RoundedPanel rounded = gptqPanelCodes(
            {.weights = m_weights.view(), .feedback = m_feedback, .fit = *fit, .importance = {}}, 0,
            rows, context);
        m_rounded = rounded.values;
        BITSMITH_TRY(const Tiny nearest,
                     quantizeTiny(m_weights.view(), "rtn", controls.whole("bits"),
                                  {{"group_size", std::to_string(cols)}}));
        const double whole = gramEnergy(m_weights.view(), gram);
        const auto part = [&](const Matrix& change) {
            return whole > 0 ? gramEnergy(change.view(), gram) / whole : 0;
        };
        // change: of the weights as they are, rounded columns and compensated ones.
        Matrix change(rows, cols), off(rows, cols);
        m_shown = change;
        for (std::size_t j = 0; j <= cols; ++j) {
            m_loss.push_back(part(change));
            m_nearestLoss.push_back(part(off));
            if (j == m_done) m_shown = change;
            if (j == cols) break;
            const std::uint32_t column = m_feedback.order[j];
            for (std::size_t r = 0; r < rows; ++r) {
                const float now = m_weights(r, column) + change(r, column);
                const float error = now - m_rounded(r, column);
                for (std::size_t k = j + 1; k < cols; ++k)
                    change(r, m_feedback.order[k]) -= error * m_feedback.spread(j, k);
                change(r, column) = m_rounded(r, column) - m_weights(r, column);
                off(r, column) = nearest.values(r, column) - m_weights(r, column);
            }
        }
        const double size = meanSquare(m_weights.view());
        m_gptqWeights = size > 0 ? meanSquare(m_weights.view(), m_rounded.view()) / size : 0;
        m_nearestWeights =
            size > 0 ? meanSquare(m_weights.view(), nearest.values.view()) / size : 0;
        return {};
    }
    // Columns in the order in which they are rounded.
    void paintCells(QPainter& painter, const QRectF& area, const Inks& inks) const {
        const std::size_t rows = m_weights.rows(), cols = m_weights.cols();
        Matrix values(rows, cols);
        float most = 0;
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t j = 0; j < cols; ++j) {
                const std::uint32_t c = m_feedback.order[j];
                values(r, j) = j < m_done ? -m_shown(r, c) : m_shown(r, c);
                most = std::max(most, std::abs(values(r, j)));
            }
        const double line = lineHeight(inks.small);
        const QRectF box = area.adjusted(0, 0, 0, -line * 1.2);
        drawSigned(painter, box, inks, values.view(), std::max(most, 1e-9F));
        const double width = box.width() / static_cast<double>(cols);
        for (std::size_t j = 0; j < cols; ++j)
            drawText(painter,
                     QRectF(box.left() + static_cast<double>(j) * width, box.bottom(), width,
                            line * 1.1),
                     j < m_done ? inks.text : inks.dim, inks.small,
                     QString::number(m_feedback.order[j] + 1));
        painter.setPen(QPen(inks.text, 3));
        const double x = box.left() + static_cast<double>(m_done) * width;
        painter.drawLine(QPointF(x, box.top() - 2), QPointF(x, box.bottom() + 2));
    }

    Matrix m_weights, m_rounded, m_shown;
    ErrorFeedback m_feedback;
    std::size_t m_done = 0;
    std::vector<double> m_loss, m_nearestLoss; // after j columns
    double m_gptqWeights = 0, m_nearestWeights = 0;
    QString m_note, m_problem;
};

} // namespace

std::unique_ptr<LivePicture> pictures_gptq_movie() { return std::make_unique<GptqMovie>(); }

} // namespace bitsmith::ui
