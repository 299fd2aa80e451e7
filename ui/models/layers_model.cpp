#include "ui/models/layers_model.h"

#include "ui/bridge/engine_message.h"
#include "ui/bridge/text.h"
#include "ui/models/problems_model.h"

#include <QFont>
#include <QIcon>
#include <QPalette>

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitsmith::ui {
namespace {

double bitsPerWeight(std::uint64_t bytes, std::uint64_t weights) {
    return weights ? 8.0 * static_cast<double>(bytes) / static_cast<double>(weights) : 0;
}

// Length of "model.layers.3." where all names of a block begin so.
qsizetype commonPrefix(const Plan& plan, const std::vector<std::size_t>& rows) {
    if (rows.size() < 2) return 0;
    std::string_view prefix = plan.model_tensors[rows.front()].name;
    for (const std::size_t row : rows) {
        const std::string& name = plan.model_tensors[row].name;
        while (!name.starts_with(prefix)) prefix.remove_suffix(1);
    }
    const auto dot = prefix.rfind('.');
    return dot == std::string_view::npos ? 0 : qs(prefix.substr(0, dot + 1)).size();
}

// Most names end so; the tooltip has the whole name.
QString shortName(const std::string& name, qsizetype prefix) {
    QString text = qs(name).mid(prefix);
    if (const QLatin1String end(".weight"); text.endsWith(end) && text.size() > end.size())
        text.chop(end.size());
    return text;
}

QString joined(const QString& soFar, const QString& next, bool first) {
    return first || soFar == next ? next : LayersModel::tr("mixed");
}

} // namespace

const std::vector<std::shared_ptr<const Recipe>>& offeredRecipes() { return builtinRecipes(); }

void LayersModel::setPlan(std::shared_ptr<const Plan> plan) {
    const bool sameTensors = m_plan && plan && m_plan->modelKey == plan->modelKey &&
                             m_plan->model_tensors.size() == plan->model_tensors.size();
    if (!sameTensors) {
        beginResetModel();
        m_plan = std::move(plan);
        m_groups.clear();
        const std::size_t count = m_plan ? m_plan->model_tensors.size() : 0;
        for (std::size_t row = 0; row < count; ++row) {
            const int block = m_plan->model_tensors[row].block;
            auto group = std::ranges::find(m_groups, block, &Group::block);
            if (group == m_groups.end()) {
                m_groups.push_back({.block = block});
                group = m_groups.end() - 1;
            }
            group->rows.push_back(row);
        }
        std::ranges::stable_sort(m_groups, {}, &Group::block);
        for (auto& group : m_groups) {
            group.prefix = commonPrefix(*m_plan, group.rows);
            summarize(group);
        }
        endResetModel();
        return;
    }
    const auto before = std::exchange(m_plan, std::move(plan));
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        int first = -1, last = -1;
        for (std::size_t i = 0; i < m_groups[g].rows.size(); ++i) {
            const std::size_t row = m_groups[g].rows[i];
            if (before->tensors[row] == m_plan->tensors[row]) continue;
            last = static_cast<int>(i);
            if (first < 0) first = last;
        }
        if (first < 0) continue;
        summarize(m_groups[g]);
        const QModelIndex parent = index(static_cast<int>(g), 0);
        Q_EMIT dataChanged(index(first, 0, parent), index(last, ColumnCount - 1, parent));
        Q_EMIT dataChanged(parent, parent.siblingAtColumn(ColumnCount - 1));
    }
}

void LayersModel::summarize(Group& group) const {
    group.bytes = group.weights = group.quantizedBytes = 0;
    group.certainty = SizeCertainty::Exact;
    group.bits.clear();
    group.recipe.clear();
    bool first = true;
    for (const std::size_t row : group.rows) {
        const auto& tensor = m_plan->model_tensors[row];
        const auto& plan = *m_plan->tensors[row];
        group.bytes += plan.recipe ? plan.bytes : tensor.bytes;
        if (!tensor.quantizable && !plan.recipe) continue;
        group.bits = joined(group.bits, plan.recipe ? widthText(plan) : tr("stored"), first);
        group.recipe =
            joined(group.recipe, plan.recipe ? qs(plan.recipe->id) : tr("as stored"), first);
        first = false;
        if (!plan.recipe) continue;
        group.weights += tensor.rows * tensor.cols;
        group.quantizedBytes += plan.bytes;
        group.certainty = std::max(group.certainty, sizeCertainty(*plan.recipe));
    }
}

void LayersModel::setReports(std::function<const LayerReport*(const std::string&)> reports) {
    m_reports = std::move(reports);
    reportsChanged();
}

void LayersModel::reportsChanged() {
    for (int g = 0; g < rowCount(); ++g) {
        const QModelIndex parent = index(g, 0);
        const int rows = rowCount(parent);
        if (rows > 0) Q_EMIT dataChanged(index(0, Error, parent), index(rows - 1, Error, parent));
        Q_EMIT dataChanged(parent.siblingAtColumn(Error), parent.siblingAtColumn(Error));
    }
}

void LayersModel::setProblems(std::function<const TargetProblem*(const std::string&)> problems) {
    m_problems = std::move(problems);
    problemsChanged();
}

void LayersModel::problemsChanged() {
    const QVector<int> roles = {Qt::DecorationRole, Qt::ToolTipRole};
    for (int g = 0; g < rowCount(); ++g) {
        const QModelIndex parent = index(g, 0);
        const int rows = rowCount(parent);
        if (rows > 0)
            Q_EMIT dataChanged(index(0, Name, parent), index(rows - 1, Name, parent), roles);
        Q_EMIT dataChanged(parent, parent, roles);
    }
}

const TargetProblem* LayersModel::problemOf(const QModelIndex& index) const {
    if (!m_problems) return nullptr;
    if (!isGroup(index)) return m_problems(m_plan->model_tensors[rowOf(index)].name);
    const TargetProblem* worst = nullptr;
    for (const std::size_t row : groupOf(index).rows) {
        const TargetProblem* problem = m_problems(m_plan->model_tensors[row].name);
        if (problem && (!worst || (problem->blocks && !worst->blocks))) worst = problem;
    }
    return worst;
}

void LayersModel::setLosses(std::function<const PlannedLosses&()> losses) {
    m_losses = std::move(losses);
    lossesChanged();
}

void LayersModel::lossesChanged() {
    for (int g = 0; g < rowCount(); ++g) {
        const QModelIndex parent = index(g, 0);
        const int rows = rowCount(parent);
        if (rows > 0)
            Q_EMIT dataChanged(index(0, Sensitivity, parent), index(rows - 1, Share, parent));
        Q_EMIT dataChanged(parent.siblingAtColumn(Sensitivity), parent.siblingAtColumn(Share));
    }
}

double LayersModel::lossOf(std::size_t row) const {
    const PlannedLosses* known = m_losses ? &m_losses() : nullptr;
    return known && row < known->loss.size() ? known->loss[row]
                                             : std::numeric_limits<double>::quiet_NaN();
}

double LayersModel::shareOf(std::size_t row) const {
    const PlannedLosses* known = m_losses ? &m_losses() : nullptr;
    return known && row < known->share.size() ? known->share[row]
                                              : std::numeric_limits<double>::quiet_NaN();
}

// Sums over what is known of a group.
QString LayersModel::lossText(const Group& group, int column) const {
    double sum = 0;
    bool any = false;
    for (const std::size_t row : group.rows) {
        const double value = column == Share ? shareOf(row) : lossOf(row);
        if (std::isnan(value)) continue;
        sum += value;
        any = true;
    }
    if (!any) return {};
    return column == Share ? percentText(sum) : QString::number(sum, 'g', 2);
}

void LayersModel::setStored(std::function<QString(const std::string&)> stored) {
    m_stored = std::move(stored);
}

void LayersModel::setActive(const std::string& tensor) {
    const QModelIndex before = indexOf(m_active), now = indexOf(tensor);
    m_active = tensor;
    for (const auto& changed : {before, now})
        if (changed.isValid())
            Q_EMIT dataChanged(changed, changed.siblingAtColumn(ColumnCount - 1), {Qt::FontRole});
}

std::vector<std::size_t> LayersModel::planRows(const QModelIndex& index) const {
    if (!index.isValid()) return {};
    std::vector<std::size_t> out;
    if (!isGroup(index)) {
        const std::size_t row = rowOf(index);
        if (m_plan->model_tensors[row].canQuantize()) out.push_back(row);
        return out;
    }
    for (const std::size_t row : groupOf(index).rows)
        if (m_plan->model_tensors[row].quantizable) out.push_back(row);
    return out;
}

QModelIndex LayersModel::indexOf(const std::string& tensor) const {
    for (std::size_t g = 0; g < m_groups.size(); ++g)
        for (std::size_t i = 0; i < m_groups[g].rows.size(); ++i)
            if (m_plan->model_tensors[m_groups[g].rows[i]].name == tensor)
                return index(static_cast<int>(i), 0, index(static_cast<int>(g), 0));
    return {};
}

const LayersModel::Group& LayersModel::groupOf(const QModelIndex& index) const {
    return m_groups[isGroup(index) ? static_cast<std::size_t>(index.row())
                                   : index.internalId() - 1];
}

std::size_t LayersModel::rowOf(const QModelIndex& index) const {
    return groupOf(index).rows[static_cast<std::size_t>(index.row())];
}

QModelIndex LayersModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    // Groups carry 0, tensors their group's number + 1.
    return createIndex(row, column,
                       parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : quintptr{0});
}

QModelIndex LayersModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || isGroup(child)) return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr{0});
}

int LayersModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return static_cast<int>(m_groups.size());
    if (!isGroup(parent) || parent.column() != 0) return 0;
    return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].rows.size());
}

int LayersModel::columnCount(const QModelIndex&) const { return ColumnCount; }

double LayersModel::errorOf(std::size_t row) const {
    const LayerReport* report = m_reports ? m_reports(m_plan->model_tensors[row].name) : nullptr;
    if (!report) return -1;
    return report->outputError >= 0 ? report->outputError : report->weightError;
}

QVariant LayersModel::groupText(const Group& group, int column) const {
    switch (column) {
    case Name:
        return group.block < 0 ? tr("outside the blocks") : tr("block %1").arg(group.block);
    case Role:
        return group.rows.size() == 1 ? tr("1 tensor") : tr("%1 tensors").arg(group.rows.size());
    case RecipeColumn:
        return group.recipe;
    case Bits:
        return group.bits;
    case Size:
        return sizeText(group.bytes, group.certainty);
    case Bpw:
        return group.weights ? bitsText(bitsPerWeight(group.quantizedBytes, group.weights))
                             : QString();
    case Sensitivity:
    case Share:
        return lossText(group, column);
    default:
        return {};
    }
}

QVariant LayersModel::tensorText(const Group& group, std::size_t row, int column) const {
    const auto& tensor = m_plan->model_tensors[row];
    const auto& plan = *m_plan->tensors[row];
    const std::uint64_t bytes = plan.recipe ? plan.bytes : tensor.bytes;
    switch (column) {
    case Name:
        return shortName(tensor.name, group.prefix);
    case Role:
        return qs(tensor.role);
    case Shape:
        return tensor.rows ? QStringLiteral("%1 × %2").arg(tensor.rows).arg(tensor.cols)
                           : tr("vector");
    case Stored:
        return m_stored ? m_stored(tensor.name) : QString();
    case RecipeColumn:
        return plan.recipe ? qs(plan.recipe->id) : tr("as stored");
    case Bits:
        return plan.recipe ? widthText(plan) : QString();
    case Size:
        return sizeText(bytes, plan.recipe ? sizeCertainty(*plan.recipe) : SizeCertainty::Exact);
    case Bpw:
        return tensor.rows ? bitsText(bitsPerWeight(bytes, tensor.rows * tensor.cols)) : QString();
    case Error:
        return percentText(errorOf(row));
    case Sensitivity:
        return std::isnan(lossOf(row)) ? QString() : QString::number(lossOf(row), 'g', 2);
    case Share:
        return percentText(shareOf(row));
    default:
        return {};
    }
}

QVariant LayersModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const bool group = isGroup(index);
    const std::size_t row = group ? 0 : rowOf(index);
    const bool quantizable = group || m_plan->model_tensors[row].canQuantize();
    const auto* plan = group ? nullptr : m_plan->tensors[row].get();
    switch (role) {
    case Qt::DisplayRole:
        return group ? groupText(groupOf(index), index.column())
                     : tensorText(groupOf(index), row, index.column());
    case Qt::EditRole:
        if (index.column() == Bits && plan) return plan->bits;
        if (index.column() == Bits) return groupOf(index).bits.toInt();
        if (index.column() == RecipeColumn && plan)
            return plan->recipe ? qs(plan->recipe->id) : QString();
        if (index.column() == RecipeColumn) return groupOf(index).recipe;
        return data(index, Qt::DisplayRole);
    case Qt::CheckStateRole:
        if (index.column() == Lock && plan && quantizable)
            return plan->locked ? Qt::Checked : Qt::Unchecked;
        return {};
    case Qt::TextAlignmentRole:
        if (index.column() == Bits || (index.column() >= Size && index.column() <= Share))
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case Qt::ForegroundRole:
        if (!quantizable) return QPalette().brush(QPalette::Disabled, QPalette::Text);
        return {};
    case Qt::FontRole:
        if (group || m_plan->model_tensors[row].name == m_active) {
            QFont font;
            font.setBold(true);
            return font;
        }
        return {};
    case Qt::DecorationRole:
        if (index.column() != Name) return {};
        if (const TargetProblem* problem = problemOf(index)) return problemIcon(problem->blocks);
        return {};
    case Qt::ToolTipRole:
        if (const TargetProblem* problem = group ? nullptr : problemOf(index))
            return tr("%1\n%2\n%3")
                .arg(qs(problem->tensor), engineMessage(problem->message),
                     engineMessage(problem->remedy));
        if (group) return tr("Editing bits or recipe here changes every tensor of this group.");
        if (!quantizable)
            return tr("%1 is kept as stored.").arg(qs(m_plan->model_tensors[row].name));
        if (m_plan->model_tensors[row].onRequest)
            return tr("%1\nQuantized on request: only where this row is given a recipe, or by a "
                      "preset. F2 on the recipe: edit.")
                .arg(qs(m_plan->model_tensors[row].name));
        return tr("%1\nEnter or double-click: show in the inspector. F2: edit.")
            .arg(qs(m_plan->model_tensors[row].name));
    case ErrorRole:
        return group ? -1.0 : errorOf(row);
    case SensitivityRole: {
        const double most = m_losses ? m_losses().most : 0;
        const double loss = group ? -1.0 : lossOf(row);
        return most > 0 && loss > 0 ? loss / most : -1.0;
    }
    case TensorRole:
        return group ? QString() : qs(m_plan->model_tensors[row].name);
    case QuantizableRole:
        return quantizable;
    default:
        return {};
    }
}

QVariant LayersModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole && (section == Bits || (section >= Size && section <= Share)))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::DisplayRole) {
        switch (section) {
        case Name:
            return tr("name");
        case Role:
            return tr("role");
        case Shape:
            return tr("shape");
        case Stored:
            return tr("stored");
        case RecipeColumn:
            return tr("recipe");
        case Bits:
            return tr("bits");
        case Size:
            return tr("size");
        case Bpw:
            return tr("bpw");
        case Error:
            return tr("error");
        case Sensitivity:
            return tr("sens.");
        case Share:
            return tr("KL share");
        case Lock:
            return tr("lock");
        default:
            return {};
        }
    }
    if (role == Qt::ToolTipRole) {
        switch (section) {
        case Shape:
            return tr("Output features × input features");
        case Stored:
            return tr("The type of the tensor in the open model");
        case Bits:
            return tr("Bits of a code; scales and zeros come on top (see bpw). Of entropy-coded "
                      "integers: the rate, everything counted");
        case Size:
            return tr(
                "Predicted bytes, scales and zeros included. ≤: before an entropy coder makes "
                "it smaller. ≈: the rate that is aimed at; coding settles it");
        case Bpw:
            return tr("Bits per weight, everything included");
        case Error:
            return tr("Relative error of the latest run: of the layer's output where it was "
                      "calibrated, else of its weights");
        case Sensitivity:
            return tr("Loss by the chosen metric at the planned width (see Sensitivity in the "
                      "Inspector); the bar is logarithmic, four decades below the largest");
        case Share:
            return tr("Part of the divergence that is predicted for the plan");
        case Lock:
            return tr("Automatic allocation leaves locked tensors alone");
        default:
            return {};
        }
    }
    return {};
}

Qt::ItemFlags LayersModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (!planRows(index).empty()) {
        if (index.column() == Bits || index.column() == RecipeColumn) flags |= Qt::ItemIsEditable;
        if (index.column() == Lock && !isGroup(index)) flags |= Qt::ItemIsUserCheckable;
    }
    return flags;
}

bool LayersModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || planRows(index).empty()) return false;
    PlanEdit edit;
    QString text;
    if (index.column() == Bits && role == Qt::EditRole && value.toInt() > 0) {
        edit.bits = value.toInt();
        text = tr("Set bits to %1").arg(edit.bits);
    } else if (index.column() == RecipeColumn && role == Qt::EditRole) {
        const QString id = value.toString();
        edit.keep = id.isEmpty();
        text = tr("Keep as stored");
        if (!edit.keep) {
            const auto& all = offeredRecipes();
            const auto found =
                std::ranges::find_if(all, [&](const auto& r) { return qs(r->id) == id; });
            if (found == all.end()) return false;
            edit.recipe = *found;
            text = tr("Set recipe to %1").arg(id);
        }
    } else if (index.column() == Lock && role == Qt::CheckStateRole) {
        edit.locked = value.toInt() == Qt::Checked ? 1 : 0;
        text = edit.locked ? tr("Lock") : tr("Unlock");
    } else {
        return false;
    }
    Q_EMIT editRequested(index, edit, text);
    return true;
}

LayersFilter::LayersFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setRecursiveFilteringEnabled(true);
}

void LayersFilter::setPattern(const QString& pattern) {
    m_filter = TextFilter(pattern.trimmed());
    invalidateFilter();
}

bool LayersFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    if (m_filter.isEmpty()) return true;
    if (!parent.isValid()) return false; // groups come with their tensors
    const QModelIndex index = sourceModel()->index(row, LayersModel::Name, parent);
    return m_filter.matches(index.data(LayersModel::TensorRole).toString()) ||
           m_filter.matches(index.siblingAtColumn(LayersModel::Role).data().toString());
}

} // namespace bitsmith::ui
