#include "ui/panels/experiments_panel.h"

#include "ui/bridge/text.h"
#include "ui/charts/tradeoff_chart.h"
#include "ui/widgets/file_dialogs.h"
#include "ui/widgets/state_stack.h"

#include <QAction>
#include <QCheckBox>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QTableView>
#include <QUndoCommand>
#include <QVBoxLayout>

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace bitsmith::ui {
namespace {

constexpr int MostCharacters = 32; // of a column that nobody has widened

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

// Notes and tags, written and taken back.
class Annotate final : public QUndoCommand {
public:
    struct Text {
        std::string notes, tags;
    };
    Annotate(StoreWatcher& store, ExperimentId id, Text before, Text after)
        : QUndoCommand(ExperimentsPanel::tr("Notes of experiment %1").arg(id.value)),
          m_store(store), m_id(id), m_before(std::move(before)), m_after(std::move(after)) {}
    void redo() override { write(m_after); }
    void undo() override { write(m_before); }

private:
    void write(const Text& wanted) {
        m_store.write(text(), [id = m_id, wanted](Store& store) {
            return store.annotate(id, wanted.notes, wanted.tags);
        });
    }
    StoreWatcher& m_store;
    ExperimentId m_id;
    Text m_before, m_after;
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
    connect(&m_model, &ExperimentsModel::annotated, this, &ExperimentsPanel::annotate);
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
    // Two rows: one would set the window's width.
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    auto* upper = new QHBoxLayout;
    auto* row = new QHBoxLayout;
    column->addLayout(upper);
    column->addLayout(row);
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
    m_undoButton = button("experimentsUndo", tr("&Undo"), tr("Take the last deletion or note back"),
                          [this] { m_undo.undo(); });
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
    m_filter = new QLineEdit;
    m_filter->setObjectName(QStringLiteral("experimentsFilter"));
    m_filter->setPlaceholderText(tr("filter"));
    m_filter->setToolTip(tr("Part of a recipe, model, tag, note or state, or a pattern with * and "
                            "?; several words must all fit"));
    m_filter->setClearButtonEnabled(true);
    connect(m_filter, &QLineEdit::textChanged, this, &ExperimentsPanel::refresh);
    m_onlyOpen = new QCheckBox(tr("Only the open &model"));
    m_onlyOpen->setObjectName(QStringLiteral("experimentsOnlyOpen"));
    m_onlyOpen->setToolTip(tr("Sizes and perplexities of different models do not compare"));
    m_onlyOpen->setChecked(true);
    connect(m_onlyOpen, &QCheckBox::toggled, this, &ExperimentsPanel::refresh);
    upper->addWidget(m_filter, 1);
    upper->addWidget(m_onlyOpen);
    upper->addWidget(m_export); // all of them, unlike the others
    row->addStretch();
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
    auto shown = std::make_shared<std::vector<Experiment>>();
    for (const auto& experiment : *store.experiments())
        if (isShown(experiment)) shown->push_back(experiment);
    const int rowsBefore = m_model.rowCount();
    const Experiment* before = chosen();
    const std::optional<ExperimentId> keep = before ? std::optional(before->id) : std::nullopt;
    m_model.setExperiments(shown);
    m_chart->setExperiments(*shown);
    if (keep) select(*keep);
    if (m_model.rowCount() != rowsBefore) fitColumns();
    const bool none = store.experiments()->empty() && m_undo.count() == 0;
    if (none)
        m_stack->showEmpty(
            tr("No experiments yet. Every quantization is recorded here with its plan, "
               "errors and perplexity, and can be opened again."));
    else
        m_stack->showContent();
    showSelection();
}

// As wide as their content, but no note takes the room of the figures.
void ExperimentsPanel::fitColumns() {
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 8);
    m_table->resizeColumnsToContents();
    const int most = m_table->fontMetrics().averageCharWidth() * MostCharacters;
    for (int column = 0; column < ExperimentsModel::ColumnCount; ++column)
        if (m_table->columnWidth(column) > most) m_table->setColumnWidth(column, most);
}

void ExperimentsPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) // later: the table's own font follows this one
        QMetaObject::invokeMethod(this, &ExperimentsPanel::fitColumns, Qt::QueuedConnection);
}

bool ExperimentsPanel::isShown(const Experiment& experiment) const {
    const auto& model = m_session.model();
    if (m_onlyOpen->isChecked() && model && experiment.modelKey != model->contentKey())
        return false;
    const auto words = m_filter->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::ranges::all_of(words, [&](const QString& word) {
        return std::ranges::any_of(
            std::initializer_list<const std::string*>{&experiment.recipe, &experiment.model,
                                                      &experiment.tags, &experiment.notes,
                                                      &experiment.state},
            [&](const std::string* text) { return matchesFilter(qs(*text), word); });
    });
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

void ExperimentsPanel::annotate(qint64 id, const QString& notes, const QString& tags) {
    const Experiment* experiment = m_model.at(m_model.rowOf({id}));
    if (!experiment) return;
    m_undo.push(new Annotate(m_services.store(), {id}, {experiment->notes, experiment->tags},
                             {notes.toStdString(), tags.toStdString()}));
}

} // namespace bitsmith::ui
