#include "ui/panels/target_list.h"

#include "ui/bridge/text.h"
#include "ui/widgets/problem_table.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

const QString TargetKey = QStringLiteral("target");

} // namespace

QComboBox* makeTargetBox(TargetCheck& check) {
    auto* box = new QComboBox;
    box->setObjectName(QStringLiteral("targetBox"));
    box->setToolTip(TargetList::tr("The program that will load the result; its rules are checked "
                                   "with every edit of the plan"));
    box->addItem(TargetList::tr("no target"));
    for (const Target* target : allTargets()) {
        const TargetInfo& info = target->info();
        box->addItem(engineText(info.title), QVariant::fromValue(static_cast<const void*>(target)));
        box->setItemData(box->count() - 1, engineText(info.summary), Qt::ToolTipRole);
    }
    if (const auto last = findTarget(QSettings().value(TargetKey).toString().toStdString()))
        check.choose(*last);
    const auto follow = [box, &check] {
        const void* target = check.target();
        const int row = target ? box->findData(QVariant::fromValue(target)) : 0;
        const QSignalBlocker quiet(box);
        box->setCurrentIndex(std::max(0, row));
    };
    follow();
    QObject::connect(&check, &TargetCheck::changed, box, follow);
    QObject::connect(box, &QComboBox::currentIndexChanged, &check, [box, &check] {
        const auto* target = static_cast<const Target*>(box->currentData().value<const void*>());
        QSettings().setValue(TargetKey, target ? qs(target->info().id) : QString());
        check.choose(target);
    });
    return box;
}

TargetList::TargetList(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session), m_text(new QLabel),
      m_table(makeProblemTable(m_model, QStringLiteral("targetProblems"),
                               tr("What the target says of the plan. Enter or double-click: show "
                                  "the tensor in Layers"))),
      m_fix(new QPushButton(tr("&Fix selected"))), m_fixAll(new QPushButton(tr("Fix &all"))) {
    setObjectName(QStringLiteral("targetList"));
    m_text->setObjectName(QStringLiteral("targetText"));
    m_fix->setObjectName(QStringLiteral("targetFix"));
    m_fix->setToolTip(tr("Change the plan so that the selected problems are gone; can be undone"));
    m_fixAll->setObjectName(QStringLiteral("targetFixAll"));
    m_fixAll->setToolTip(tr("Change the plan until nothing is left to mend; can be undone"));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 2, 0, 0);
    column->setSpacing(4);
    auto* top = new QHBoxLayout;
    top->addWidget(m_text, 1);
    top->addWidget(m_fix);
    top->addWidget(m_fixAll);
    column->addLayout(top);
    column->addWidget(m_table, 1);

    connect(m_fix, &QPushButton::clicked, this, &TargetList::fixSelected);
    connect(m_fixAll, &QPushButton::clicked, this, [this] {
        if (const QString why = m_session.target().fixAll(); !why.isEmpty())
            m_services.messages().fail(tr("Fix all"), why);
    });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        const QString tensor = index.data(ProblemsModel::TensorRole).toString();
        if (!tensor.isEmpty()) Q_EMIT chosen(tensor);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &TargetList::showSelection);
    connect(&session.target(), &TargetCheck::changed, this, &TargetList::refresh);
    refresh();
}

void TargetList::refresh() {
    const TargetCheck& check = m_session.target();
    m_model.setProblems(check.problems());
    m_text->setText(check.summary());
    setVisible(!check.problems().empty());
    m_fixAll->setEnabled(std::ranges::any_of(
        check.problems(), [](const TargetProblem& problem) { return !problem.fix.empty(); }));
    showSelection();
}

void TargetList::showSelection() {
    const auto rows = m_table->selectionModel()->selectedRows();
    m_fix->setEnabled(std::ranges::any_of(rows, [](const QModelIndex& index) {
        return index.data(ProblemsModel::FixableRole).toBool();
    }));
}

void TargetList::fixSelected() {
    std::vector<std::size_t> chosen;
    const auto rows = m_table->selectionModel()->selectedRows();
    for (const QModelIndex& index : rows)
        if (index.data(ProblemsModel::FixableRole).toBool())
            chosen.push_back(m_model.sourceRow(index));
    std::ranges::sort(chosen); // fixes follow each other in the target's order
    if (const QString why = m_session.target().fix(chosen); !why.isEmpty())
        m_services.messages().fail(tr("Fix"), why);
}

} // namespace bitsmith::ui
