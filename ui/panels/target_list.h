// What the chosen target says of the plan, under the tree of layers: problems with their remedies,
// mended one by one or all at once. Hidden while no target is chosen or nothing is wrong.
#pragma once

#include "ui/models/problems_model.h"
#include "ui/session/session.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace bitsmith::ui {

// "none" and all targets; the combo box and the session's target follow each other.
QComboBox* makeTargetBox(TargetCheck& check);

class TargetList final : public QWidget {
    Q_OBJECT
public:
    TargetList(Services& services, Session& session, QWidget* parent = nullptr);
    QTableView* table() { return m_table; }
    void fixSelected();

Q_SIGNALS:
    void chosen(const QString& tensor); // double-clicked, or Enter

private:
    void refresh();
    void showSelection();

    Services& m_services;
    Session& m_session;
    ProblemsModel m_model;
    QLabel* m_text;
    QTableView* m_table;
    QPushButton *m_fix, *m_fixAll;
};

} // namespace bitsmith::ui
