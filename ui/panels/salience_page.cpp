#include "ui/panels/salience_page.h"

#include "ui/bridge/engine_message.h"
#include "ui/bridge/text.h"
#include "ui/charts/channel_chart.h"
#include "ui/heatmap/tiled_heatmap.h"
#include "ui/panels/calibration_gate.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QLabel>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr std::size_t KnownViews = 4;    // each some megabytes
constexpr std::size_t RankAtOnce = 1024; // spectra of wider matrices only on their own page

QString metricTip() {
    QString out = QCoreApplication::translate("bitsmith::ui::SaliencePage",
                                              "How a weight's importance is measured:");
    for (const Salience* metric : allSaliences()) {
        const SalienceInfo& info = metric->info();
        out += QStringLiteral("<br><b>%1</b>: %2. %3 (%4)")
                   .arg(engineText(info.title), engineText(info.formula).toHtmlEscaped(),
                        engineText(info.summary), qs(info.paper));
    }
    return out;
}

} // namespace

SaliencePage::SaliencePage(Services& services, Session& session, RunController& runs,
                           QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session), m_request(services.quick()),
      m_rankRequest(services.quick()), m_metric(new QComboBox), m_pooling(new QComboBox),
      m_colours(new QComboBox), m_text(new QLabel), m_notes(new QLabel), m_place(new ElidedLabel),
      m_heatmap(new TiledHeatmap(services.quick())),
      m_channels(new ChannelChart(QStringLiteral("salienceChannels"), tr("input channel"),
                                  tr("mean salience"))) {
    setObjectName(QStringLiteral("saliencePage"));
    m_text->setObjectName(QStringLiteral("salienceText"));
    m_notes->setObjectName(QStringLiteral("salienceNotes"));
    m_place->setObjectName(QStringLiteral("saliencePlace"));
    for (QLabel* label : {m_text, m_notes}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_heatmap->setObjectName(QStringLiteral("salienceHeatmap"));
    m_heatmap->setToolTip(tr("Drag or arrow keys: move. Wheel, + and -: zoom. F: whole matrix"));

    m_channels->addToHeader(m_place);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_heatmap);
    split->addWidget(m_channels);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_text);
    column->addWidget(m_notes);
    column->addWidget(split, 1);
    m_gate = new CalibrationGate(services, session, runs, content,
                                 QStringLiteral("salienceCalibration"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(buildControls());
    layout->addWidget(m_gate, 1);

    connect(m_metric, &QComboBox::currentIndexChanged, this, &SaliencePage::refresh);
    connect(m_pooling, &QComboBox::currentIndexChanged, this, &SaliencePage::showPicture);
    connect(m_colours, &QComboBox::currentIndexChanged, this, &SaliencePage::showPicture);
    connect(m_heatmap, &TiledHeatmap::hovered, m_place, [this](const QString& text) {
        m_place->setText(text.isEmpty() ? tr("Point at the picture for values.") : text);
    });
    connect(m_heatmap, &TiledHeatmap::failed, this,
            [this](const QString& message) { m_gate->stack()->showFailed(message); });
    connect(&session, &Session::activeChanged, this, &SaliencePage::refresh);
    connect(&session, &Session::calibrationChanged, this, &SaliencePage::refresh);
    m_place->setText(tr("Point at the picture for values."));
    refresh();
}

QWidget* SaliencePage::buildControls() {
    m_metric->setObjectName(QStringLiteral("salienceMetric"));
    m_metric->setToolTip(metricTip());
    for (const Salience* metric : allSaliences())
        m_metric->addItem(engineText(metric->info().title), qs(metric->info().id));
    m_pooling->setObjectName(QStringLiteral("saliencePooling"));
    m_pooling->addItems({tr("largest"), tr("mean")});
    m_pooling->setToolTip(tr("What a pixel shows of the weights it stands for"));
    m_colours->setObjectName(QStringLiteral("salienceColours"));
    m_colours->addItems({tr("linear"), tr("logarithmic")});
    m_colours->setToolTip(tr("How values become colours"));
    auto* bar = new QWidget;
    auto* row = new FlowLayout(bar); // large type and long words need two lines
    for (QComboBox* box : {m_metric, m_pooling, m_colours}) row->addWidget(box);
    const auto button = [&](const char* name, const QString& text, const QString& tip, auto slot) {
        auto* tool = new QToolButton;
        tool->setObjectName(QLatin1String(name));
        tool->setText(text);
        tool->setToolTip(tip);
        tool->setAutoRaise(true);
        connect(tool, &QToolButton::clicked, m_heatmap, slot);
        row->addWidget(tool);
    };
    button("salienceZoomIn", QStringLiteral("+"), tr("Zoom in (+)"), &TiledHeatmap::zoomIn);
    button("salienceZoomOut", QStringLiteral("−"), tr("Zoom out (-)"), &TiledHeatmap::zoomOut);
    button("salienceFit", tr("Fit"), tr("Whole matrix (F)"), &TiledHeatmap::fit);
    return bar;
}

bool SaliencePage::ready() const {
    return !m_gate->asks() && m_gate->stack()->showsContent() && !m_request.busy() && !m_stale;
}

void SaliencePage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) refresh();
}

void SaliencePage::refresh() {
    m_stale = true;
    if (!isVisible()) return;
    m_stale = false;
    const auto model = m_session.model();
    const std::string tensor = m_session.activeTensor();
    const TensorInfo* info = model ? model->find(tensor) : nullptr;
    const Salience* metric = findSalience(m_metric->currentData().toString().toStdString());
    const auto empty = [this](const QString& text) {
        m_request.cancel();
        m_shown = {};
        m_gate->stack()->showEmpty(text);
        m_gate->pass();
    };
    if (!model) m_known.clear();
    if (!info || !metric)
        return empty(tr("Open a model, then press Enter on a tensor in Layers (or double-click it) "
                        "to see which of its weights matter."));
    if (info->rows == 0) return empty(tr("%1 is no matrix.").arg(qs(tensor)));
    SalienceRequest wish{model, tensor, std::string(metric->info().id), {}};
    if (metric->info().needs != SalienceNeeds::Nothing) {
        if (!hasInput(*info))
            return empty(tr("%1 lies outside the blocks, where inputs are not measured. Choose "
                            "Magnitude, which needs the weights alone.")
                             .arg(qs(tensor)));
        if (!model->architecture() || !model->tokenizer())
            return empty(tr("%1 Choose Magnitude, which needs the weights alone.")
                             .arg(qs(model->architecture() ? model->whyNoTokenizer().message
                                                           : model->whyNotRunnable().message)));
        if (!m_session.calibration()) {
            m_request.cancel();
            m_shown = {};
            return m_gate->ask(
                tr("%1 (%2) depends on what reaches the layer: calibrate first. Magnitude works "
                   "without.")
                    .arg(engineText(metric->info().title), engineText(metric->info().formula)));
        }
        wish.calibration = m_session.calibration()->key;
    }
    if (m_shown == wish) return m_gate->pass();
    m_shown = wish;
    if (const auto known = std::ranges::find(m_known, wish, &SalienceView::request);
        known != m_known.end()) {
        m_request.cancel();
        return showView(SalienceView(*known));
    }
    if (!m_gate->stack()->showsContent() || m_gate->asks())
        m_gate->stack()->showBusy(tr("Weighing %1…").arg(qs(tensor)));
    m_gate->pass();
    const Engine& engine = m_services.engine();
    m_request.start<SalienceView>(
        [wish, &engine](RunContext& context) { return salienceView(wish, engine, context); },
        [this](Result<SalienceView> result) { show(std::move(result)); });
}

void SaliencePage::show(Result<SalienceView> result) {
    if (!result) {
        m_gate->stack()->showFailed(qs(result.error().message));
        return m_gate->pass();
    }
    std::erase_if(m_known, [&](const SalienceView& v) { return v.request == result->request; });
    m_known.push_front(*result);
    if (m_known.size() > KnownViews) m_known.pop_back();
    showView(*result);
}

void SaliencePage::showView(const SalienceView& view) {
    m_view = view;
    m_effectiveRank = -1;
    const SalienceSums& sums = view.map->sums();
    ChannelData channels;
    const double rows = static_cast<double>(std::max<std::size_t>(1, sums.rows));
    for (const double sum : sums.columnSum) channels.values.push_back(sum / rows);
    channels.outliers = view.outliers.channels;
    channels.median = view.outliers.median / rows;
    m_channels->setData(std::move(channels));
    QString notes;
    for (const std::string& note : view.map->factors().notes)
        notes += (notes.isEmpty() ? QString() : QStringLiteral("\n")) + engineMessage(note);
    if (sums.nonFinite > 0)
        notes += (notes.isEmpty() ? QString() : QStringLiteral("\n")) +
                 tr("%1 weights are not finite; they count as 0").arg(sums.nonFinite);
    m_notes->setText(notes);
    m_notes->setVisible(!notes.isEmpty());
    showNumbers();
    showPicture();
    m_gate->stack()->showContent();
    m_gate->pass();
    startRank();
}

void SaliencePage::showPicture() {
    if (!m_view.map) return;
    m_heatmap->setData({.map = m_view.map,
                        .pooling = m_pooling->currentIndex() == 0 ? Pooling::Max : Pooling::Mean,
                        .logarithmic = m_colours->currentIndex() == 1,
                        .rowName = tr("output channel"),
                        .colName = tr("input channel"),
                        .valueName = engineText(m_view.map->factors().metric->formula)});
}

void SaliencePage::showNumbers() {
    const SalienceSums& sums = m_view.map->sums();
    const SalienceInfo& info = *m_view.map->factors().metric;
    QString text =
        tr("<b>%1</b>, %2: the top 1 % of weights hold <b>%3</b> of the total, the top 1 % of "
           "input channels %4. The largest channel is %5 times the median; %6 beyond %7 times it. "
           "Kurtosis of the weights %8.")
            .arg(engineText(info.title), engineText(info.formula), percentText(sums.topWeights.p1),
                 percentText(m_view.channels.p1),
                 QString::number(m_view.outliers.largestRatio, 'f', 1),
                 m_view.outliers.channels.empty() ? tr("none is")
                 : m_view.outliers.channels.size() == 1
                     ? tr("one is")
                     : tr("%1 are").arg(m_view.outliers.channels.size()))
            .arg(OutlierFactor)
            .arg(QString::number(sums.kurtosis, 'f', 2));
    if (m_effectiveRank >= 0)
        text += tr(" Effective rank %1 of %2.")
                    .arg(QString::number(m_effectiveRank, 'f', 1))
                    .arg(std::min(sums.rows, sums.cols));
    else if (std::min(sums.rows, sums.cols) > RankAtOnce)
        text += tr(" Effective rank: see Spectrum.");
    m_text->setText(text);
}

void SaliencePage::startRank() {
    const SalienceRequest wish = m_view.request;
    if (!wish.model || std::min(m_view.map->rows(), m_view.map->cols()) > RankAtOnce)
        return m_rankRequest.cancel();
    const Engine& engine = m_services.engine();
    m_rankRequest.start<Spectrum>(
        [wish, &engine](RunContext& context) { return spectrumView(wish, false, engine, context); },
        [this](const Result<Spectrum>& spectrum) {
            if (!spectrum) return; // NaN, say: the notes tell of it
            m_effectiveRank = spectrum->effectiveRank;
            showNumbers();
        });
}

} // namespace bitsmith::ui
