#include "ui/lessons/picture_view.h"

#include "ui/bridge/text.h"
#include "ui/charts/chart_view.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/parts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <ctime>

namespace bitsmith::ui {
namespace {

constexpr int WorkDelay = 200; // ms after the last change, before a job is started

// Of this thread's own work: a busy machine does not count.
double ownMilliseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

Inks inksOf(const QWidget& widget) {
    const ChartColors colors = chartColors(widget.palette());
    Inks out{.text = colors.text,
             .dim = widget.palette().color(QPalette::PlaceholderText),
             .grid = colors.grid,
             .base = colors.background,
             .first = colors.first,
             .second = colors.second,
             .third = colors.third,
             .warning = colors.warning,
             .font = widget.font(),
             .small = widget.font(),
             .dark = isDark(widget.palette())};
    out.small.setPointSizeF(out.small.pointSizeF() * 0.92);
    return out;
}

QString numberOf(const Control& control) {
    const int decimals =
        control.step >= 1
            ? 0
            : std::clamp(static_cast<int>(std::ceil(-std::log10(control.step) - 1e-9)), 0, 4);
    return QString::number(control.value, 'f', decimals) + control.unit;
}

} // namespace

// Where the picture is painted, and dragged.
class PictureCanvas final : public QWidget {
public:
    explicit PictureCanvas(PictureView& view) : QWidget(&view), m_view(view) {
        setObjectName(QStringLiteral("pictureCanvas"));
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
        setAttribute(Qt::WA_OpaquePaintEvent);
    }
    QSize sizeHint() const override { return minimumSizeHint() * 1.6; }
    QSize minimumSizeHint() const override {
        const int line = fontMetrics().height();
        return {22 * line, 15 * line};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Inks inks = inksOf(*this);
        painter.fillRect(rect(), inks.base);
        const double margin = fontMetrics().height() * 0.5;
        if (m_view.m_picture)
            m_view.m_picture->paint(
                painter, QRectF(rect()).adjusted(margin, margin, -margin, -margin), inks);
    }
    void mousePressEvent(QMouseEvent* event) override {
        if (event->button() == Qt::LeftButton) drag(event->position(), true);
    }
    void mouseMoveEvent(QMouseEvent* event) override {
        if (event->buttons() & Qt::LeftButton) drag(event->position(), false);
    }

private:
    void drag(const QPointF& at, bool begin) {
        if (m_view.m_picture && m_view.m_picture->drag(at, begin, m_view.m_values))
            m_view.refresh();
    }
    PictureView& m_view;
};

PictureView::PictureView(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_services(services), m_source(services, session),
      m_canvas(new PictureCanvas(*this)),
      m_readings(makeLabel(QStringLiteral("pictureReadings"), true)),
      m_note(makeLabel(QStringLiteral("pictureNote"))),
      m_workText(makeLabel(QStringLiteral("pictureWork"))), m_controls(new QWidget),
      m_sourceBox(new QWidget),
      m_weightsButton(makeButton(QStringLiteral("pictureWeights"), tr("Show this with my &weights"),
                                 tr("Use the open model's active tensor instead of the lesson's "
                                    "example"))),
      m_demoButton(makeButton(QStringLiteral("pictureDemo"), tr("Open the &demo model"),
                              tr("A small trained model that comes with Bitsmith"))) {
    setObjectName(QStringLiteral("pictureView"));
    m_weightsButton->setCheckable(true);
    m_readings->setTextFormat(Qt::RichText);
    m_readings->setFocusPolicy(Qt::NoFocus);
    auto* flow = new FlowLayout(m_sourceBox);
    flow->addWidget(m_weightsButton);
    flow->addWidget(m_demoButton);
    m_controls->setObjectName(QStringLiteral("pictureControls"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_canvas, 1);
    column->addWidget(m_readings);
    column->addWidget(m_workText);
    column->addWidget(m_controls);
    column->addWidget(m_sourceBox);
    column->addWidget(m_note);
    m_workTimer.setSingleShot(true);
    m_workTimer.setInterval(WorkDelay);

    connect(m_weightsButton, &QPushButton::toggled, this, &PictureView::useWeights);
    connect(m_demoButton, &QPushButton::clicked, this, &PictureView::demoRequested);
    connect(&m_source, &PictureSource::ready, this, [this] {
        m_shown = m_useWeights ? m_source.weights() : nullptr;
        refresh();
    });
    connect(&m_source, &PictureSource::outdated, this, [this] {
        if (!m_useWeights) return;
        m_source.want();
        showSource();
    });
    connect(&m_workTimer, &QTimer::timeout, this, &PictureView::startWork);
    connect(&m_playTimer, &QTimer::timeout, this, &PictureView::playStep);
    connect(&services.jobs(), &JobCenter::fed, this, &PictureView::onFed);
    connect(&services.jobs(), &JobCenter::finished, this, [this](quint64 id) { onFinished({id}); });
}

PictureView::~PictureView() { dropWork(); }

QWidget* PictureView::canvas() { return m_canvas; }

bool PictureView::setPicture(std::string_view id) {
    dropWork();
    play(false);
    const PictureEntry* entry = findPicture(id);
    m_picture = entry ? entry->make() : nullptr;
    m_values = ControlValues(m_picture ? m_picture->controls() : std::vector<Control>());
    m_useWeights = false;
    m_shown.reset();
    {
        const QSignalBlocker quiet(m_weightsButton);
        m_weightsButton->setChecked(false);
    }
    if (m_picture) {
        const PictureInfo& info = m_picture->info();
        m_canvas->setAccessibleName(said(info.title));
        m_canvas->setToolTip(said(info.alt));
        m_weightsButton->setText(info.source == PictureInfo::Source::Tensor
                                     ? tr("Show this with my &weights")
                                     : tr("Show this with my &model"));
    }
    buildControls();
    refresh();
    return m_picture != nullptr;
}

Status PictureView::put(const std::vector<std::pair<std::string, std::string>>& settings) {
    Status status;
    for (const auto& [id, value] : settings)
        if (Status one = m_values.setText(id, value); !one && status) status = std::move(one);
    if (!settings.empty()) refresh();
    return status;
}

void PictureView::setValue(std::string_view id, double value) {
    m_values.set(id, value);
    refresh();
}

void PictureView::useWeights(bool use) {
    m_useWeights = use;
    m_shown.reset();
    {
        const QSignalBlocker quiet(m_weightsButton);
        m_weightsButton->setChecked(use);
    }
    if (use) m_source.want();
    m_shown = use ? m_source.weights() : nullptr;
    refresh();
}

// ---- Controls

void PictureView::buildControls() {
    delete m_controls->layout();
    qDeleteAll(m_controls->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    m_rows.clear();
    m_playButton = nullptr;
    m_speed = nullptr;
    auto* column = new QVBoxLayout(m_controls);
    column->setContentsMargins(0, 0, 0, 0);
    auto* grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    column->addLayout(grid);
    auto* compact = new QWidget;
    auto* flow = new FlowLayout(compact);
    int row = 0;
    for (const Control& control : m_values.all()) {
        if (control.kind == Control::Kind::Slider) {
            auto* label = new QLabel(control.title);
            auto* edit = new QSlider(Qt::Horizontal);
            auto* number = new QLabel;
            edit->setObjectName(QStringLiteral("control-") + control.id);
            edit->setAccessibleName(control.title);
            edit->setToolTip(control.tip);
            edit->setRange(
                0, static_cast<int>(std::lround((control.max - control.min) / control.step)));
            edit->setPageStep(std::max(1, edit->maximum() / 10));
            label->setBuddy(edit);
            label->setToolTip(control.tip);
            number->setMinimumWidth(
                number->fontMetrics().horizontalAdvance(QStringLiteral("-00.00") + control.unit));
            number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
            connect(edit, &QSlider::valueChanged, this, [this, id = control.id](int at) {
                if (m_filling) return;
                const Control* now = m_values.find(id.toStdString());
                setValue(id.toStdString(), now->min + at * now->step);
            });
            grid->addWidget(label, row, 0);
            grid->addWidget(edit, row, 1);
            grid->addWidget(number, row++, 2);
            m_rows[control.id] = {edit, number};
        } else {
            flow->addWidget(addCompact(control));
        }
    }
    if (m_picture && !m_picture->played().isEmpty()) buildPlayer();
    if (m_playButton) {
        flow->addWidget(m_playButton);
        auto* speed = new QWidget;
        auto* line = new QHBoxLayout(speed);
        line->setContentsMargins(0, 0, 0, 0);
        auto* label = new QLabel(tr("Speed"));
        label->setBuddy(m_speed);
        line->addWidget(label);
        line->addWidget(m_speed);
        flow->addWidget(speed);
    }
    column->addWidget(compact);
    compact->setVisible(flow->count() > 0);
}

QWidget* PictureView::addCompact(const Control& control) {
    const QString name = QStringLiteral("control-") + control.id;
    const std::string id = control.id.toStdString();
    if (control.kind == Control::Kind::Toggle) {
        auto* box = new QCheckBox(control.title);
        box->setObjectName(name);
        box->setToolTip(control.tip);
        connect(box, &QCheckBox::toggled, this, [this, id](bool on) {
            if (!m_filling) setValue(id, on ? 1 : 0);
        });
        m_rows[control.id] = {box, nullptr};
        return box;
    }
    if (control.kind == Control::Kind::Button) {
        auto* press = makeButton(name, control.title, control.tip);
        connect(press, &QPushButton::clicked, this,
                [this, id] { setValue(id, m_values.number(id) + 1); });
        m_rows[control.id] = {press, nullptr};
        return press;
    }
    auto* pair = new QWidget;
    auto* line = new QHBoxLayout(pair);
    line->setContentsMargins(0, 0, 0, 0);
    auto* label = new QLabel(control.title);
    auto* combo = new QComboBox;
    combo->setObjectName(name);
    combo->setAccessibleName(control.title);
    combo->setToolTip(control.tip);
    combo->addItems(control.options);
    label->setBuddy(combo);
    line->addWidget(label);
    line->addWidget(combo);
    connect(combo, &QComboBox::currentIndexChanged, this, [this, id](int at) {
        if (!m_filling && at >= 0) setValue(id, at);
    });
    m_rows[control.id] = {combo, nullptr};
    return pair;
}

void PictureView::buildPlayer() {
    m_playButton = makeButton(QStringLiteral("picturePlay"), tr("&Play"),
                              tr("Goes on by itself; again: stops"));
    m_playButton->setCheckable(true);
    m_speed = new QSlider(Qt::Horizontal);
    m_speed->setObjectName(QStringLiteral("pictureSpeed"));
    m_speed->setAccessibleName(tr("Speed"));
    m_speed->setToolTip(tr("Steps per second while it plays"));
    m_speed->setRange(1, 12);
    m_speed->setValue(3);
    m_speed->setFixedWidth(fontMetrics().height() * 6);
    connect(m_playButton, &QPushButton::toggled, this, &PictureView::play);
    connect(m_speed, &QSlider::valueChanged, this,
            [this](int speed) { m_playTimer.setInterval(1000 / speed); });
}

void PictureView::play(bool on) {
    if (m_playButton) {
        const QSignalBlocker quiet(m_playButton);
        m_playButton->setChecked(on);
        m_playButton->setText(on ? tr("&Pause") : tr("&Play"));
    }
    if (!on || !m_picture) {
        m_playTimer.stop();
        return;
    }
    const Control* control = m_values.find(m_picture->played().toStdString());
    if (control && control->value >= control->max) // again from the beginning
        setValue(control->id.toStdString(), control->min);
    m_playTimer.start(1000 / m_speed->value());
}

void PictureView::playStep() {
    const Control* control = m_picture ? m_values.find(m_picture->played().toStdString()) : nullptr;
    if (!control || control->value >= control->max) {
        play(false);
        return;
    }
    setValue(control->id.toStdString(), control->value + control->step);
}

// ---- Showing

void PictureView::refresh() {
    if (!m_picture) {
        m_readings->clear();
        m_note->setText(tr("This picture does not exist."));
        m_canvas->update();
        return;
    }
    const double began = ownMilliseconds();
    m_picture->compute({m_values, m_shown.get()});
    m_computeMs = ownMilliseconds() - began;
    showValues();
    showReadings();
    showSource();
    m_canvas->update();
    if (auto work = m_picture->work({m_values, m_shown.get()}); work && work->key != m_workKey) {
        dropWork();
        m_workKey = work->key;
        m_nextWork = std::move(work->run);
        m_workTimer.start();
        m_workText->setText(tr("Waiting for the last change…"));
    }
    m_workText->setVisible(working());
    Q_EMIT changed();
}

void PictureView::showValues() {
    m_filling = true;
    for (const Control& control : m_values.all()) {
        const Row row = m_rows[control.id];
        if (auto* edit = qobject_cast<QSlider*>(row.editor))
            edit->setValue(
                static_cast<int>(std::lround((control.value - control.min) / control.step)));
        else if (auto* box = qobject_cast<QCheckBox*>(row.editor))
            box->setChecked(control.value > 0.5);
        else if (auto* combo = qobject_cast<QComboBox*>(row.editor))
            combo->setCurrentIndex(static_cast<int>(control.value));
        if (row.number) row.number->setText(numberOf(control));
    }
    m_filling = false;
}

void PictureView::showReadings() {
    QStringList parts, plain;
    for (const Reading& reading : m_picture->readings()) {
        // Spaces inside a pair do not break, those between pairs do.
        QString pair = QStringLiteral("%1 <b>%2</b>")
                           .arg(reading.title.toHtmlEscaped(), reading.value.toHtmlEscaped());
        parts += QStringLiteral("<span style='white-space:nowrap'>%1</span>").arg(pair);
        plain += reading.title + QLatin1Char(' ') + reading.value;
    }
    m_readings->setText(parts.join(QStringLiteral(" &nbsp;·&nbsp; ")));
    m_readings->setVisible(!parts.isEmpty());
    m_canvas->setAccessibleDescription(said(m_picture->info().alt) + QLatin1Char(' ') +
                                       plain.join(QStringLiteral(", ")));
}

void PictureView::showSource() {
    QString text;
    if (m_useWeights && !m_shown)
        text = m_source.problem().isEmpty() ? tr("Reading the tensor…") : m_source.problem();
    else if (m_picture)
        text = m_picture->note();
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
    m_demoButton->setVisible(m_useWeights && !m_shown && !m_source.busy());
}

// ---- Work

void PictureView::startWork() {
    if (!m_nextWork || !m_picture) return;
    m_job = m_services.jobs().submit(
        {.title = tr("Lesson: %1").arg(said(m_picture->info().title)).toStdString(),
         .kind = "lesson",
         .lane = "lessons", // not behind a long quantization
         .seed = 0,
         .work = [work = std::move(m_nextWork), &engine = m_services.engine()](
                     RunContext& context) { return work(context, engine); }});
    m_nextWork = {};
    m_workText->setText(tr("Working… everything else stays usable."));
    m_workText->setVisible(true);
}

void PictureView::dropWork() {
    m_workTimer.stop();
    m_nextWork = {};
    m_workKey.clear();
    if (!m_job.value) return;
    const JobId job = std::exchange(m_job, {});
    JobCenter& jobs = m_services.jobs();
    // Nobody asked for it by name, so nobody should find it in the list of runs.
    auto heard = std::make_shared<QMetaObject::Connection>();
    *heard = connect(&jobs, &JobCenter::finished, &jobs, [&jobs, job, heard](quint64 id) {
        if (id != job.value) return;
        disconnect(*heard);
        jobs.forget(job);
    });
    jobs.cancel(job);
}

void PictureView::onFed(const JobFeed& feed) {
    if (!m_job.value || feed.id != m_job || !m_picture) return;
    for (const std::any& value : feed.results) m_picture->received(value);
    showReadings();
    m_canvas->update();
}

void PictureView::onFinished(JobId id) {
    if (id != m_job || !id.value) return;
    const JobSnapshot* job = m_services.jobs().find(id);
    m_job = {};
    const std::any value = m_services.jobs().result(id);
    if (value.has_value()) m_picture->received(value);
    m_picture->workEnded(job && job->state == JobState::Failed ? qs(job->error) : QString());
    m_services.jobs().forget(id);
    m_workText->setVisible(false);
    refresh();
}

void PictureView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        m_canvas->updateGeometry();
}

void PictureView::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    play(false);
}

} // namespace bitsmith::ui
