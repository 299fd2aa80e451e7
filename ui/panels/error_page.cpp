#include "ui/panels/error_page.h"

#include "ui/bridge/text.h"
#include "ui/charts/histogram_view.h"
#include "ui/charts/plot_math.h"
#include "ui/heatmap/heatmap_view.h"
#include "ui/panels/weights_page.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <utility>

namespace bitsmith::ui {

ErrorPage::ErrorPage(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_request(services.quick()), m_source(new QComboBox),
      m_text(new QLabel), m_histogram(new HistogramView(QStringLiteral("errorHistogram"),
                                                        tr("weight − quantized weight"))),
      m_rows(new ChartView), m_heatmap(new HeatmapView) {
    setObjectName(QStringLiteral("errorPage"));
    m_source->setObjectName(QStringLiteral("errorSource"));
    m_source->addItem(tr("Preview"));
    m_source->addItem(tr("Last run"));
    m_source->setToolTip(tr("Preview: this tensor alone on its recipe's grid, rounded to nearest, "
                            "without calibration. Last run: as the last quantization wrote it."));
    m_text->setObjectName(QStringLiteral("errorText"));
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_heatmap->setObjectName(QStringLiteral("errorHeatmap"));
    buildRows();

    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(6, 4, 6, 4);
    auto* top = new FlowLayout; // large type needs two lines
    top->addWidget(m_text);
    top->addWidget(m_source);
    column->addLayout(top);
    auto* lower = new QSplitter(Qt::Horizontal);
    lower->addWidget(m_rows);
    lower->addWidget(m_heatmap);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_histogram);
    split->addWidget(lower);
    split->setChildrenCollapsible(false);
    lower->setChildrenCollapsible(false);
    column->addWidget(split, 1);
    m_stack = new StateStack(content, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(m_source, &QComboBox::activated, this, &ErrorPage::refresh);
    connect(&session, &Session::activeChanged, this, &ErrorPage::refresh);
    connect(&session, &Session::lastOutputChanged, this, [this] {
        m_source->setCurrentIndex(m_session.lastOutput().isEmpty() ? 0 : 1);
        refresh();
    });
    connect(&session.document(), &PlanDocument::changed, this, &ErrorPage::refresh);
    refresh();
}

void ErrorPage::buildRows() {
    m_rows->setObjectName(QStringLiteral("errorRows"));
    m_rows->setName(QStringLiteral("row-error"), tr("Relative error of each output row"));
    m_rows->setToolTip(
        tr("Relative error of each output row, ‖w − wq‖² / ‖w‖². Context menu: save"));
    m_rowSeries = new QLineSeries;
    QChart* chart = m_rows->chart();
    chart->legend()->hide();
    chart->addSeries(m_rowSeries);
    auto* x = new QValueAxis;
    x->setTitleText(tr("output row"));
    x->setLabelFormat(QStringLiteral("%.0f"));
    x->setTickType(QValueAxis::TicksDynamic);
    auto* y = new QValueAxis;
    y->setTitleText(tr("relative error"));
    y->setLabelFormat(QStringLiteral("%.3g"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    m_rowSeries->attachAxis(x);
    m_rowSeries->attachAxis(y);
    m_rows->setPainter(
        [this](const ChartColors& colors) { m_rowSeries->setPen(QPen(colors.second, 1)); });
    m_rows->setCsv([this] {
        QString out = QStringLiteral("row,relative_error\r\n");
        for (std::size_t row = 0; row < m_rowError.size(); ++row)
            out += QStringLiteral("%1,%2\r\n")
                       .arg(row)
                       .arg(static_cast<double>(m_rowError[row]), 0, 'g', 9);
        return out;
    });
}

bool ErrorPage::ready() const { return m_stack->showsContent() && !m_request.busy() && !m_stale; }

void ErrorPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) refresh();
}

void ErrorPage::refresh() {
    m_stale = true;
    if (!isVisible()) return;
    m_stale = false;
    const auto model = m_session.model();
    const std::string tensor = m_session.activeTensor();
    const auto row = planRowOf(m_session.document().plan().get(), tensor);
    const Shown before = std::exchange(m_shown, {});
    if (!model || !row) {
        m_request.cancel();
        m_stack->showEmpty(
            tr("Open a model, then press Enter on a tensor in Layers (or double-click it) "
               "to see what quantization does to it."));
        return;
    }
    const bool hasRun = !m_session.lastOutput().isEmpty();
    m_source->setEnabled(hasRun);
    if (!hasRun) m_source->setCurrentIndex(0);
    const bool lastRun = hasRun && m_source->currentIndex() == 1;
    if (!lastRun && !row->recipe) {
        m_request.cancel();
        m_stack->showEmpty(
            tr("%1 is kept as stored: nothing changes, there is no error.").arg(qs(tensor)));
        return;
    }
    m_shown = {model, row, lastRun ? m_session.lastOutput() : QString()};
    if (m_shown == before) return; // other rows were edited
    if (!m_stack->showsContent()) m_stack->showBusy(tr("Quantizing %1…").arg(qs(tensor)));
    m_request.start<ErrorResult>(
        [model, tensor, row, lastRun,
         container = m_session.lastOutput().toStdString()](RunContext& context) {
            return lastRun ? errorOfRun(*model, tensor, container, context)
                           : previewError(*model, tensor, *row, context);
        },
        [this](Result<ErrorResult> result) { show(result); });
}

void ErrorPage::show(const Result<ErrorResult>& result) {
    if (!result) {
        m_stack->showFailed(qs(result.error().message));
        return;
    }
    const ErrorStatistics& s = result->statistics;
    const LayerReport* report = m_session.report(m_session.activeTensor());
    QString text = result->source == ErrorSource::Preview
                       ? tr("Preview, nearest, %1 bits: relative error %2")
                             .arg(result->bits)
                             .arg(percentText(s.relativeError))
                       : tr("Last run: relative error %1").arg(percentText(s.relativeError));
    text += tr(" · largest deviation %1 · %2 bits per weight")
                .arg(numberText(s.maxAbs), bitsText(result->bitsPerWeight));
    if (result->source == ErrorSource::LastRun && report && report->outputError >= 0)
        text += tr(" · error of the output %1").arg(percentText(report->outputError));
    if (result->reference.quantized)
        text += tr(" · on top of what %1 has lost already: measured against its decoded values")
                    .arg(qs(result->reference.type));
    m_text->setText(text);
    m_histogram->setData({.min = s.histogramMin, .max = s.histogramMax, .counts = s.histogram});
    showRows(s.rowError);
    m_heatmap->setData({.tiles = s.tiles,
                        .tileRows = static_cast<int>(s.tileRows),
                        .tileCols = static_cast<int>(s.tileCols),
                        .rows = result->rows,
                        .cols = result->cols,
                        .rowName = tr("output row"),
                        .colName = tr("input column"),
                        .valueName = tr("mean |error|")});
    m_stack->showContent();
}

void ErrorPage::showRows(const std::vector<float>& rowError) {
    m_rowError = rowError;
    QList<QPointF> points;
    points.reserve(static_cast<qsizetype>(rowError.size()));
    double highest = 0;
    for (std::size_t row = 0; row < rowError.size(); ++row) {
        points.append({static_cast<double>(row), static_cast<double>(rowError[row])});
        highest = std::max(highest, static_cast<double>(rowError[row]));
    }
    m_rowSeries->replace(thinned(points));
    auto* x = static_cast<QValueAxis*>(m_rows->chart()->axes(Qt::Horizontal).constFirst());
    auto* y = static_cast<QValueAxis*>(m_rows->chart()->axes(Qt::Vertical).constFirst());
    x->setRange(0, std::max<double>(1, static_cast<double>(rowError.size()) - 1));
    x->setTickInterval(niceStep(0, static_cast<double>(rowError.size()), 6));
    const AxisRange range = niceRange(0, highest);
    y->setRange(range.min, range.max);
    y->setTickCount(std::min(range.ticks, 6));
}

} // namespace bitsmith::ui
