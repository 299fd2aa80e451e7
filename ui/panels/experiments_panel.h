// Experiments: every recorded run as a table and as a plot of size against quality.
#pragma once

#include "ui/models/experiments_model.h"
#include "ui/session/session.h"

#include <QSortFilterProxyModel>
#include <QUndoStack>
#include <QWidget>

class QCheckBox;
class QLineEdit;
class QPushButton;
class QTableView;

namespace bitsmith::ui {

class StateStack;
class TradeoffChart;

class ExperimentsPanel final : public QWidget {
    Q_OBJECT
public:
    ExperimentsPanel(Services& services, Session& session, QWidget* parent = nullptr);
    QUndoStack& undoStack() { return m_undo; } // of deletions, notes and tags
    ExperimentsModel& model() { return m_model; }
    QTableView* table() { return m_table; }
    TradeoffChart* chart() { return m_chart; }

Q_SIGNALS:
    void exportRequested(const QString& model); // path of the chosen experiment's result

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* buildButtons();
    void buildTable();
    void refresh();
    void showSelection();
    void select(ExperimentId id);
    const Experiment* chosen() const;
    QString chosenOutput() const; // the container, if it is still there
    void openPlan();
    void removeChosen();
    void annotate(qint64 id, const QString& notes, const QString& tags);
    void fitColumns();
    bool isShown(const Experiment& experiment) const;

    Services& m_services;
    Session& m_session;
    ExperimentsModel m_model;
    QSortFilterProxyModel m_proxy;
    QUndoStack m_undo;
    QTableView* m_table;
    TradeoffChart* m_chart;
    QLineEdit* m_filter;
    QCheckBox* m_onlyOpen;
    QPushButton *m_open, *m_exportModel, *m_remove, *m_export, *m_undoButton;
    StateStack* m_stack;
};

} // namespace bitsmith::ui
