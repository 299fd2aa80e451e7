// Layers: the plan as a tree, edited in place and on many rows at once.
#pragma once

#include "ui/models/layers_model.h"
#include "ui/session/session.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QTreeView;

namespace bitsmith::ui {

class BudgetBar;
class StateStack;
class TargetList;

class LayersPanel final : public QWidget {
    Q_OBJECT
public:
    LayersPanel(Services& services, Session& session, QWidget* parent = nullptr);
    QTreeView* view() { return m_view; }
    LayersModel& model() { return m_model; }
    // One edit of the selected rows (of their tensors, for groups).
    void editSelection(const PlanEdit& edit, const QString& text);

Q_SIGNALS:
    void analyzeRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void buildActions();
    QMenu* makeMenu();
    QPushButton* makePresetButton();
    QPushButton* makeSettingButton();
    void showSession();
    void showPlan();
    void growColumns(); // to what their cells say now
    void fitColumns();
    void showTarget();
    void showLosses();
    void showTensor(const QString& tensor); // from the list of problems
    void editFrom(const QModelIndex& index, const PlanEdit& edit, const QString& text);
    // Rows quantized on request only count where nothing else is selected, or where they have a
    // recipe: select all and "Set recipe" leaves embedding and output head alone.
    std::vector<std::size_t> selectedRows() const;
    void activateIndex(const QModelIndex& index);

    Session& m_session;
    QString m_lastSetting = QStringLiteral("*:rate=3.25");
    bool m_hadProblems = false; // that the tree shows
    LayersModel m_model;
    LayersFilter m_filter;
    QTreeView* m_view;
    QLineEdit* m_pattern;
    QLabel* m_totals;
    TargetList* m_targets;
    StateStack* m_stack;
};

} // namespace bitsmith::ui
