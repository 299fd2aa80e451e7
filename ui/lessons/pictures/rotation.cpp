// A matrix with outliers, and the same matrix with every row rotated by a Hadamard matrix: the
// outliers are spread over all columns.
#include "core/tensor/rotation.h"
#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Rows = 16, Cols = 64, MostCols = 256;

// The engine's own rotation of every row.
Matrix rotated(const Matrix& matrix, std::uint64_t seed) {
    Matrix out = matrix;
    bitsmith::Rotation(out.cols(), seed).apply(out.view());
    return out;
}

class RotationPicture final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "rotation",
            .title = QT_TRANSLATE_NOOP("lessons", "Rotation by a Hadamard matrix"),
            .alt = QT_TRANSLATE_NOOP("lessons",
                                     "The matrix as coloured cells, before or after the rotation, "
                                     "and the histogram of its values before and after.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {
            toggle("rotate", Said::tr("Rotate"),
                   Said::tr("Multiply every row by a random rotation")),
            slider("outlier", Said::tr("Outliers"),
                   Said::tr("How many times as large three of the columns are"), 1, 30, 1, 15,
                   Said::tr("×")),
            slider("bits", Said::tr("Bits"), Said::tr("Of a code; one scale per row"), 2, 8, 1, 4),
            slider("seed", Said::tr("Signs"), Said::tr("Another draw of the random signs D"), 1, 20,
                   1, 1)};
    }
    void compute(const PictureInput& in) override {
        m_before = cornerOf(in.weights, Rows, in.weights ? MostCols : Cols, "rotation", 0.05);
        const std::size_t cols = m_before.cols();
        if (!in.weights)
            for (const std::size_t c : {std::size_t{9}, std::size_t{30}, std::size_t{47}})
                for (std::size_t r = 0; r < m_before.rows(); ++r)
                    m_before(r, c) *= static_cast<float>(in.controls.number("outlier"));
        m_after = rotated(m_before, static_cast<std::uint64_t>(in.controls.whole("seed")));
        m_rotate = in.controls.on("rotate");
        const int bits = in.controls.whole("bits");
        m_problem.clear();
        m_errorBefore = errorOf(m_before, bits);
        m_errorAfter = errorOf(m_after, bits);
        m_note = in.weights ? weightsNote(*in.weights, m_before.rows(), cols) +
                                  Said::tr("; the outliers are its own, if it has any")
                            : QString();
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        const Matrix& shown = m_rotate ? m_after : m_before;
        float most = 0;
        for (const Matrix* matrix : {&m_before, &m_after})
            for (const float value : matrix->values()) most = std::max(most, std::abs(value));
        most = std::max(most, 1e-9F);
        QRectF rest =
            drawTitle(painter, area, inks,
                      m_rotate ? Said::tr("After: every row rotated (blue below 0, orange above)")
                               : Said::tr("Before: the weights (blue below 0, orange above)"));
        const QRectF cells(rest.left(), rest.top(), rest.width(), rest.height() * 0.4);
        drawSigned(painter, cells, inks, shown.view(), most);
        rest.setTop(cells.bottom() + lineHeight(inks.small) * 0.6);
        rest = drawLegend(
            painter, rest, inks,
            {{inks.warning, Said::tr("before")}, {inks.third, Said::tr("after the rotation")}});
        constexpr std::size_t Bins = 61;
        const auto before = histogram(m_before.values(), -most, most, Bins);
        const auto after = histogram(m_after.values(), -most, most, Bins);
        const double tallest =
            std::max(*std::ranges::max_element(before), *std::ranges::max_element(after));
        const Plot plot(painter, rest, inks,
                        {.min = -most, .max = most, .title = Said::tr("value")},
                        {.min = 0.5,
                         .max = std::max(tallest, 2.0) * 1.3,
                         .title = Said::tr("how many (logarithmic)"),
                         .logarithmic = true});
        const auto outline = [&](const std::vector<double>& counts, const QColor& color,
                                 bool filled) {
            QList<QPointF> points;
            for (std::size_t b = 0; b < Bins; ++b) {
                const double left = -most + 2.0 * most * static_cast<double>(b) / Bins;
                const double right = left + 2.0 * most / Bins;
                const double height = std::max(counts[b], 0.5);
                points << QPointF(left, height) << QPointF(right, height);
                QColor faint = color;
                faint.setAlphaF(0.35F);
                if (filled) plot.bar((left + right) / 2, right - left, 0.5, height, faint);
            }
            plot.curve(points, color, filled ? 2.4 : 1.6);
        };
        outline(m_rotate ? before : after, m_rotate ? inks.warning : inks.third, false);
        outline(m_rotate ? after : before, m_rotate ? inks.third : inks.warning, true);
    }
    std::vector<Reading> readings() const override {
        if (!m_problem.isEmpty()) return {{Said::tr("not possible"), m_problem}};
        const double size = meanSquare(m_before.view());
        return {
            {Said::tr("kurtosis before"), QString::number(kurtosis(m_before.values()), 'f', 1)},
            {Said::tr("after"), QString::number(kurtosis(m_after.values()), 'f', 1)},
            {Said::tr("error before"), relative(m_errorBefore, size)},
            {Said::tr("after"), relative(m_errorAfter, size)},
            {Said::tr("gain"),
             m_errorAfter > 0 && m_errorBefore > 0
                 ? Said::tr("%1 dB").arg(10 * std::log10(m_errorBefore / m_errorAfter), 0, 'f', 1)
                 : Said::tr("none")}};
    }
    QString note() const override { return m_note; }

private:
    // Rotating back does not change the length of an error, so it is measured where it is.
    double errorOf(const Matrix& matrix, int bits) {
        const auto tiny = quantizeTiny(matrix.view(), "rtn", bits,
                                       {{"group_size", std::to_string(matrix.cols())}});
        if (!tiny) {
            m_problem = qs(tiny.error().message);
            return 0;
        }
        return meanSquare(matrix.view(), tiny->values.view());
    }
    Matrix m_before, m_after;
    bool m_rotate = false;
    double m_errorBefore = 0, m_errorAfter = 0;
    QString m_note, m_problem;
};

} // namespace

std::unique_ptr<LivePicture> pictures_rotation() { return std::make_unique<RotationPicture>(); }

} // namespace bitsmith::ui
