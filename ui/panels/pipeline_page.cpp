#include "ui/panels/pipeline_page.h"

#include "ui/bridge/engine_message.h"
#include "ui/bridge/text.h"
#include "ui/charts/histogram_view.h"
#include "ui/panels/calibration_gate.h"
#include "ui/panels/salience_data.h"
#include "ui/panels/weights_page.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/roomy_area.h"
#include "ui/widgets/stage_editor.h"
#include "ui/widgets/stage_strip.h"
#include "ui/widgets/state_stack.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStyle>
#include <QTableView>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

#include <limits>
#include <utility>

namespace bitsmith::ui {
namespace {

constexpr int Edge = 6;        // pixels
constexpr int LeastLines = 12; // of the form, and of what the tensor looks like

QString lookName(const StageLook& look) {
    return look.stage == "original" ? PipelinePage::tr("original") : qs(look.choice);
}

double errorOf(const LayerReport& report) {
    return report.outputError >= 0 ? report.outputError : report.weightError;
}

} // namespace

PipelinePage::PipelinePage(Services& services, Session& session, RunController& runs,
                           QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session), m_request(services.quick()),
      m_looks({{tr("after"), tr("The stage, in the order of work"), false},
               {tr("peak"), tr("The largest weight, in standard deviations: what a group's scale "
                               "has to reach")},
               {tr("kurtosis"), tr("3 for a normal distribution; more: outliers")},
               {tr("error"), tr("‖W − Wq‖² / ‖W‖², from rounding on")},
               {tr("beside"), tr("Bytes kept beside the codes so far")}}),
      m_strip(new StageStrip), m_editor(new StageEditor),
      m_text(makeLabel(QStringLiteral("pipelineText"), true)),
      m_problem(makeLabel(QStringLiteral("pipelineProblem"))),
      m_apply(makeButton(QStringLiteral("pipelineApply"), tr("&Apply"),
                         tr("Give this tensor the changed recipe; can be undone"))),
      m_applyAll(makeButton(QStringLiteral("pipelineApplyAll"), tr("Apply to a&ll"),
                            tr("Give every quantized tensor the changed recipe; can be undone"))),
      m_histogram(new HistogramView(QStringLiteral("pipelineHistogram"), tr("weight"))) {
    setObjectName(QStringLiteral("pipelinePage"));
    m_gate = new CalibrationGate(services, session, runs, buildContent(),
                                 QStringLiteral("pipelineCalibration"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Edge, 4, Edge, 4);
    layout->addWidget(m_gate);
    connect(m_strip, &StageStrip::chosen, this, &PipelinePage::showStage);
    connect(m_editor, &StageEditor::changed, this, &PipelinePage::check);
    connect(m_apply, &QPushButton::clicked, this, [this] { apply(false); });
    connect(m_applyAll, &QPushButton::clicked, this, [this] { apply(true); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &PipelinePage::showLook);
    connect(&session, &Session::activeChanged, this, &PipelinePage::refresh);
    connect(&session, &Session::calibrationChanged, this, &PipelinePage::refresh);
    connect(&session.document(), &PlanDocument::changed, this, &PipelinePage::refresh);
    refresh();
}

QWidget* PipelinePage::buildContent() {
    m_table = makeFiguresTable(m_looks, QStringLiteral("pipelineTable"),
                               tr("The tensor after each stage; a row shows its histogram"), true);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    auto* form = new QWidget;
    auto* formColumn = new QVBoxLayout(form);
    formColumn->setContentsMargins(0, 0, 6, 0);
    formColumn->addWidget(m_editor, 1);
    auto* scroll = new RoomyArea(form, LeastLines);
    scroll->setObjectName(QStringLiteral("pipelineScroll"));
    scroll->keepWidth();
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_apply);
    buttons->addWidget(m_applyAll);
    buttons->addStretch(1);
    auto* left = new QWidget;
    auto* leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->addWidget(scroll, 1);
    leftColumn->addWidget(m_problem);
    leftColumn->addLayout(buttons);
    auto* right = new QWidget;
    auto* rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->addWidget(m_text);
    rightColumn->addWidget(m_table);
    rightColumn->addWidget(m_histogram, 1);
    m_split = new QSplitter(Qt::Horizontal);
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(left);
    auto* looks = new RoomyArea(right, LeastLines);
    looks->keepWidth();
    m_split->addWidget(looks);
    m_split->setStretchFactor(0, 2);
    m_split->setStretchFactor(1, 3);
    m_split->setSizes({400, 600}); // parts of what there is
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_strip);
    column->addWidget(m_split, 1);
    return content;
}

bool PipelinePage::ready() const {
    return !m_gate->asks() && m_gate->stack()->showsContent() && !m_request.busy() && !m_stale;
}

void PipelinePage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) refresh();
}

void PipelinePage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitSplit();
}

// Side by side, or one above the other where that is too narrow.
void PipelinePage::fitSplit() {
    int wanted = m_split->handleWidth();
    for (int i = 0; i < m_split->count(); ++i)
        wanted += m_split->widget(i)->minimumSizeHint().width();
    // The page may scroll, too.
    const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent) +
                    style()->pixelMetric(QStyle::PM_ScrollView_ScrollBarSpacing);
    const int room = width() - 2 * Edge - bar;
    m_split->setOrientation(wanted <= room ? Qt::Horizontal : Qt::Vertical);
}

void PipelinePage::refresh() {
    m_stale = true;
    if (!isVisible()) return;
    m_stale = false;
    const auto model = m_session.model();
    const std::string tensor = m_session.activeTensor();
    const auto row = planRowOf(m_session.document().plan().get(), tensor);
    const auto empty = [this](const QString& text) {
        m_request.cancel();
        m_shown = {};
        m_view.reset();
        m_gate->stack()->showEmpty(text);
        m_gate->pass();
    };
    if (!model || !row)
        return empty(tr("Open a model, then press Enter on a tensor in Layers (or double-click it) "
                        "to see what each stage of its recipe makes of it."));
    if (!row->recipe)
        return empty(tr("%1 is kept as stored. Give it a recipe in Layers to see its stages.")
                         .arg(qs(tensor)));
    const TensorInfo* info = model->find(tensor);
    PipelineRequest wish{model, row, {}};
    if (info && hasInput(*info) && m_session.calibration())
        wish.calibration = m_session.calibration()->key;
    else if (row->recipe->needsStats()) {
        m_request.cancel();
        m_shown = {};
        if (!info || !hasInput(*info))
            return empty(tr("%1 lies outside the blocks, where inputs are not measured; its recipe "
                            "needs that.")
                             .arg(qs(tensor)));
        return m_gate->ask(tr("The recipe %1 works on what reaches the layer: calibrate first.")
                               .arg(qs(row->recipe->id)));
    }
    if (m_shown == wish) return m_gate->pass(); // other rows were edited
    const bool sameTensor = m_shown.row && m_shown.row->tensor == tensor && m_view;
    m_before = sameTensor ? errorOf(m_view->report) : -1;
    m_beforeName =
        sameTensor
            ? QStringLiteral("%1, %2").arg(qs(m_shown.row->recipe->id)).arg(m_shown.row->bits)
            : QString();
    m_shown = wish;
    m_strip->setRecipe(row->recipe.get(), row->bits);
    showStage();
    if (!m_gate->stack()->showsContent())
        m_gate->stack()->showBusy(tr("Taking %1 through its stages…").arg(qs(tensor)));
    m_gate->pass();
    m_text->setText(tr("Taking %1 through its stages…").arg(qs(tensor)));
    const Engine& engine = m_services.engine();
    m_request.start<PipelineView>(
        [wish, &engine](RunContext& context) { return pipelineView(wish, engine, context); },
        [this](Result<PipelineView> result) { show(std::move(result)); });
}

void PipelinePage::show(Result<PipelineView> result) {
    if (!result) {
        m_view.reset();
        return m_gate->stack()->showFailed(qs(result.error().message));
    }
    m_view = *std::move(result);
    const LayerReport& r = m_view->report;
    QString text = r.outputError >= 0
                       ? tr("Error of the layer's output <b>%1</b>, of its weights %2")
                             .arg(percentText(r.outputError), percentText(r.weightError))
                       : tr("Error of the weights <b>%1</b> (calibrate to see the output's)")
                             .arg(percentText(r.weightError));
    text += tr(" · %1 bits per weight").arg(bitsText(r.bitsPerWeight));
    if (m_before >= 0)
        text += tr(" · before, with %1 bits: %2").arg(m_beforeName, percentText(m_before));
    if (m_view->rows < m_view->ofRows)
        text += tr(" · %1 of its %2 rows were looked at").arg(m_view->rows).arg(m_view->ofRows);
    for (const std::string& note : r.notes)
        text += QStringLiteral(" · ") + engineMessage(note).toHtmlEscaped();
    m_text->setText(text);
    std::vector<FiguresRow> rows;
    for (const StageLook& look : m_view->looks)
        rows.push_back(
            {.texts = {lookName(look), QString::number(look.peak, 'f', 1),
                       QString::number(look.kurtosis, 'f', 2),
                       look.weightError < 0 ? QStringLiteral("–") : percentText(look.weightError),
                       look.sideBytes == 0 ? QStringLiteral("–") : bytesText(look.sideBytes)},
             .keys = {},
             .id = static_cast<int>(rows.size())});
    m_looks.setFigures(std::move(rows));
    // What grid and rounder get.
    int shown = 0;
    for (std::size_t i = 0; i < m_view->looks.size(); ++i) {
        if (m_view->looks[i].stage == "round") break;
        shown = static_cast<int>(i);
    }
    m_table->selectRow(shown);
    showLook();
    m_gate->stack()->showContent();
}

void PipelinePage::showLook() {
    const int row = m_table->currentIndex().row();
    if (!m_view || row < 0 || row >= static_cast<int>(m_view->looks.size())) return;
    const StageLook& look = m_view->looks[static_cast<std::size_t>(row)];
    m_histogram->setData({.min = look.histogramMin,
                          .max = look.histogramMax,
                          .counts = look.histogram,
                          .mean = 0,
                          .standardDeviation = look.deviation,
                          .outlierDeviations = 5});
}

void PipelinePage::showStage() {
    m_editor->setStage(m_shown.row ? m_shown.row->recipe : nullptr, m_strip->current());
    fitSplit();
    check();
}

void PipelinePage::check() {
    const auto edited = m_editor->edited();
    const bool changed = edited && m_shown.row && toJson(**edited) != toJson(*m_shown.row->recipe);
    m_problem->setText(edited || !m_shown.row ? QString() : qs(edited.error().message));
    m_problem->setVisible(!m_problem->text().isEmpty());
    m_apply->setEnabled(changed);
    m_applyAll->setEnabled(changed);
}

void PipelinePage::apply(bool everywhere) {
    const auto recipe = m_editor->edited();
    const auto& plan = m_session.document().plan();
    if (!recipe || !plan || !m_shown.row) return;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < plan->tensors.size(); ++i) {
        const TensorPlan& row = *plan->tensors[i];
        if (row.tensor == m_shown.row->tensor || (everywhere && row.recipe && !row.locked))
            rows.push_back(i);
    }
    m_session.edit(rows, {.recipe = *recipe},
                   tr("Change %1 of %2").arg(m_strip->current(), qs((*recipe)->id)));
}

} // namespace bitsmith::ui
