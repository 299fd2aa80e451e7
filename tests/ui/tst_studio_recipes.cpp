// Every recipe on every model as a user of the window runs it: chosen in a cell of Layers, started
// from the dialog; the first block only, and on few tokens.
#include "tests/support/real_models.h"
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/models/layers_model.h"
#include "ui/panels/layers_panel.h"
#include "ui/window/quantize_dialog.h"

#include <QAbstractButton>
#include <QAction>
#include <QCheckBox>
#include <QLineEdit>
#include <QSpinBox>
#include <QTreeView>

using namespace bitsmith;
using namespace bitsmith::ui;

class TstStudioRecipes : public QObject {
    Q_OBJECT
    test::StudioFolder m_folder;
    std::unique_ptr<test::Studio> m_studio; // on m_model
    QString m_model;

    // The row of Layers that stands for a block and its tensors; -1: what is outside.
    static QModelIndex groupOf(const LayersModel& model, const Plan& plan, int block, int column) {
        for (int row = 0; row < model.rowCount(); ++row) {
            const auto rows = model.planRows(model.index(0, 0, model.index(row, 0)));
            if (!rows.empty() && plan.model_tensors[rows[0]].block == block)
                return model.index(row, column);
        }
        return {};
    }
    void open(const test::RealModel& files) {
        if (m_model == QLatin1String(files.name)) return;
        m_studio.reset();
        m_model = QLatin1String(files.name);
        m_studio = std::make_unique<test::Studio>(m_folder.path("studio.db"));
        QVERIFY(m_studio->open(ui::qs(files.folder.string())));
        test::excerpt(files.calibration, 30'000, true, ui::toPath(m_folder.path("words.txt")));
        // All stays as it is, but for what a run is about.
        LayersModel& layers = m_studio->window.layers()->model();
        for (int row = 0; row < layers.rowCount(); ++row)
            layers.setData(layers.index(row, LayersModel::RecipeColumn), QString(), Qt::EditRole);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void cleanupTestCase() { m_studio.reset(); }

    void runs_data() { test::addRecipesOnModels(); }
    void runs() {
        QFETCH(QString, model);
        QFETCH(QString, recipe);
        const test::RealModel& files = test::realModel(model);
        if (!files.present()) QSKIP(qPrintable(files.whyAbsent()));
        open(files);
        Session& session = m_studio->window.session();
        LayersModel& layers = m_studio->window.layers()->model();
        const QModelIndex block =
            groupOf(layers, *session.document().plan(), 0, LayersModel::RecipeColumn);
        QVERIFY(block.isValid());
        QVERIFY(layers.setData(block, recipe, Qt::EditRole));
        std::size_t planned = 0;
        for (const auto& row : session.document().plan()->tensors)
            if (row->recipe) {
                ++planned;
                QCOMPARE(QString::fromStdString(row->recipe->id), recipe);
            }
        QVERIFY(planned >= 4);

        const QString output = m_folder.path("out");
        std::filesystem::remove_all(ui::toPath(output));
        m_studio->window.findChild<QAction*>(QStringLiteral("quantize"))->trigger();
        auto* dialog = m_studio->window.findChildren<QuantizeDialog*>().last();
        QVERIFY(dialog->isVisible());
        const auto line = [&](const char* name) {
            return dialog->findChild<QLineEdit*>(QLatin1String(name));
        };
        line("quantizeText")->setText(m_folder.path("words.txt"));
        line("quantizeOutput")->setText(output);
        dialog->findChild<QCheckBox*>(QStringLiteral("quantizeEvaluate"))->setChecked(false);
        dialog->findChild<QSpinBox*>(QStringLiteral("quantizeSamples"))->setValue(4);
        dialog->findChild<QSpinBox*>(QStringLiteral("quantizeContext"))->setValue(32);
        auto* run = dialog->findChild<QAbstractButton*>(QStringLiteral("quantizeRun"));
        QVERIFY2(run->isEnabled(), qPrintable(line("quantizeOutput")->text()));
        run->click();
        test::settle();
        QVERIFY(m_studio->idle());
        const JobSnapshot& job = m_studio->newest();
        QCOMPARE(job.kind, std::string("quantize"));
        QVERIFY2(job.state == JobState::Done, job.error.c_str());
        QTRY_COMPARE(m_studio->window.runs().reports(job.id).size(), planned);
        // What the run said is in Layers, and its container opens.
        for (const LayerReport& report : m_studio->window.runs().reports(job.id))
            QVERIFY(session.report(report.name));
        const auto container = openModel(ui::toPath(output));
        QVERIFY2(container.has_value(), container ? "" : container.error().message.c_str());
        std::size_t quantized = 0;
        for (const TensorInfo& tensor : (*container)->tensors())
            quantized += tensor.layout.has_value();
        QCOMPARE(quantized, planned);
    }
};

QTEST_MAIN(TstStudioRecipes)
#include "tst_studio_recipes.moc"
