#include "ui/models/problems_model.h"

#include "ui/bridge/text.h"

#include <QApplication>
#include <QIcon>
#include <QStyle>

#include <algorithm>
#include <numeric>

namespace bitsmith::ui {

QIcon problemIcon(bool blocks) {
    return QApplication::style()->standardIcon(blocks ? QStyle::SP_MessageBoxCritical
                                                      : QStyle::SP_MessageBoxWarning);
}

void ProblemsModel::setProblems(std::vector<TargetProblem> problems) {
    if (problems.empty() && m_problems.empty()) return;
    beginResetModel();
    m_problems = std::move(problems);
    m_order.resize(m_problems.size());
    std::iota(m_order.begin(), m_order.end(), std::size_t{0});
    std::ranges::stable_partition(m_order, [&](std::size_t i) { return m_problems[i].blocks; });
    endResetModel();
}

std::size_t ProblemsModel::sourceRow(const QModelIndex& index) const {
    return m_order[static_cast<std::size_t>(index.row())];
}

int ProblemsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_problems.size());
}

int ProblemsModel::columnCount(const QModelIndex&) const { return ColumnCount; }

QVariant ProblemsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const TargetProblem& problem = m_problems[sourceRow(index)];
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Tensor)
            return problem.tensor.empty() ? tr("the model") : qs(problem.tensor);
        return qs(index.column() == Problem ? problem.message : problem.remedy);
    case Qt::DecorationRole:
        return index.column() == Tensor ? QVariant(problemIcon(problem.blocks)) : QVariant();
    case Qt::ToolTipRole:
        return tr("%1\n%2\n%3")
            .arg(problem.blocks ? tr("The target cannot load this.")
                                : tr("The target loads this, but not as well."),
                 qs(problem.message), qs(problem.remedy));
    case TensorRole:
        return qs(problem.tensor);
    case BlocksRole:
        return problem.blocks;
    case FixableRole:
        return !problem.fix.empty();
    default:
        return {};
    }
}

QVariant ProblemsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case Tensor:
        return tr("tensor");
    case Problem:
        return tr("problem");
    case Remedy:
        return tr("what to do");
    default:
        return {};
    }
}

} // namespace bitsmith::ui
