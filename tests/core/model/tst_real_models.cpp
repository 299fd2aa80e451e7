// Real models, where present: the loss on real text, generation, and what a damaged one says.
#include "core/model/forward.h"
#include "core/model/generate.h"
#include "tests/core/model/model_fixtures.h"
#include "tests/support/shared_files.h"

#include <QElapsedTimer>
#include <QTest>

#include <cmath>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

// Mean negative log-likelihood of the first `count` windows of `window` tokens.
double meanLoss(const ForwardPass& pass, const Backend& backend, std::span<const TokenId> tokens,
                std::size_t window, std::size_t count) {
    TokenBatch batch;
    for (std::size_t i = 0; i < count; ++i) batch.append(tokens.subspan(i * window, window));
    RunContext context;
    const Matrix hidden = pass.run(batch, context).value();
    Matrix logits = pass.logits(hidden.view()).value();
    backend.logSoftmax(logits.view());
    double sum = 0;
    for (std::size_t t = 0; t < batch.tokens.size(); ++t)
        if ((t + 1) % window != 0) sum -= logits(t, static_cast<std::size_t>(batch.tokens[t + 1]));
    return sum / static_cast<double>(count * (window - 1));
}

std::shared_ptr<const Model> opened(const char* folder) {
    auto model = openModel(sharedFile(folder));
    if (!model) throw std::runtime_error(model.error().message);
    return *model;
}

} // namespace

class TstRealModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Expected: transformers 5.23.0, torch 2.15.0, fp32 on the same windows; tokens of
    // SentencePiece (stories260K, prose-3m) and of the tokenizer.json (char-gpt).
    void lossMatchesTheReferenceLibrary_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("window");
        QTest::addColumn<int>("count");
        QTest::addColumn<double>("expected");
        QTest::newRow("llama, fp32")
            << "stories260K"
            << "corpora/wikitext-2-raw/wiki.test.raw" << 512 << 8 << 4.845990;
        QTest::newRow("gpt2, fp32") << "char-gpt-shakespeare"
                                    << "corpora/tinyshakespeare/input.txt" << 48 << 40 << 1.649928;
        QTest::newRow("llama, bf16") << "prose-3m"
                                     << "corpora/prose-held/held.txt" << 256 << 16 << 2.561106;
    }
    void lossMatchesTheReferenceLibrary() {
        BITSMITH_NEEDS_SHARED("models");
        BITSMITH_NEEDS_SHARED("corpora");
        QFETCH(QString, model);
        QFETCH(QString, text);
        QFETCH(int, window);
        QFETCH(int, count);
        QFETCH(double, expected);
        const auto net = opened(("models/" + model + "/hf").toUtf8().constData());
        QVERIFY2(net->tokenizer(), net->whyNoTokenizer().message.c_str());
        std::string corpus = readTextFile(sharedFile(text.toStdString())).value();
        corpus.resize(std::min<std::size_t>(corpus.size(), 100000));
        const auto tokens = net->tokenizer()->encode(corpus);
        const auto backend = makeCpuBackend();
        const auto pass = ForwardPass::create(net, backend).value();
        const double loss = meanLoss(pass, *backend, tokens, static_cast<std::size_t>(window),
                                     static_cast<std::size_t>(count));
        QVERIFY2(std::abs(loss - expected) < 2e-5,
                 qPrintable(QString("%1, expected %2").arg(loss, 0, 'f', 6).arg(expected)));
    }

    void generationIsSeeded() {
        BITSMITH_NEEDS_SHARED("models/stories260K/hf");
        const auto model = opened("models/stories260K/hf");
        const auto pass = ForwardPass::create(model, makeCpuBackend()).value();
        RunContext context;
        std::string streamed;
        const auto collect = [&](const GeneratedToken& token) { streamed += token.bytes; };
        const SamplingOptions options{.tokens = 40, .temperature = 0.8, .seed = 3};
        const auto first = generate(pass, "Once upon a time", options, context, collect).value();
        const auto again = generate(pass, "Once upon a time", options, context).value();
        QCOMPARE(first.text, again.text);
        QCOMPARE(first.text, streamed);
        QVERIFY(first.promptTokens > 4);
        SamplingOptions other = options;
        other.seed = 4;
        QVERIFY(generate(pass, "Once upon a time", other, context).value().text != first.text);
        other.temperature = 0;
        const auto greedy = generate(pass, "Once upon a time", other, context).value();
        qInfo("%s", greedy.text.c_str());
        QVERIFY(greedy.text.find(" little ") != std::string::npos);
        for (const auto& token : greedy.tokens) QVERIFY(token.logProbability <= 0);
    }

    void aFullContextStopsGeneration() {
        BITSMITH_NEEDS_SHARED("models/char-gpt-shakespeare/hf");
        const auto model = opened("models/char-gpt-shakespeare/hf");
        const auto pass = ForwardPass::create(model, makeCpuBackend()).value();
        RunContext context;
        const auto out = generate(pass, "ROMEO:", {.tokens = 100, .stopAtEnd = false}, context);
        QVERIFY2(out.has_value(), out ? "" : out.error().message.c_str());
        QCOMPARE(out->promptTokens + out->tokens.size(), std::size_t(49));
        QCOMPARE(context.logSince(0).size(), std::size_t(1));
        QVERIFY(context.logSince(0)[0].text.find("48") != std::string::npos);
        const auto refused = generate(pass, std::string(60, 'a'), {}, context);
        QVERIFY(!refused.has_value());
        QVERIFY(refused.error().message.find("48") != std::string::npos);
    }

    void openingReadsHeadersOnly() {
        BITSMITH_NEEDS_SHARED("models/gpt2-attention-partial");
        QElapsedTimer timer;
        timer.start();
        const auto model = opened("models/gpt2-attention-partial/attention.safetensors");
        QVERIFY(!model->architecture());
        QVERIFY(timer.elapsed() < 500);
        std::size_t quantizable = 0;
        for (const auto& tensor : model->tensors()) quantizable += tensor.quantizable;
        QVERIFY(quantizable > 0);
    }
};

QTEST_GUILESS_MAIN(TstRealModels)
#include "tst_real_models.moc"
