// Quantized activations against plain loops: every format and every sharing of scales, attention
// with quantized operands, and the text form with its refusals.
#include "core/base/random.h"
#include "core/compute/activation_quantizer.h"

#include <QRegularExpression>
#include <QTest>

#include <bit>
#include <cmath>
#include <limits>

using namespace bitsmith;

namespace {

Matrix randomMatrix(std::size_t rows, std::size_t cols, const char* name, double spread = 1) {
    Matrix out(rows, cols);
    Rng rng(11, name, "test");
    for (std::size_t r = 0; r < rows; ++r) {
        // Rows, and values within a row, of very different sizes.
        const double size = std::exp(2 * rng.normal());
        for (std::size_t c = 0; c < cols; ++c)
            out(r, c) =
                static_cast<float>(spread * size * rng.normal() * (rng.uniform() < 0.05 ? 20 : 1));
    }
    return out;
}

ActivationScheme scheme(const char* text) {
    auto parsed = parseActivationScheme(text);
    if (!parsed) qFatal("%s", parsed.error().message.c_str());
    return *parsed;
}

float largest(std::span<const float> x) {
    float most = 0;
    for (const float v : x) most = std::max(most, std::abs(v));
    return most;
}

// All levels that a value with this scale can take.
std::vector<float> levelsOf(const ActivationScheme& s) {
    std::vector<float> out;
    if (const int bits = s.integerBits(); bits > 0) {
        const int most = (1 << (bits - 1)) - 1;
        for (int k = -most; k <= most; ++k) out.push_back(static_cast<float>(k));
        return out;
    }
    for (const float level : floatLevels(s.levels()->name))
        if (std::isfinite(level) && std::abs(level) <= s.levels()->largest) out.push_back(level);
    return out;
}

// The scale of values with that largest magnitude, from the papers' formulas.
double scaleOf(const ActivationScheme& s, float absmax, const std::vector<float>& levels) {
    const double top = double(largest(levels));
    if (s.shared == ScaleShared::Unscaled) return 1;
    if (!s.powerOfTwo()) return double(absmax / static_cast<float>(top));
    if (absmax == 0) return std::ldexp(1, -127);
    const double log = std::log2(double(absmax));
    // Formats that end below 1 take the next power of two, MX ones fill their last binade.
    return top <= 1 ? std::exp2(std::ceil(log))
                    : std::exp2(std::floor(log) - std::floor(std::log2(top)));
}

// Whether each value became the nearest level times the scale.
QString judge(const ActivationScheme& s, std::span<const float> x, std::span<const float> got,
              double scale) {
    const auto levels = levelsOf(s);
    for (std::size_t i = 0; i < x.size(); ++i) {
        double nearest = std::numeric_limits<double>::infinity(), itself = nearest;
        for (const float level : levels) {
            nearest = std::min(nearest, std::abs(double(x[i]) - double(level) * scale));
            itself = std::min(itself, std::abs(double(got[i]) - double(level) * scale));
        }
        const double unit = double(largest(levels)) * scale;
        if (itself > 1e-6 * unit)
            return QStringLiteral("%1 became %2, no multiple of a level").arg(x[i]).arg(got[i]);
        if (std::abs(double(x[i]) - double(got[i])) > nearest + 1e-6 * unit)
            return QStringLiteral("%1 became %2, nearer is %3 away")
                .arg(x[i])
                .arg(got[i])
                .arg(nearest);
    }
    return {};
}

Matrix naiveAttention(const AttentionArgs& a, const AttentionQuantizers& quantizers) {
    const auto rounded = [&](ConstMatrixView x, std::size_t row, std::size_t head,
                             const ActivationQuantizer* q) {
        const auto part = x.row(row).subspan(head * a.headDim, a.headDim);
        std::vector<float> out(part.begin(), part.end());
        if (q) q->applyRow(out, 0);
        return out;
    };
    Matrix out(a.query.rows, a.heads * a.headDim);
    for (std::size_t head = 0; head < a.heads; ++head)
        for (std::size_t t = 0; t < a.query.rows; ++t) {
            const std::size_t kv = head / (a.heads / a.kvHeads), end = a.past + t + 1;
            const std::size_t begin = a.window && end > a.window ? end - a.window : 0;
            const auto q = rounded(a.query, t, head, quantizers.scores);
            std::vector<float> weights(end);
            double sum = 0; // scores are small here: nothing overflows
            for (std::size_t j = begin; j < end; ++j) {
                const auto k = rounded(a.keys, j, kv, quantizers.scores);
                double dot = 0;
                for (std::size_t c = 0; c < a.headDim; ++c) dot += double(q[c]) * double(k[c]);
                weights[j] = static_cast<float>(std::exp(dot * double(a.scale)));
                sum += double(weights[j]);
            }
            for (float& w : weights) w = static_cast<float>(double(w) / sum);
            if (quantizers.weighted) quantizers.weighted->applyRow(weights, 1);
            for (std::size_t j = begin; j < end; ++j) {
                const auto v = rounded(a.values, j, kv, quantizers.weighted);
                for (std::size_t c = 0; c < a.headDim; ++c)
                    out(t, head * a.headDim + c) += weights[j] * v[c];
            }
        }
    return out;
}

double furthest(const Matrix& a, const Matrix& b) {
    double most = 0;
    for (std::size_t i = 0; i < a.values().size(); ++i)
        most = std::max(most, std::abs(double(a.values()[i]) - double(b.values()[i])));
    return most;
}

} // namespace

class TstActivationQuantizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySchemeRoundsToTheNearest_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"int2",
                                 "int3",
                                 "int4",
                                 "int5",
                                 "int6",
                                 "int7",
                                 "int8",
                                 "int8:group32",
                                 "int4:group7",
                                 "int8:tensor",
                                 "int6:static",
                                 "e4m3",
                                 "e5m2",
                                 "e3m2:group16",
                                 "e2m3",
                                 "e2m1:tensor",
                                 "e4m3:unscaled",
                                 "e5m2:unscaled",
                                 "e3m3:static",
                                 "bfp3",
                                 "bfp4",
                                 "bfp5",
                                 "bfp6",
                                 "bfp7",
                                 "bfp8",
                                 "bfp6:block64",
                                 "bfp6:block1000",
                                 "block_minifloat4",
                                 "block_minifloat6",
                                 "block_minifloat8",
                                 "mxfp4",
                                 "mxfp6",
                                 "mxfp6_e3m2",
                                 "mxfp8",
                                 "mxfp8_e5m2",
                                 "mxint8"})
            QTest::newRow(text) << text;
    }
    void everySchemeRoundsToTheNearest() {
        QFETCH(QString, text);
        const ActivationScheme s = scheme(text.toUtf8().constData());
        // 172 columns: no multiple of 16 or 32. Two heads of 86.
        const Matrix x = randomMatrix(9, 172, "x", s.shared == ScaleShared::Unscaled ? 0.1 : 1);
        constexpr float Range = 3;
        for (const std::size_t width : {std::size_t{172}, std::size_t{86}}) {
            Matrix got = x;
            ActivationQuantizer(s).apply(got.view(), width, Range);
            const auto levels = levelsOf(s);
            for (std::size_t r = 0; r < x.rows(); ++r)
                for (std::size_t head = 0; head < 172; head += width) {
                    const std::size_t group =
                        s.shared == ScaleShared::Group ? std::min(s.group, width) : width;
                    for (std::size_t c = 0; c < width; c += group) {
                        const std::size_t n = std::min(group, width - c);
                        const auto part = ConstMatrixView(x.view()).row(r).subspan(head + c, n);
                        const auto made = ConstMatrixView(got.view()).row(r).subspan(head + c, n);
                        const float absmax = s.shared == ScaleShared::Static   ? Range
                                             : s.shared == ScaleShared::Tensor ? largest(x.values())
                                                                               : largest(part);
                        const QString wrong = judge(s, part, made, scaleOf(s, absmax, levels));
                        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
                    }
                }
            // What is rounded already stays. (A float format's cut-off maximum may move the scale.)
            if (s.integerBits() > 0 && s.shared != ScaleShared::Static) {
                Matrix twice = got;
                ActivationQuantizer(s).apply(twice.view(), width, Range);
                QVERIFY(furthest(twice, got) <= 1e-5 * double(largest(x.values())));
            }
        }
    }

    void aBlockScalesWithPowersOfTwoExactly() {
        const Matrix x = randomMatrix(4, 64, "octaves");
        for (const char* text : {"bfp6", "mxfp4", "mxint8", "block_minifloat8"}) {
            const ActivationQuantizer quantizer(scheme(text));
            Matrix plain = x, scaled = x;
            for (float& v : scaled.values()) v = std::ldexp(v, 9);
            quantizer.apply(plain.view(), 64, 0);
            quantizer.apply(scaled.view(), 64, 0);
            for (float& v : plain.values()) v = std::ldexp(v, 9);
            QCOMPARE(plain, scaled);
        }
    }

    void oddInputs() {
        for (const char* text : {"int8", "int4:group16", "e4m3", "bfp6", "mxfp8", "int8:tensor"}) {
            const ActivationQuantizer quantizer(scheme(text));
            Matrix zeros(3, 40);
            quantizer.apply(zeros.view(), 40, 0);
            QCOMPARE(zeros, Matrix(3, 40));
            Matrix none(0, 40);
            quantizer.apply(none.view(), 40, 0);
            Matrix tiny(1, 40);
            tiny(0, 3) = std::numeric_limits<float>::denorm_min();
            quantizer.apply(tiny.view(), 40, 0);
            for (const float v : tiny.values()) QVERIFY(std::isfinite(v) && v >= 0 && v < 1e-37F);
            for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                                    std::numeric_limits<float>::infinity()}) {
                Matrix broken = randomMatrix(1, 40, "broken");
                broken(0, 5) = bad;
                quantizer.apply(broken.view(), 40, 0);
                QVERIFY2(std::isnan(broken(0, 5)), text);
            }
        }
    }

    void attentionAgreesWithPlainLoops_data() {
        QTest::addColumn<QString>("scores");
        QTest::addColumn<QString>("weighted");
        QTest::newRow("none") << ""
                              << "";
        QTest::newRow("both int8") << "int8"
                                   << "int8";
        QTest::newRow("both bfp6") << "bfp6"
                                   << "bfp6";
        QTest::newRow("scores mxfp4") << "mxfp4"
                                      << "";
        QTest::newRow("values e4m3") << ""
                                     << "e4m3";
    }
    void attentionAgreesWithPlainLoops() {
        QFETCH(QString, scores);
        QFETCH(QString, weighted);
        std::optional<ActivationQuantizer> first, second;
        if (!scores.isEmpty()) first.emplace(scheme(scores.toUtf8().constData()));
        if (!weighted.isEmpty()) second.emplace(scheme(weighted.toUtf8().constData()));
        const std::size_t tokens = 45, past = 20, dim = 24;
        const auto calm = [](std::size_t rows, std::size_t cols, const char* name) {
            Matrix out(rows, cols);
            Rng rng(12, name, "test");
            for (float& value : out.values()) value = static_cast<float>(rng.normal());
            return out;
        };
        const Matrix q = calm(tokens, 4 * dim, "q"), k = calm(past + tokens, 2 * dim, "k"),
                     v = calm(past + tokens, 2 * dim, "v");
        for (const std::size_t window : {std::size_t{0}, std::size_t{13}}) {
            Matrix out(tokens, 4 * dim), plain(tokens, 4 * dim);
            AttentionArgs args{.query = q.view(),
                               .keys = k.view(),
                               .values = v.view(),
                               .heads = 4,
                               .kvHeads = 2,
                               .headDim = dim,
                               .past = past,
                               .window = window,
                               .scale = 0.2F,
                               .out = out.view()};
            AttentionQuantizers quantizers;
            quantizers.scores = first ? &*first : nullptr;
            quantizers.weighted = second ? &*second : nullptr;
            quantizedAttention(args, quantizers);
            const Matrix wanted = naiveAttention(args, quantizers);
            // A weight next to the middle of two levels may fall to either side: few steps at most.
            const double size = double(largest(wanted.values()));
            const double allowed = second ? 0.02 : 1e-5;
            QVERIFY2(furthest(out, wanted) < allowed * size,
                     qPrintable(QString::number(furthest(out, wanted) / size)));
            args.out = plain.view();
            makeCpuBackend()->attention(args);
            if (!first && !second)
                QVERIFY(furthest(out, plain) < 1e-5 * size);
            else
                QVERIFY(furthest(out, plain) > 1e-4 * size);
        }
    }

    void textsReadBack_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("canonical");
        QTest::newRow("int8") << "int8"
                              << "int8:token";
        QTest::newRow("bfp6") << "bfp6"
                              << "bfp6:block16";
        QTest::newRow("mxfp6") << "mxfp6"
                               << "mxfp6:block32";
        QTest::newRow("group") << "int4:group64:linear"
                               << "int4:group64:linear";
        QTest::newRow("products without a scale") << "int8:attention"
                                                  << "int8:token:attention";
        QTest::newRow("some products") << "bfp4:block8:down+q"
                                       << "bfp4:block8:q+down";
        QTest::newRow("all by name") << "e4m3:q+k+v+qk+pv+out+gate+up+down"
                                     << "e4m3:token";
        QTest::newRow("static") << "int8:static"
                                << "int8:static";
    }
    void textsReadBack() {
        QFETCH(QString, text);
        QFETCH(QString, canonical);
        const auto parsed = parseActivationScheme(text.toStdString());
        QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
        QCOMPARE(QString::fromStdString(parsed->text()), canonical);
        QCOMPARE(*parseActivationScheme(parsed->text()), *parsed);
    }

    // Each refusal names something that works.
    void refusalsNameWhatWorks_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("named");
        QTest::newRow("unknown format") << "int9"
                                        << "int8";
        QTest::newRow("empty") << ""
                               << "int8";
        QTest::newRow("bfp by token") << "bfp6:token"
                                      << "bfp6";
        QTest::newRow("bfp static") << "bfp6:static"
                                    << "int8:static";
        QTest::newRow("mx of 16") << "mxfp4:block16"
                                  << "mxfp4";
        QTest::newRow("unscaled integers") << "int8:unscaled"
                                           << "int8:token";
        QTest::newRow("group without number") << "int8:group"
                                              << "int8:group64";
        QTest::newRow("group of none") << "int8:group0"
                                       << "int8:group64";
        QTest::newRow("unknown product") << "int8:qkv"
                                         << "linear";
        QTest::newRow("too many parts") << "int8:token:all:all"
                                        << "FORMAT:SHARED:PRODUCTS";
    }
    void refusalsNameWhatWorks() {
        QFETCH(QString, text);
        QFETCH(QString, named);
        const auto parsed = parseActivationScheme(text.toStdString());
        QVERIFY(!parsed.has_value());
        QCOMPARE(parsed.error().code, ErrorCode::Usage);
        const QString message = QString::fromStdString(parsed.error().message);
        QVERIFY2(message.contains(named), qPrintable(message));
        if (named == "linear")
            QVERIFY(parseActivationScheme("int8:linear").has_value());
        else if (named != "FORMAT:SHARED:PRODUCTS")
            QVERIFY(parseActivationScheme(named.toStdString()).has_value());
    }

    void bitsCountScales() {
        QCOMPARE(scheme("bfp6").bitsPerValue(64), 6.5);
        QCOMPARE(scheme("mxfp4").bitsPerValue(64), 4.25);
        QCOMPARE(scheme("int8").bitsPerValue(64), 8.25);
        QCOMPARE(scheme("int8:static").bitsPerValue(64), 8.0);
        QCOMPARE(scheme("bfp6").bitsPerValue(8), 7.0); // a short block has a whole exponent
    }
};

QTEST_GUILESS_MAIN(TstActivationQuantizer)
#include "tst_activation_quantizer.moc"
