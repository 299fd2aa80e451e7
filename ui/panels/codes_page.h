// Inspector, Codes: how many bits the active tensor's codes and parameters are worth against those
// they take, and what real coders make of them. As stored, as a preview, or from the last run.
#pragma once

#include "ui/models/figures_model.h"
#include "ui/panels/codes_data.h"
#include "ui/session/session.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;

namespace bitsmith::ui {

class BitsChart;
class HistogramView;
class StateStack;
class WidthStrip;

class CodesPage final : public QWidget {
    Q_OBJECT
public:
    CodesPage(Services& services, Session& session, QWidget* parent = nullptr);
    bool ready() const; // shows the active tensor

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Shown { // what is shown or on its way
        std::shared_ptr<const Model> model;
        std::shared_ptr<const TensorPlan> row;
        CodesSource source = CodesSource::Stored;
        QString container; // of the last run
        bool operator==(const Shown&) const = default;
    };
    void refresh();
    void show(const Result<CodesResult>& result);
    void showBits(const CodesResult& result);
    void showCoders(const CodesResult& result);

    Session& m_session;
    Request m_request;
    bool m_stale = true;
    Shown m_shown;
    FiguresModel m_coders;
    QComboBox* m_source;
    QLabel *m_text, *m_sample;
    WidthStrip* m_widths; // of groups, where these differ
    HistogramView* m_histogram;
    BitsChart* m_bits;
    QTableView* m_table;
    StateStack* m_stack;
};

} // namespace bitsmith::ui
