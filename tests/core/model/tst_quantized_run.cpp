// Models run with quantized activations and a packed cache: which products are quantized, what a
// better format gains, and that tokens one by one see what tokens together see.
#include "core/calibration/activation_ranges.h"
#include "core/compute/activation_quantizer.h"
#include "core/model/forward.h"
#include "core/model/kv_cache.h"
#include "core/tensor/input_basis.h"
#include "tests/core/model/model_fixtures.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

ForwardPass passOf(const QString& name) {
    return ForwardPass::create(openModel(goldenFolder() / name.toStdString()).value(),
                               makeCpuBackend())
        .value();
}

std::vector<TokenId> someTokens(std::size_t count) {
    std::vector<TokenId> out;
    Rng rng(3, "tokens", "test");
    for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<TokenId>(rng.uniform() * 90));
    return out;
}

Matrix logitsOf(const ForwardPass& pass, std::span<const TokenId> tokens) {
    TokenBatch batch;
    batch.append(tokens);
    RunContext context;
    const Matrix hidden = pass.run(batch, context).value();
    return pass.logits(hidden.view()).value();
}

ForwardPass with(ForwardPass pass, const char* activations, const char* cache = "") {
    const auto precision = parseRunPrecision(activations, cache);
    if (!precision) qFatal("%s", precision.error().message.c_str());
    if (const Status status = pass.setPrecision(*precision); !status)
        qFatal("%s", status.error().message.c_str());
    return pass;
}

// Root mean square of the difference, relative to the first.
double away(const Matrix& a, const Matrix& b) {
    double sum = 0, size = 0;
    for (std::size_t i = 0; i < a.values().size(); ++i) {
        const double d = double(a.values()[i]) - double(b.values()[i]);
        sum += d * d;
        size += double(a.values()[i]) * double(a.values()[i]);
    }
    return std::sqrt(sum / size);
}

} // namespace

class TstQuantizedRun : public QObject {
    Q_OBJECT

    void eachModel() {
        QTest::addColumn<QString>("name");
        for (const auto& entry : fs::directory_iterator(goldenFolder()))
            if (entry.is_directory()) {
                const auto name = QString::fromStdString(entry.path().filename().string());
                QTest::newRow(qPrintable(name)) << name;
            }
    }

private Q_SLOTS:
    void everyProductCounts_data() { eachModel(); }
    // Each product alone changes the logits, no two of them in the same way; none changes nothing.
    void everyProductCounts() {
        QFETCH(QString, name);
        const ForwardPass pass = passOf(name);
        const auto tokens = someTokens(24);
        const Matrix plain = logitsOf(pass, tokens);
        QCOMPARE(logitsOf(with(pass, "none"), tokens), plain);
        const BlockSpec& spec = pass.architecture().blocks[0];
        std::vector<Matrix> seen;
        for (std::size_t p = 0; p < ProductCount; ++p) {
            const auto product = static_cast<Product>(p);
            if (product == Product::Gate && !spec.gate.present()) continue;
            if (spec.fused != FusedLayout::None && p <= std::size_t(Product::V)) {
                ForwardPass partly = pass;
                const auto scheme =
                    parseActivationScheme(fmt::format("int4:{}", productName(product)));
                const Status refused = partly.quantizeActivations(*scheme);
                QVERIFY(!refused.has_value());
                QVERIFY(refused.error().message.find("q+k+v") != std::string::npos);
                if (product != Product::Q) continue;
                seen.push_back(logitsOf(with(pass, "int4:q+k+v"), tokens));
            } else {
                seen.push_back(
                    logitsOf(with(pass, fmt::format("int4:token:{}", productName(product)).c_str()),
                             tokens));
            }
            QVERIFY2(away(plain, seen.back()) > 1e-5, productName(product).data());
            for (std::size_t other = 0; other + 1 < seen.size(); ++other)
                QVERIFY(seen[other] != seen.back());
        }
    }

    void moreBitsAreNearer_data() { eachModel(); }
    void moreBitsAreNearer() {
        QFETCH(QString, name);
        const ForwardPass pass = passOf(name);
        const auto tokens = someTokens(24);
        const Matrix plain = logitsOf(pass, tokens);
        for (const auto& rising : {std::vector<const char*>{"int4", "int6", "int8"},
                                   {"bfp4", "bfp6", "bfp8"},
                                   {"mxfp4", "mxfp6", "mxint8"}}) {
            double last = 1e9;
            for (const char* text : rising) {
                const double distance = away(plain, logitsOf(with(pass, text), tokens));
                QVERIFY2(distance < 0.6 * last, text);
                last = distance;
            }
            QVERIFY2(last < 0.1, qPrintable(QString::number(last)));
        }
    }

    // Activations in the future do not reach back, whatever shares a scale but the tensor.
    void tokensDoNotSeeTheFuture_data() { eachModel(); }
    void tokensDoNotSeeTheFuture() {
        QFETCH(QString, name);
        const auto tokens = someTokens(40);
        // Another future of the same length: products of other sizes may round another way.
        auto other = tokens;
        std::rotate(other.begin() + 29, other.begin() + 30, other.end());
        QVERIFY(other != tokens);
        for (const char* text : {"bfp4", "int4", "mxfp4"})
            for (const char* cache : {"", "3:group4:window6"}) {
                const ForwardPass pass = with(passOf(name), text, cache);
                const Matrix all = logitsOf(pass, tokens);
                const Matrix some = logitsOf(pass, other);
                for (std::size_t t = 0; t < 29; ++t)
                    for (std::size_t c = 0; c < all.cols(); ++c)
                        QVERIFY(std::abs(all(t, c) - some(t, c)) <=
                                1e-3F * (1 + std::abs(all(t, c))));
            }
    }

    void stepsAgreeWithBatches_data() { eachModel(); }
    // One by one, in pieces or all at once: window - 1, window, window + 1 and a group's end pass
    // by.
    void stepsAgreeWithBatches() {
        QFETCH(QString, name);
        const auto tokens = someTokens(40);
        for (const char* cache :
             {"4:group8:window8", "8:group5:window0", "2:group16:window3", ""}) {
            const ForwardPass pass = with(passOf(name), "", cache);
            const Matrix together = logitsOf(pass, tokens), plain = logitsOf(passOf(name), tokens);
            for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{40}}) {
                const auto held = pass.newCache(tokens.size());
                double off = 0, effect = 0;
                for (std::size_t at = 0; at < tokens.size(); at += piece) {
                    const std::size_t n = std::min(piece, tokens.size() - at);
                    const auto last = pass.step(*held, std::span(tokens).subspan(at, n)).value();
                    Matrix got(1, last.size()), wanted(1, last.size());
                    std::ranges::copy(last, got.data());
                    std::ranges::copy(ConstMatrixView(together.view()).row(at + n - 1),
                                      wanted.data());
                    off += away(wanted, got);
                    std::ranges::copy(ConstMatrixView(plain.view()).row(at + n - 1), got.data());
                    effect += away(wanted, got);
                }
                // Sums of another order may tip a value over to the next code now and then.
                QVERIFY2(off < (*cache ? 0.3 * effect + 1e-3 : 1e-3), cache);
            }
        }
    }

    void aPackedCacheIsSmallAndNear_data() { eachModel(); }
    void aPackedCacheIsSmallAndNear() {
        QFETCH(QString, name);
        const ForwardPass plain = passOf(name);
        const auto tokens = someTokens(40);
        const Matrix wanted = logitsOf(plain, tokens);
        double last = 1e9;
        for (const int bits : {2, 4, 8}) {
            const std::string text = fmt::format("{}:group4:window0", bits);
            const ForwardPass pass = with(plain, "", text.c_str());
            const double distance = away(wanted, logitsOf(pass, tokens));
            QVERIFY2(distance > 0 && distance < 0.7 * last, text.c_str());
            last = distance;

            const auto cache = pass.newCache(tokens.size());
            QVERIFY(pass.step(*cache, tokens).has_value());
            // The last of 40 tokens sees 39 others, in groups of 4: 36 packed.
            const Architecture& a = pass.architecture();
            const std::size_t features = a.kvHeads * a.headDim, blocks = a.blocks.size();
            const std::size_t channels = std::min<std::size_t>(4, a.headDim);
            const std::size_t groups = a.kvHeads * ((a.headDim + channels - 1) / channels);
            const std::size_t codes = 2 * ((4 * features * std::size_t(bits) + 7) / 8);
            const std::size_t piece = codes + 4 * features + 4 * 4 * groups;
            QCOMPARE(std::size_t(cache->bytes()),
                     blocks * (9 * piece + (40 - 36) * 2 * 4 * features));
            QCOMPARE(std::size_t(cache->bytesF16()), blocks * 40 * 4 * features);
            QCOMPARE(std::size_t(KvScheme{bits, 4, 0}.pieceBytes(features, a.headDim)), piece);
            cache->clear();
            QCOMPARE(cache->bytes(), std::uint64_t{0});
        }
        QVERIFY2(last < 0.05, qPrintable(QString::number(last)));
        // A window over everything leaves all as it was.
        QVERIFY(away(wanted, logitsOf(with(plain, "", "2:group8:window64"), tokens)) < 1e-6);
    }

    void packedValuesAreTheNearest() {
        const KvScheme scheme = *parseKvScheme("3:group8");
        PackedKv packed(scheme, 12, 6); // heads of 6: one group of 6 channels each
        Matrix keys(8, 12), values(8, 12);
        Rng rng(5, "kv", "test");
        for (float& v : keys.values()) v = static_cast<float>(rng.normal());
        for (float& v : values.values()) v = static_cast<float>(3 + rng.normal());
        for (std::size_t t = 0; t < 8; ++t) keys(t, 4) = 1.25F; // all alike
        const Matrix k = keys, v = values;
        packed.append(keys.view(), values.view());
        QCOMPARE(packed.tokens(), std::size_t{8});
        Matrix k2(8, 12), v2(8, 12);
        packed.decode(k2.view(), v2.view());
        QCOMPARE(k2, keys);
        QCOMPARE(v2, values);
        for (std::size_t c = 0; c < 12; ++c) { // keys: a scale per channel
            float low = 1e9F, high = -1e9F;
            for (std::size_t t = 0; t < 8; ++t) {
                low = std::min(low, k(t, c));
                high = std::max(high, k(t, c));
            }
            for (std::size_t t = 0; t < 8; ++t)
                QVERIFY(std::abs(k(t, c) - keys(t, c)) <= (high - low) / 14 * 1.02F + 2e-3F);
        }
        for (std::size_t t = 0; t < 8; ++t) // values: per token and head
            for (std::size_t head = 0; head < 2; ++head) {
                const auto row = ConstMatrixView(v.view()).row(t).subspan(6 * head, 6);
                const auto [low, high] = std::ranges::minmax(row);
                for (std::size_t c = 0; c < 6; ++c)
                    QVERIFY(std::abs(row[c] - values(t, 6 * head + c)) <=
                            (high - low) / 14 * 1.02F + 4e-3F);
            }
    }

    void cacheTextsAndRefusals() {
        QCOMPARE(parseKvScheme("4")->text(), std::string("4:group32:window32"));
        QCOMPARE(parseKvScheme("2:group64")->text(), std::string("2:group64:window64"));
        QCOMPARE(parseKvScheme("8:window0:group16")->text(), std::string("8:group16:window0"));
        for (const char* bad :
             {"", "1", "9", "4:", "4:group0", "4:group99999", "4:window", "int4"}) {
            const auto refused = parseKvScheme(bad);
            QVERIFY2(!refused.has_value(), bad);
            QVERIFY(refused.error().message.find("4:group32:window32") != std::string::npos);
        }
        QVERIFY(parseKvScheme("4:group32:window32").has_value());
    }

    // A static scheme with the ranges of these very tokens clips nothing; without ranges it says
    // what to do.
    void staticRangesAreMeasured() {
        ForwardPass pass = passOf(QStringLiteral("qwen3"));
        const auto scheme = *parseActivationScheme("int8:static");
        const Status refused = pass.quantizeActivations(scheme);
        QVERIFY(!refused.has_value());
        QVERIFY(refused.error().message.find("token") != std::string::npos);

        CalibrationSamples samples;
        samples.sequences = {someTokens(24)};
        RunContext context;
        const auto ranges = measureActivationRanges(pass, samples, context);
        QVERIFY(ranges.has_value());
        QCOMPARE(ranges->size(), pass.blockCount() * 10); // seven inputs, query, key, value
        const Matrix plain = logitsOf(pass, samples.sequences[0]);
        QVERIFY(pass.quantizeActivations(scheme, *ranges).has_value());
        const double right = away(plain, logitsOf(pass, samples.sequences[0]));
        QVERIFY(right < 0.1);
        ActivationRanges wrong = *ranges;
        for (auto& [operand, range] : wrong) range *= 0.05F;
        QVERIFY(pass.quantizeActivations(scheme, wrong).has_value());
        QVERIFY(away(plain, logitsOf(pass, samples.sequences[0])) > 3 * right);
    }

    // Weights that were rounded in another basis meet inputs that are rounded in it: an outlier
    // channel that the factors took out of the inputs no longer costs the others their bits.
    void inputsAreRoundedInTheBasisOfTheWeights() {
        const std::size_t n = 32;
        auto matrix = std::make_shared<QuantizedMatrix>();
        matrix->rows = 4;
        matrix->cols = matrix->groupSize = n;
        matrix->groupsPerRow = 1;
        matrix->parameterRows = 4;
        matrix->bits = 8;
        matrix->symmetric = true;
        matrix->codes.assign(4 * n, std::byte{129});
        std::vector<float> ones(4, 1);
        matrix->scales.resize(8);
        fromFloat(DType::F16, ones, matrix->scales);
        QVERIFY(!InputBasis::of(*packedWeights(matrix)));

        SideParts side;
        side.columnFactors.assign(n, 1);
        side.columnFactors[5] = 1.0F / 64;
        side.rotationSeed = 9;
        matrix->side = side.layout();
        matrix->sideBytes = side.pack(4, n);
        const auto weights = packedWeights(matrix);
        const auto basis = InputBasis::of(*weights);
        QVERIFY(basis.has_value());

        Matrix x(2, n);
        Rng rng(1, "x", "test");
        for (float& v : x.values()) v = static_cast<float>(rng.normal());
        x(0, 5) *= 64;
        x(1, 5) *= 64;
        Matrix there = x;
        basis->enter(there.view());
        // In the basis the codes themselves are the weights.
        Matrix codes(4, n), dense = decodeAll(*weights);
        matrix->decodeCodes(0, 4, codes.data());
        for (std::size_t t = 0; t < 2; ++t)
            for (std::size_t r = 0; r < 4; ++r) {
                double here = 0, inside = 0;
                for (std::size_t c = 0; c < n; ++c) {
                    here += double(x(t, c)) * double(dense(r, c));
                    inside += double(there(t, c)) * double(codes(r, c));
                }
                QVERIFY(std::abs(here - inside) < 1e-3 * (1 + std::abs(here)));
            }
        Matrix back = there;
        basis->leave(back.view());
        QVERIFY(away(x, back) < 1e-5);

        const ActivationQuantizer quantizer(*parseActivationScheme("int6"));
        Matrix outside = x, inside = there;
        quantizer.apply(outside.view(), n, 0);
        quantizer.apply(inside.view(), n, 0);
        basis->leave(inside.view());
        double errorOutside = 0, errorInside = 0;
        for (std::size_t c = 0; c < n; ++c) {
            if (c == 5) continue;
            errorOutside += std::pow(double(outside(0, c)) - double(x(0, c)), 2);
            errorInside += std::pow(double(inside(0, c)) - double(x(0, c)), 2);
        }
        QVERIFY(errorInside < 0.1 * errorOutside);
    }
};

QTEST_GUILESS_MAIN(TstQuantizedRun)
#include "tst_quantized_run.moc"
