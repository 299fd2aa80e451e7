// How well each metric predicts the measured divergence on the open model: a table of rank
// correlations, and each metric against the truth as points. Made from what is known, follows what
// comes. Not modal.
#pragma once

#include "core/pipeline/sensitivity_report.h"
#include "ui/models/figures_model.h"
#include "ui/session/session.h"

#include <QDialog>

#include <memory>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;
class QTableView;

namespace bitsmith::ui {

class AgreementChart;
class StateStack;

class AgreementDialog final : public QDialog {
    Q_OBJECT
public:
    AgreementDialog(Services& services, Session& session, QWidget* parent = nullptr);
    const SensitivityReport& report() const { return m_report; }

Q_SIGNALS:
    void analyzeRequested();

private:
    QWidget* buildContent();
    QWidget* buildButtons();
    void refresh();
    void showReport(SensitivityReport report);
    void showMetric();
    QString csv() const;

    Session& m_session;
    Request m_request;
    SensitivityReport m_report;
    std::unique_ptr<FiguresModel> m_figures; // columns are the report's widths
    QLabel *m_what, *m_note;
    QTableView* m_table = nullptr;
    QVBoxLayout* m_left = nullptr;
    QComboBox* m_metric;
    AgreementChart* m_chart;
    QPushButton *m_saveCsv = nullptr, *m_savePng = nullptr;
    StateStack* m_stack = nullptr;
};

// The tables that compare with the newest table of measured divergence (null: none): one of each
// metric, measured with the same recipe, on the same text where there is one.
struct Comparable {
    const SensitivityTable* truth = nullptr;
    std::vector<SensitivityTable> others;
};
Comparable comparableTables(const std::vector<SensitivityTable>& tables, const std::string& recipe);

} // namespace bitsmith::ui
