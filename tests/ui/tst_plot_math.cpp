// Arithmetic of charts, heatmaps and texts: free functions of plain values.
#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"
#include "ui/charts/tradeoff_chart.h"
#include "ui/delegates/cell_delegates.h"
#include "ui/heatmap/heatmap_image.h"
#include "ui/models/experiments_model.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace bitsmith;
using namespace bitsmith::ui;

class TstPlotMath : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thinningKeepsPeaksAndOrder() {
        QList<QPointF> points;
        for (int i = 0; i < 100000; ++i) points.append({double(i), std::sin(i * 0.001)});
        points[54321].setY(7);
        points[12345].setY(-7);
        const auto thin = thinned(points);
        QVERIFY(thin.size() <= MaxPlotPoints);
        QVERIFY(thin.size() > MaxPlotPoints / 4);
        QVERIFY(thin.contains(QPointF(54321, 7)));
        QVERIFY(thin.contains(QPointF(12345, -7)));
        for (qsizetype i = 1; i < thin.size(); ++i) QVERIFY(thin[i - 1].x() < thin[i].x());
        QCOMPARE(thinned(thin), thin);
    }

    void axesEndOnRoundNumbers_data() {
        QTest::addColumn<double>("min");
        QTest::addColumn<double>("max");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<int>("ticks");
        QTest::newRow("0..1") << 0.0 << 1.0 << 0.0 << 1.0 << 3;
        QTest::newRow("0..0.3") << 0.0 << 0.3 << 0.0 << 0.3 << 4;
        QTest::newRow("around zero") << -0.37 << 0.41 << -0.4 << 0.6 << 6;
        QTest::newRow("large") << 12000.0 << 48000.0 << 10000.0 << 50000.0 << 5;
    }
    void axesEndOnRoundNumbers() {
        QFETCH(double, min);
        QFETCH(double, max);
        const AxisRange range = niceRange(min, max);
        QTEST(range.min, "low");
        QTEST(range.max, "high");
        QTEST(range.ticks, "ticks");
    }

    void axesOfOneValueHaveRoom() {
        for (const double value : {0.0, 5.0, -3e-7, 1e12}) {
            const AxisRange range = niceRange(value, value);
            QVERIFY(range.min < value && value < range.max);
            QVERIFY(range.ticks >= 2 && range.ticks < 12);
        }
        const AxisRange log = logRange(10, 1000);
        QVERIFY(log.min < 10 && log.min > 5 && log.max > 1000 && log.max < 2000);
    }

    void histogramOutlineIsAStair() {
        const std::vector<std::uint64_t> counts{3, 0, 5};
        const QList<QPointF> expected{{-1, 3}, {0, 3}, {0, 0}, {1, 0}, {1, 5}, {2, 5}};
        QCOMPARE(histogramOutline(-1, 2, counts, false), expected);
        QCOMPARE(histogramOutline(-1, 2, counts, true)[2].y(), LogFloor);
        QVERIFY(histogramOutline(1, 1, counts, false).isEmpty());
    }

    void ticksAreSortedOnceEachAndFinite() {
        const std::vector<float> levels{2, -1, 2, std::numeric_limits<float>::infinity(), 0};
        const auto lines = tickLines(levels, 0, 9);
        QCOMPARE(lines.size(), 9);
        QCOMPARE(lines[0], QPointF(-1, 0));
        QCOMPARE(lines[1], QPointF(-1, 9));
        QCOMPARE(lines[2], QPointF(-1, 0));
        QCOMPARE(lines[7], QPointF(2, 9));
    }

    void outliersAreFilledBinsFarOut() {
        const std::vector<std::uint64_t> counts{1, 0, 50, 60, 0, 0, 0, 2};
        const auto marked = outlierBins(-4, 4, counts, 0, 0.5, 6);
        QCOMPARE(marked.size(), 2);
        QCOMPARE(marked[0], QPointF(-3.5, 1));
        QCOMPARE(marked[1], QPointF(3.5, 2));
        QVERIFY(outlierBins(-4, 4, counts, 0, 0, 6).isEmpty());
    }

    void theParetoFrontIsWhatNothingBeats() {
        const std::vector<QPointF> points{{3, 1}, {1, 5}, {2, 5}, {2, 3}, {4, 1}, {5, 0.5}, {3, 2}};
        const std::vector<std::size_t> expected{1, 3, 0, 5};
        QCOMPARE(paretoFront(points), expected);
        QVERIFY(paretoFront({}).empty());
        const std::vector<QPointF> close{{1.000, 9}, {1.001, 4}, {2, 3}};
        QCOMPARE(paretoFront(close), (std::vector<std::size_t>{0, 1, 2}));
        QCOMPARE(paretoFront(close, 0.002), (std::vector<std::size_t>{1, 2}));
    }

    void labelsHaveTheStepsDecimals() {
        QCOMPARE(labelFormat(0.02), QStringLiteral("%.2f"));
        QCOMPARE(labelFormat(0.1), QStringLiteral("%.1f"));
        QCOMPARE(labelFormat(5), QStringLiteral("%.0f"));
        QCOMPARE(labelFormat(1000), QStringLiteral("%.0f"));
        QCOMPARE(labelFormat(2e-10), QStringLiteral("%.3g"));
        QCOMPARE(labelFormat(0), QStringLiteral("%g"));
    }

    void logarithmicTicksAreRoundAndEnclose() {
        QCOMPARE(logTicks(0.03, 0.5), (std::vector<double>{0.02, 0.05, 0.1, 0.2, 0.5}));
        QCOMPARE(logTicks(0.1, 0.1), (std::vector<double>{0.1, 0.2}));
        QCOMPARE(logTicks(3, 4), (std::vector<double>{2, 5}));
        QCOMPARE(logTicks(1e-6, 20),
                 (std::vector<double>{1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100}));
        QVERIFY(logTicks(0, 0).size() >= 2);
    }

    void tradeoffPointsNeedAMeasuredFiniteValue() {
        Experiment good{
            .id = {1}, .recipe = "gptq", .state = "done", .bitsPerWeight = 4.25, .bytes = 2000000};
        good.metrics = {{"perplexity", 12.5, "windows"}};
        Experiment none = good, running = good, broken = good;
        none.id = {2};
        none.metrics.clear();
        running.id = {3};
        running.state = "running";
        broken.id = {4};
        broken.metrics[0].value = std::numeric_limits<double>::infinity();
        const auto points =
            tradeoffPoints({good, none, running, broken}, TradeoffX::Bytes, TradeoffY::Perplexity);
        QCOMPARE(points.size(), 1u);
        QCOMPARE(points[0].experiment, 1);
        QCOMPARE(points[0].at, QPointF(2.0, 12.5));
        QCOMPARE(points[0].recipe, QStringLiteral("gptq"));
        QVERIFY(tradeoffPoints({good}, TradeoffX::Bytes, TradeoffY::Kl).empty());
        QCOMPARE(tradeoffPoints({good}, TradeoffX::BitsPerWeight, TradeoffY::Perplexity)[0].at.x(),
                 4.25);
    }

    void heatColorsGrowLighter() {
        double before = -1;
        for (int i = 0; i <= 20; ++i) {
            const QColor color = heatColor(i / 20.0);
            const double luma =
                0.2126 * color.redF() + 0.7152 * color.greenF() + 0.0722 * color.blueF();
            QVERIFY2(luma > before, qPrintable(QString::number(i)));
            before = luma;
        }
        QCOMPARE(heatColor(-3), heatColor(0));
        QCOMPARE(heatColor(7), heatColor(1));
        QCOMPARE(heatColor(std::nan("")), heatColor(0));
    }

    void heatmapsAreOnePixelPerTile() {
        const std::vector<float> values{0, 1, 2, 4, 8, std::nanf("")};
        const QImage image = heatmapImage(values, 2, 3, 4);
        QCOMPARE(image.size(), QSize(3, 2));
        QCOMPARE(image.pixelColor(0, 0), heatColor(0));
        QCOMPARE(image.pixelColor(0, 1), heatColor(1));  // 4 of 4
        QCOMPARE(image.pixelColor(1, 1), heatColor(1));  // 8 is cut to the top
        QCOMPARE(image.pixelColor(2, 1), heatColor(0));  // NaN
        QVERIFY(heatmapImage(values, 3, 3, 4).isNull()); // too few values
        QCOMPARE(heatmapTop(values, 1.0), 8.0F);
        QCOMPARE(heatmapTop(values, 0.0), 0.0F);
        QCOMPARE(heatmapTop({}, 0.5), 0.0F);
    }

    void errorBarsSpanFourDecades() {
        QCOMPARE(errorBarLength(1), 1.0);
        QCOMPARE(errorBarLength(1e-4), 0.0);
        QCOMPARE(errorBarLength(1e-2), 0.5);
        QCOMPARE(errorBarLength(-1), 0.0);
        QCOMPARE(errorBarLength(50), 1.0);
    }

    void numbersReadAsPeopleWriteThem() {
        QCOMPARE(bytesText(0), QStringLiteral("0 B"));
        QCOMPARE(bytesText(999), QStringLiteral("999 B"));
        QCOMPARE(bytesText(41472), QStringLiteral("41.5 kB"));
        QCOMPARE(bytesText(999600), QStringLiteral("1.00 MB"));
        QCOMPARE(bytesText(7340000000), QStringLiteral("7.34 GB"));
        QCOMPARE(countText(3246144), QStringLiteral("3.25 M"));
        QCOMPARE(secondsText(0.0123), QStringLiteral("12 ms"));
        QCOMPARE(secondsText(0.42), QStringLiteral("0.4 s"));
        QCOMPARE(secondsText(59.7), QStringLiteral("1 min 00 s"));
        QCOMPARE(secondsText(125), QStringLiteral("2 min 05 s"));
        QCOMPARE(secondsText(4200), QStringLiteral("1 h 10 min"));
        QCOMPARE(secondsText(-1), QString());
        QCOMPARE(percentText(0.0123), QStringLiteral("1.23\u00a0%"));
        QCOMPARE(percentText(0), QStringLiteral("0\u00a0%"));
        QCOMPARE(percentText(1e-7), QStringLiteral("<\u00a00.001\u00a0%"));
        QCOMPARE(percentText(-1), QString());
    }

    void filtersAreGlobsOrParts() {
        const QString name = QStringLiteral("model.layers.3.mlp.down_proj.weight");
        QVERIFY(matchesFilter(name, QString()));
        QVERIFY(matchesFilter(name, QStringLiteral("DOWN")));
        QVERIFY(matchesFilter(name, QStringLiteral("*.layers.3.*")));
        QVERIFY(matchesFilter(name, QStringLiteral("model.layers.?.mlp*")));
        QVERIFY(!matchesFilter(name, QStringLiteral("layers.3.*")));
        QVERIFY(!matchesFilter(name, QStringLiteral("attn")));
        QVERIFY(!matchesFilter(name,
                               QStringLiteral("model[layers.*"))); // a broken class matches nothing
    }

    void csvQuotesWhatNeedsIt() {
        Experiment e{.id = {7},
                     .model = "a,b",
                     .recipe = "rtn",
                     .state = "done",
                     .bitsPerWeight = 4.25,
                     .bytes = 10};
        e.notes = "said \"so\"\nand went";
        const QString csv = experimentsCsv({e});
        QVERIFY(csv.startsWith(QStringLiteral("id,model,")));
        QVERIFY(csv.contains(QStringLiteral("\r\n7,\"a,b\",rtn,4.25,10,")));
        QVERIFY(csv.endsWith(QStringLiteral("\"said \"\"so\"\"\nand went\"\r\n")));
    }
};

QTEST_GUILESS_MAIN(TstPlotMath)
#include "tst_plot_math.moc"
