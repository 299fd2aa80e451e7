#include "ui/panels/budget_bar.h"

#include "ui/bridge/text.h"
#include "ui/charts/chart_view.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/parts.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

const QString OptionsKey = QStringLiteral("budget/options");
constexpr int Steps = 100;                   // of the slider, per bit
constexpr qint64 GestureMilliseconds = 1500; // keys further apart are steps of their own

} // namespace

BudgetBar::BudgetBar(Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_budget(session.budget()), m_prediction(new QLabel),
      m_message(new QLabel) {
    setObjectName(QStringLiteral("budgetBar"));
    m_prediction->setObjectName(QStringLiteral("budgetPrediction"));
    m_prediction->setWordWrap(true);
    m_prediction->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_prediction->setToolTip(
        tr("The sum of the measured divergences of single tensors at their planned widths: errors "
           "that help or hurt each other are left out. Perplexity on the text of the analysis"));
    m_message->setObjectName(QStringLiteral("budgetMessage"));
    m_message->setWordWrap(true);
    m_analyze = new QPushButton(tr("&Analyze…"));
    m_analyze->setObjectName(QStringLiteral("budgetAnalyze"));
    m_analyze->setToolTip(tr("Measure what each tensor loses at each width, so that the budget "
                             "spends bits where they help the model most"));
    connect(m_analyze, &QPushButton::clicked, this, &BudgetBar::analyzeRequested);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(buildSlider());
    column->addWidget(buildOptions());
    auto* words = new QHBoxLayout;
    auto* texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addWidget(m_prediction);
    texts->addWidget(m_message);
    words->addLayout(texts, 1);
    words->addWidget(m_analyze, 0, Qt::AlignTop);
    column->addLayout(words);
    connect(&m_budget, &BudgetControl::changed, this, &BudgetBar::refresh);
    connect(&session.sensitivities(), &Sensitivities::changed, this, &BudgetBar::refresh);
    refresh();
}

QWidget* BudgetBar::buildSlider() {
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setObjectName(QStringLiteral("budgetSlider"));
    m_slider->setToolTip(tr("Bits per weight of the quantized tensors, scales and zeros counted; "
                            "widths follow at once, locked rows stay. One drag is one undo step"));
    m_slider->setSingleStep(Steps / 20);
    m_slider->setPageStep(Steps / 2);
    m_slider->setMinimumWidth(80);
    m_bits = new QDoubleSpinBox;
    m_bits->setObjectName(QStringLiteral("budgetBits"));
    m_bits->setToolTip(tr("At most so many bits per weight"));
    m_bits->setDecimals(2);
    m_bits->setSingleStep(0.05);
    m_bits->setRange(0.1, 32);
    m_bits->setSuffix(tr(" bits"));
    m_bits->setKeyboardTracking(false);
    m_bytes = new QLineEdit;
    m_bytes->setObjectName(QStringLiteral("budgetBytes"));
    m_bytes->setToolTip(tr("The same as the size of all tensors: 350 MB, 1.2GB, 64MiB"));
    fitBytes();
    m_more = new QToolButton;
    m_more->setObjectName(QStringLiteral("budgetMore"));
    m_more->setText(tr("Options"));
    m_more->setToolTip(tr("How the budget is spent: allocator, losses, limits"));
    m_more->setCheckable(true);
    auto* box = new QWidget;
    auto* row = new FlowLayout(box); // large type needs two lines
    row->addWidget(makePair(tr("&Budget"), m_slider));
    for (QWidget* part : std::initializer_list<QWidget*>{m_bits, m_bytes, m_more})
        row->addWidget(part);
    connect(m_slider, &QSlider::sliderPressed, this, [this] {
        m_dragging = true;
        ++m_gesture;
    });
    connect(m_slider, &QSlider::sliderReleased, this, [this] {
        m_dragging = false;
        m_sinceLast.invalidate(); // what comes next is another gesture
    });
    connect(m_slider, &QSlider::valueChanged, this,
            [this](int value) { ask(static_cast<double>(value) / Steps); });
    connect(m_bits, &QDoubleSpinBox::valueChanged, this, &BudgetBar::ask);
    connect(m_bytes, &QLineEdit::returnPressed, this, &BudgetBar::askBytes);
    return box;
}

QWidget* BudgetBar::buildOptions() {
    m_options = new QWidget;
    m_allocator = new QComboBox;
    m_allocator->setObjectName(QStringLiteral("budgetAllocator"));
    m_allocator->setToolTip(
        tr("How the budget is spent. Controls are deliberately bad, to see what "
           "a sensitivity is worth"));
    for (const bool control : {false, true})
        for (const Allocator* allocator : allAllocators()) {
            const AllocatorInfo& info = allocator->info();
            if (info.control != control) continue;
            m_allocator->addItem(control ? tr("%1 (control)").arg(engineText(info.title))
                                         : engineText(info.title),
                                 qs(info.id));
            m_allocator->setItemData(m_allocator->count() - 1, engineText(info.summary),
                                     Qt::ToolTipRole);
        }
    m_allocator->setCurrentIndex(m_allocator->findData(qs(m_budget.allocator())));
    m_losses = new QComboBox;
    m_losses->setObjectName(QStringLiteral("budgetLosses"));
    m_losses->setToolTip(tr("What the budget keeps small: a measured sensitivity, or the error of "
                            "the weights, which needs no text and is found when it is needed"));
    for (QComboBox* box : {m_allocator, m_losses}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(14);
        box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    const auto spin = [this](const char* name, const QString& none, const QString& tip) {
        auto* made = new QSpinBox;
        made->setObjectName(QLatin1String(name));
        made->setRange(LeastBits - 1, MostBits);
        made->setSpecialValueText(none);
        made->setToolTip(tip);
        connect(made, &QSpinBox::valueChanged, this, &BudgetBar::setLimits);
        return made;
    };
    m_least = spin("budgetLeast", tr("any"), tr("No tensor gets fewer bits"));
    m_most = spin("budgetMost", tr("any"), tr("No tensor gets more bits"));
    auto* row = new FlowLayout(m_options);
    row->addWidget(makePair(tr("spent b&y"), m_allocator));
    row->addWidget(makePair(tr("&on"), m_losses));
    row->addWidget(makePair(tr("bi&ts"), m_least));
    row->addWidget(makePair(tr("to"), m_most));
    connect(m_allocator, &QComboBox::activated, this, [this] {
        m_budget.setAllocator(m_allocator->currentData().toString().toStdString());
        m_sinceLast.invalidate();
        ask(m_budget.wanted());
    });
    connect(m_losses, &QComboBox::activated, this, [this] {
        const double wanted = m_budget.wanted();
        m_budget.setLosses(m_losses->currentData().toString().toStdString());
        m_sinceLast.invalidate();
        ask(wanted);
    });
    connect(m_more, &QToolButton::toggled, this, [this](bool on) {
        m_options->setVisible(on);
        QSettings().setValue(OptionsKey, on);
    });
    m_more->setChecked(QSettings().value(OptionsKey, true).toBool());
    m_options->setVisible(m_more->isChecked());
    return m_options;
}

void BudgetBar::ask(double bitsPerWeight) {
    if (!m_dragging && (!m_sinceLast.isValid() || m_sinceLast.elapsed() > GestureMilliseconds))
        ++m_gesture;
    m_sinceLast.start();
    m_budget.ask(bitsPerWeight, QStringLiteral("budget-%1").arg(m_gesture));
}

void BudgetBar::askBytes() {
    const auto bytes = parseBytes(m_bytes->text().toStdString());
    const double weights = static_cast<double>(m_budget.weights());
    if (!bytes || weights <= 0) {
        if (!bytes) m_message->setText(qs(bytes.error().message));
        m_message->setVisible(true);
        return;
    }
    const double other = static_cast<double>(m_budget.planBytes(0));
    m_bytes->setModified(false); // from here on it follows the plan again
    ask(8 * (static_cast<double>(*bytes) - other) / weights);
}

void BudgetBar::setLimits() {
    m_budget.setLimits(m_least->value() < LeastBits ? 0 : m_least->value(),
                       m_most->value() < LeastBits ? 0 : m_most->value());
    if (m_budget.state() != BudgetState::Ready) return;
    m_sinceLast.invalidate();
    ask(m_budget.wanted());
}

void BudgetBar::showLosses() {
    const QSignalBlocker quiet(m_losses);
    QStringList wanted;
    for (const std::string& id : m_budget.lossChoices()) wanted << qs(id);
    QStringList shown;
    for (int i = 0; i < m_losses->count(); ++i) shown << m_losses->itemData(i).toString();
    if (wanted != shown) {
        m_losses->clear();
        for (const QString& id : std::as_const(wanted))
            m_losses->addItem(id.isEmpty() ? tr("Weight error, without data")
                                           : metricTitle(id.toStdString()),
                              id);
    }
    m_losses->setCurrentIndex(m_losses->findData(qs(m_budget.losses())));
}

void BudgetBar::refresh() {
    const BudgetState state = m_budget.state();
    const bool usable = state != BudgetState::Empty;
    for (QWidget* one : std::initializer_list<QWidget*>{m_slider, m_bits, m_bytes, m_options})
        one->setEnabled(usable);
    m_analyze->setEnabled(m_session.state() == SessionState::Open);
    showLosses();
    const int low = static_cast<int>(std::ceil(m_budget.least() * Steps - 1e-6));
    const int high = std::max(low, static_cast<int>(std::ceil(m_budget.most() * Steps - 1e-6)));
    {
        const QSignalBlocker slider(m_slider), bits(m_bits);
        m_slider->setRange(low, high);
        m_slider->setValue(static_cast<int>(std::lround(m_budget.wanted() * Steps)));
        if (m_budget.wanted() > 0) m_bits->setValue(m_budget.wanted());
    }
    if (!m_bytes->hasFocus() || !m_bytes->isModified())
        m_bytes->setText(usable ? bytesText(m_budget.planBytes(m_budget.wanted())) : QString());
    const auto& prediction = m_session.sensitivities().planned().prediction;
    QStringList words;
    if (prediction) words << predictionText(*prediction);
    if (const auto& check = m_session.sensitivities().checked()) words << checkText(*check);
    m_prediction->setText(words.join(QStringLiteral(" · ")));
    m_prediction->setVisible(!words.isEmpty());
    const QString text = message();
    QPalette colors = palette();
    const bool bad = !m_budget.error().isEmpty();
    if (bad) colors.setColor(QPalette::WindowText, chartColors(palette()).warning);
    if (m_message->palette() != colors) m_message->setPalette(colors);
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

void BudgetBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) fitBytes();
}

void BudgetBar::fitBytes() {
    m_bytes->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_bytes->setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("0000.0 MB   ")));
}

QString BudgetBar::message() const {
    QString error = m_budget.error();
    if (error.endsWith(QLatin1Char('.'))) error.chop(1);
    if (!error.isEmpty())
        return m_budget.state() == BudgetState::Failed ? tr("No budget: %1.").arg(error)
                                                       : tr("Not possible: %1.").arg(error);
    switch (m_budget.state()) {
    case BudgetState::Empty:
        return m_session.document().plan() ? tr("No tensor has a recipe: nothing to spend bits on.")
                                           : QString();
    case BudgetState::Preparing:
        return m_budget.losses().empty()
                   ? tr("Measuring the error of the weights at each width, for the first time…")
                   : tr("Preparing…");
    case BudgetState::Idle:
        return tr("The first move measures the error of the weights, in seconds; Analyze measures "
                  "what the model really minds.");
    case BudgetState::Ready:
        if (m_budget.losses().empty())
            return tr("By the error of the weights, which knows nothing of the data; Analyze "
                      "measures what the model really minds.");
        return m_budget.notes();
    case BudgetState::Failed:
        break;
    }
    return {};
}

} // namespace bitsmith::ui
