#include "ui/panels/codes_page.h"

#include "ui/bridge/text.h"
#include "ui/charts/bits_chart.h"
#include "ui/charts/histogram_view.h"
#include "ui/charts/width_strip.h"
#include "ui/models/coder_rows.h"
#include "ui/panels/weights_page.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace bitsmith::ui {
namespace {

constexpr int ChartLines = 10;

// Items that cannot be chosen now are grey.
void enableItem(QComboBox& combo, int item, bool on) {
    if (auto* model = qobject_cast<QStandardItemModel*>(combo.model()))
        if (auto* entry = model->item(item)) entry->setEnabled(on);
}

std::vector<double> perWeight(const BitsSplit& bits, std::uint64_t weights) {
    const double n = static_cast<double>(std::max<std::uint64_t>(1, weights));
    return {bits.codes / n, bits.scales / n, bits.zeros / n, bits.index / n};
}

} // namespace

CodesPage::CodesPage(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_request(services.quick()), m_coders(coderColumns()),
      m_source(new QComboBox), m_text(new QLabel), m_sample(new QLabel),
      m_widths(new WidthStrip(QStringLiteral("codesWidths"))),
      m_histogram(new HistogramView(QStringLiteral("codesHistogram"), tr("code"))),
      m_bits(new BitsChart(QStringLiteral("codesBits"), {tr("codes"), tr("scales"), tr("zeros"),
                                                         tr("groups"), tr("all, as coded")})),
      m_table(makeFiguresTable(m_coders, QStringLiteral("codesTable"),
                               tr("What coders make of these codes; each was run and decoded"),
                               true)) {
    setObjectName(QStringLiteral("codesPage"));
    m_source->setObjectName(QStringLiteral("codesSource"));
    m_source->addItems({tr("As stored"), tr("Preview"), tr("Last run")});
    m_source->setToolTip(tr("As stored: the open model's own codes. Preview: this tensor alone on "
                            "its recipe's grid, rounded to nearest, without calibration. Last "
                            "run: as the last quantization wrote it."));
    m_text->setObjectName(QStringLiteral("codesText"));
    m_text->setWordWrap(true);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sample->setObjectName(QStringLiteral("codesSample"));
    m_sample->setWordWrap(true);
    m_histogram->view()->setLeastLines(ChartLines);
    m_bits->view()->setLeastLines(ChartLines);

    // Texts stay above and below what scrolls: a label that wraps would make the charts as high as
    // they like to be.
    auto* charts = new QWidget;
    auto* inner = new QVBoxLayout(charts);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addWidget(m_widths);
    inner->addWidget(m_histogram, 3);
    inner->addWidget(m_bits, 2);
    inner->addWidget(m_table);
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("codesScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(charts);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(6, 4, 6, 4);
    auto* top = new FlowLayout; // large type needs two lines
    top->addWidget(m_text);
    top->addWidget(m_source);
    column->addLayout(top);
    column->addWidget(scroll, 1);
    column->addWidget(m_sample);
    m_stack = new StateStack(content, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(m_source, &QComboBox::activated, this, &CodesPage::refresh);
    connect(&session, &Session::activeChanged, this, &CodesPage::refresh);
    connect(&session, &Session::lastOutputChanged, this, [this] {
        if (!m_session.lastOutput().isEmpty())
            m_source->setCurrentIndex(static_cast<int>(CodesSource::LastRun));
        refresh();
    });
    connect(&session.document(), &PlanDocument::changed, this, &CodesPage::refresh);
    refresh();
}

bool CodesPage::ready() const { return m_stack->showsContent() && !m_request.busy() && !m_stale; }

void CodesPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) refresh();
}

void CodesPage::refresh() {
    m_stale = true;
    if (!isVisible()) return;
    m_stale = false;
    const auto model = m_session.model();
    const std::string tensor = m_session.activeTensor();
    const TensorInfo* info = model ? model->find(tensor) : nullptr;
    const auto row = planRowOf(m_session.document().plan().get(), tensor);
    const Shown before = std::exchange(m_shown, {});
    const auto empty = [this](const QString& text) {
        m_request.cancel();
        m_stack->showEmpty(text);
    };
    if (!info || !row)
        return empty(tr("Open a model, then press Enter on a tensor in Layers (or double-click it) "
                        "to see what its codes are worth."));
    // Stored, preview, last run.
    const std::array<bool, 3> possible{info->layout.has_value(), row->recipe != nullptr,
                                       !m_session.lastOutput().isEmpty() && info->rows > 0};
    for (int i = 0; i < 3; ++i) enableItem(*m_source, i, possible[static_cast<std::size_t>(i)]);
    const auto first = std::ranges::find(possible, true);
    if (first == possible.end())
        return empty(
            info->rows == 0
                ? tr("%1 is no matrix: it is kept as stored and has no codes.").arg(qs(tensor))
                : tr("%1 is kept as stored and has no codes. Give it a recipe in Layers to "
                     "see what they would be.")
                      .arg(qs(tensor)));
    if (!possible[static_cast<std::size_t>(std::max(0, m_source->currentIndex()))])
        m_source->setCurrentIndex(static_cast<int>(first - possible.begin()));
    const auto source = static_cast<CodesSource>(m_source->currentIndex());
    m_shown = {model, row, source,
               source == CodesSource::LastRun ? m_session.lastOutput() : QString()};
    if (m_shown == before) return; // other rows were edited
    if (!m_stack->showsContent())
        m_stack->showBusy(tr("Counting the codes of %1…").arg(qs(tensor)));
    m_request.start<CodesResult>(
        [model, tensor, row, source,
         container = m_session.lastOutput().toStdString()](RunContext& context) {
            switch (source) {
            case CodesSource::Preview:
                return previewCodes(*model, tensor, *row, context);
            case CodesSource::LastRun:
                return codesOfRun(container, tensor, context);
            case CodesSource::Stored:
                break;
            }
            return storedCodes(*model, tensor, context);
        },
        [this](const Result<CodesResult>& result) { show(result); });
}

void CodesPage::show(const Result<CodesResult>& result) {
    if (!result) {
        if (result.error().code == ErrorCode::Unsupported) // nothing broke: there are none
            return m_stack->showEmpty(qs(result.error().message));
        return m_stack->showFailed(qs(result.error().message));
    }
    const CodeStatistics& s = result->statistics;
    const auto bits = [](double value) { return QString::number(value, 'f', 3); };
    const QString source = result->source == CodesSource::Preview   ? tr("Preview, nearest")
                           : result->source == CodesSource::LastRun ? tr("Last run")
                                                                    : tr("As stored");
    const auto& widths = s.layout.groupBits;
    m_widths->setWidths({widths, s.layout.groupSize, s.layout.cols});
    const int least = widths.empty() ? s.codeBits : int{*std::ranges::min_element(widths)};
    const QString stored = least < s.codeBits ? tr("%1 to %2").arg(least).arg(s.codeBits)
                                              : QString::number(s.codeBits);
    QString text =
        tr("%1, %2: codes of %3 bits hold <b>%4 bits</b> of entropy. Knowing the row it is %5, the "
           "group of %6 weights %7, the code before %8.")
            .arg(source, qs(result->type).toHtmlEscaped())
            .arg(stored)
            .arg(bits(s.entropy), bits(s.entropyGivenRow))
            .arg(s.groupSize)
            .arg(bits(s.entropyGivenGroup), bits(s.entropyGivenPrevious));
    text +=
        tr(" A weight pays %1 bits, needs %2 and takes <b>%3</b> in a coded container: %4 less.")
            .arg(bits(s.bitsPaid()), bits(s.bitsNeeded()), bits(result->codedBits()),
                 s.bitsPaid() > 0
                     ? percentText(std::max(0.0, 1 - result->codedBits() / s.bitsPaid()))
                     : QString());
    m_text->setText(text);
    const CodeBins bins = codeBins(s);
    m_histogram->setData({.min = bins.first - 0.5,
                          .max = bins.first - 0.5 + static_cast<double>(bins.counts.size()),
                          .counts = bins.counts,
                          .whole = true});
    showBits(*result);
    showCoders(*result);
    m_stack->showContent();
}

void CodesPage::showBits(const CodesResult& result) {
    const CodeStatistics& s = result.statistics;
    m_bits->setBars({{tr("paid"), perWeight(s.paid, s.codes)},
                     {tr("coded"), {0, 0, 0, 0, result.codedBits()}},
                     {tr("needed"), perWeight(s.needed, s.codes)}});
}

void CodesPage::showCoders(const CodesResult& result) {
    const CoderSizes& sizes = result.coders;
    ui::showCoders(m_coders, sizes);
    const bool part = sizes.codes < result.statistics.codes;
    m_sample->setVisible(part);
    if (part)
        m_sample->setText(
            tr("Coders were run on %1 of %2 codes, whole rows spread over the matrix.")
                .arg(countText(sizes.codes), countText(result.statistics.codes)));
}

} // namespace bitsmith::ui
