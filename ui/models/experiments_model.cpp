#include "ui/models/experiments_model.h"

#include "ui/bridge/text.h"

#include <algorithm>

namespace bitsmith::ui {
namespace {

QVariant optionalNumber(const std::optional<double>& value) {
    return value ? QVariant(*value) : QVariant();
}

QString csvField(QString text) {
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) &&
        !text.contains(QLatin1Char('\n')) && !text.contains(QLatin1Char('\r')))
        return text;
    text.replace(QLatin1String("\""), QLatin1String("\"\""));
    return QLatin1Char('"') + text + QLatin1Char('"');
}

QString csvNumber(const std::optional<double>& value) {
    return value ? QString::number(*value, 'g', 17) : QString();
}

} // namespace

std::optional<double> metricOf(const Experiment& experiment, std::string_view name) {
    const auto& all = experiment.metrics;
    const auto it =
        std::find_if(all.rbegin(), all.rend(), [&](const Metric& m) { return m.name == name; });
    if (it == all.rend()) return std::nullopt;
    return it->value;
}

QString experimentsCsv(const std::vector<Experiment>& experiments) {
    QString out =
        QStringLiteral("id,model,recipe,bits_per_weight,bytes,original_bytes,perplexity,"
                       "baseline_perplexity,kl_mean,state,seconds,started,tags,notes\r\n");
    for (const auto& e : experiments) {
        const QStringList fields{QString::number(e.id.value),
                                 qs(e.model),
                                 qs(e.recipe),
                                 csvNumber(e.bitsPerWeight),
                                 QString::number(e.bytes),
                                 QString::number(e.originalBytes),
                                 csvNumber(metricOf(e, "perplexity")),
                                 csvNumber(metricOf(e, "baseline_perplexity")),
                                 csvNumber(metricOf(e, "kl_mean")),
                                 qs(e.state),
                                 csvNumber(e.seconds),
                                 qs(e.started),
                                 qs(e.tags),
                                 qs(e.notes)};
        for (qsizetype i = 0; i < fields.size(); ++i)
            out += (i ? QStringLiteral(",") : QString()) + csvField(fields[i]);
        out += QLatin1String("\r\n");
    }
    return out;
}

void ExperimentsModel::setExperiments(std::shared_ptr<const std::vector<Experiment>> experiments) {
    const bool sameRows =
        m_experiments && experiments &&
        std::ranges::equal(*m_experiments, *experiments, {}, &Experiment::id, &Experiment::id);
    if (!sameRows) beginResetModel();
    m_experiments = std::move(experiments);
    if (!sameRows)
        endResetModel();
    else if (rowCount() > 0) // keeps selection and scroll position
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

const Experiment* ExperimentsModel::at(int row) const {
    if (!m_experiments || row < 0 || row >= rowCount()) return nullptr;
    return &(*m_experiments)[static_cast<std::size_t>(row)];
}

int ExperimentsModel::rowOf(ExperimentId id) const {
    for (int row = 0; row < rowCount(); ++row)
        if (at(row)->id == id) return row;
    return -1;
}

int ExperimentsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_experiments ? 0 : static_cast<int>(m_experiments->size());
}

int ExperimentsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ExperimentsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Experiment& e = *at(index.row());
    if (role == IdRole) return static_cast<qint64>(e.id.value);
    if (role == Qt::TextAlignmentRole &&
        (index.column() == Id || (index.column() >= Bpw && index.column() <= Kl) ||
         index.column() == Seconds))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        if (!e.error.empty()) return qs(e.error);
        QString text = tr("%1, started %2").arg(qs(e.modelPath), qs(e.started));
        for (const auto& m : e.metrics)
            text += QStringLiteral("\n%1 = %2 (%3)")
                        .arg(qs(m.name), numberText(m.value), qs(m.protocol));
        return text;
    }
    const bool done = e.state == "done";
    if (role == SortRole) {
        switch (index.column()) {
        case Id:
            return static_cast<qint64>(e.id.value);
        case Bpw:
            return e.bitsPerWeight;
        case Bytes:
            return static_cast<qulonglong>(e.bytes);
        case Perplexity:
            return optionalNumber(metricOf(e, "perplexity"));
        case Baseline:
            return optionalNumber(metricOf(e, "baseline_perplexity"));
        case Kl:
            return optionalNumber(metricOf(e, "kl_mean"));
        case Seconds:
            return e.seconds;
        case Started:
            return qs(e.started);
        default:
            return data(index, Qt::DisplayRole);
        }
    }
    if (role != Qt::DisplayRole && role != Qt::EditRole) return {};
    const auto metricText = [&](std::string_view name) {
        const auto value = metricOf(e, name);
        return value ? numberText(*value) : QString();
    };
    switch (index.column()) {
    case Id:
        return static_cast<qint64>(e.id.value);
    case ModelName:
        return qs(e.model);
    case RecipeName:
        return qs(e.recipe);
    case Bpw:
        return done ? bitsText(e.bitsPerWeight) : QString();
    case Bytes:
        return done ? bytesText(e.bytes) : QString();
    case Perplexity:
        return metricText("perplexity");
    case Baseline:
        return metricText("baseline_perplexity");
    case Kl:
        return metricText("kl_mean");
    case State:
        return engineText(e.state);
    case Seconds:
        return done ? secondsText(e.seconds) : QString();
    case Started:
        return qs(e.started).mid(5, 11).replace(QLatin1Char('T'), QLatin1Char(' '));
    case Tags:
        return qs(e.tags);
    case Notes:
        return qs(e.notes);
    default:
        return {};
    }
}

QVariant ExperimentsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::ToolTipRole) {
        if (section == Kl) return tr("Mean KL divergence from the original, nats per token");
        if (section == Baseline) return tr("Perplexity of the original on the same text");
        if (section == Notes) return tr("Double-click or F2 to edit");
        if (section == Tags)
            return tr("Words that belong to it, separated by blanks; double-click or F2 to edit. "
                      "The filter finds them");
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Id:
        return tr("id");
    case ModelName:
        return tr("model");
    case RecipeName:
        return tr("recipe");
    case Bpw:
        return tr("bpw");
    case Bytes:
        return tr("size");
    case Perplexity:
        return tr("perplexity");
    case Baseline:
        return tr("original");
    case Kl:
        return tr("mean KL");
    case State:
        return tr("state");
    case Seconds:
        return tr("time");
    case Started:
        return tr("started (UTC)");
    case Tags:
        return tr("tags");
    case Notes:
        return tr("notes");
    default:
        return {};
    }
}

Qt::ItemFlags ExperimentsModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && (index.column() == Notes || index.column() == Tags))
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool ExperimentsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::EditRole ||
        !(flags(index) & Qt::ItemIsEditable))
        return false;
    const Experiment& e = *at(index.row());
    const bool notes = index.column() == Notes;
    if (value.toString() != qs(notes ? e.notes : e.tags))
        Q_EMIT annotated(e.id.value, notes ? value.toString() : qs(e.notes),
                         notes ? qs(e.tags) : value.toString());
    return true;
}

} // namespace bitsmith::ui
