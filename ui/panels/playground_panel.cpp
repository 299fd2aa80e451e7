#include "ui/panels/playground_panel.h"

#include "core/model/generate.h"
#include "ui/bridge/text.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

constexpr int DefaultTokens = 120;

// The job's body; tokens go to the feed as they come.
Result<std::any> runGeneration(std::shared_ptr<const Model> model, const QString& path,
                               const std::string& prompt, const SamplingOptions& options,
                               const Engine& engine, RunContext& context) {
    if (!model) {
        BITSMITH_TRY(model, openModel(toPath(path)));
    }
    context.beginStep("loading");
    BITSMITH_TRY(ForwardPass pass, ForwardPass::create(std::move(model), engine.backend));
    pass.keepBlocks(weightBudget(engine));
    context.beginStep("generating");
    BITSMITH_TRY(Generation done,
                 bitsmith::generate(pass, prompt, options, context,
                                    [&](const GeneratedToken& token) { context.publish(token); }));
    return std::any(std::move(done));
}

QString speedText(const Generation& done) {
    const double rate =
        done.seconds > 0 ? static_cast<double>(done.tokens.size()) / done.seconds : 0;
    return PlaygroundPanel::tr("%1 tokens · %2 tokens/s · prompt of %3 in %4")
        .arg(done.tokens.size())
        .arg(QString::number(rate, 'f', 1))
        .arg(done.promptTokens)
        .arg(secondsText(done.promptSeconds));
}

} // namespace

PlaygroundPanel::PlaygroundPanel(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session), m_prompt(new QLineEdit),
      m_quantized(new QComboBox), m_tokens(new QSpinBox), m_seed(new QSpinBox),
      m_temperature(new QDoubleSpinBox), m_generate(new QPushButton(tr("&Generate"))),
      m_stop(new QPushButton(tr("&Stop"))) {
    setObjectName(QStringLiteral("playgroundPanel"));
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addWidget(buildControls());
    auto* pair = new QHBoxLayout;
    pair->addWidget(buildSide(m_sides[0], QStringLiteral("playgroundOriginal")), 1);
    pair->addWidget(buildSide(m_sides[1], QStringLiteral("playgroundQuantized")), 1);
    column->addLayout(pair, 1);
    m_stack = new StateStack(content, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(&session, &Session::stateChanged, this, &PlaygroundPanel::showSession);
    connect(&session, &Session::lastOutputChanged, this, [this] { fillModels(true); });
    connect(&services.store(), &StoreWatcher::changed, this, [this] { fillModels(); });
    connect(&services.jobs(), &JobCenter::fed, this, &PlaygroundPanel::onFed);
    connect(&services.jobs(), &JobCenter::finished, this, [this](quint64 id) { onFinished({id}); });
    connect(m_generate, &QPushButton::clicked, this, &PlaygroundPanel::generate);
    connect(m_stop, &QPushButton::clicked, this, &PlaygroundPanel::stop);
    connect(m_prompt, &QLineEdit::returnPressed, this, &PlaygroundPanel::generate);
    showSession();
}

QWidget* PlaygroundPanel::buildControls() {
    m_prompt->setObjectName(QStringLiteral("playgroundPrompt"));
    m_prompt->setPlaceholderText(tr("Prompt, for example: Once upon a time"));
    m_prompt->setText(tr("Once upon a time"));
    m_prompt->setToolTip(tr("Text that both models continue (Enter starts)"));
    m_tokens->setObjectName(QStringLiteral("playgroundTokens"));
    m_tokens->setRange(1, 4096);
    m_tokens->setValue(DefaultTokens);
    m_tokens->setToolTip(tr("At most so many tokens"));
    m_temperature->setObjectName(QStringLiteral("playgroundTemperature"));
    m_temperature->setRange(0, 2);
    m_temperature->setSingleStep(0.1);
    m_temperature->setValue(0.7);
    m_temperature->setToolTip(tr("0: always the most likely token; higher: more variety"));
    m_seed->setObjectName(QStringLiteral("playgroundSeed"));
    m_seed->setRange(0, 999999);
    m_seed->setToolTip(tr("The same seed draws the same random numbers for both models"));
    m_generate->setObjectName(QStringLiteral("playgroundGenerate"));
    m_generate->setToolTip(tr("Continue the prompt with both models"));
    m_stop->setObjectName(QStringLiteral("playgroundStop"));
    m_stop->setToolTip(tr("Stop generating"));
    m_quantized->setObjectName(QStringLiteral("playgroundModel"));
    m_quantized->setToolTip(tr("Which quantized model is on the right"));
    m_quantized->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_quantized->setMinimumContentsLength(22);
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    const auto labelled = [&](const QString& text, QWidget* buddy) {
        auto* label = new QLabel(text);
        label->setBuddy(buddy);
        row->addWidget(label);
        row->addWidget(buddy);
    };
    row->addWidget(m_prompt, 1);
    labelled(tr("&tokens"), m_tokens);
    labelled(tr("tem&perature"), m_temperature);
    labelled(tr("see&d"), m_seed);
    row->addWidget(m_generate);
    row->addWidget(m_stop);
    return box;
}

QWidget* PlaygroundPanel::buildSide(Side& side, const QString& name) {
    side.title = new QLabel;
    side.title->setObjectName(name + QStringLiteral("Title"));
    side.title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    side.text = new QPlainTextEdit;
    side.text->setObjectName(name);
    side.text->setReadOnly(true);
    side.text->setTabChangesFocus(true);
    const bool original = &side == m_sides.data();
    side.text->setToolTip(original ? tr("What the original says")
                                   : tr("What the quantized model says"));
    side.text->setPlaceholderText(original ? tr("The original's text appears here.")
                                           : tr("The quantized model's text appears here."));
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    if (!original) row->addWidget(m_quantized);
    row->addWidget(side.title, 1);
    column->addLayout(row);
    column->addWidget(side.text, 1);
    return box;
}

void PlaygroundPanel::showSession() {
    const auto& model = m_session.model();
    if (!model) {
        m_stack->showEmpty(tr("Open a model to let it write here, beside its quantized version."));
        return;
    }
    if (!model->architecture() || !model->tokenizer()) {
        m_stack->showEmpty(qs(model->architecture() ? model->whyNoTokenizer().message
                                                    : model->whyNotRunnable().message));
        return;
    }
    for (Side& side : m_sides) side.text->clear();
    m_sides[0].title->setText(tr("Original: %1").arg(qs(model->name())));
    m_sides[1].title->clear();
    m_stack->showContent();
    fillModels();
}

void PlaygroundPanel::fillModels(bool preferLastRun) {
    const auto& model = m_session.model();
    if (!model) return;
    const QString before = m_quantized->currentData().toString();
    m_quantized->clear();
    if (!m_session.lastOutput().isEmpty())
        m_quantized->addItem(tr("last run: %1").arg(QFileInfo(m_session.lastOutput()).fileName()),
                             m_session.lastOutput());
    for (const auto& experiment : *m_services.store().experiments()) {
        if (experiment.modelKey != model->contentKey()) continue;
        for (const auto& artifact : experiment.artifacts) {
            const QString path = qs(artifact.path);
            if (artifact.kind == "container" && m_quantized->findData(path) < 0 &&
                QFileInfo::exists(path))
                m_quantized->addItem(
                    tr("%1: %2, %3 bpw")
                        .arg(experiment.id.value)
                        .arg(qs(experiment.recipe), bitsText(experiment.bitsPerWeight)),
                    path);
        }
    }
    if (m_quantized->count() == 0) m_quantized->addItem(tr("nothing quantized yet"), QString());
    if (const int at = m_quantized->findData(before);
        at >= 0 && !before.isEmpty() && !preferLastRun)
        m_quantized->setCurrentIndex(at);
    showButtons();
}

bool PlaygroundPanel::busy() const { return m_sides[0].job.value || m_sides[1].job.value; }

void PlaygroundPanel::showButtons() {
    m_generate->setEnabled(!busy());
    m_stop->setEnabled(busy());
}

void PlaygroundPanel::generate() {
    if (busy() || !m_session.model() || m_prompt->text().isEmpty()) return;
    start(m_sides[0], {}, m_session.model());
    const QString path = m_quantized->currentData().toString();
    if (!path.isEmpty())
        start(m_sides[1], path, nullptr);
    else
        m_sides[1].text->setPlaceholderText(tr("Nothing is quantized yet: press Quantize first."));
    showButtons();
}

void PlaygroundPanel::stop() {
    for (const Side& side : m_sides)
        if (side.job.value) m_services.jobs().cancel(side.job);
}

void PlaygroundPanel::start(Side& side, const QString& path, std::shared_ptr<const Model> model) {
    const SamplingOptions options{.tokens = static_cast<std::size_t>(m_tokens->value()),
                                  .temperature = m_temperature->value(),
                                  .seed = static_cast<std::uint64_t>(m_seed->value())};
    const Engine& engine = m_services.engine();
    side.text->setPlainText(m_prompt->text());
    side.decoder = QStringDecoder(QStringDecoder::Utf8);
    side.job = m_services.jobs().submit(
        {.title = tr("Generate").toStdString(),
         .kind = "generate",
         .lane = "playground", // not behind a long quantization
         .seed = options.seed,
         .work = [model = std::move(model), path, prompt = m_prompt->text().toStdString(), options,
                  &engine](RunContext& context) {
             return runGeneration(model, path, prompt, options, engine, context);
         }});
}

void PlaygroundPanel::onFed(const JobFeed& feed) {
    for (Side& side : m_sides) {
        if (side.job != feed.id) continue;
        QString more;
        for (const auto& result : feed.results)
            if (const auto* token = std::any_cast<GeneratedToken>(&result))
                more += side.decoder(QByteArrayView(token->bytes.data(),
                                                    static_cast<qsizetype>(token->bytes.size())));
        if (more.isEmpty()) return;
        side.text->moveCursor(QTextCursor::End);
        side.text->insertPlainText(more);
        side.text->ensureCursorVisible();
    }
}

void PlaygroundPanel::onFinished(JobId id) {
    for (Side& side : m_sides) {
        if (side.job != id || !id.value) continue;
        side.job = {};
        const JobSnapshot* job = m_services.jobs().find(id);
        if (job && job->state == JobState::Failed)
            m_services.messages().fail(tr("Generate"), qs(job->error));
        const std::any value = m_services.jobs().result(id);
        if (const auto* done = std::any_cast<Generation>(&value)) {
            const QString who =
                &side == m_sides.data()
                    ? tr("Original: %1 · ")
                          .arg(qs(m_session.model() ? m_session.model()->name() : ""))
                    : QString();
            side.title->setText(who + speedText(*done));
            side.title->setToolTip(side.title->text());
        }
        m_services.jobs().forget(id);
    }
    showButtons();
}

} // namespace bitsmith::ui
