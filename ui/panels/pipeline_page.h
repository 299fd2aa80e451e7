// Inspector, Pipeline: the stages of the active tensor's recipe as boxes; the current one's choices
// and parameters as a form; what the tensor looks like before and after each stage.
#pragma once

#include "ui/models/figures_model.h"
#include "ui/panels/pipeline_data.h"
#include "ui/session/run_controller.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QSplitter;
class QTableView;

namespace bitsmith::ui {

class CalibrationGate;
class HistogramView;
class StageEditor;
class StageStrip;

class PipelinePage final : public QWidget {
    Q_OBJECT
public:
    PipelinePage(Services& services, Session& session, RunController& runs,
                 QWidget* parent = nullptr);
    bool ready() const; // shows the active tensor
    StageStrip* strip() { return m_strip; }
    StageEditor* editor() { return m_editor; }
    const PipelineView* view() const { return m_view ? &*m_view : nullptr; }

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildContent();
    void fitSplit();
    void refresh();
    void show(Result<PipelineView> result);
    void showLook();
    void showStage();
    void check();
    void apply(bool everywhere);

    Services& m_services;
    Session& m_session;
    Request m_request;
    bool m_stale = true;
    PipelineRequest m_shown; // what is shown or on its way
    std::optional<PipelineView> m_view;
    double m_before = -1; // the error of the recipe before this one, of the same tensor
    QString m_beforeName;
    FiguresModel m_looks;
    StageStrip* m_strip;
    StageEditor* m_editor;
    QLabel *m_text, *m_problem;
    QPushButton *m_apply, *m_applyAll;
    QTableView* m_table;
    HistogramView* m_histogram;
    CalibrationGate* m_gate;
    QSplitter* m_split;
};

} // namespace bitsmith::ui
