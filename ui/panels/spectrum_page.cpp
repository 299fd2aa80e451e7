#include "ui/panels/spectrum_page.h"

#include "ui/bridge/text.h"
#include "ui/charts/spectrum_chart.h"
#include "ui/panels/calibration_gate.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace bitsmith::ui {

SpectrumPage::SpectrumPage(Services& services, Session& session, RunController& runs,
                           QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session), m_request(services.quick()),
      m_source(new QComboBox), m_text(new QLabel),
      m_chart(new SpectrumChart(QStringLiteral("spectrumChart"))) {
    setObjectName(QStringLiteral("spectrumPage"));
    m_source->setObjectName(QStringLiteral("spectrumSource"));
    m_source->addItems({tr("Weights"), tr("Inputs")});
    m_source->setToolTip(tr("Weights: directions of this matrix. Inputs: directions in what "
                            "reaches it on the calibration text"));
    m_text->setObjectName(QStringLiteral("spectrumText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_text);
    column->addWidget(m_chart, 1);
    m_gate = new CalibrationGate(services, session, runs, content,
                                 QStringLiteral("spectrumCalibration"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    auto* row = new QHBoxLayout;
    row->addWidget(m_source);
    row->addStretch();
    layout->addLayout(row);
    layout->addWidget(m_gate, 1);
    connect(m_source, &QComboBox::currentIndexChanged, this, &SpectrumPage::refresh);
    connect(&session, &Session::activeChanged, this, &SpectrumPage::refresh);
    connect(&session, &Session::calibrationChanged, this, &SpectrumPage::refresh);
    refresh();
}

bool SpectrumPage::ready() const {
    return !m_gate->asks() && m_gate->stack()->showsContent() && !m_request.busy() && !m_stale;
}

void SpectrumPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) refresh();
}

void SpectrumPage::refresh() {
    m_stale = true;
    if (!isVisible()) return;
    m_stale = false;
    const auto model = m_session.model();
    const std::string tensor = m_session.activeTensor();
    const TensorInfo* info = model ? model->find(tensor) : nullptr;
    const auto empty = [this](const QString& text) {
        m_request.cancel();
        m_shown = {};
        m_gate->stack()->showEmpty(text);
        m_gate->pass();
    };
    if (!info)
        return empty(tr("Open a model, then press Enter on a tensor in Layers (or double-click it) "
                        "to see its singular values."));
    if (info->rows == 0) return empty(tr("%1 is no matrix.").arg(qs(tensor)));
    const bool inputs = m_source->currentIndex() == 1;
    SalienceRequest wish{model, tensor, inputs ? "inputs" : "weights", {}};
    if (inputs) {
        if (!hasInput(*info))
            return empty(
                tr("%1 lies outside the blocks, where inputs are not measured.").arg(qs(tensor)));
        if (!model->architecture() || !model->tokenizer())
            return empty(qs(model->architecture() ? model->whyNoTokenizer().message
                                                  : model->whyNotRunnable().message));
        if (!m_session.calibration()) {
            m_request.cancel();
            m_shown = {};
            return m_gate->ask(tr("What reaches the layer depends on the text: calibrate first."));
        }
        wish.calibration = m_session.calibration()->key;
    }
    if (m_shown == wish) return m_gate->pass();
    m_shown = wish;
    m_gate->stack()->showBusy(
        tr("Decomposing %1, %2 by %3…").arg(qs(tensor)).arg(info->rows).arg(info->cols));
    m_gate->pass();
    const Engine& engine = m_services.engine();
    m_request.start<Spectrum>(
        [wish, inputs, &engine](RunContext& context) {
            return spectrumView(wish, inputs, engine, context);
        },
        [this](Result<Spectrum> result) { show(std::move(result)); });
}

void SpectrumPage::show(Result<Spectrum> result) {
    if (!result) {
        if (result.error().code == ErrorCode::Unsupported) // nothing broke: it is too large
            m_gate->stack()->showEmpty(qs(result.error().message));
        else
            m_gate->stack()->showFailed(qs(result.error().message));
        return;
    }
    const Spectrum& s = *result;
    const auto count = static_cast<double>(std::max<std::size_t>(1, s.values.size()));
    m_text->setText(
        tr("%1: effective rank <b>%2</b> of %3 · stable rank %4 · 90 % of the energy in <b>%5</b> "
           "values (%6), 99 % in %7 (%8) · numerical rank %9")
            .arg(m_shown.metric == "inputs" ? tr("Inputs") : tr("Weights"),
                 QString::number(s.effectiveRank, 'f', 1))
            .arg(s.values.size())
            .arg(QString::number(s.stableRank, 'f', 1))
            .arg(s.rank90)
            .arg(percentText(static_cast<double>(s.rank90) / count))
            .arg(s.rank99)
            .arg(percentText(static_cast<double>(s.rank99) / count))
            .arg(s.numericalRank));
    m_chart->setData(*std::move(result));
    m_gate->stack()->showContent();
}

} // namespace bitsmith::ui
