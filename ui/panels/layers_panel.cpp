#include "ui/panels/layers_panel.h"

#include "core/plan/presets.h"
#include "ui/bridge/text.h"
#include "ui/delegates/cell_delegates.h"
#include "ui/panels/budget_bar.h"
#include "ui/panels/target_list.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/roomy_column.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace bitsmith::ui {
namespace {

constexpr int LeastName = 24; // characters of a tensor's name
constexpr int FewestBits = 2, MostBits = 8;
constexpr int CellRoom = 6; // for bold text of active rows and wider numbers
constexpr int Indentation = 12;
constexpr int WidestOf = 64;    // rows that column widths are taken from
constexpr int RoomForAll = 128; // characters of a panel that has room for every column

} // namespace

LayersPanel::LayersPanel(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_view(new QTreeView), m_pattern(new QLineEdit),
      m_totals(new QLabel), m_targets(new TargetList(services, session)) {
    setObjectName(QStringLiteral("layersPanel"));
    m_filter.setSourceModel(&m_model);
    m_view->setObjectName(QStringLiteral("layersView"));
    m_view->setModel(&m_filter);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setUniformRowHeights(true);
    m_view->setIndentation(Indentation);
    m_view->setAlternatingRowColors(true);
    m_view->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setAllColumnsShowFocus(false);
    m_view->setToolTip(tr("Click a bits or recipe cell of a selected row (or F2) to edit it; all "
                          "selected rows follow"));
    m_view->setItemDelegateForColumn(LayersModel::Bits, new BitsDelegate(m_view));
    m_view->setItemDelegateForColumn(LayersModel::RecipeColumn, new RecipeDelegate(m_view));
    m_view->setItemDelegateForColumn(LayersModel::Error,
                                     new ErrorBarDelegate(LayersModel::ErrorRole, m_view));
    m_view->setItemDelegateForColumn(LayersModel::Sensitivity,
                                     new ErrorBarDelegate(LayersModel::SensitivityRole, m_view));
    new RoomyColumn(m_view, m_view->header(), LayersModel::Name, LeastName);
    m_view->header()->setMinimumSectionSize(36);
    // Widths by what is in sight: measuring a thousand rows takes longer than a slider's step.
    m_view->header()->setResizeContentsPrecision(WidestOf);

    m_pattern->setObjectName(QStringLiteral("layersFilter"));
    m_pattern->setPlaceholderText(tr("filter: attn.*"));
    m_pattern->setToolTip(tr("Show tensors whose name or role fits; * and ? stand for anything "
                             "(Ctrl+F)"));
    m_pattern->setClearButtonEnabled(true);
    m_totals->setObjectName(QStringLiteral("layersTotals"));
    m_totals->setToolTip(
        tr("Predicted size of the whole model with this plan; bits per weight over "
           "the quantized tensors, scales and zeros included. Entropy-coded recipes are known "
           "exactly only when they are done"));
    m_totals->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 4, 0);
    column->setSpacing(4);
    auto* top = new FlowLayout; // large type needs two lines
    top->addWidget(m_pattern);
    top->addWidget(m_totals);
    top->addWidget(makePresetButton());
    top->addWidget(makeSettingButton());
    top->addWidget(makeTargetBox(session.target()));
    column->addLayout(top);
    auto* budget = new BudgetBar(session);
    connect(budget, &BudgetBar::analyzeRequested, this, &LayersPanel::analyzeRequested);
    column->addWidget(budget);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_view);
    split->addWidget(m_targets);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(false);
    column->addWidget(split, 1);
    m_stack = new StateStack(content, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    buildActions();
    m_model.setReports([this](const std::string& name) { return m_session.report(name); });
    m_model.setStored([this](const std::string& name) {
        const TensorInfo* info = m_session.model() ? m_session.model()->find(name) : nullptr;
        return info ? qs(info->dtype) : QString();
    });
    m_model.setProblems([this](const std::string& name) { return m_session.target().of(name); });
    m_model.setLosses(
        [this]() -> const PlannedLosses& { return m_session.sensitivities().planned(); });
    connect(&session.sensitivities(), &Sensitivities::changed, this, [this] {
        showLosses();
        if (m_model.plan() == m_session.document().plan()) m_model.lossesChanged();
    });
    connect(&session.target(), &TargetCheck::changed, this, &LayersPanel::showTarget);
    connect(m_targets, &TargetList::chosen, this, &LayersPanel::showTensor);
    connect(m_pattern, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter.setPattern(text);
        if (!text.isEmpty()) m_view->expandAll();
    });
    connect(&m_model, &LayersModel::editRequested, this, &LayersPanel::editFrom);
    connect(m_view, &QTreeView::activated, this, &LayersPanel::activateIndex);
    connect(&session, &Session::stateChanged, this, &LayersPanel::showSession);
    connect(&session.document(), &PlanDocument::changed, this, &LayersPanel::showPlan);
    connect(&session, &Session::reportsChanged, &m_model, &LayersModel::reportsChanged);
    connect(&session, &Session::activeChanged, this,
            [this] { m_model.setActive(m_session.activeTensor()); });
    showSession();
}

void LayersPanel::buildActions() {
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint& position) {
        makeMenu()->popup(m_view->viewport()->mapToGlobal(position));
    });
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] {
        m_pattern->setFocus();
        m_pattern->selectAll();
    });
    for (int bits = FewestBits; bits <= MostBits; ++bits) {
        auto* key = new QShortcut(QKeySequence(Qt::CTRL | (Qt::Key_0 + bits)), this);
        key->setContext(Qt::WidgetWithChildrenShortcut);
        connect(key, &QShortcut::activated, this,
                [this, bits] { editSelection({.bits = bits}, tr("Set bits to %1").arg(bits)); });
    }
}

QPushButton* LayersPanel::makePresetButton() {
    auto* button = new QPushButton(tr("Preset"));
    button->setObjectName(QStringLiteral("presetButton"));
    button->setToolTip(
        tr("Give every tensor the block type of one of llama.cpp's mixes, such as Q4_K_M; "
           "embedding and output head, too. Locked tensors stay as they are. Can be undone"));
    auto* menu = new QMenu(button);
    menu->setObjectName(QStringLiteral("presetMenu"));
    for (const PresetInfo& preset : allPresets()) {
        QAction* action =
            menu->addAction(QString(), this, [this, id = preset.id] { m_session.usePreset(id); });
        action->setObjectName(QStringLiteral("preset-") + qs(preset.id));
    }
    const auto name = [this, menu] {
        const auto& plan = m_session.document().plan();
        const auto actions = menu->actions();
        for (qsizetype i = 0; i < actions.size(); ++i) {
            const PresetInfo& preset = allPresets()[static_cast<std::size_t>(i)];
            QString text = QStringLiteral("%1 – %2").arg(qs(preset.id), engineText(preset.summary));
            if (plan)
                if (const auto next = withPreset(*plan, preset.id))
                    text += QLatin1Char('\t') + bytesText((*next)->bytes);
            actions[i]->setText(text);
        }
    };
    name();
    connect(menu, &QMenu::aboutToShow, this, name);
    button->setMenu(menu);
    return button;
}

// Everything that a plan can hold and the table has no column for: parameters of recipes, other
// choices of a stage.
QPushButton* LayersPanel::makeSettingButton() {
    auto* button = new QPushButton(tr("Setting…"));
    button->setObjectName(QStringLiteral("settingButton"));
    button->setToolTip(tr("Give tensors parameters of their recipe, such as the rate of an "
                          "entropy-coded one. Can be undone"));
    connect(button, &QPushButton::clicked, this, [this] {
        auto* dialog = new QInputDialog(this);
        dialog->setObjectName(QStringLiteral("settingDialog"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setWindowTitle(tr("Setting"));
        dialog->setLabelText(
            tr("Which tensors, and what they get. For example\n"
               "    *:rate=3.25    bits per weight, all that is stored counted (ecq, ecq_gptq)\n"
               "    *.mlp.down:bits=4,group_size=64\n"
               "    *:encode=rans    codes of any recipe written by the entropy coder"));
        dialog->setTextValue(m_lastSetting);
        connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& text) {
            m_lastSetting = text.trimmed();
            if (!m_lastSetting.isEmpty()) m_session.useSetting(m_lastSetting);
        });
        dialog->open();
    });
    return button;
}

QMenu* LayersPanel::makeMenu() {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("layersMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool any = !selectedRows().empty();
    auto* show = menu->addAction(tr("Show in inspector"), this,
                                 [this] { activateIndex(m_view->currentIndex()); });
    show->setEnabled(m_view->currentIndex().isValid());
    auto* bitsMenu = menu->addMenu(tr("Set &bits"));
    for (int bits = FewestBits; bits <= MostBits; ++bits)
        bitsMenu->addAction(tr("%1 bits\tCtrl+%1").arg(bits), this, [this, bits] {
            editSelection({.bits = bits}, tr("Set bits to %1").arg(bits));
        });
    auto* recipeMenu = menu->addMenu(tr("Set &recipe"));
    for (const auto& recipe : offeredRecipes())
        recipeMenu->addAction(
            QStringLiteral("%1 – %2").arg(qs(recipe->id), engineText(recipe->title)), this,
            [this, recipe] {
                editSelection({.recipe = recipe}, tr("Set recipe to %1").arg(qs(recipe->id)));
            });
    auto* keep = menu->addAction(tr("&Keep as stored"), this,
                                 [this] { editSelection({.keep = true}, tr("Keep as stored")); });
    menu->addSeparator();
    auto* lock =
        menu->addAction(tr("&Lock"), this, [this] { editSelection({.locked = 1}, tr("Lock")); });
    auto* unlock = menu->addAction(tr("&Unlock"), this,
                                   [this] { editSelection({.locked = 0}, tr("Unlock")); });
    for (QAction* action : {bitsMenu->menuAction(), recipeMenu->menuAction(), keep, lock, unlock})
        action->setEnabled(any);
    menu->addSeparator();
    menu->addAction(tr("Expand all"), m_view, &QTreeView::expandAll);
    menu->addAction(tr("Collapse all"), m_view, &QTreeView::collapseAll);
    return menu;
}

void LayersPanel::showSession() {
    switch (m_session.state()) {
    case SessionState::Empty:
        m_stack->showEmpty(
            tr("No model is open. Open a folder, a .safetensors, .gguf or PyTorch file, or start "
               "with the demo model."));
        break;
    case SessionState::Opening:
        m_stack->showBusy(tr("Opening %1…").arg(m_session.path()));
        break;
    case SessionState::Failed:
        m_stack->showFailed(m_session.error());
        break;
    case SessionState::Open:
        showPlan();
        m_stack->showContent();
        // Many blocks stay closed: thousands of open rows hide the structure.
        if (m_model.rowCount() <= 12) m_view->expandAll();
        fitColumns();
        break;
    }
}

void LayersPanel::fitColumns() {
    for (int column = LayersModel::Role; column < LayersModel::ColumnCount; ++column) {
        m_view->resizeColumnToContents(column);
        m_view->setColumnWidth(column, m_view->columnWidth(column) + CellRoom);
    }
}

void LayersPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    // Later: the view's own font follows this one.
    if (event->type() == QEvent::FontChange)
        QMetaObject::invokeMethod(this, &LayersPanel::fitColumns, Qt::QueuedConnection);
}

void LayersPanel::growColumns() {
    for (const int column :
         {LayersModel::RecipeColumn, LayersModel::Bits, LayersModel::Size, LayersModel::Bpw}) {
        const int before = m_view->columnWidth(column);
        m_view->resizeColumnToContents(column);
        m_view->setColumnWidth(column, std::max(before, m_view->columnWidth(column) + CellRoom));
    }
}

void LayersPanel::showPlan() {
    const auto& plan = m_session.document().plan();
    m_model.setPlan(plan);
    m_totals->setText(plan ? planSummary(*plan) : QString());
    if (plan && m_stack->showsContent()) growColumns();
    showTarget();
    showLosses();
    m_view->viewport()->update(); // shares of rows that were not edited change, too
}

// Columns that nothing is known for would only take room.
void LayersPanel::showLosses() {
    if (m_model.plan() != m_session.document().plan()) return; // showPlan follows
    const PlannedLosses& known = m_session.sensitivities().planned();
    const auto show = [this](int column, bool on) {
        if (m_view->isColumnHidden(column) != on) return;
        m_view->setColumnHidden(column, !on);
        m_view->resizeColumnToContents(column);
        m_view->setColumnWidth(column, m_view->columnWidth(column) + CellRoom);
    };
    show(LayersModel::Sensitivity, known.most > 0);
    show(LayersModel::Share, known.prediction.has_value());
    // Names need the room more than what they, or the inspector's title, say too.
    for (const int column : {LayersModel::Role, LayersModel::Shape, LayersModel::Stored})
        m_view->setColumnHidden(
            column, known.most > 0 && width() < RoomForAll * fontMetrics().averageCharWidth());
}

void LayersPanel::showTarget() {
    const auto& plan = m_session.document().plan();
    if (m_model.plan() != plan) return; // showPlan follows
    const bool any = !m_session.target().problems().empty();
    if (any || m_hadProblems) m_model.problemsChanged();
    m_hadProblems = any;
}

void LayersPanel::showTensor(const QString& tensor) {
    m_session.activate(tensor.toStdString());
    const QModelIndex index = m_filter.mapFromSource(m_model.indexOf(tensor.toStdString()));
    if (!index.isValid()) return; // filtered out
    m_view->scrollTo(index);
    m_view->setCurrentIndex(index);
}

std::vector<std::size_t> LayersPanel::selectedRows() const {
    if (!m_model.plan()) return {};
    std::set<std::size_t> rows;
    const auto selected = m_view->selectionModel()->selectedRows();
    for (const QModelIndex& index : selected)
        for (const std::size_t row : m_model.planRows(m_filter.mapToSource(index)))
            rows.insert(row);
    const auto& plan = *m_model.plan();
    const bool plain = std::ranges::any_of(
        rows, [&](std::size_t row) { return plan.model_tensors[row].quantizable; });
    if (plain)
        std::erase_if(rows, [&](std::size_t row) {
            return !plan.model_tensors[row].quantizable && !plan.tensors[row]->recipe;
        });
    return {rows.begin(), rows.end()};
}

void LayersPanel::editSelection(const PlanEdit& edit, const QString& text) {
    const auto rows = selectedRows();
    m_session.edit(rows, edit,
                   rows.size() > 1 ? tr("%1 (%2 tensors)").arg(text).arg(rows.size()) : text);
}

void LayersPanel::editFrom(const QModelIndex& index, const PlanEdit& edit, const QString& text) {
    const auto own = m_model.planRows(index);
    const auto selected = selectedRows();
    // The edited cell's row belongs to the selection: all of it follows.
    if (std::ranges::includes(selected, own)) {
        editSelection(edit, text);
        return;
    }
    m_session.edit(own, edit,
                   own.size() > 1 ? tr("%1 (%2 tensors)").arg(text).arg(own.size()) : text);
}

void LayersPanel::activateIndex(const QModelIndex& index) {
    const QString tensor = index.siblingAtColumn(0).data(LayersModel::TensorRole).toString();
    if (!tensor.isEmpty()) m_session.activate(tensor.toStdString());
}

} // namespace bitsmith::ui
