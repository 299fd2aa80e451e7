// Pictures of all kinds: saved as PNG, SVG and CSV by mouse and keyboard, read with mouse, keyboard
// and screen reader, told apart by those who see fewer colours.
#include "tests/ui/clipped.h"
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/bottom_title.h"
#include "ui/charts/chart_view.h"
#include "ui/charts/hues.h"
#include "ui/charts/log_axis.h"
#include "ui/charts/plot_math.h"
#include "ui/charts/token_bars.h"
#include "ui/heatmap/heatmap_image.h"
#include "ui/heatmap/heatmap_view.h"

#include <QAccessible>
#include <QFile>
#include <QFileDialog>
#include <QMenu>
#include <QSettings>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QToolTip>
#include <QVBoxLayout>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include <array>
#include <cmath>
#include <random>

using namespace bitsmith;
using namespace bitsmith::ui;
using bitsmith::test::Studio;

namespace {

// A line of three points and one of two on linear and logarithmic axes.
struct SmallChart {
    SmallChart() {
        view.setName(QStringLiteral("small"), QStringLiteral("A small chart"));
        first->setName(QStringLiteral("first"));
        first->replace(QList<QPointF>{{1, 0}, {2, 1}, {4, -1}}); // 1, 10, 0.1
        second->setName(QStringLiteral("second"));
        second->replace(QList<QPointF>{{1, 0.5}, {4, 0.5}});
        x->setRange(0, 5);
        x->setTitleText(QStringLiteral("bits"));
        y->setTitleText(QStringLiteral("loss"));
        view.chart()->addAxis(x, Qt::AlignBottom);
        view.chart()->addAxis(y, Qt::AlignLeft);
        for (auto* one : {first, second}) {
            view.chart()->addSeries(one);
            one->attachAxis(x);
            one->attachAxis(y);
        }
        view.setCsv([] { return QStringLiteral("x,y\r\n1,2\r\n"); });
        view.resize(400, 300);
        view.show();
    }
    QPoint pixelOf(int index) {
        return view.mapFromScene(
            view.chart()->mapToScene(view.chart()->mapToPosition(first->at(index), first)));
    }
    ChartView view;
    QLineSeries *first = new QLineSeries, *second = new QLineSeries;
    QValueAxis* x = new QValueAxis;
    QAbstractAxis* y = makeLogAxis(0.1, 10);
};

using Lab = std::array<double, 3>;

// What someone without red (0) or green (1) cones sees of a colour: Vienot, Brettel & Mollon 1999,
// in linear RGB. 2: normal sight.
std::array<double, 3> seen(const QColor& color, int kind) {
    std::array<double, 3> linear{};
    const std::array<double, 3> rgb{color.redF(), color.greenF(), color.blueF()};
    for (std::size_t i = 0; i < 3; ++i)
        linear[i] = rgb[i] <= 0.04045 ? rgb[i] / 12.92 : std::pow((rgb[i] + 0.055) / 1.055, 2.4);
    const auto [r, g, b] = linear;
    if (kind == 0)
        return {0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g,
                0.00401 * r - 0.00401 * g + b};
    if (kind == 1)
        return {0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g,
                -0.02234 * r + 0.02234 * g + b};
    return linear;
}

Lab labOf(const std::array<double, 3>& c) {
    const double x = (0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.9505;
    const double y = 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
    const double z = (0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.089;
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    return {116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))};
}

double apart(const QColor& a, const QColor& b, int kind) {
    const Lab p = labOf(seen(a, kind)), q = labOf(seen(b, kind));
    return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

} // namespace

class TstPictures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void chartsAreSavedInThreeFormats();
    void theBottomTitleIsWhole();
    void aLegendBesideThePlotIsWhole();
    void aSmallChartComesToRest();
    void savingIsReachedByMouseAndKeys();
    void whatCannotBeWrittenIsSaid();
    void arrowKeysReadAChart();
    void theMouseReadsAChart();
    void heatmapsAreReadAndSaved();
    void tokenBarsAreSaved();
    void everyPictureHasANameAndUnits();
    void coloursAreToldApart();
    void heatGrowsLighter();
    void thinningKeepsEveryExtreme();

private:
    test::StudioFolder m_folder;
};

void TstPictures::chartsAreSavedInThreeFormats() {
    SmallChart chart;
    for (const char* suffix : {"png", "svg", "csv", "PNG"})
        QVERIFY2(chart.view.save(m_folder.path("chart.") + QLatin1String(suffix)), suffix);
    QVERIFY(!chart.view.save(m_folder.path("chart.gif")));
    const QImage png(m_folder.path("chart.png"));
    QCOMPARE(png.size(), chart.view.size() * 2);
    // The drawing is a drawing: it has the same curve, and text that can be searched.
    QFile file(m_folder.path("chart.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray svg = file.readAll();
    QVERIFY(QSvgRenderer(svg).isValid());
    QVERIFY(!svg.contains("<image"));
    QVERIFY(svg.contains("A small chart") && svg.contains("bits") && svg.contains("second"));
    QVERIFY(svg.contains("<polyline") || svg.contains("<path"));
    QFile csv(m_folder.path("chart.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll(), QByteArray("x,y\r\n1,2\r\n"));
}

// However low a chart is: the title of its bottom axis is below the numbers, and not cut.
void TstPictures::theBottomTitleIsWhole() {
    SmallChart chart;
    for (const QSize size : {QSize(200, 130), QSize(700, 500)}) {
        chart.view.resize(size);
        const auto items = chart.view.scene()->items();
        const BottomTitle* title = nullptr;
        for (const QGraphicsItem* item : items)
            if (const auto* found = dynamic_cast<const BottomTitle*>(item)) title = found;
        QVERIFY(title);
        QTRY_COMPARE(title->text(), QStringLiteral("bits"));
        QVERIFY(!chart.x->isTitleVisible());
        const QRectF place = title->sceneBoundingRect();
        QVERIFY(QRectF({}, size).contains(place));
        const int number = chart.view.fontMetrics().height() / 2;
        QVERIFY(place.top() > chart.view.chart()->plotArea().bottom() + number);
    }
    // One that is wider than the chart is left out.
    chart.x->setTitleText(QString(100, QLatin1Char('w')));
    chart.view.restyle();
    for (const QGraphicsItem* item : chart.view.scene()->items())
        if (const auto* found = dynamic_cast<const BottomTitle*>(item))
            QVERIFY(found->text().isEmpty());
}

void TstPictures::aLegendBesideThePlotIsWhole() {
    for (const int count : {3, 9, 25}) {
        SmallChart chart;
        QChart* qt = chart.view.chart();
        qt->legend()->setAlignment(Qt::AlignRight);
        QList<QLineSeries*> more;
        for (int i = 0; i < count; ++i) {
            more += new QLineSeries;
            more.back()->setName(QStringLiteral("series %1").arg(i));
            qt->addSeries(more.back());
        }
        // One entry comes later, another goes.
        const auto hide = [&](int series, bool hidden) {
            qt->legend()->markers(more[series]).constFirst()->setVisible(!hidden);
        };
        hide(1, true);
        chart.y->setTitleText(QStringLiteral("a long title of an axis"));
        chart.view.restyle();
        test::settle();
        hide(1, false);
        hide(0, true);
        chart.view.restyle();
        for (const int height : {300, 400, 1}) { // as it is, then larger, then too small
            chart.view.resize(400, height);
            test::settle();
            const QStringList clipped = test::clippedWords(chart.view);
            QVERIFY2(clipped.isEmpty(), qPrintable(clipped.join(u'\n')));
            QVERIFY(chart.view.chart()->plotArea().height() > 20);
        }
        // Many entries go above the plot and leave it its width.
        QCOMPARE(qt->legend()->isAttachedToChart(), count < 20);
        if (count > 20) QVERIFY(qt->plotArea().width() > 300);
    }
}

// Its least size and Qt's own must not fight each other; and the scene is what is seen.
void TstPictures::aSmallChartComesToRest() {
    struct Counter : QObject {
        int resized = 0;
        bool eventFilter(QObject*, QEvent* event) override {
            resized += event->type() == QEvent::Resize;
            return false;
        }
    } counter;
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    SmallChart chart;
    for (int i = 0; i < 5; ++i) { // a legend in lines
        auto* line = new QLineSeries;
        line->setName(QStringLiteral("a series with a long name"));
        line->replace(QList<QPointF>{{1, 0}, {2, 1}});
        chart.view.chart()->addSeries(line);
    }
    chart.view.restyle();
    column->addWidget(&chart.view);
    window.resize(10, 10);
    window.show();
    test::settle();
    QVERIFY(chart.view.height() >= chart.view.minimumSizeHint().height());
    chart.view.installEventFilter(&counter);
    test::settle();
    QVERIFY2(counter.resized < 3, qPrintable(QString::number(counter.resized)));
    QCOMPARE(chart.view.sceneRect().size().toSize(), chart.view.size());
    column->removeWidget(&chart.view);
    chart.view.setParent(nullptr);
}

void TstPictures::savingIsReachedByMouseAndKeys() {
    SmallChart chart;
    chart.view.activateWindow();
    chart.view.setFocus();
    QTest::keyClick(&chart.view, Qt::Key_Menu);
    auto* menu = chart.view.findChild<QMenu*>(QStringLiteral("pictureMenu"));
    QVERIFY(menu && menu->isVisible());
    for (const char* entry : {"save-png", "save-svg", "save-csv"})
        QVERIFY2(menu->findChild<QAction*>(QLatin1String(entry)), entry);
    menu->close();
    chart.view.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&chart.view));
    chart.view.setFocus();
    QTest::keyClick(&chart.view, Qt::Key_S, Qt::ControlModifier);
    auto* dialog = chart.view.findChild<QFileDialog*>();
    QVERIFY(dialog);
    Q_EMIT dialog->fileSelected(m_folder.path("by-keys")); // without a suffix: a picture
    QVERIFY(QFile::exists(m_folder.path("by-keys.png")));
    Q_EMIT dialog->fileSelected(m_folder.path("by-keys.svg"));
    QVERIFY(QFile::exists(m_folder.path("by-keys.svg")));
    dialog->close();
}

void TstPictures::whatCannotBeWrittenIsSaid() {
    SmallChart chart;
    QVERIFY(!chart.view.save(QStringLiteral("/proc/nothing/chart.svg")));
    QVERIFY(!chart.view.save(QStringLiteral("/proc/nothing/chart.png")));
    chart.view.saving().setFilled([] { return false; });
    QVERIFY(!chart.view.save(m_folder.path("empty.png")));
    QVERIFY(!QFile::exists(m_folder.path("empty.png")));
}

void TstPictures::arrowKeysReadAChart() {
    SmallChart chart;
    chart.view.activateWindow();
    chart.view.setFocus();
    QSignalSpy chosen(chart.view.points(), &PointWalk::chosen);
    const auto press = [&](Qt::Key key) {
        QTest::keyClick(&chart.view, key);
        return chart.view.points()->text();
    };
    QVERIFY(chart.view.points()->text().isEmpty());
    QCOMPARE(press(Qt::Key_Right), QStringLiteral("first: bits 1, loss 1"));
    QCOMPARE(press(Qt::Key_Right), QStringLiteral("first: bits 2, loss 10")); // not its logarithm
    QCOMPARE(chart.view.accessibleDescription(), QStringLiteral("first: bits 2, loss 10"));
    QCOMPARE(press(Qt::Key_End), QStringLiteral("first: bits 4, loss 0.1"));
    QCOMPARE(press(Qt::Key_Right), QStringLiteral("first: bits 4, loss 0.1"));
    QVERIFY(press(Qt::Key_Down).startsWith(QStringLiteral("second: bits 4")));
    QVERIFY(press(Qt::Key_Up).startsWith(QStringLiteral("first: bits 2")));
    press(Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][1].toInt(), 1);
    // The series goes: so does the place.
    chart.first->clear();
    chart.second->clear();
    QVERIFY(chart.view.points()->text().isEmpty());
    press(Qt::Key_Right);
    QVERIFY(chart.view.points()->text().isEmpty());
}

void TstPictures::theMouseReadsAChart() {
    SmallChart chart;
    QCOMPARE(chart.view.points()->textAt(chart.pixelOf(1) + QPoint(3, 3)),
             QStringLiteral("first: bits 2, loss 10"));
    QVERIFY(chart.view.points()->textAt(QPoint(1, 1)).isEmpty());
    setDecoration(chart.first);
    QVERIFY(!chart.view.points()->textAt(chart.pixelOf(1)).startsWith(QStringLiteral("first")));
    chart.first->setProperty("decoration", false);
    chart.view.setPointText([](const QXYSeries*, int index) {
        return index == 1 ? QStringLiteral("its own words") : QString();
    });
    QCOMPARE(chart.view.points()->textAt(chart.pixelOf(1)), QStringLiteral("its own words"));
    QVERIFY(chart.view.points()->textAt(chart.pixelOf(0)).startsWith(QStringLiteral("first")));
}

void TstPictures::heatmapsAreReadAndSaved() {
    HeatmapView view;
    view.resize(400, 300);
    view.show();
    QVERIFY(!view.saving().save(m_folder.path("none.png"))); // nothing there yet
    HeatmapData data{.tileRows = 2, .tileCols = 3, .rows = 2, .cols = 3};
    data.tiles = {1, 2, 3, 4, 5, 6};
    data.rowName = QStringLiteral("row");
    data.colName = QStringLiteral("column");
    data.valueName = QStringLiteral("error");
    view.setData(data);
    view.activateWindow();
    view.setFocus();
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.accessibleDescription(), QStringLiteral("row 0, column 1: error 2"));
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.accessibleDescription(), QStringLiteral("row 1, column 1: error 5"));
    for (int i = 0; i < 5; ++i) QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.accessibleDescription(), QStringLiteral("row 1, column 2: error 6"));
    for (const char* suffix : {"png", "svg", "csv"})
        QVERIFY2(view.saving().save(m_folder.path("heat.") + QLatin1String(suffix)), suffix);
    QFile csv(m_folder.path("heat.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll(), QByteArray("1,2,3\r\n4,5,6\r\n"));
}

void TstPictures::tokenBarsAreSaved() {
    TokenBars bars;
    bars.resize(360, 220);
    bars.show();
    QVERIFY(!bars.saving().save(m_folder.path("bars.png")));
    QVERIFY(!bars.accessibleDescription().isEmpty()); // says what to do
    TokenDivergence token{.id = 3, .bytes = " the", .kl = 0.25F};
    token.logProbability = {std::log(0.5F), std::log(0.25F)};
    token.top[0] = {{3, " the", 0.5F}, {4, "\n\"", 0.1F}};
    token.top[1] = {{4, "\n\"", 0.6F}, {3, " the", 0.25F}};
    bars.setToken(token);
    QVERIFY(bars.accessibleDescription().contains(QStringLiteral("0.25 nats")));
    for (const char* suffix : {"png", "svg", "csv"})
        QVERIFY2(bars.saving().save(m_folder.path("bars.") + QLatin1String(suffix)), suffix);
    QFile csv(m_folder.path("bars.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll().count("\r\n"), 5);
    QCOMPARE(tokenText(" a\n"), QString::fromUtf8("\u2423a\u21b5"));
    // Half a character: one mark for it or, as older versions of Qt do, one for each byte.
    const QString half = tokenText("\xe2\x82");
    QVERIFY(!half.isEmpty() && half.count(QChar(QChar::ReplacementCharacter)) == half.size());
}

void TstPictures::everyPictureHasANameAndUnits() {
    QSettings().clear();
    Studio studio(m_folder.path("a.db"));
    QVERIFY(studio.open(m_folder.model()));
    const auto charts = studio.window.findChildren<ChartView*>();
    QVERIFY(charts.size() >= 8);
    QStringList names;
    for (ChartView* chart : charts) {
        QVERIFY2(!chart->accessibleName().isEmpty(), qPrintable(chart->objectName()));
        QVERIFY2(chart->saving().hasCsv(), qPrintable(chart->objectName()));
        QVERIFY2(chart->saving().name() != QLatin1String("chart"), qPrintable(chart->objectName()));
        QVERIFY2(chart->focusPolicy() & Qt::TabFocus, qPrintable(chart->objectName()));
        const auto axes = chart->chart()->axes();
        if (!chart->isVisible()) continue; // titles come with what is drawn
        for (const QAbstractAxis* axis : axes)
            if (axis->type() != QAbstractAxis::AxisTypeBarCategory)
                QVERIFY2(!axis->titleText().isEmpty(), qPrintable(chart->objectName()));
    }
    for (const char* name : {"errorHeatmap", "salienceHeatmap", "sensitivityMap", "tokenBars"})
        if (const auto* widget = studio.find<QWidget>(name)) {
            QVERIFY2(!widget->accessibleName().isEmpty(), name);
            QVERIFY2(widget->focusPolicy() & Qt::TabFocus, name);
        }
}

void TstPictures::coloursAreToldApart() {
    constexpr double Clear = 10; // CIE 1976; 2.3 is just noticeable
    for (const bool dark : {false, true}) {
        const ChartColors colors = chartColors(dark ? darkPalette() : lightPalette());
        const std::array all{colors.first, colors.second, colors.third, colors.warning};
        for (int kind = 0; kind < 3; ++kind) {
            for (std::size_t i = 0; i < all.size(); ++i)
                for (std::size_t j = 0; j < i; ++j)
                    QVERIFY2(apart(all[i], all[j], kind) > Clear,
                             qPrintable(QStringLiteral("colours %1 and %2, sight %3, dark %4: %5")
                                            .arg(i)
                                            .arg(j)
                                            .arg(kind)
                                            .arg(dark)
                                            .arg(apart(all[i], all[j], kind))));
            for (qsizetype i = 0; i < 8; ++i)
                for (qsizetype j = 0; j < i; ++j)
                    QVERIFY2(apart(hueOf(i, dark), hueOf(j, dark), kind) > Clear,
                             qPrintable(QStringLiteral("hues %1 and %2, sight %3, dark %4: %5")
                                            .arg(i)
                                            .arg(j)
                                            .arg(kind)
                                            .arg(dark)
                                            .arg(apart(hueOf(i, dark), hueOf(j, dark), kind))));
        }
    }
}

// Lightness carries the value, whatever colours are seen.
void TstPictures::heatGrowsLighter() {
    for (int kind = 0; kind < 3; ++kind) {
        double before = -1;
        for (int i = 0; i <= 20; ++i) {
            const double lightness = labOf(seen(heatColor(i / 20.0), kind))[0];
            QVERIFY2(lightness > before, qPrintable(QString::number(i)));
            before = lightness;
        }
    }
}

void TstPictures::thinningKeepsEveryExtreme() {
    std::mt19937 random(1); // the same numbers everywhere
    std::normal_distribution<double> normal;
    for (const int count : {1, 2, 3, 1999, 2000, 2001, 2500, 5000, 32000, 100003}) {
        QList<QPointF> points;
        for (int i = 0; i < count; ++i) points.append({double(i), normal(random)});
        // One spike anywhere, and one beside the edges of stretches.
        for (const int at : {0, count / 3, count / 2, count - 1}) {
            QList<QPointF> spiked = points;
            spiked[at].setY(at % 2 ? 1e6 : -1e6);
            const auto thin = thinned(spiked);
            QVERIFY(thin.size() <= MaxPlotPoints);
            QVERIFY2(thin.contains(spiked[at]), qPrintable(QString::number(count)));
            const auto y = [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); };
            const auto [low, high] = std::minmax_element(spiked.begin(), spiked.end(), y);
            QVERIFY(thin.contains(*low) && thin.contains(*high));
        }
    }
    // What is no number cannot be drawn, and hides nothing.
    QList<QPointF> points;
    for (int i = 0; i < 50000; ++i)
        points.append({double(i), i % 7 == 0 ? std::nan("") : double(i % 1000)});
    points[30003].setY(5000);
    const auto thin = thinned(points);
    QVERIFY(thin.contains(QPointF(30003, 5000)));
    for (const QPointF& point : thin) QVERIFY(std::isfinite(point.y()));
}

QTEST_MAIN(TstPictures)
#include "tst_pictures.moc"
