// The plan as a tree: groups (blocks, and what lies outside them) of tensors. A thin view of an
// immutable Plan; edits leave as signals and come back as a new plan.
#pragma once

#include "core/plan/plan.h"
#include "core/plan/target.h"
#include "core/quant/layer_task.h"
#include "ui/bridge/text.h"
#include "ui/models/plan_text.h"
#include "ui/session/sensitivities.h"

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith::ui {

class LayersModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column {
        Name,
        Role,
        Shape,
        Stored,
        RecipeColumn,
        Bits,
        Size,
        Bpw,
        Error,
        Sensitivity, // of the chosen metric at the planned width
        Share,       // of the predicted divergence
        Lock,
        ColumnCount
    };
    enum ItemRole {
        ErrorRole = Qt::UserRole, // double, relative error; negative: none
        TensorRole,               // QString, full name; empty for groups
        QuantizableRole,          // bool
        SensitivityRole           // double, fraction of the largest loss; negative: unknown
    };
    using QAbstractItemModel::QAbstractItemModel;

    void setPlan(std::shared_ptr<const Plan> plan);
    const std::shared_ptr<const Plan>& plan() const { return m_plan; }
    // What the latest run said of a tensor, nullptr: nothing. Call reportsChanged() after changes.
    void setReports(std::function<const LayerReport*(const std::string&)> reports);
    void reportsChanged();
    // What the target says of a tensor, nullptr: nothing. Call problemsChanged() after changes.
    void setProblems(std::function<const TargetProblem*(const std::string&)> problems);
    void problemsChanged();
    // The type that a tensor is stored in now ("BF16", "Q4_K"); asked when a cell is drawn.
    void setStored(std::function<QString(const std::string&)> stored);
    void setActive(const std::string& tensor);
    // What is known of the plan's losses; asked when a cell is drawn. Call lossesChanged() after
    // changes.
    void setLosses(std::function<const PlannedLosses&()> losses);
    void lossesChanged();

    // Rows of the plan that an index stands for: one, or a group's quantizable tensors. What is
    // quantized on request only (embedding, output head) must be meant by its own row.
    std::vector<std::size_t> planRows(const QModelIndex& index) const;
    QModelIndex indexOf(const std::string& tensor) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    // Bits: an int; RecipeColumn: a recipe's id or "" to keep as stored; Lock: a check state.
    // Emits editRequested and changes nothing itself.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void editRequested(const QModelIndex& index, const bitsmith::PlanEdit& edit,
                       const QString& text);

private:
    struct Group {
        int block = -1;
        std::vector<std::size_t> rows;
        std::uint64_t bytes = 0, weights = 0, quantizedBytes = 0;
        SizeCertainty certainty = SizeCertainty::Exact;
        QString bits, recipe; // what all share, or "mixed"
        qsizetype prefix = 0; // of the names, the same for all: not repeated in every row
    };
    void summarize(Group& group) const;
    QVariant groupText(const Group& group, int column) const;
    QVariant tensorText(const Group& group, std::size_t row, int column) const;
    double errorOf(std::size_t row) const;
    double lossOf(std::size_t row) const;  // NaN: unknown
    double shareOf(std::size_t row) const; // NaN: unknown
    QString lossText(const Group& group, int column) const;
    const TargetProblem* problemOf(const QModelIndex& index) const; // of a group: its worst
    bool isGroup(const QModelIndex& index) const { return index.internalId() == 0; }
    const Group& groupOf(const QModelIndex& index) const;
    std::size_t rowOf(const QModelIndex& index) const;

    std::shared_ptr<const Plan> m_plan;
    std::vector<Group> m_groups;
    std::function<const LayerReport*(const std::string&)> m_reports;
    std::function<const TargetProblem*(const std::string&)> m_problems;
    std::function<QString(const std::string&)> m_stored;
    std::function<const PlannedLosses&()> m_losses;
    std::string m_active;
};

// Keeps the tensors whose name or role fits a glob, and their groups.
class LayersFilter final : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit LayersFilter(QObject* parent = nullptr);
    void setPattern(const QString& pattern);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    TextFilter m_filter;
};

// Recipes that a plan's cells offer, in the order shown.
const std::vector<std::shared_ptr<const Recipe>>& offeredRecipes();

} // namespace bitsmith::ui
