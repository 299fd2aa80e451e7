#include "ui/panels/playground_panel.h"

#include "core/model/generate.h"
#include "ui/bridge/text.h"
#include "ui/charts/token_bars.h"
#include "ui/panels/token_text.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

constexpr int DefaultTokens = 120;
constexpr std::size_t MostLikely = 10; // shown of each model

// The job's body; tokens go to the feed as they come.
Result<std::any> runGeneration(std::shared_ptr<const Model> model, const QString& path,
                               const std::string& prompt, const SamplingOptions& options,
                               const Engine& engine, RunContext& context) {
    if (!model) {
        BITSMITH_TRY(model, openModel(toPath(path)));
    }
    context.beginStep("loading");
    BITSMITH_TRY(ForwardPass pass, ForwardPass::create(std::move(model), engine.backend));
    BITSMITH_CHECK(pass.useModelActivations());
    pass.keepBlocks(weightBudget(engine));
    context.beginStep("generating");
    BITSMITH_TRY(Generation done,
                 bitsmith::generate(pass, prompt, options, context,
                                    [&](const GeneratedToken& token) { context.publish(token); }));
    return std::any(std::move(done));
}

using Compared = std::array<std::vector<TokenDivergence>, 2>;

Result<std::any> runComparison(const std::shared_ptr<const Model>& original, const QString& path,
                               const std::string& prompt,
                               const std::array<std::vector<TokenId>, 2>& texts,
                               const Engine& engine, RunContext& context) {
    BITSMITH_TRY(auto quantized, openModel(toPath(path)));
    context.beginStep("comparing tokens");
    BITSMITH_TRY(const ForwardPass p, ForwardPass::create(original, engine.backend));
    BITSMITH_TRY(const ForwardPass q, ForwardPass::create(std::move(quantized), engine.backend));
    std::vector<TokenId> start = original->tokenizer()->encode(prompt, true);
    Compared out;
    if (start.empty()) return std::any(out); // generation found a token to begin with
    for (std::size_t side = 0; side < texts.size(); ++side) {
        std::vector<TokenId> tokens = start;
        tokens.insert(tokens.end(), texts[side].begin(), texts[side].end());
        BITSMITH_TRY(out[side], compareTokens(p, q, tokens, start.size(), MostLikely, context));
    }
    return std::any(std::move(out));
}

QString speedText(const Generation& done) {
    const double rate =
        done.seconds > 0 ? static_cast<double>(done.tokens.size()) / done.seconds : 0;
    return PlaygroundPanel::tr("%1 tokens · %2 tokens/s")
        .arg(done.tokens.size())
        .arg(QString::number(rate, 'f', 1));
}

} // namespace

PlaygroundPanel::PlaygroundPanel(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session), m_prompt(new QLineEdit),
      m_quantized(new QComboBox), m_tokens(new QSpinBox), m_seed(new QSpinBox),
      m_temperature(new QDoubleSpinBox), m_generate(new QPushButton(tr("&Generate"))),
      m_stop(new QPushButton(tr("&Stop"))),
      m_difference(makeLabel(QStringLiteral("playgroundDifference"))), m_bars(new TokenBars) {
    setObjectName(QStringLiteral("playgroundPanel"));
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addWidget(buildControls());
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(buildSide(m_sides[0], QStringLiteral("playgroundOriginal")));
    split->addWidget(buildSide(m_sides[1], QStringLiteral("playgroundQuantized")));
    split->addWidget(m_bars);
    for (int i = 0; i < 3; ++i) split->setStretchFactor(i, i == 2 ? 3 : 4);
    column->addWidget(split, 1);
    column->addWidget(m_difference);
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
    auto* row = new FlowLayout(box); // large type needs two lines
    row->addWidget(m_prompt);
    row->addWidget(makePair(tr("&tokens"), m_tokens));
    row->addWidget(makePair(tr("tem&perature"), m_temperature));
    row->addWidget(makePair(tr("see&d"), m_seed));
    row->addWidget(m_generate);
    row->addWidget(m_stop);
    return box;
}

QWidget* PlaygroundPanel::buildSide(Side& side, const QString& name) {
    side.title = makeLabel(name + QStringLiteral("Title"));
    side.title->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    side.title->setMinimumWidth(1);                   // a model's name may be one long word
    side.title->setWordWrap(&side == m_sides.data()); // the other flows as a whole
    side.text = new TokenText;
    side.text->setObjectName(name);
    connect(side.text, &TokenText::tokenChosen, this,
            [this, &side](int token) { showToken(side, token); });
    const bool original = &side == m_sides.data();
    side.text->setAccessibleName(original ? tr("Text of the original")
                                          : tr("Text of the quantized model"));
    side.text->setToolTip(
        original ? tr("What the original says. Colour: how far the quantized model is from it at "
                      "each token (KL divergence)")
                 : tr("What the quantized model says. Colour: how far it is from the original at "
                      "each token (KL divergence)"));
    side.text->setPlaceholderText(original ? tr("The original's text appears here.")
                                           : tr("The quantized model's text appears here."));
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* row = new FlowLayout;
    if (!original) row->addWidget(m_quantized);
    row->addWidget(side.title);
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
    for (Side& side : m_sides) {
        side.text->begin({});
        side.tokens.clear();
        side.compared.clear();
    }
    m_difference->clear();
    m_bars->setToken({});
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

bool PlaygroundPanel::busy() const {
    return m_sides[0].job.value || m_sides[1].job.value || m_comparing.value;
}

void PlaygroundPanel::showButtons() {
    m_generate->setEnabled(!busy());
    m_stop->setEnabled(busy());
}

void PlaygroundPanel::generate() {
    if (busy() || !m_session.model() || m_prompt->text().isEmpty()) return;
    m_difference->clear();
    m_bars->setToken({});
    m_prompted = m_prompt->text();
    const QString path = m_quantized->currentData().toString();
    m_quantizedPath = path;
    for (Side& side : m_sides) side.text->begin({});
    start(m_sides[0], {}, m_session.model());
    if (!path.isEmpty())
        start(m_sides[1], path, nullptr);
    else
        m_sides[1].text->setPlaceholderText(tr("Nothing is quantized yet: press Quantize first."));
    showButtons();
}

void PlaygroundPanel::stop() {
    for (const Side& side : m_sides)
        if (side.job.value) m_services.jobs().cancel(side.job);
    if (m_comparing.value) m_services.jobs().cancel(m_comparing);
}

void PlaygroundPanel::start(Side& side, const QString& path, std::shared_ptr<const Model> model) {
    const SamplingOptions options{.tokens = static_cast<std::size_t>(m_tokens->value()),
                                  .temperature = m_temperature->value(),
                                  .seed = static_cast<std::uint64_t>(m_seed->value())};
    const Engine& engine = m_services.engine();
    side.text->begin(m_prompted);
    side.tokens.clear();
    side.compared.clear();
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
        for (const auto& result : feed.results)
            if (const auto* token = std::any_cast<GeneratedToken>(&result)) {
                side.text->append(token->bytes);
                side.tokens.push_back(token->id);
            }
    }
}

void PlaygroundPanel::onFinished(JobId id) {
    if (id == m_comparing && id.value) return onCompared(id);
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
            side.title->setToolTip(tr("The prompt, %1 tokens, took %2")
                                       .arg(done->promptTokens)
                                       .arg(secondsText(done->promptSeconds)));
        }
        m_services.jobs().forget(id);
        if (!busy()) compare();
    }
    showButtons();
}

void PlaygroundPanel::compare() {
    if (m_quantizedPath.isEmpty() || !m_session.model() || m_sides[0].tokens.empty() ||
        m_sides[1].tokens.empty())
        return;
    const std::size_t part = firstDifference(m_sides[0].tokens, m_sides[1].tokens);
    const bool same = part == static_cast<std::size_t>(-1);
    for (Side& side : m_sides) side.text->setDifference(same ? std::nullopt : std::optional(part));
    m_difference->setText(same ? tr("Both models write the same.")
                               : tr("The texts part at token %1. Colour: KL divergence of the "
                                    "quantized model from the original at each token; half "
                                    "strength at 0.5 nats.")
                                     .arg(part + 1));
    const Engine& engine = m_services.engine();
    m_comparing = m_services.jobs().submit(
        {.title = tr("Compare tokens").toStdString(),
         .kind = "compare",
         .lane = "playground",
         .work = [model = m_session.model(), path = m_quantizedPath,
                  prompt = m_prompted.toStdString(),
                  texts = std::array{m_sides[0].tokens, m_sides[1].tokens},
                  &engine](RunContext& context) {
             return runComparison(model, path, prompt, texts, engine, context);
         }});
}

void PlaygroundPanel::onCompared(JobId id) {
    m_comparing = {};
    const JobSnapshot* job = m_services.jobs().find(id);
    if (job && job->state == JobState::Failed)
        m_services.messages().fail(tr("Compare tokens"), qs(job->error));
    const std::any value = m_services.jobs().result(id);
    if (const auto* done = std::any_cast<Compared>(&value)) {
        for (std::size_t i = 0; i < m_sides.size(); ++i) {
            Side& side = m_sides[i];
            side.compared = (*done)[i];
            std::vector<float> kl;
            for (const auto& token : side.compared) kl.push_back(token.kl);
            side.text->setDivergences(std::move(kl));
        }
        const std::size_t part = firstDifference(m_sides[0].tokens, m_sides[1].tokens);
        showToken(m_sides[1], part < m_sides[1].tokens.size() ? static_cast<int>(part) : 0);
    }
    m_services.jobs().forget(id);
    showButtons();
}

void PlaygroundPanel::showToken(const Side& side, int token) {
    const auto at = static_cast<std::size_t>(token);
    if (token < 0 || at >= side.compared.size())
        m_bars->setToken({});
    else
        m_bars->setToken(side.compared[at]);
}

} // namespace bitsmith::ui
