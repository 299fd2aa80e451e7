// Experiments of the store as a table. Sort with a proxy over SortRole.
#pragma once

#include "core/store/store.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>
#include <vector>

namespace bitsmith::ui {

class ExperimentsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Id,
        ModelName,
        RecipeName,
        Bpw,
        Bytes,
        Perplexity,
        Baseline,
        Kl,
        State,
        Seconds,
        Tags,
        Notes,
        Started,
        ColumnCount
    };
    enum ItemRole { SortRole = Qt::UserRole, IdRole };
    using QAbstractTableModel::QAbstractTableModel;

    void setExperiments(std::shared_ptr<const std::vector<Experiment>> experiments);
    const Experiment* at(int row) const;
    int rowOf(ExperimentId id) const; // -1: none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override; // notes, tags

Q_SIGNALS:
    void annotated(qint64 id, const QString& notes, const QString& tags);

private:
    std::shared_ptr<const std::vector<Experiment>> m_experiments;
};

// The latest value of a metric by name, whatever the protocol.
std::optional<double> metricOf(const Experiment& experiment, std::string_view name);
// All rows with full precision, RFC 4180.
QString experimentsCsv(const std::vector<Experiment>& experiments);

} // namespace bitsmith::ui
