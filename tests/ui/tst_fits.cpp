// No text is cut, in any panel, page, layout or dialog of a window full of results, in either
// language, in normal and in large type.
#include "core/quant/recipe.h"
#include "tests/ui/clipped.h"
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/panels/inspector_panel.h"
#include "ui/session/run_controller.h"
#include "ui/window/language.h"
#include "ui/window/layouts.h"
#include "ui/window/theme.h"

#include <QAction>
#include <QDialog>
#include <QPlainTextEdit>
#include <QSettings>
#include <QTabWidget>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

constexpr const char* Dialogs[] = {"quantize",  "evaluate", "exportModel",   "analyze",
                                   "recipes",   "compress", "settings",      "compressibility",
                                   "loadStudy", "about",    "compareMetrics"};
constexpr const char* Panels[] = {"runsPanel", "experimentsPanel", "playgroundPanel", "logPanel"};

constexpr int Moment = 1000 * Slower; // ms, for layouts that follow

} // namespace

class TstFits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void nothingIsCut_data();
    void nothingIsCut();

private:
    bool fill(Studio& studio, const QString& output);
    StudioFolder m_folder;
};

// A quantization that was evaluated beside the original, and tensors measured by two metrics.
bool TstFits::fill(Studio& studio, const QString& output) {
    if (!studio.open(m_folder.model())) return false;
    Session& session = studio.window.session();
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < session.document().plan()->tensors.size(); ++i)
        if (session.document().plan()->model_tensors[i].quantizable) all.push_back(i);
    session.edit(all, {.recipe = *findRecipe("rtn"), .bits = 4}, QStringLiteral("test"));
    session.activate("model.layers.0.self_attn.q_proj.weight");
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(output);
    request.evaluate = EvaluateRequest{
        .model = {}, .baseline = m_folder.model(), .text = m_folder.text(), .options = {}};
    studio.window.runs().quantize(std::move(request));
    if (!studio.idle() || studio.newest().state != JobState::Done) return false;
    AnalyzeRequest analysis{.model = session.model()};
    analysis.options.recipe = *findRecipe("rtn");
    analysis.options.widths = {2, 4};
    analysis.options.text = toPath(m_folder.text());
    analysis.options.calibration.samples = 4;
    for (const char* metric : {"weight_error", "kl"}) {
        analysis.options.metric = metric;
        studio.window.runs().analyze(analysis);
        if (!studio.idle() || studio.newest().state != JobState::Done) return false;
    }
    return true;
}

void TstFits::nothingIsCut_data() {
    QTest::addColumn<QString>("language");
    QTest::addColumn<double>("zoom");
    for (const char* language : {"en", "de"})
        for (const double zoom : {1.0, 2.0})
            QTest::addRow("%s %.0f %%", language, 100 * zoom) << language << zoom;
}

void TstFits::nothingIsCut() {
    QFETCH(QString, language);
    QFETCH(double, zoom);
    if (!languages().contains(language)) QSKIP("this build has no translations");
    installLanguage(language, *qApp);
    applyZoom(zoom);
    Studio studio(m_folder.path("fits.db"));
    QVERIFY(fill(studio, m_folder.path("out-") + language + QString::number(zoom)));
    MainWindow& window = studio.window;
    window.resize(1280, 800);
    const auto check = [&](QWidget* top, const QString& where) {
        QStringList clipped;
        const bool whole = QTest::qWaitFor(
            [&] {
                settle();
                clipped = clippedIn(top);
                return clipped.isEmpty();
            },
            Moment);
        if (!whole) qWarning("%s:\n%s", qPrintable(where), qPrintable(clipped.join(u'\n')));
        return whole;
    };
    bool fine = true;
    for (const char* panel : Panels) {
        window.raisePanel(QLatin1String(panel));
        fine = check(&window, QLatin1String(panel)) && fine;
    }
    QTabWidget* pages = window.inspector()->tabs();
    for (int page = 0; page < pages->count(); ++page) {
        pages->setCurrentIndex(page);
        fine = check(&window, pages->tabText(page)) && fine;
    }
    for (const Layout layout : {Layout::Teacher, Layout::Compact, Layout::Engineer}) {
        window.layouts().apply(layout);
        fine = check(&window, QStringLiteral("layout %1").arg(static_cast<int>(layout))) && fine;
    }
    for (const char* command : Dialogs) {
        auto* action = studio.find<QAction>(command);
        QVERIFY2(action && action->isEnabled(), command);
        action->trigger();
        settle();
        int seen = 0;
        const auto dialogs = window.findChildren<QDialog*>();
        for (QDialog* dialog : dialogs) {
            if (!dialog->isVisible()) continue;
            fine = check(dialog, QLatin1String(command)) && fine;
            dialog->reject();
            ++seen;
        }
        QVERIFY2(seen == 1, command);
        settle();
    }
    QVERIFY(fine);
    QCOMPARE(studio.find<QPlainTextEdit>("logText")->font().pointSizeF(),
             QApplication::font().pointSizeF());
    applyZoom(1);
    installLanguage(QStringLiteral("en"), *qApp);
    QSettings().clear();
}

QTEST_MAIN(TstFits)
#include "tst_fits.moc"
