// What rounding does to what a model says: the same prompt, continued by the original and by the
// model rounded to a few bits, with the divergence of every token.
#include "core/model/generate.h"
#include "core/model/utf8_stream.h"
#include "ui/bridge/text.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/rounded_model.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Tokens = 60;

struct SpokenToken {
    std::string text;
    double kl = 0; // KL(original || rounded) where it was chosen, nats
};
struct Words {
    std::vector<SpokenToken> original, rounded;
    double bitsPerWeight = 0, meanKl = -1; // -1: not known yet
    std::size_t same = 0;                  // tokens before the first difference
};

// KL divergence of softmaxes, in nats.
double divergence(std::span<const float> a, std::span<const float> b) {
    const auto logSum = [](std::span<const float> x) {
        const double top = *std::ranges::max_element(x);
        double sum = 0;
        for (const float value : x) sum += std::exp(value - top);
        return top + std::log(sum);
    };
    const double la = logSum(a), lb = logSum(b);
    double out = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double p = a[i] - la;
        out += std::exp(p) * (p - (b[i] - lb));
    }
    return std::max(out, 0.0);
}

// Both models over prompt and text: fills the tokens' divergences.
Status compare(const ForwardPass& a, const ForwardPass& b, const std::vector<TokenId>& ids,
               std::size_t prompt, std::vector<SpokenToken>& tokens, RunContext& context) {
    if (tokens.empty() || prompt == 0) return {};
    TokenBatch batch;
    batch.append(ids);
    const auto logitsOf = [&](const ForwardPass& pass) -> Result<Matrix> {
        BITSMITH_TRY(const Matrix hidden, pass.run(batch, context));
        return pass.logits(hidden.view().rowRange(prompt - 1, tokens.size()));
    };
    BITSMITH_TRY(const Matrix first, logitsOf(a));
    BITSMITH_TRY(const Matrix second, logitsOf(b));
    for (std::size_t i = 0; i < tokens.size(); ++i)
        tokens[i].kl = divergence(first.view().row(i), second.view().row(i));
    return {};
}

Result<std::any> speak(std::shared_ptr<const Model> model, const std::string& prompt, int bits,
                       const SamplingOptions& options, RunContext& context, const Engine& engine) {
    if (!model) {
        BITSMITH_TRY(const auto folder, demoModelFolder());
        BITSMITH_TRY(model, openModel(folder));
    }
    if (!model->architecture()) return fail(model->whyNotRunnable());
    if (!model->tokenizer()) return fail(model->whyNoTokenizer());
    Words words;
    const auto run = [&](const ForwardPass& pass, std::vector<SpokenToken>& out,
                         std::vector<TokenId>* ids) -> Status {
        Utf8Stream text;
        return generate(pass, prompt, options, context,
                        [&](const GeneratedToken& token) {
                            out.push_back({text.push(token.bytes)});
                            if (ids) ids->push_back(token.id);
                            if (out.size() % 4 == 0) context.publish(words);
                        })
            .map([](const Generation&) {});
    };
    context.beginStep("original", 0, 0.3);
    BITSMITH_TRY(const ForwardPass original, ForwardPass::create(model, engine.backend));
    original.keepBlocks(weightBudget(engine) / 2);
    std::vector<TokenId> firstIds;
    BITSMITH_CHECK(run(original, words.original, &firstIds));
    context.publish(words);
    context.beginStep("rounding", 0.3, 0.6);
    BITSMITH_TRY(const RoundedModel rounded, roundModel(model, bits, context));
    words.bitsPerWeight = rounded.bitsPerWeight;
    BITSMITH_TRY(const ForwardPass pass, ForwardPass::create(rounded.model, engine.backend));
    pass.keepBlocks(weightBudget(engine) / 2);
    context.beginStep("rounded", 0.6, 0.9);
    std::vector<TokenId> spoken;
    BITSMITH_CHECK(run(pass, words.rounded, &spoken));
    const auto differ = std::ranges::mismatch(firstIds, spoken);
    words.same = static_cast<std::size_t>(differ.in1 - firstIds.begin());
    context.beginStep("comparing", 0.9, 1);
    std::vector<TokenId> ids = model->tokenizer()->encode(prompt, true);
    const std::size_t before = ids.size();
    ids.insert(ids.end(), spoken.begin(), spoken.end());
    BITSMITH_CHECK(compare(original, pass, ids, before, words.rounded, context));
    words.meanKl = 0;
    for (const SpokenToken& token : words.rounded)
        words.meanKl += token.kl / static_cast<double>(words.rounded.size());
    return std::any(std::move(words));
}

class WordsPicture final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "words",
            .title = QT_TRANSLATE_NOOP("lessons", "Noise in, words out"),
            .alt = QT_TRANSLATE_NOOP(
                "lessons", "A text continued by the original model and, below, by the "
                           "rounded one; the darker a token's background, the more the two "
                           "models disagreed about it."),
            .source = PictureInfo::Source::Model};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {
            slider("bits", Said::tr("Bits"), Said::tr("Of every weight of the model"), 2, 8, 1, 8),
            choice("prompt", Said::tr("Prompt"), Said::tr("How the text begins"),
                   {{"once", Said::tr("Once upon a time")},
                    {"rain", Said::tr("It was raining")},
                    {"friend", Said::tr("The two friends")}},
                   0),
            slider("temperature", Said::tr("Temperature"),
                   Said::tr("0: always the most likely token; higher: more variety"), 0, 1.2, 0.1,
                   0),
            slider("seed", Said::tr("Seed"), Said::tr("Another draw of the random numbers"), 1, 20,
                   1, 1)};
    }
    void compute(const PictureInput& in) override {
        m_bits = in.controls.whole("bits");
        static const QStringList prompts{QStringLiteral("Once upon a time"),
                                         QStringLiteral("It was raining"),
                                         QStringLiteral("The two friends")};
        m_prompt = prompts.value(in.controls.whole("prompt"));
        m_note = in.weights ? Said::tr("The open model: %1").arg(qs(in.weights->model->name()))
                            : Said::tr("The demo model that comes with Bitsmith");
    }
    std::optional<PictureWork> work(const PictureInput& in) override {
        const SamplingOptions options{.tokens = Tokens,
                                      .temperature = in.controls.number("temperature"),
                                      .seed =
                                          static_cast<std::uint64_t>(in.controls.whole("seed"))};
        const QString who = in.weights ? qs(in.weights->model->path().string()) : QString();
        return PictureWork{.key = QStringLiteral("%1 %2 %3 %4 %5")
                                      .arg(m_bits)
                                      .arg(m_prompt)
                                      .arg(options.temperature)
                                      .arg(options.seed)
                                      .arg(who),
                           .run = [model = in.weights ? in.weights->model : nullptr,
                                   prompt = m_prompt.toStdString(), bits = m_bits,
                                   options](RunContext& context, const Engine& engine) {
                               return speak(model, prompt, bits, options, context, engine);
                           }};
    }
    void received(const std::any& value) override {
        if (const auto* words = std::any_cast<Words>(&value)) {
            m_words = *words;
            m_wordsPrompt = m_prompt;
            m_wordsBits = m_bits;
        }
    }
    void workEnded(const QString& error) override { m_problem = error; }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        const double line = lineHeight(inks.small);
        QRectF rest = area;
        const double half = (rest.height() - line * 7) / 2;
        rest = drawTitle(painter, rest, inks, Said::tr("The original"));
        paintText(painter, QRectF(rest.left(), rest.top(), rest.width(), half - line * 1.6), inks,
                  m_words.original, false);
        rest.setTop(rest.top() + half - line * 1.3);
        rest = drawTitle(painter, rest, inks,
                         m_words.rounded.empty() ? Said::tr("Rounded: not there yet")
                                                 : Said::tr("Rounded to %1 bits").arg(m_wordsBits));
        paintText(painter, QRectF(rest.left(), rest.top(), rest.width(), half - line * 1.6), inks,
                  m_words.rounded, true);
        rest.setTop(rest.top() + half - line * 1.3);
        double most = 0.1;
        for (const SpokenToken& token : m_words.rounded) most = std::max(most, token.kl);
        const Plot strip(painter, rest, inks, {.min = 0, .max = Tokens, .title = Said::tr("token")},
                         {.min = 0, .max = most * 1.1, .title = Said::tr("KL divergence, nats")});
        for (std::size_t i = 0; i < m_words.rounded.size(); ++i)
            strip.bar(static_cast<double>(i) + 0.5, 0.85, 0, m_words.rounded[i].kl, inks.second);
    }
    std::vector<Reading> readings() const override {
        if (!m_problem.isEmpty()) return {{Said::tr("not possible"), m_problem}};
        if (m_words.original.empty()) return {{Said::tr("bits"), QString::number(m_bits)}};
        std::vector<Reading> out{{Said::tr("tokens"), QString::number(m_words.original.size())}};
        if (m_words.meanKl < 0) return out;
        out.push_back({Said::tr("bits per weight"), bitsText(m_words.bitsPerWeight)});
        out.push_back({Said::tr("mean KL"), Said::tr("%1 nats").arg(numberText(m_words.meanKl))});
        out.push_back(
            {Said::tr("same tokens before the first difference"), QString::number(m_words.same)});
        return out;
    }
    QString note() const override { return m_note; }

private:
    // Tokens one after the other, wrapped at the right end.
    void paintText(QPainter& painter, const QRectF& area, const Inks& inks,
                   const std::vector<SpokenToken>& tokens, bool colored) const {
        painter.save();
        painter.setClipRect(area);
        const QFontMetricsF metrics(inks.font);
        const double height = metrics.height() * 1.15;
        double x = area.left(), y = area.top();
        const auto put = [&](const QString& text, const QColor& ink, double heat) {
            const double width = metrics.horizontalAdvance(text);
            if (x + width > area.right() && x > area.left()) {
                x = area.left();
                y += height;
            }
            const QRectF box(x, y, width, height);
            if (heat > 0) painter.fillRect(box, mixed(inks.base, inks.second, heat));
            drawText(painter, box, ink, inks.font, text, Qt::AlignLeft | Qt::AlignVCenter);
            x += width;
        };
        put(m_wordsPrompt.isEmpty() ? m_prompt : m_wordsPrompt, inks.dim, 0);
        for (const SpokenToken& token : tokens) {
            const QStringList lines = qs(token.text).split(QLatin1Char('\n'));
            for (qsizetype i = 0; i < lines.size(); ++i) {
                if (i > 0) {
                    x = area.left();
                    y += height;
                }
                if (!lines[i].isEmpty())
                    put(lines[i], inks.text,
                        colored ? std::min(0.75, std::sqrt(token.kl) * 0.6) : 0);
            }
        }
        painter.restore();
    }
    Words m_words;
    int m_bits = 8, m_wordsBits = 8;
    QString m_prompt, m_wordsPrompt, m_note, m_problem;
};

} // namespace

std::unique_ptr<LivePicture> pictures_words() { return std::make_unique<WordsPicture>(); }

} // namespace bitsmith::ui
