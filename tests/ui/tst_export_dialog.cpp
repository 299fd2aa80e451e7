// The export dialog on a real quantization: preview, problems, a run with its verified result,
// failures without leaving the dialog.
#include "tests/support/shared_files.h"
#include "tests/ui/settle.h"
#include "tests/ui/small_model.h"
#include "ui/bridge/text.h"
#include "ui/panels/error_page.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/runs_panel.h"
#include "ui/panels/weights_page.h"
#include "ui/widgets/params_form.h"
#include "ui/widgets/state_stack.h"
#include "ui/window/commands.h"
#include "ui/window/export_dialog.h"
#include "ui/window/main_window.h"
#include "ui/window/theme.h"

#include <QAbstractButton>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QProgressBar>
#include <QSettings>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;
using namespace bitsmith::ui;

namespace {

constexpr int Patience = 60000; // ms; a busy machine is no failure

struct SomeParams {
    int shard = 4;
    bool pack = true;
    double damping = 0.5;
    std::string kind = "gptq", note = "x";
    void describe(auto&& field) {
        field("shard", shard, {"Shard size", "Gigabytes per file", 1, 100});
        field("pack", pack, {"Pack", "Packs"});
        field("damping", damping, {"Damping", "Of the diagonal", 0, 1});
        field("kind", kind, {"Kind", "Which one", 0, 0, {"gptq", "gptq_v2"}});
        field("note", note, {"Note", "Any text"});
    }
};

} // namespace

class TstExportDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void formsFollowParameters();
    void largeTypeIsNotCut();
    void previewsTheLastRun();
    void writesAndReadsBack();
    void doesNotOverwriteUnasked();
    void targetsAreAsked();
    void failuresStayInTheDialog();
    void cancelLeavesNothing();
    void panelsOpenIt();
    void writesEveryFormat_data();
    void writesEveryFormat();
    void remembersTheChoice();
    void looksIntoPublishedGguf();
    void quantizesAGgufAgain();

private:
    // The demo, quantized without calibration; once per setting.
    QString quantizedDemo(const QString& preset, const QString& setting);
    // The page of the inspector is there for the active tensor; its text.
    QString inspected(int page);
    ExportDialog* open() {
        m_window->findChild<QAction*>(QStringLiteral("exportModel"))->trigger();
        return newest();
    }
    ExportDialog* newest() {
        const auto all = m_window->findChildren<ExportDialog*>();
        return all.isEmpty() ? nullptr : all.last();
    }
    bool settled(ExportDialog* dialog) {
        return QTest::qWaitFor([&] { return !dialog->checking(); }, Patience);
    }
    bool ended(ExportDialog* dialog) {
        return QTest::qWaitFor(
            [&] {
                const JobSnapshot* job = m_services->jobs().find(dialog->job());
                return job && job->state != JobState::Queued && job->state != JobState::Running;
            },
            Patience);
    }
    void closeAll() {
        const auto all = m_window->findChildren<ExportDialog*>();
        for (ExportDialog* dialog : all) delete dialog;
    }
    template <class W>
    static W* find(QWidget* parent, const char* name) {
        return parent->findChild<W*>(QLatin1String(name));
    }
    QTemporaryDir m_folder;
    QString m_output, m_gguf;
    JobId m_job;
    std::optional<Services> m_services;
    std::optional<MainWindow> m_window;
};

void TstExportDialog::initTestCase() {
    for (const char* folder : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
        qputenv(folder, m_folder.filePath(QLatin1String(folder)).toUtf8());
    QCoreApplication::setOrganizationName(QStringLiteral("bitsmith-test"));
    QCoreApplication::setApplicationName(QStringLiteral("bitsmith-studio-test"));
    const auto written = test::writeSmallModel(toPath(m_folder.filePath("small")), {});
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    QSettings().setValue("export/folder", m_folder.filePath("exported"));
    m_services.emplace(*makeEngine("cpu", toPath(m_folder.filePath("a.db"))));
    m_window.emplace(*m_services);
    m_window->commands().setTheme(Theme::Light);
    m_window->show();
    Session& session = m_window->session();
    session.open(m_folder.filePath("small"));
    QTRY_COMPARE_WITH_TIMEOUT(session.state(), SessionState::Open, Patience);
    m_output = m_folder.filePath("small-4bit");
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(m_output);
    m_job = m_window->runs().quantize(std::move(request));
    QTRY_VERIFY_WITH_TIMEOUT(!m_services->jobs().anyUnfinished(), Patience);
    QTRY_COMPARE_WITH_TIMEOUT(session.lastOutput(), m_output, Patience);
}

// Labels and check boxes of the form, with every format.
void TstExportDialog::largeTypeIsNotCut() {
    for (const double zoom : {1.0, 2.0}) {
        applyZoom(zoom);
        ExportDialog* dialog = open();
        auto* formats = find<QComboBox>(dialog, "exportFormat");
        for (int format = 0; format < formats->count(); ++format) {
            formats->setCurrentIndex(format);
            QVERIFY(settled(dialog));
            bitsmith::test::settle(); // laid out again
            for (QWidget* widget : find<QWidget>(dialog, "exportForm")->findChildren<QWidget*>()) {
                const auto* label = qobject_cast<QLabel*>(widget);
                const bool text = (label && !label->wordWrap()) || qobject_cast<QCheckBox*>(widget);
                if (!text || !widget->isVisible()) continue;
                QVERIFY2(
                    widget->width() >= widget->sizeHint().width(),
                    qPrintable(QStringLiteral("%1, %2: %3 of %4 pixels")
                                   .arg(formats->currentText(), widget->property("text").toString())
                                   .arg(widget->width())
                                   .arg(widget->sizeHint().width())));
            }
        }
        closeAll();
    }
    applyZoom(1);
}

void TstExportDialog::formsFollowParameters() {
    ParamsForm form(QStringLiteral("p"));
    int changes = 0;
    connect(&form, &ParamsForm::changed, this, [&] { ++changes; });
    QVERIFY(!form.params());
    form.setParams(std::make_unique<ParamsOf<SomeParams>>());
    const auto value = [&] {
        return dynamic_cast<const ParamsOf<SomeParams>&>(*form.params()).value;
    };
    auto* shard = find<QSpinBox>(&form, "p_shard");
    QCOMPARE(shard->value(), 4);
    QCOMPARE(shard->maximum(), 100);
    QCOMPARE(shard->toolTip(), QStringLiteral("Gigabytes per file"));
    shard->setValue(9);
    find<QCheckBox>(&form, "p_pack")->setChecked(false);
    find<QDoubleSpinBox>(&form, "p_damping")->setValue(0.25);
    find<QComboBox>(&form, "p_kind")->setCurrentText(QStringLiteral("gptq_v2"));
    find<QLineEdit>(&form, "p_note")->setText(QStringLiteral("y"));
    QCOMPARE(changes, 5);
    QCOMPARE(value().shard, 9);
    QCOMPARE(value().pack, false);
    QCOMPARE(value().damping, 0.25);
    QCOMPARE(value().kind, std::string("gptq_v2"));
    QCOMPARE(value().note, std::string("y"));
    form.setParams(nullptr);
    QVERIFY(form.empty() && !find<QSpinBox>(&form, "p_shard"));
}

void TstExportDialog::previewsTheLastRun() {
    ExportDialog* dialog = open();
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    QVERIFY(settled(dialog));
    QCOMPARE(find<QComboBox>(dialog, "exportModel")->currentData().toString(), m_output);
    auto* format = find<QComboBox>(dialog, "exportFormat");
    QCOMPARE(format->count(), int(allExporters().size()));
    format->setCurrentIndex(format->findData(QStringLiteral("bitsmith")));
    QVERIFY(settled(dialog));
    auto* rows = find<QTableView>(dialog, "exportRows");
    QCOMPARE(rows->model()->rowCount(), int(m_window->session().model()->tensors().size()));
    QStringList from;
    for (int r = 0; r < rows->model()->rowCount(); ++r)
        from << rows->model()->index(r, ExportModel::From).data().toString();
    QCOMPARE(from.count(QStringLiteral("affine4")), 28);
    QVERIFY(find<QLabel>(dialog, "exportTotal")->text().contains(QStringLiteral("B")));
    QVERIFY(!find<QLabel>(dialog, "exportFormatSummary")->text().isEmpty());
    QVERIFY(find<QAbstractButton>(dialog, "exportRun")->isEnabled());
    // Everything to press has a name and says what it does.
    const auto widgets = dialog->findChildren<QWidget*>();
    for (const QWidget* widget : widgets) {
        const bool ours =
            (qobject_cast<const QAbstractButton*>(widget) ||
             qobject_cast<const QComboBox*>(widget) || qobject_cast<const QTableView*>(widget)) &&
            !qobject_cast<const QLineEdit*>(widget->parentWidget()) &&
            !qobject_cast<const QTableView*>(widget->parentWidget());
        if (ours && !widget->objectName().startsWith(QLatin1String("qt_")))
            QVERIFY2(!widget->objectName().isEmpty() && !widget->toolTip().isEmpty(),
                     qPrintable(QLatin1String(widget->metaObject()->className()) + ' ' +
                                widget->objectName()));
    }
    closeAll();
}

void TstExportDialog::writesAndReadsBack() {
    ExportDialog* dialog = open();
    auto* format = find<QComboBox>(dialog, "exportFormat");
    format->setCurrentIndex(format->findData(QStringLiteral("bitsmith")));
    QVERIFY(settled(dialog));
    auto* name = find<QLineEdit>(dialog, "exportName");
    name->setText(QStringLiteral("copy"));
    QVERIFY(settled(dialog));
    QTest::mouseClick(find<QAbstractButton>(dialog, "exportRun"), Qt::LeftButton);
    QVERIFY(dialog->job().value != 0);
    QVERIFY(!QApplication::activeModalWidget());
    QVERIFY(ended(dialog));
    const JobSnapshot* job = m_services->jobs().find(dialog->job());
    QVERIFY2(job->state == JobState::Done, job->error.c_str());
    auto* title = find<QLabel>(dialog, "exportTitle");
    QTRY_COMPARE(title->text(), QStringLiteral("Exported"));
    const QString text = find<QLabel>(dialog, "exportText")->text();
    QVERIFY2(text.contains(QStringLiteral("tensors are equal")), qPrintable(text));
    QVERIFY(text.contains(QStringLiteral("copy")));
    QVERIFY(find<QAbstractButton>(dialog, "exportShowFolder")->isVisible());
    QVERIFY(!find<QAbstractButton>(dialog, "exportCancel")->isVisible());
    // It is a model again.
    const auto again = openModel(toPath(m_folder.filePath("exported/copy")));
    QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
    QCOMPARE((*again)->tensors().size(), m_window->session().model()->tensors().size());
    // Runs tells of it, too.
    m_window->raisePanel(QStringLiteral("runsPanel"));
    m_window->runsPanel()->choose(dialog->job());
    QVERIFY(!find<QAbstractButton>(m_window->runsPanel(), "runsExport")->isEnabled());
    QTest::mouseClick(find<QAbstractButton>(dialog, "exportAgain"), Qt::LeftButton);
    QVERIFY(settled(dialog));
    QVERIFY(find<QTableView>(dialog, "exportRows")->isVisible());
    closeAll();
}

void TstExportDialog::doesNotOverwriteUnasked() {
    ExportDialog* dialog = open();
    auto* format = find<QComboBox>(dialog, "exportFormat");
    format->setCurrentIndex(format->findData(QStringLiteral("bitsmith")));
    auto* replace = find<QCheckBox>(dialog, "exportReplace");
    QVERIFY(!replace->isVisible());
    find<QLineEdit>(dialog, "exportName")->setText(QStringLiteral("copy"));
    QVERIFY(settled(dialog));
    QVERIFY(replace->isVisible());
    QVERIFY(!find<QAbstractButton>(dialog, "exportRun")->isEnabled());
    QVERIFY(find<QLabel>(dialog, "exportProblem")->text().contains(QStringLiteral("replace")));
    replace->setChecked(true);
    QVERIFY(settled(dialog));
    QTest::mouseClick(find<QAbstractButton>(dialog, "exportRun"), Qt::LeftButton);
    QVERIFY(ended(dialog));
    QCOMPARE(m_services->jobs().find(dialog->job())->state, JobState::Done);
    closeAll();
}

void TstExportDialog::targetsAreAsked() {
    ExportDialog* dialog = open();
    auto* format = find<QComboBox>(dialog, "exportFormat");
    format->setCurrentIndex(format->findData(QStringLiteral("bitsmith")));
    auto* target = find<QComboBox>(dialog, "exportTarget");
    target->setCurrentIndex(target->findData(QStringLiteral("exllama")));
    QVERIFY(settled(dialog));
    auto* problems = find<QTableView>(dialog, "exportProblems");
    QVERIFY(problems->isVisible());
    QCOMPARE(problems->model()->rowCount(), 28); // zero points
    QVERIFY(problems->model()
                ->index(0, ProblemsModel::Problem)
                .data()
                .toString()
                .contains(QStringLiteral("zero point")));
    QVERIFY(!find<QAbstractButton>(dialog, "exportRun")->isEnabled());
    QVERIFY(find<QLabel>(dialog, "exportProblem")->text().contains(QStringLiteral("28")));
    target->setCurrentIndex(0);
    QVERIFY(settled(dialog));
    QVERIFY(!problems->isVisible());
    QVERIFY(find<QAbstractButton>(dialog, "exportRun")->isEnabled());
    closeAll();
}

void TstExportDialog::failuresStayInTheDialog() {
    ExportDialog* dialog = open();
    auto* format = find<QComboBox>(dialog, "exportFormat");
    format->setCurrentIndex(format->findData(QStringLiteral("bitsmith")));
    // A folder that cannot be made: its parent is a file.
    find<QLineEdit>(dialog, "exportFolder")->setText(m_folder.filePath("small/config.json"));
    find<QLineEdit>(dialog, "exportName")->setText(QStringLiteral("x"));
    QVERIFY(settled(dialog));
    QTest::mouseClick(find<QAbstractButton>(dialog, "exportRun"), Qt::LeftButton);
    QVERIFY(ended(dialog));
    QTRY_VERIFY(find<QLabel>(dialog, "exportTitle")->text().contains(QStringLiteral("failed")));
    QVERIFY(find<QLabel>(dialog, "exportText")->text().contains(QStringLiteral("config.json")));
    QVERIFY(find<QAbstractButton>(dialog, "exportAgain")->isEnabled());
    QVERIFY(!find<QAbstractButton>(dialog, "exportShowFolder")->isVisible());
    closeAll();
}

void TstExportDialog::cancelLeavesNothing() {
    // Large enough that the job is still at it when Cancel is pressed.
    const QString large = m_folder.filePath("large");
    QVERIFY(test::writeSmallModel(toPath(large), {.hidden = 256, .mlp = 1024, .blocks = 8}));
    m_window->commands().exportModel(large);
    ExportDialog* dialog = newest();
    QCOMPARE(find<QComboBox>(dialog, "exportModel")->currentData().toString(), large);
    auto* format = find<QComboBox>(dialog, "exportFormat");
    format->setCurrentIndex(format->findData(QStringLiteral("bitsmith")));
    QVERIFY(settled(dialog));
    QTest::mouseClick(find<QAbstractButton>(dialog, "exportRun"), Qt::LeftButton);
    QTest::mouseClick(find<QAbstractButton>(dialog, "exportCancel"), Qt::LeftButton);
    QVERIFY(ended(dialog));
    QCOMPARE(m_services->jobs().find(dialog->job())->state, JobState::Cancelled);
    QTRY_COMPARE(find<QLabel>(dialog, "exportTitle")->text(), QStringLiteral("Cancelled"));
    const QDir exported(m_folder.filePath("exported"));
    QVERIFY2(exported.entryList({QStringLiteral("large*")}).isEmpty(),
             qPrintable(exported.entryList().join(QLatin1Char(' '))));
    closeAll();
}

void TstExportDialog::panelsOpenIt() {
    m_window->raisePanel(QStringLiteral("runsPanel"));
    m_window->runsPanel()->choose(m_job);
    auto* fromRuns = find<QAbstractButton>(m_window->runsPanel(), "runsExport");
    QVERIFY(fromRuns->isEnabled());
    QTest::mouseClick(fromRuns, Qt::LeftButton);
    QVERIFY(newest());
    QCOMPARE(find<QComboBox>(newest(), "exportModel")->currentData().toString(), m_output);
    closeAll();
    m_window->raisePanel(QStringLiteral("experimentsPanel"));
    QTRY_COMPARE_WITH_TIMEOUT(m_window->experiments()->model().rowCount(), 1, Patience);
    auto* fromTable = find<QAbstractButton>(m_window->experiments(), "experimentsExport");
    m_window->experiments()->table()->selectRow(0);
    QVERIFY(fromTable->isEnabled());
    QTest::mouseClick(fromTable, Qt::LeftButton);
    QVERIFY(newest());
    QVERIFY(find<QComboBox>(newest(), "exportModel")
                ->currentText()
                .contains(QStringLiteral("experiment 1")));
    QVERIFY(settled(newest()));
    closeAll();
}

QString TstExportDialog::quantizedDemo(const QString& preset, const QString& setting) {
    QString output = m_folder.filePath(QStringLiteral("demo-") + preset + setting.left(8));
    if (QFileInfo::exists(output)) return output;
    Session& session = m_window->session();
    session.openDemo();
    if (!QTest::qWaitFor([&] { return session.state() == SessionState::Open; }, Patience))
        return {};
    if (!preset.isEmpty()) session.usePreset(preset.toStdString());
    if (!setting.isEmpty()) {
        const auto plan = withSetting(*session.document().plan(), setting.toStdString());
        if (!plan) return {};
        session.document().apply(QStringLiteral("setting"), *plan);
    }
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(output);
    m_window->runs().quantize(std::move(request));
    if (!QTest::qWaitFor([&] { return session.lastOutput() == output; }, Patience)) return {};
    return output;
}

QString TstExportDialog::inspected(int page) {
    InspectorPanel* inspector = m_window->inspector();
    m_window->raisePanel(inspector->objectName());
    inspector->tabs()->setCurrentIndex(page);
    const bool ready = QTest::qWaitFor(
        [&] { return page == 0 ? inspector->weights()->ready() : inspector->error()->ready(); },
        Patience);
    return ready ? find<QLabel>(inspector, page == 0 ? "weightsText" : "errorText")->text()
                 : QString();
}

void TstExportDialog::writesEveryFormat_data() {
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("target");
    QTest::addColumn<bool>("packed"); // the result is quantized still
    const QString none, plain = QStringLiteral("*:recipe=rtn,bits=4,group_size=32");
    QTest::newRow("gguf") << "Q4_K_M" << none << "llama.cpp" << true;
    QTest::newRow("gptq") << none << plain << "transformers" << true;
    QTest::newRow("awq") << none << plain << "vllm" << true;
    QTest::newRow("compressed-tensors") << none << plain << "vllm" << true;
    QTest::newRow("safetensors") << none << plain << "" << false;
}

void TstExportDialog::writesEveryFormat() {
    QFETCH(QString, preset);
    QFETCH(QString, setting);
    QFETCH(QString, target);
    QFETCH(bool, packed);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    const QString source = quantizedDemo(preset, setting);
    QVERIFY(!source.isEmpty());
    m_window->commands().exportModel(source);
    ExportDialog* dialog = newest();
    auto* format = find<QComboBox>(dialog, "exportFormat");
    format->setCurrentIndex(format->findData(name));
    auto* program = find<QComboBox>(dialog, "exportTarget");
    program->setCurrentIndex(program->findData(target));
    QVERIFY(settled(dialog));
    const QString place = QDir(find<QLineEdit>(dialog, "exportFolder")->text())
                              .filePath(find<QLineEdit>(dialog, "exportName")->text());
    auto* run = find<QAbstractButton>(dialog, "exportRun");
    auto* problems = find<QTableView>(dialog, "exportProblems")->model();
    QVERIFY2(run->isEnabled(), qPrintable(problems->index(0, 1).data().toString()));
    const auto* rows = find<QTableView>(dialog, "exportRows")->model();
    QMap<QString, QString> to;
    for (int r = 0; r < rows->rowCount(); ++r)
        to[rows->index(r, ExportModel::Tensor).data().toString()] =
            rows->index(r, ExportModel::To).data().toString();
    const QString total = find<QLabel>(dialog, "exportTotal")->text();
    QTest::mouseClick(run, Qt::LeftButton);
    QVERIFY(ended(dialog));
    const JobSnapshot* job = m_services->jobs().find(dialog->job());
    QVERIFY2(job->state == JobState::Done, job->error.c_str());
    const QString text = find<QLabel>(dialog, "exportText")->text();
    QTRY_VERIFY2(text.contains(QStringLiteral("are equal")), qPrintable(text));
    // The size was right beforehand.
    std::uint64_t bytes = 0;
    const auto result = m_window->runs().exported(dialog->job());
    for (const ExportedFile& file : result->files) bytes += file.bytes;
    QVERIFY2(total.contains(bytesText(bytes)), qPrintable(total));
    closeAll();

    // It opens in the window, says what its tensors are, and can be looked into.
    Session& session = m_window->session();
    session.open(place);
    QTRY_VERIFY_WITH_TIMEOUT(session.state() != SessionState::Opening, Patience);
    QVERIFY2(session.state() == SessionState::Open, qPrintable(session.error()));
    QVERIFY2(session.model()->architecture(), session.model()->whyNotRunnable().message.c_str());
    QVERIFY2(session.model()->tokenizer(), session.model()->whyNoTokenizer().message.c_str());
    QCOMPARE(qs(session.model()->format()), name);
    const TensorInfo* active = session.model()->find(session.activeTensor());
    QVERIFY(active);
    QCOMPARE(active->layout.has_value(), packed);
    LayersModel& layers = m_window->layers()->model();
    QCOMPARE(layers.indexOf(active->name).siblingAtColumn(LayersModel::Stored).data().toString(),
             qs(active->dtype));
    QVERIFY2(to.contains(qs(active->name)), active->name.c_str());
    if (name == QLatin1String("gguf")) {
        m_gguf = place;
        int ks = 0;
        for (const TensorInfo& tensor : session.model()->tensors()) {
            QCOMPARE(to[qs(tensor.name)], qs(tensor.dtype)); // as the preview said
            ks += tensor.dtype == "Q4_K";
        }
        QVERIFY(ks > 0);
    }
    const QString weights = inspected(0);
    QVERIFY2(weights.contains(packed ? tr("decoded from %1").arg(qs(active->dtype))
                                     : tr("stored as %1").arg(qs(active->dtype))),
             qPrintable(weights));
    const QString error = inspected(1);
    QVERIFY2(error.contains(QStringLiteral("relative error")), qPrintable(error));
    QCOMPARE(error.contains(QStringLiteral("decoded values")), packed);
}

void TstExportDialog::remembersTheChoice() {
    m_window->commands().exportModel({});
    QCOMPARE(find<QComboBox>(newest(), "exportFormat")->currentData().toString(),
             QStringLiteral("safetensors")); // the last that was written
    closeAll();
    auto* box = find<QComboBox>(m_window->layers(), "targetBox");
    box->setCurrentText(QStringLiteral("llama.cpp"));
    {
        Services services(*makeEngine("cpu", toPath(m_folder.filePath("b.db"))));
        MainWindow again(services);
        QVERIFY(again.session().target().target());
        QCOMPARE(again.session().target().target()->info().id, std::string_view("llama.cpp"));
    }
    m_window->commands().exportModel({});
    QCOMPARE(find<QComboBox>(newest(), "exportFormat")->currentData().toString(),
             QStringLiteral("gguf")); // what the target loads
    closeAll();
    box->setCurrentIndex(0);
}

void TstExportDialog::looksIntoPublishedGguf() {
    BITSMITH_NEEDS_SHARED("models/stories260K/original");
    Session& session = m_window->session();
    for (const char* file : {"stories260Ktok512.gguf", "tinyllamas-stories-260k-f32.gguf"}) {
        const auto path = test::sharedFile("models/stories260K/original") / file;
        session.open(pathText(path));
        QTRY_VERIFY_WITH_TIMEOUT(session.state() != SessionState::Opening, Patience);
        QVERIFY2(session.state() == SessionState::Open, qPrintable(session.error()));
        QVERIFY(inspected(0).contains(QStringLiteral("stored as F32")));
        QVERIFY(inspected(1).contains(QStringLiteral("relative error")));
    }
}

void TstExportDialog::quantizesAGgufAgain() {
    QVERIFY(!m_gguf.isEmpty());
    Session& session = m_window->session();
    session.open(m_gguf);
    QTRY_COMPARE_WITH_TIMEOUT(session.state(), SessionState::Open, Patience);
    session.usePreset("Q8_0");
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(m_folder.filePath("again"));
    const JobId id = m_window->runs().quantize(std::move(request));
    QTRY_VERIFY_WITH_TIMEOUT(!m_services->jobs().anyUnfinished(), Patience);
    const JobSnapshot* job = m_services->jobs().find(id);
    QVERIFY2(job->state == JobState::Done, job->error.c_str());
    QTRY_COMPARE_WITH_TIMEOUT(session.lastOutput(), m_folder.filePath("again"), Patience);
    // Eight bits of what was four: next to nothing is lost, and the page says against what.
    const QString error = inspected(1);
    QVERIFY2(error.startsWith(QStringLiteral("Last run")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("decoded values")), qPrintable(error));
}

QTEST_MAIN(TstExportDialog)
#include "tst_export_dialog.moc"
