// The target of a plan in the window: problems come and go with edits, rows are marked, fixes are
// ordinary edits with undo.
#include "tests/ui/small_model.h"
#include "ui/bridge/text.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/target_list.h"
#include "ui/window/commands.h"
#include "ui/window/main_window.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QIcon>
#include <QLabel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace bitsmith;
using namespace bitsmith::ui;

class TstTargetList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        for (const char* folder : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
            qputenv(folder, m_folder.filePath(QLatin1String(folder)).toUtf8());
        QCoreApplication::setOrganizationName(QStringLiteral("bitsmith-test"));
        QCoreApplication::setApplicationName(QStringLiteral("bitsmith-studio-test"));
        const auto written = test::writeSmallModel(toPath(m_folder.filePath("small")), {});
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        m_services.emplace(*makeEngine("cpu", toPath(m_folder.filePath("a.db"))));
        m_window.emplace(*m_services);
        m_window->commands().setTheme(Theme::Light);
        m_window->show();
        session().open(m_folder.filePath("small"));
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), SessionState::Open, 60000);
    }
    void cleanupTestCase() { m_window.reset(); }

    void aTargetIsChosen() {
        auto* box = find<QComboBox>("targetBox");
        auto* list = find<TargetList>("targetList");
        QCOMPARE(box->count(), int(allTargets().size()) + 1);
        QCOMPARE(box->currentIndex(), 0);
        QVERIFY(!list->isVisible());
        QVERIFY(session().target().problems().empty());
        // rtn has zero points, which ExLlama misreads: every quantized tensor is listed.
        box->setCurrentIndex(box->findText("ExLlamaV2"));
        QVERIFY(list->isVisible());
        QTRY_VERIFY(list->table()->height() > 60); // room for some problems
        QVERIFY(m_window->layers()->view()->height() > 60);
        QCOMPARE(list->table()->model()->rowCount(), 28);
        QCOMPARE(session().target().blocking(), std::size_t{28});
        QVERIFY(find<QLabel>("targetText")->text().contains("28 problems"));
        QVERIFY(find<QLabel>("statusTarget")->text().contains("ExLlamaV2: 28"));
        new QAbstractItemModelTester(list->table()->model(), list);
    }

    void rowsAreMarked() {
        const LayersModel& model = m_window->layers()->model();
        const QModelIndex marked = model.indexOf("model.layers.1.mlp.up_proj.weight");
        QVERIFY(!marked.data(Qt::DecorationRole).value<QIcon>().isNull());
        QVERIFY(marked.data(Qt::ToolTipRole).toString().contains("zero point"));
        QVERIFY(!marked.parent().data(Qt::DecorationRole).value<QIcon>().isNull());
        const QModelIndex norm = model.indexOf("model.layers.1.input_layernorm.weight");
        QVERIFY(!norm.data(Qt::DecorationRole).isValid());
        // Enter on a problem leads to its tensor.
        auto* table = find<TargetList>("targetList")->table();
        table->setFocus();
        table->setCurrentIndex(table->model()->index(9, 0));
        QTest::keyClick(table, Qt::Key_Return);
        const QString tensor =
            table->model()->index(9, 0).data(ProblemsModel::TensorRole).toString();
        QCOMPARE(qs(session().activeTensor()), tensor);
        QCOMPARE(
            m_window->layers()->view()->currentIndex().data(LayersModel::TensorRole).toString(),
            tensor);
    }

    void theSelectionIsFixed() {
        auto* table = find<TargetList>("targetList")->table();
        auto* fix = find<QAbstractButton>("targetFix");
        table->clearSelection();
        QVERIFY(!fix->isEnabled());
        const auto before = session().document().plan();
        table->selectionModel()->select(table->model()->index(0, 0),
                                        QItemSelectionModel::Select | QItemSelectionModel::Rows);
        table->selectionModel()->select(table->model()->index(1, 0),
                                        QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QTest::mouseClick(fix, Qt::LeftButton);
        QCOMPARE(table->model()->rowCount(), 26);
        QCOMPARE(session().document().undoStack().count(), 1);
        QVERIFY(session().document().undoStack().undoText().contains("2"));
        const QModelIndex fixed =
            m_window->layers()->model().indexOf("model.layers.0.self_attn.q_proj.weight");
        QVERIFY(!fixed.data(Qt::DecorationRole).isValid());
        session().document().undoStack().undo();
        QCOMPARE(session().document().plan(), before);
        QCOMPARE(table->model()->rowCount(), 28);
        QVERIFY(fixed.data(Qt::DecorationRole).isValid());
    }

    void everythingIsFixedAtOnce() {
        const auto before = session().document().plan();
        QTest::mouseClick(find<QAbstractButton>("targetFixAll"), Qt::LeftButton);
        QVERIFY(session().target().problems().empty());
        QVERIFY(!find<TargetList>("targetList")->isVisible());
        QVERIFY(find<QLabel>("statusTarget")->text().contains("ExLlamaV2 loads this plan"));
        session().document().undoStack().undo();
        QCOMPARE(session().document().plan(), before);
        QVERIFY(find<TargetList>("targetList")->isVisible());
        session().document().undoStack().redo();
        // An edit brings a problem back.
        const auto& tensors = session().document().plan()->model_tensors;
        for (std::size_t i = 0; i < tensors.size(); ++i)
            if (tensors[i].name == "model.layers.2.mlp.down_proj.weight") {
                const std::size_t rows[] = {i};
                session().edit(rows, {.bits = 3}, QStringLiteral("test"));
            }
        QCOMPARE(session().target().problems().size(), std::size_t{1});
        QVERIFY(find<QLabel>("targetText")->text().contains("1 problem blocks"));
        // No target, no problems.
        find<QComboBox>("targetBox")->setCurrentIndex(0);
        QVERIFY(session().target().problems().empty());
        QVERIFY(!find<TargetList>("targetList")->isVisible());
    }

private:
    Session& session() { return m_window->session(); }
    template <class W>
    W* find(const char* name) {
        return m_window->findChild<W*>(QLatin1String(name));
    }
    QTemporaryDir m_folder;
    std::optional<Services> m_services;
    std::optional<MainWindow> m_window;
};

QTEST_MAIN(TstTargetList)
#include "tst_target_list.moc"
