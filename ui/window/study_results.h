// What a compressibility study of a dense model found: chart and settings side by side, one
// setting's tensors, activations, and what is not as expected. Fills as tensors are finished.
#pragma once

#include "ui/models/figures_model.h"
#include "ui/session/codes_study.h"

#include <QWidget>

class QComboBox;
class QTabWidget;
class QTableView;

namespace bitsmith::ui {

class StateStack;
class StudyChart;

class StudyResults final : public QWidget {
    Q_OBJECT
public:
    explicit StudyResults(QWidget* parent = nullptr);
    void setStudy(const CodesStudy& study); // outlives this; call again when it grew
    void choose(int setting);               // in chart, table and list alike
    int chosen() const { return m_setting; }
    StudyChart* chart() { return m_chart; }

private:
    QWidget* buildOverview();
    QWidget* buildTensors();
    QWidget* buildActivations();
    QWidget* buildIrregular();
    void showTensors();
    void showIrregular();

    const CodesStudy* m_study = nullptr;
    QStringList m_names; // of its settings
    int m_setting = -1;
    bool m_filling = false; // selections are no wish of the user
    FiguresModel m_settings, m_tensors, m_activations, m_irregular;
    QTabWidget* m_tabs;
    StudyChart* m_chart;
    QTableView *m_settingTable, *m_tensorTable, *m_activationTable, *m_irregularTable;
    QComboBox* m_choice;
    StateStack *m_activationStack, *m_irregularStack;
};

} // namespace bitsmith::ui
