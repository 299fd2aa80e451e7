// The window's own speed: `./dev bench --filter ui`. Each row beside its target; all without a
// screen, so that drawing is the processor's. The median of several runs counts.
#include "core/analysis/salience_map.h"
#include "core/base/random.h"
#include "tests/ui/gap_meter.h"
#include "tests/ui/small_studio.h"
#include "ui/heatmap/tiled_heatmap.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/weights_page.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QProcess>
#include <QSettings>
#include <QTabWidget>
#include <QTreeView>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace {

using namespace bitsmith;
using namespace bitsmith::ui;

// less: the value should be below the target; else above.
void row(const char* name, double value, const char* unit, double target, bool less) {
    const bool met = less ? value <= target : value >= target;
    std::printf("%-28s %9.3g %-5s target %s %g  %s\n", name, value, unit,
                less ? "<=" : ">=", target, met ? "met" : "missed");
    std::fflush(stdout);
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

// The installed program as a user starts it, until the window answers.
void start(const QString& folder) {
    std::vector<double> seconds;
    for (int i = 0; i < 8; ++i) {
        QElapsedTimer clock;
        clock.start();
        QProcess program;
        program.start(QStringLiteral(BITSMITH_BINARY_DIR "/bitsmith-studio"),
                      {QStringLiteral("--quit-when-shown"), QStringLiteral("--db"),
                       folder + QStringLiteral("/start.db")});
        if (!program.waitForFinished() || program.exitCode() != 0) {
            std::fprintf(stderr, "ui_start: the program did not start (is it built?)\n");
            return;
        }
        if (i > 0) seconds.push_back(static_cast<double>(clock.elapsed()) / 1e3); // the first warms
    }
    row("ui_start", median(seconds), "s", 0.7, true);
}

void openThousand(const QString& folder) {
    const QString path = folder + QStringLiteral("/thousand");
    if (!test::writeSmallModel(toPath(path), {.hidden = 64, .mlp = 128, .blocks = 111})) return;
    std::vector<double> seconds;
    for (int i = 0; i < 6; ++i) {
        test::Studio studio(folder + QStringLiteral("/open.db"));
        QCoreApplication::processEvents();
        QElapsedTimer clock;
        clock.start();
        if (!studio.open(path)) return;
        QCoreApplication::processEvents(); // rows are there, and painted
        studio.window.layers()->view()->grab();
        if (i > 0) seconds.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e9);
    }
    row("ui_open_1000_tensors", median(seconds), "s", 0.5, true);
}

// A matrix of 32000 x 8192, as large as an embedding: shown at its middle level, moved in steps.
class Pattern final : public WeightMatrix {
public:
    Pattern() : WeightMatrix(32000, 8192) {}
    std::uint64_t storedBytes() const override { return 0; }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        for (std::size_t r = first; r < first + count; ++r)
            for (std::size_t c = 0; c < cols(); ++c)
                *out++ = static_cast<float>((r * 2654435761U + c * 40503U) % 1000) * 1e-3F;
    }
};

void panHeatmap() {
    RunContext context;
    const auto weights = std::make_shared<Pattern>();
    auto factors = findSalience("magnitude")->prepare(nullptr, weights->cols(), {}, context);
    if (!factors) return;
    QuickPool pool;
    TiledHeatmap map(pool);
    map.resize(640, 480);
    map.setVisible(true);
    map.setData({.map = SalienceMap::build(weights, *std::move(factors), context)});
    for (int i = 0; i < 5; ++i) map.zoomIn();
    if (!QTest::qWaitFor([&] { return map.complete(); }, test::Patience)) return;
    QElapsedTimer clock;
    clock.start();
    int frames = 0;
    for (; clock.elapsed() < 3000; ++frames) {
        QTest::keyClick(&map, frames / 12 % 2 ? Qt::Key_Left : Qt::Key_Right);
        map.repaint();
        QCoreApplication::processEvents();
    }
    row("ui_heatmap_pan", 1e3 * frames / static_cast<double>(clock.elapsed()), "fps", 30, false);
}

// Open, look around, edit, quantize while looking on: the longest time that the window did not
// answer.
void longestGap(const test::StudioFolder& folder) {
    test::Studio studio(folder.path("gap.db"));
    QTest::qWait(300); // the first painting is ui_start's
    test::GapMeter gap;
    if (!studio.open(folder.model())) return;
    MainWindow& window = studio.window;
    for (int tab = 0; tab < window.inspector()->tabs()->count(); ++tab) {
        window.inspector()->tabs()->setCurrentIndex(tab);
        QTest::qWait(100);
    }
    for (const auto& tensor : window.session().model()->tensors()) {
        window.session().activate(tensor.name);
        QTest::qWait(5);
    }
    studio.find<QLineEdit>("layersFilter")->setText(QStringLiteral("*mlp*"));
    window.layers()->view()->selectAll();
    window.layers()->editSelection({.bits = 3}, QStringLiteral("bench"));
    QuantizeRequest request{.model = window.session().model(),
                            .plan = window.session().document().plan()};
    request.options.output = toPath(folder.path("gap-out"));
    const JobId id = window.runs().quantize(std::move(request));
    for (const char* panel : {"runsPanel", "experimentsPanel", "playgroundPanel", "logPanel"}) {
        window.raisePanel(QLatin1String(panel));
        QTest::qWait(50);
    }
    studio.idle();
    QTest::qWait(200);
    (void)id;
    row("ui_longest_gap", static_cast<double>(gap.longest()), "ms", 100, true);
    row("ui_longest_gap_cpu", gap.longestWork(), "ms", 100, true); // of the GUI thread's own work
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    test::StudioFolder folder;
    if (!folder.make()) return 1;
    QSettings().setValue(QStringLiteral("guide/done"), true);
    start(folder.path(""));
    openThousand(folder.path(""));
    panHeatmap();
    longestGap(folder);
    return 0;
}
