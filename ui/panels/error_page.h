// Inspector, Error: what quantization does to the active tensor, W - Wq: as histogram, per output
// row, and as a picture. From the last run, or a preview of this tensor alone.
#pragma once

#include "ui/panels/inspector_data.h"
#include "ui/session/session.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineSeries;

namespace bitsmith::ui {

class ChartView;
class HeatmapView;
class HistogramView;
class StateStack;

class ErrorPage final : public QWidget {
    Q_OBJECT
public:
    ErrorPage(Services& services, Session& session, QWidget* parent = nullptr);
    bool ready() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void show(const Result<ErrorResult>& result);
    void buildRows();
    void showRows(const std::vector<float>& rowError);

    Session& m_session;
    Request m_request;
    bool m_stale = true;
    struct Shown { // what is shown or on its way
        std::shared_ptr<const Model> model;
        std::shared_ptr<const TensorPlan> row;
        QString container; // empty: preview
        bool operator==(const Shown&) const = default;
    } m_shown;
    std::vector<float> m_rowError;
    QComboBox* m_source;
    QLabel* m_text;
    HistogramView* m_histogram;
    ChartView* m_rows;
    QLineSeries* m_rowSeries = nullptr;
    HeatmapView* m_heatmap;
    StateStack* m_stack;
};

} // namespace bitsmith::ui
