// The inspector's Salience and Spectrum pages in the real window, the picture's arithmetic, and a
// matrix of 32000 x 4096 that must never hold up the window.
#include "tests/ui/gap_meter.h"
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/channel_chart.h"
#include "ui/heatmap/tiled_heatmap.h"
#include "ui/panels/salience_page.h"
#include "ui/panels/spectrum_page.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <QtCharts/QChartView>

#include <algorithm>
#include <future>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

constexpr int SalienceTab = 3, SpectrumTab = 4;
const char* const Matrix0 = "model.layers.0.self_attn.q_proj.weight";

QString note(Studio& studio) {
    return studio.window.inspector()->salience()->findChild<StateStack*>()->noteText();
}
bool showsSalience(Studio& studio) {
    auto* page = studio.window.inspector()->salience();
    return QTest::qWaitFor([&] { return page->ready() && page->heatmap()->complete(); }, Patience);
}
void choose(Studio& studio, const char* combo, const QString& text) {
    auto* box = studio.find<QComboBox>(combo);
    box->setCurrentIndex(box->findText(text));
}
void wheel(QWidget* widget, const QPoint& at, int notches) {
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(widget, &event);
}

// Nothing is computed as long as this lives.
class Held {
public:
    explicit Held(QuickPool& pool) {
        const std::shared_future<void> end = m_end.get_future().share();
        for (int i = 0; i < 2; ++i) // the threads of a pool
            pool.run([end](RunContext&) -> QuickPool::Deliver {
                end.wait();
                return {};
            });
    }
    ~Held() { m_end.set_value(); }

private:
    std::promise<void> m_end;
};

// Random weights, made when they are asked for: nothing of 32000 x 8192 is ever held.
class LazyMatrix final : public WeightMatrix {
public:
    LazyMatrix(std::size_t rows, std::size_t cols) : WeightMatrix(rows, cols) {}
    std::uint64_t storedBytes() const override { return 0; }
    static float at(std::size_t r, std::size_t c) {
        std::uint64_t x = (r << 32 | c) * 0x9e3779b97f4a7c15U;
        x = (x ^ x >> 29) * 0xbf58476d1ce4e5b9U;
        return static_cast<float>(x >> 40) * 0x1p-24F - 0.5F;
    }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        for (std::size_t r = 0; r < count; ++r)
            for (std::size_t c = 0; c < cols(); ++c) *out++ = at(first + r, c);
    }
};

} // namespace

class TstSaliencePage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void windowsOfAMatrix();
    void tilesOfUnequalLevels();
    void coloursAndBars();
    void anEmptyPageSaysWhatToDo();
    void magnitudeNeedsNothing();
    void otherMetricsAskForATextAndFindItAgain();
    void brokenStatisticsAreAFailureWithTheirReason();
    void noFormForAMetricThatIsNoLongerChosen();
    void keysAndMouseMoveThePicture();
    void spectra();
    void aLargeMatrixNeverBlocksTheWindow();

private:
    StudioFolder m_folder;
};

void TstSaliencePage::windowsOfAMatrix() {
    const MatrixSize tall{32000, 4096};
    const QSizeF picture(400, 250);
    const MatrixWindow whole = fitted(tall, picture);
    QCOMPARE(whole.scaleX * tall.cols, 400.0);
    QCOMPARE(whole.scaleY * tall.rows, 250.0);
    QCOMPARE(zoomed(whole, 0.5, {10, 10}, tall, picture), whole); // no smaller than fitted
    // What lies under the mouse stays there.
    const QPointF about(130, 70);
    const MatrixWindow near = zoomed(whole, 3, about, tall, picture);
    QVERIFY(std::abs((near.left + about.x() / near.scaleX) -
                     (whole.left + about.x() / whole.scaleX)) < 1e-9);
    QVERIFY(std::abs((near.top + about.y() / near.scaleY) -
                     (whole.top + about.y() / whole.scaleY)) < 1e-9);
    // Nothing beside the matrix is shown, however far it is dragged.
    const MatrixWindow corner = panned(near, {-1e9, -1e9}, tall, picture);
    QVERIFY(std::abs(corner.left + 400 / corner.scaleX - tall.cols) < 1e-6);
    QVERIFY(std::abs(corner.top + 250 / corner.scaleY - tall.rows) < 1e-6);
    QCOMPARE(panned(near, {1e9, 1e9}, tall, picture).left, 0.0);
    // Far in, weights are squares.
    MatrixWindow far = whole;
    for (int i = 0; i < 60; ++i) far = zoomed(far, 1.5, about, tall, picture);
    QCOMPARE(far.scaleX, MostPixelsPerWeight);
    QCOMPARE(far.scaleY, MostPixelsPerWeight);
    QCOMPARE(levelOf(far.scaleX, 16), 0);
    // A pixel of the level is at least one of the screen, and less than two.
    for (const double scale : {1.0, 0.9, 0.5, 0.3, 0.01}) {
        const double pixel = scale * std::ldexp(1.0, levelOf(scale, 16));
        QVERIFY(pixel >= 1 - 1e-9 && pixel < 2);
    }
    QCOMPARE(levelOf(1e-9, 5), 4);
    // A small matrix lies in the middle.
    const MatrixSize small{4, 2};
    const MatrixWindow middle = fitted(small, picture);
    QCOMPARE(middle.scaleX, MostPixelsPerWeight);
    QCOMPARE(middle.left * MostPixelsPerWeight, (2 * MostPixelsPerWeight - 400) / 2);

    for (const MatrixWindow& window : {whole, near, corner, far}) {
        const auto tiles = visibleTiles(window, tall, 16, picture);
        QVERIFY(!tiles.empty() && tiles.size() < 20);
        for (double x = 0.5; x < 400; x += 13)
            for (double y = 0.5; y < 250; y += 13)
                QVERIFY(std::ranges::any_of(tiles, [&](const TileKey& key) {
                    return tileRect(key, window, tall).contains(QPointF(x, y));
                }));
        for (const TileKey& key : tiles) // none in vain
            QVERIFY(tileRect(key, window, tall).intersects(QRectF({}, picture)));
    }
    QVERIFY(visibleTiles(whole, tall, 16, {}).empty());
}

void TstSaliencePage::tilesOfUnequalLevels() {
    const std::size_t rows = 301, cols = 77;
    const auto weights = std::make_shared<LazyMatrix>(rows, cols);
    RunContext context;
    auto factors = findSalience("magnitude")->prepare(nullptr, cols, {}, context);
    QVERIFY(factors);
    for (std::size_t c = 0; c < cols; ++c) factors->factor[c] = 1 + static_cast<float>(c % 5);
    const auto map = SalienceMap::build(weights, *factors, context, 500);
    for (const auto& [levelY, levelX] :
         std::vector<std::pair<int, int>>{{0, 0}, {3, 0}, {0, 2}, {4, 2}, {2, 5}, {6, 6}})
        for (const Pooling pooling : {Pooling::Max, Pooling::Mean}) {
            const std::size_t high = ((rows - 1) >> levelY) + 1, wide = ((cols - 1) >> levelX) + 1;
            const PixelRect rect{high / 3, wide / 3, 1000, 1000}; // cut at the end
            const Matrix pixels = pooledValues(*map, levelY, levelX, rect, pooling, context);
            QCOMPARE(pixels.rows(), high - rect.row);
            QCOMPARE(pixels.cols(), wide - rect.col);
            for (std::size_t r = 0; r < pixels.rows(); ++r)
                for (std::size_t c = 0; c < pixels.cols(); ++c) {
                    float most = 0;
                    double sum = 0, count = 0;
                    for (std::size_t i = (rect.row + r) << levelY;
                         i < std::min(rows, (rect.row + r + 1) << levelY); ++i)
                        for (std::size_t j = (rect.col + c) << levelX;
                             j < std::min(cols, (rect.col + c + 1) << levelX); ++j) {
                            const float v = factors->value(LazyMatrix::at(i, j), j);
                            most = std::max(most, v);
                            sum += static_cast<double>(v);
                            ++count;
                        }
                    if (pooling == Pooling::Max)
                        QCOMPARE(pixels(r, c), most);
                    else
                        QVERIFY(std::abs(pixels(r, c) - sum / count) < 1e-5);
                }
        }
    QVERIFY(!sampledValues(*map, 5, 0, Pooling::Max, context).empty());
}

void TstSaliencePage::coloursAndBars() {
    std::vector<float> values(1000, 1);
    values[3] = 1000; // does not darken the rest
    const HeatRange linear = heatRange(values, false);
    QVERIFY(linear.high < 2 && linear.low < linear.high);
    std::vector<float> wide;
    for (int i = 0; i < 1000; ++i) wide.push_back(std::pow(10.0F, static_cast<float>(i) / 100 - 6));
    const HeatRange log = heatRange(wide, true);
    QVERIFY(log.low > 0 && log.high / log.low < 1.01e4F);
    for (const double t : {0.0, 0.25, 0.5, 1.0})
        for (const HeatRange& range : {log, HeatRange{2, 6, false}})
            QVERIFY(std::abs(range.position(static_cast<float>(range.valueAt(t))) - t) < 1e-5);
    QCOMPARE(log.position(0), 0.0);
    QCOMPARE(log.position(std::numeric_limits<float>::quiet_NaN()), 0.0);
    QVERIFY(heatRange(std::vector<float>(50), true).position(1) == 0); // all zero
    std::vector<float> sparse(10000);
    sparse[5000] = 3;
    QCOMPARE(heatRange(sparse, false).high, 3.0F);

    std::vector<double> bars(3000, 1);
    bars[1234] = 9;
    bars[2999] = 7;
    const auto outline = barOutline(bars, 100);
    QCOMPARE(outline.size(), 200);
    QCOMPARE(outline.front().x(), 0.0);
    QCOMPARE(outline.back(), QPointF(3000, 7));
    QCOMPARE(std::ranges::count(outline, 9.0, [](const QPointF& p) { return p.y(); }), 2);
    QCOMPARE(barOutline(bars, 5000).size(), 6000);
    QVERIFY(barOutline({}, 10).isEmpty());
}

void TstSaliencePage::anEmptyPageSaysWhatToDo() {
    Studio studio(m_folder.path("a.db"));
    studio.window.inspector()->tabs()->setCurrentIndex(SalienceTab);
    QVERIFY2(note(studio).contains(QStringLiteral("Open a model")), qPrintable(note(studio)));
    QVERIFY(studio.open(m_folder.model()));
    studio.window.session().activate("model.norm.weight");
    QTRY_VERIFY2(note(studio).contains(QStringLiteral("no matrix")), qPrintable(note(studio)));
    choose(studio, "salienceMetric", QStringLiteral("AWQ"));
    studio.window.session().activate("model.embed_tokens.weight");
    QTRY_VERIFY2(note(studio).contains(QStringLiteral("Choose Magnitude")),
                 qPrintable(note(studio)));
    choose(studio, "salienceMetric", QStringLiteral("Magnitude"));
    QVERIFY(showsSalience(studio));
}

void TstSaliencePage::magnitudeNeedsNothing() {
    Studio studio(m_folder.path("b.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.activate(Matrix0);
    auto* page = studio.window.inspector()->salience();
    QVERIFY(!page->ready()); // hidden pages do nothing
    studio.window.inspector()->tabs()->setCurrentIndex(SalienceTab);
    QVERIFY(showsSalience(studio));
    const auto* text = studio.find<QLabel>("salienceText");
    QTRY_VERIFY2_WITH_TIMEOUT(text->text().contains(QStringLiteral("Effective rank")),
                              qPrintable(text->text()), Patience);
    // The numbers are the engine's.
    RunContext context;
    const auto weights = *session.model()->matrix(Matrix0);
    auto factors = findSalience("magnitude")->prepare(nullptr, weights->cols(), {}, context);
    const auto map = SalienceMap::build(weights, *factors, context);
    QVERIFY(text->text().contains(percentText(map->sums().topWeights.p1)));
    QVERIFY(text->text().contains(QString::number(map->sums().kurtosis, 'f', 2)));
    QVERIFY(text->text().contains(
        QString::number(singularValues(*weights, context)->effectiveRank, 'f', 1)));

    // Zoomed in, the value under the mouse is a single weight's.
    TiledHeatmap* heatmap = page->heatmap();
    for (int i = 0; i < 20; ++i) QTest::keyClick(heatmap, Qt::Key_Plus);
    QTRY_VERIFY_WITH_TIMEOUT(heatmap->complete(), Patience);
    const QPoint middle = heatmap->pictureRect().center();
    const auto& window = heatmap->window();
    const QPoint in = middle - heatmap->pictureRect().topLeft();
    const auto col = static_cast<std::size_t>(window.left + (in.x() + 0.5) / window.scaleX),
               row = static_cast<std::size_t>(window.top + (in.y() + 0.5) / window.scaleY);
    const QString expected = QStringLiteral("output channel %1, input channel %2: |w| %3")
                                 .arg(row)
                                 .arg(col)
                                 .arg(numberText(std::abs(decodeAll(*weights)(row, col))));
    QCOMPARE(heatmap->textAt(middle), expected);
    QTest::mouseMove(heatmap, middle + QPoint(1, 0));
    QTest::mouseMove(heatmap, middle);
    QTRY_COMPARE(studio.find<QLabel>("saliencePlace")->text(), expected);
    QVERIFY(heatmap->textAt({1, 1}).isEmpty());

    // Another tensor of another shape is shown whole again.
    session.activate("model.layers.1.mlp.down_proj.weight");
    QVERIFY(showsSalience(studio));
    QTRY_COMPARE_WITH_TIMEOUT(heatmap->window().left, 0.0, Patience);
    choose(studio, "saliencePooling", QStringLiteral("mean"));
    choose(studio, "salienceColours", QStringLiteral("logarithmic"));
    QVERIFY(showsSalience(studio));
    QVERIFY(heatmap->range()->logarithmic);
}

void TstSaliencePage::otherMetricsAskForATextAndFindItAgain() {
    QString awq;
    {
        Studio studio(m_folder.path("c.db"));
        QVERIFY(studio.open(m_folder.model()));
        studio.window.session().activate(Matrix0);
        studio.window.inspector()->tabs()->setCurrentIndex(SalienceTab);
        choose(studio, "salienceMetric", QStringLiteral("AWQ"));
        auto* line = studio.find<QLineEdit>("salienceCalibrationText");
        auto* run = studio.find<QPushButton>("salienceCalibrationRun");
        QTRY_VERIFY(run->isVisible());
        QVERIFY(!run->isEnabled());
        QVERIFY2(studio.find<QLabel>("salienceCalibrationWhy")
                     ->text()
                     .contains(QStringLiteral("calibrate first")),
                 qPrintable(studio.find<QLabel>("salienceCalibrationWhy")->text()));
        line->setText(m_folder.path("nothing.txt"));
        QVERIFY(studio.find<QLabel>("salienceCalibrationProblem")
                    ->text()
                    .contains(QStringLiteral("no text at this path")));
        // A text too short is a failure that says so, and another can be chosen.
        const QString brief = m_folder.path("short.txt");
        QVERIFY(writeFileAtomically(toPath(brief), "w1 w2"));
        line->setText(brief);
        QVERIFY(run->isEnabled());
        run->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            run->isVisible() &&
                !studio.find<QLabel>("salienceCalibrationProblem")->text().isEmpty(),
            Patience);
        QVERIFY2(studio.find<QLabel>("salienceCalibrationProblem")
                     ->text()
                     .contains(QStringLiteral("tokens")),
                 qPrintable(studio.find<QLabel>("salienceCalibrationProblem")->text()));
        line->setText(m_folder.text());
        studio.find<QSpinBox>("salienceCalibrationSamples")->setValue(16);
        run->click();
        QVERIFY2(note(studio).contains(QStringLiteral("Calibrating")), qPrintable(note(studio)));
        QVERIFY(showsSalience(studio));
        awq = studio.window.inspector()
                  ->salience()
                  ->findChild<QLabel*>(QStringLiteral("salienceText"))
                  ->text();
        QVERIFY2(awq.contains(QStringLiteral("AWQ")), qPrintable(awq));
        QVERIFY(studio.window.session().calibration());
        // 16 samples of 64 tokens are enough for 128 channels, not for 384 with one sample.
        choose(studio, "salienceMetric", QStringLiteral("OBS"));
        QVERIFY(showsSalience(studio));
        QVERIFY(studio.find<QLabel>("salienceNotes")->isHidden());
        // Back at once: the map is still there.
        choose(studio, "salienceMetric", QStringLiteral("AWQ"));
        QVERIFY(studio.window.inspector()->salience()->ready());
    }
    // A new window finds what the cache has of the text chosen last, without a job.
    QSettings().setValue(QStringLiteral("quantize/calibrationText"), m_folder.text());
    Studio studio(m_folder.path("c.db"));
    QVERIFY(studio.open(m_folder.model()));
    studio.window.session().activate(Matrix0);
    studio.window.inspector()->tabs()->setCurrentIndex(SalienceTab);
    studio.find<QSpinBox>("salienceCalibrationSamples")->setValue(16);
    choose(studio, "salienceMetric", QStringLiteral("AWQ"));
    QVERIFY(showsSalience(studio));
    QVERIFY(studio.services.jobs().jobs().empty());
    QTRY_VERIFY_WITH_TIMEOUT(
        studio.find<QLabel>("salienceText")->text().contains(awq.left(awq.indexOf(u'.'))),
        Patience);
}

void TstSaliencePage::brokenStatisticsAreAFailureWithTheirReason() {
    Studio studio(m_folder.path("d.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.activate(Matrix0);
    studio.window.inspector()->tabs()->setCurrentIndex(SalienceTab);
    QVERIFY(showsSalience(studio));
    choose(studio, "salienceMetric", QStringLiteral("Wanda"));
    session.setCalibration({QStringLiteral("gone.txt"), "no-such-key"});
    QTRY_VERIFY2_WITH_TIMEOUT(note(studio).contains(QStringLiteral("no-such-key")),
                              qPrintable(note(studio)), Patience);
    choose(studio, "salienceMetric", QStringLiteral("Magnitude"));
    QVERIFY(showsSalience(studio));
}

// What was looked for, or measured, for another metric comes back when this one is shown already.
void TstSaliencePage::noFormForAMetricThatIsNoLongerChosen() {
    const QString brief = m_folder.path("brief.txt");
    QVERIFY(writeFileAtomically(toPath(brief), "w1 w2"));
    QSettings().setValue(QStringLiteral("quantize/calibrationText"), brief);
    Studio studio(m_folder.path("h.db"));
    QVERIFY(studio.open(m_folder.model()));
    studio.window.session().activate(Matrix0);
    studio.window.inspector()->tabs()->setCurrentIndex(SalienceTab);
    QVERIFY(showsSalience(studio));
    auto* page = studio.window.inspector()->salience();
    auto* run = studio.find<QPushButton>("salienceCalibrationRun");
    {
        // All threads are held up, so that the search has to wait.
        Held held(studio.services.quick());
        choose(studio, "salienceMetric", QStringLiteral("Wanda"));
        QVERIFY2(note(studio).contains(QStringLiteral("Looking for")), qPrintable(note(studio)));
        choose(studio, "salienceMetric", QStringLiteral("Magnitude"));
        QVERIFY(page->ready());
        choose(studio, "salienceMetric", QStringLiteral("Wanda"));
        QVERIFY2(note(studio).contains(QStringLiteral("Looking for")), qPrintable(note(studio)));
        choose(studio, "salienceMetric", QStringLiteral("Magnitude"));
    }
    QVERIFY(showsSalience(studio));
    QVERIFY(quiet(studio.services.quick(), Patience));
    QVERIFY(page->ready());
    choose(studio, "salienceMetric", QStringLiteral("Wanda"));
    QTRY_VERIFY_WITH_TIMEOUT(run->isVisible(), Patience);

    // The text is too short: the job fails.
    run->click();
    choose(studio, "salienceMetric", QStringLiteral("Magnitude"));
    QVERIFY(studio.idle());
    QVERIFY(showsSalience(studio));
    QVERIFY(quiet(studio.services.quick(), Patience));
    QVERIFY(page->ready());
    // Asked again, the form says what became of it.
    choose(studio, "salienceMetric", QStringLiteral("Wanda"));
    QTRY_VERIFY_WITH_TIMEOUT(run->isVisible(), Patience);
    QVERIFY(!studio.find<QLabel>("salienceCalibrationProblem")->text().isEmpty());
}

void TstSaliencePage::keysAndMouseMoveThePicture() {
    Studio studio(m_folder.path("e.db"));
    QVERIFY(studio.open(m_folder.model()));
    studio.window.session().activate(Matrix0);
    studio.window.inspector()->tabs()->setCurrentIndex(SalienceTab);
    QVERIFY(showsSalience(studio));
    TiledHeatmap* heatmap = studio.window.inspector()->salience()->heatmap();
    QVERIFY(heatmap->focusPolicy() & Qt::TabFocus);
    const MatrixWindow whole = heatmap->window();
    QTest::keyClick(heatmap, Qt::Key_Right); // nothing to move to
    QCOMPARE(heatmap->window(), whole);
    QTest::keyClick(heatmap, Qt::Key_Plus);
    QTest::keyClick(heatmap, Qt::Key_Plus);
    const MatrixWindow in = heatmap->window();
    QVERIFY(in.scaleX > 2 * whole.scaleX && in.left > 0 && in.top > 0);
    QTest::keyClick(heatmap, Qt::Key_Right);
    QTest::keyClick(heatmap, Qt::Key_Down);
    QVERIFY(heatmap->window().left > in.left && heatmap->window().top > in.top);
    QTest::keyClick(heatmap, Qt::Key_Left);
    QTest::keyClick(heatmap, Qt::Key_Up);
    QVERIFY(std::abs(heatmap->window().left - in.left) < 1e-9);
    // Dragging takes the weight along.
    const QPoint from = heatmap->pictureRect().center();
    QTest::mousePress(heatmap, Qt::LeftButton, {}, from);
    QTest::mouseMove(heatmap, from + QPoint(12, 0));
    QTest::mouseMove(heatmap, from + QPoint(20, 5));
    QTest::mouseRelease(heatmap, Qt::LeftButton, {}, from + QPoint(20, 5));
    QVERIFY(std::abs(heatmap->window().left - (in.left - 20 / in.scaleX)) < 1e-9);
    QVERIFY(std::abs(heatmap->window().top - (in.top - 5 / in.scaleY)) < 1e-9);
    const double scale = heatmap->window().scaleX;
    wheel(heatmap, from, 1);
    QVERIFY(heatmap->window().scaleX > scale);
    wheel(heatmap, from, -1);
    QVERIFY(std::abs(heatmap->window().scaleX - scale) < 1e-9);
    studio.find<QAbstractButton>("salienceZoomOut")->click();
    QVERIFY(heatmap->window().scaleX < scale);
    QTest::keyClick(heatmap, Qt::Key_F);
    QCOMPARE(heatmap->window(), whole);
    studio.find<QAbstractButton>("salienceZoomIn")->click();
    studio.find<QAbstractButton>("salienceFit")->click();
    QCOMPARE(heatmap->window(), whole);
    QTRY_VERIFY_WITH_TIMEOUT(heatmap->complete(), Patience);
}

void TstSaliencePage::spectra() {
    Studio studio(m_folder.path("f.db"));
    studio.window.inspector()->tabs()->setCurrentIndex(SpectrumTab);
    auto* page = studio.window.inspector()->spectrum();
    QVERIFY(page->findChild<StateStack*>()->noteText().contains(QStringLiteral("Open a model")));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.activate(Matrix0);
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    RunContext context;
    const auto own = singularValues(**session.model()->matrix(Matrix0), context);
    QVERIFY(own);
    const auto* text = studio.find<QLabel>("spectrumText");
    QVERIFY2(text->text().contains(QString::number(own->effectiveRank, 'f', 1)),
             qPrintable(text->text()));
    QCOMPARE(studio.find<QChartView>("spectrumChart")->chart()->series().size(), 3);

    choose(studio, "spectrumSource", QStringLiteral("Inputs"));
    auto* run = studio.find<QPushButton>("spectrumCalibrationRun");
    QTRY_VERIFY_WITH_TIMEOUT(run->isVisible(), Patience);
    studio.find<QLineEdit>("spectrumCalibrationText")->setText(m_folder.text());
    run->click();
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    QTRY_VERIFY2_WITH_TIMEOUT(text->text().startsWith(QStringLiteral("Inputs")),
                              qPrintable(text->text()), Patience);
}

void TstSaliencePage::aLargeMatrixNeverBlocksTheWindow() {
    Services services(*makeEngine("cpu", toPath(m_folder.path("g.db"))));
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    auto* heatmap = new TiledHeatmap(services.quick());
    auto* channels = new ChannelChart(QStringLiteral("channels"), QStringLiteral("channel"),
                                      QStringLiteral("salience"));
    column->addWidget(heatmap, 2);
    column->addWidget(channels, 1);
    window.resize(900, 700);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    settle(); // the first layout is no part of this

    const auto weights = std::make_shared<LazyMatrix>(32000, 8192);
    std::shared_ptr<const SalienceMap> map;
    Request request(services.quick());
    QElapsedTimer clock;
    clock.start();
    GapMeter gap;
    request.start<std::shared_ptr<const SalienceMap>>(
        [weights](RunContext& context) -> Result<std::shared_ptr<const SalienceMap>> {
            BITSMITH_TRY(auto factors,
                         findSalience("magnitude")->prepare(nullptr, weights->cols(), {}, context));
            return SalienceMap::build(weights, std::move(factors), context);
        },
        [&](Result<std::shared_ptr<const SalienceMap>> result) {
            map = *result;
            heatmap->setData({.map = map,
                              .rowName = QStringLiteral("row"),
                              .colName = QStringLiteral("column"),
                              .valueName = QStringLiteral("|w|")});
            channels->setData({.values = map->sums().columnSum});
        });
    QTRY_VERIFY_WITH_TIMEOUT(map && heatmap->complete(), RunPatience);
    qInfo("32000 x 8192: pass and first picture in %lld ms, longest gap %lld ms, own work %.1f ms",
          static_cast<long long>(clock.elapsed()), static_cast<long long>(gap.longest()),
          gap.longestWork());
    QVERIFY2(gap.longestWork() < 100, "the window was blocked");
    QVERIFY(std::abs(double(map->sums().max) - 0.5) < 1e-6);
    // In and out, to and fro, faster than tiles can come.
    {
        GapMeter gap;
        clock.restart();
        for (int i = 0; i < 120; ++i) {
            const int step = i % 40;
            QTest::keyClick(heatmap, step < 20 ? Qt::Key_Plus : Qt::Key_Minus);
            QTest::keyClick(heatmap, step % 3 ? Qt::Key_Right : Qt::Key_Down);
            settle();
        }
        for (int i = 0; i < 20; ++i) QTest::keyClick(heatmap, Qt::Key_Plus);
        QTRY_VERIFY_WITH_TIMEOUT(heatmap->complete(), Patience);
        qInfo("moving about for %lld ms: longest gap %lld ms, of it %.1f ms of the window's own "
              "work, in %d turns (goal: under 100 ms)",
              static_cast<long long>(clock.elapsed()), static_cast<long long>(gap.longest()),
              gap.longestWork(), gap.turns());
        QVERIFY(gap.turns() > 50);
        QVERIFY2(gap.longestWork() < 100, "the window was blocked");
    }
    const QPoint middle = heatmap->pictureRect().center();
    QVERIFY2(heatmap->textAt(middle).contains(QStringLiteral("|w|")),
             qPrintable(heatmap->textAt(middle)));
}

QTEST_MAIN(TstSaliencePage)
#include "tst_salience_page.moc"
