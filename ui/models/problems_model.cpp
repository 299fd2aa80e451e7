#include "ui/models/problems_model.h"

#include "ui/bridge/engine_message.h"
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

namespace {

// Length of what all names begin with, up to a dot.
std::size_t commonPrefix(const std::vector<TargetProblem>& problems) {
    const std::string* first = nullptr;
    std::size_t length = 0;
    for (const TargetProblem& problem : problems) {
        if (problem.tensor.empty()) continue;
        if (!first) {
            first = &problem.tensor;
            length = first->size();
            continue;
        }
        while (problem.tensor.compare(0, length, *first, 0, length) != 0) --length;
    }
    if (!first || length == 0) return 0;
    const auto dot = first->rfind('.', length - 1);
    return dot == std::string::npos || length == first->size() ? 0 : dot + 1;
}

QString shortName(const std::string& name, std::size_t prefix) {
    QString text = qs(std::string_view(name).substr(std::min(prefix, name.size())));
    if (const QLatin1String end(".weight"); text.endsWith(end)) text.chop(end.size());
    return text;
}

} // namespace

void ProblemsModel::setProblems(std::vector<TargetProblem> problems) {
    if (problems.empty() && m_problems.empty()) return;
    beginResetModel();
    m_problems = std::move(problems);
    m_prefix = commonPrefix(m_problems);
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
            return problem.tensor.empty() ? tr("the model") : shortName(problem.tensor, m_prefix);
        return engineMessage(index.column() == Problem ? problem.message : problem.remedy);
    case Qt::DecorationRole:
        return index.column() == Tensor ? QVariant(problemIcon(problem.blocks)) : QVariant();
    case Qt::ToolTipRole:
        return tr("%1\n%2\n%3\n%4")
            .arg(qs(problem.tensor),
                 problem.blocks ? tr("The target cannot load this.")
                                : tr("The target loads this, but not as well."),
                 engineMessage(problem.message), engineMessage(problem.remedy));
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
