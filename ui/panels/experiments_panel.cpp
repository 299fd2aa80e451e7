#include "ui/panels/experiments_panel.h"

#include "ui/bridge/text.h"
#include "ui/charts/tradeoff_chart.h"
#include "ui/widgets/file_dialogs.h"
#include "ui/widgets/state_stack.h"

#include <QAction>
#include <QCheckBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QTableView>
#include <QUndoCommand>
#include <QVBoxLayout>

#include <optional>

namespace bitsmith::ui {
namespace {

// Deletion that can be taken back: the whole experiment is kept here meanwhile.
class RemoveExperiment final : public QUndoCommand {
public:
    RemoveExperiment(StoreWatcher& store, ExperimentId id)
        : QUndoCommand(ExperimentsPanel::tr("Delete experiment %1").arg(id.value)), m_store(store),
          m_id(id) {}

    void redo() override {
        m_store.write(text(), [id = m_id, kept = m_kept](Store& store) -> Status {
            auto loaded = store.load(id);
            if (!loaded) return fail(std::move(loaded).error());
            *kept = *std::move(loaded);
            return store.remove(id);
        });
    }
    void undo() override {
        m_store.write(text(), [kept = m_kept](Store& store) -> Status {
            return *kept ? store.restore(**kept) : Status();
        });
    }

private:
    StoreWatcher& m_store;
    ExperimentId m_id;
    std::shared_ptr<std::optional<Experiment>> m_kept =
        std::make_shared<std::optional<Experiment>>();
};

} // namespace

ExperimentsPanel::ExperimentsPanel(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session), m_table(new QTableView),
      m_chart(new TradeoffChart) {
    setObjectName(QStringLiteral("experimentsPanel"));
    buildTable();
    auto* left = new QWidget;
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table, 1);
    column->addWidget(buildButtons());
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(left);
    split->addWidget(m_chart);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    m_stack = new StateStack(split, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_stack);

    connect(&services.store(), &StoreWatcher::changed, this, &ExperimentsPanel::refresh);
    connect(&session, &Session::stateChanged, this, &ExperimentsPanel::refresh);
    connect(m_chart, &TradeoffChart::picked, this, [this](qint64 id) { select({id}); });
    connect(&m_model, &ExperimentsModel::notesEdited, this, &ExperimentsPanel::annotate);
    refresh();
}

void ExperimentsPanel::buildTable() {
    m_proxy.setSourceModel(&m_model);
    m_proxy.setSortRole(ExperimentsModel::SortRole);
    m_table->setObjectName(QStringLiteral("experimentsTable"));
    m_table->setModel(&m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(ExperimentsModel::Id, Qt::DescendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setToolTip(tr("Click a heading to sort; Enter opens the plan again; Delete removes"));
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 8);
    m_table->horizontalHeader()->setStretchLastSection(true);
    const auto shortcut = [this](const QKeySequence& key, auto slot) {
        auto* action = new QAction(m_table);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_table->addAction(action);
        connect(action, &QAction::triggered, this, slot);
    };
    shortcut(QKeySequence::Delete, &ExperimentsPanel::removeChosen);
    shortcut(QKeySequence(Qt::Key_Return), &ExperimentsPanel::openPlan);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ExperimentsPanel::showSelection);
}

QWidget* ExperimentsPanel::buildButtons() {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    const auto button = [&](const char* name, const QString& text, const QString& tip, auto slot) {
        auto* made = new QPushButton(text);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(tip);
        connect(made, &QPushButton::clicked, this, slot);
        row->addWidget(made);
        return made;
    };
    m_open = button("experimentsOpenPlan", tr("Open &plan"),
                    tr("Put this experiment's plan into Layers again (Enter)"),
                    &ExperimentsPanel::openPlan);
    m_exportModel = button("experimentsExport", tr("E&xport…"),
                           tr("Write this experiment's result for another program"),
                           [this] { Q_EMIT exportRequested(chosenOutput()); });
    m_remove = button(
        "experimentsDelete", tr("De&lete"),
        tr("Remove this experiment from the database; files stay. Can be undone (Delete key)"),
        &ExperimentsPanel::removeChosen);
    m_undoButton = button("experimentsUndo", tr("&Undo delete"),
                          tr("Bring the last deleted experiment back"), [this] { m_undo.undo(); });
    m_export = button(
        "experimentsCsv", tr("Export &CSV…"), tr("Write all experiments to a CSV file"), [this] {
            saveFile(this, tr("Export experiments"), QStringLiteral("experiments.csv"),
                     tr("CSV files (*.csv)"), [this](const QString& path) {
                         QSaveFile file(path);
                         return file.open(QIODevice::WriteOnly) &&
                                file.write(
                                    experimentsCsv(*m_services.store().experiments()).toUtf8()) >=
                                    0 &&
                                file.commit();
                     });
        });
    m_onlyOpen = new QCheckBox(tr("Only the open &model"));
    m_onlyOpen->setObjectName(QStringLiteral("experimentsOnlyOpen"));
    m_onlyOpen->setToolTip(tr("Sizes and perplexities of different models do not compare"));
    m_onlyOpen->setChecked(true);
    connect(m_onlyOpen, &QCheckBox::toggled, this, &ExperimentsPanel::refresh);
    row->addStretch();
    row->addWidget(m_onlyOpen);
    m_undoButton->setEnabled(false);
    connect(&m_undo, &QUndoStack::canUndoChanged, m_undoButton, &QWidget::setEnabled);
    return box;
}

void ExperimentsPanel::refresh() {
    StoreWatcher& store = m_services.store();
    if (!store.available()) {
        m_stack->showEmpty(
            tr("Results are not recorded: the program was started without a database."));
        return;
    }
    if (!store.error().isEmpty()) {
        m_stack->showFailed(store.error());
        return;
    }
    const auto& model = m_session.model();
    auto shown = std::make_shared<std::vector<Experiment>>();
    for (const auto& experiment : *store.experiments())
        if (!m_onlyOpen->isChecked() || !model || experiment.modelKey == model->contentKey())
            shown->push_back(experiment);
    const int rowsBefore = m_model.rowCount();
    const Experiment* before = chosen();
    const std::optional<ExperimentId> keep = before ? std::optional(before->id) : std::nullopt;
    m_model.setExperiments(shown);
    m_chart->setExperiments(*shown);
    if (keep) select(*keep);
    if (m_model.rowCount() != rowsBefore) m_table->resizeColumnsToContents();
    const bool none = store.experiments()->empty() && m_undo.count() == 0;
    if (none)
        m_stack->showEmpty(
            tr("No experiments yet. Every quantization is recorded here with its plan, "
               "errors and perplexity, and can be opened again."));
    else
        m_stack->showContent();
    showSelection();
}

const Experiment* ExperimentsPanel::chosen() const {
    const auto rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : m_model.at(m_proxy.mapToSource(rows.constFirst()).row());
}

void ExperimentsPanel::select(ExperimentId id) {
    const int row = m_model.rowOf(id);
    if (row < 0) return;
    const QModelIndex index = m_proxy.mapFromSource(m_model.index(row, 0));
    if (m_table->selectionModel()->isRowSelected(index.row(), {})) return;
    m_table->selectRow(index.row());
    m_table->scrollTo(index);
}

QString ExperimentsPanel::chosenOutput() const {
    const Experiment* experiment = chosen();
    if (!experiment || experiment->state != "done") return {};
    for (const Artifact& artifact : experiment->artifacts)
        if (artifact.kind == "container" && QFileInfo::exists(qs(artifact.path)))
            return qs(artifact.path);
    return {};
}

void ExperimentsPanel::showSelection() {
    const Experiment* experiment = chosen();
    m_open->setEnabled(experiment && !experiment->planJson.empty());
    m_exportModel->setEnabled(!chosenOutput().isEmpty());
    m_remove->setEnabled(experiment && experiment->state != "running");
    m_export->setEnabled(m_model.rowCount() > 0);
    m_chart->setSelected(experiment ? experiment->id.value : 0);
}

void ExperimentsPanel::openPlan() {
    if (const Experiment* experiment = chosen(); experiment && !experiment->planJson.empty())
        m_session.openPlan(*experiment);
}

void ExperimentsPanel::removeChosen() {
    const Experiment* experiment = chosen();
    if (experiment && m_remove->isEnabled())
        m_undo.push(new RemoveExperiment(m_services.store(), experiment->id));
}

void ExperimentsPanel::annotate(qint64 id, const QString& notes) {
    const Experiment* experiment = m_model.at(m_model.rowOf({id}));
    if (!experiment) return;
    m_services.store().write(
        tr("Notes"), [id, notes = notes.toStdString(), tags = experiment->tags](Store& store) {
            return store.annotate({id}, notes, tags);
        });
}

} // namespace bitsmith::ui
