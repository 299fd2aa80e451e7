// The affine grid and rounding to nearest: golden vectors, a naive reference, odd shapes and
// degenerate ranges.
#include "core/base/parallel.h"
#include "core/quant/grid.h"
#include "core/quant/round/nearest.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "tests/core/quant/samples.h"
#include "tests/support/half_scales.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith;
using namespace bitsmith::test;
using test::randomMatrix;

namespace {

std::unique_ptr<Params> paramsOf(const nlohmann::ordered_json& changes) {
    auto params = findGrid("affine")->defaults();
    if (auto status = params->fromJson(changes); !status)
        qFatal("%s", status.error().message.c_str());
    return params;
}

QuantizedMatrix rounded(const Matrix& weights, int bits, const nlohmann::ordered_json& changes,
                        const LayerStats* stats = nullptr,
                        std::vector<std::string>* notes = nullptr) {
    auto fit = findGrid("affine")->begin(weights.rows(), weights.cols(), bits, *paramsOf(changes));
    if (!fit) qFatal("%s", fit.error().message.c_str());
    LayerTask task{.name = "t", .weights = weights.view(), .stats = stats, .bits = bits};
    RunContext context;
    auto out = roundNearest(weights.view(), gramDiagonal(task), **fit, context);
    if (notes) *notes = (*fit)->notes();
    return out;
}

std::vector<int> codesOf(const QuantizedMatrix& m, std::size_t row) {
    std::vector<std::uint8_t> codes(m.cols);
    const std::size_t bytes = packedBytes(m.cols, m.bits);
    unpackBits(std::span(m.codes).subspan(row * bytes, bytes), m.bits, codes);
    return {codes.begin(), codes.end()};
}

Matrix rowMatrix(const std::vector<float>& values) {
    Matrix out(1, values.size());
    std::ranges::copy(values, out.values().begin());
    return out;
}

// Straight from the definition, one weight at a time.
QuantizedMatrix naive(const Matrix& w, int bits, std::size_t groupSize, bool symmetric) {
    QuantizedMatrix out;
    out.rows = out.parameterRows = w.rows();
    out.cols = w.cols();
    out.bits = bits;
    out.groupSize = groupSize;
    out.symmetric = symmetric;
    out.groupsPerRow = (w.cols() + groupSize - 1) / groupSize;
    const float top = float((1 << bits) - 1);
    for (std::size_t r = 0; r < w.rows(); ++r) {
        std::vector<std::uint8_t> codes;
        for (std::size_t g = 0; g < out.groupsPerRow; ++g) {
            float lo = 0, hi = 0;
            const std::size_t last = std::min(w.cols(), (g + 1) * groupSize);
            for (std::size_t c = g * groupSize; c < last; ++c) {
                lo = std::min(lo, w(r, c));
                hi = std::max(hi, w(r, c));
            }
            if (symmetric) {
                hi = std::max(hi, -lo);
                lo = -hi;
            }
            const auto half = floatToHalf(float((double(hi) - lo) / top));
            const float s = halfToFloat(half);
            const float z =
                symmetric ? float(1 << (bits - 1)) : std::clamp(std::nearbyint(-lo / s), 0.0F, top);
            appendHalfScale(out, half);
            if (!symmetric) out.zeros.push_back(std::uint8_t(z));
            for (std::size_t c = g * groupSize; c < last; ++c)
                codes.push_back(
                    std::uint8_t(std::clamp(std::nearbyint(w(r, c) / s) + z, 0.0F, top)));
        }
        const std::size_t bytes = packedBytes(w.cols(), bits);
        out.codes.resize(out.codes.size() + bytes);
        packBits(codes, bits, std::span(out.codes).last(bytes));
    }
    return out;
}

} // namespace

class TstAffineGrid : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // A device has two of the searches: the others are not handed to it.
    void rangesForDevices() {
        for (const auto& [search, known] :
             {std::pair{"minmax", true}, {"mse", true}, {"hqq", false}, {"least_squares", false}}) {
            const auto fit = findGrid("affine")->begin(4, 64, 4, *paramsOf({{"search", search}}));
            QVERIFY2((*fit)->rangeFit().has_value() == known, search);
        }
    }

    // By hand: range -1..2, scale 3/3 = 1, zero 1; half a step goes to the even multiple.
    void goldenAsymmetric() {
        const auto q =
            rounded(rowMatrix({-1, -0.5F, 0, 0.5F, 1, 1.5F, 2, 0.25F}), 2, {{"group_size", 0}});
        QCOMPARE(halfScales(q), std::vector<std::uint16_t>{0x3C00});
        QCOMPARE(q.zeros, std::vector<std::uint8_t>{1});
        QCOMPARE(codesOf(q, 0), (std::vector<int>{0, 1, 1, 1, 2, 3, 3, 1}));
        const Matrix back = decode(q);
        QCOMPARE(back(0, 0), -1.0F);
        QCOMPARE(back(0, 6), 2.0F);
    }
    // By hand: absmax 3 at 2 bits, scale 2*3/3 = 2, zero 2, levels -4 -2 0 2: the most positive
    // weight is off by exactly half a step.
    void goldenSymmetric() {
        const auto q = rounded(rowMatrix({-3, -2, -1, 0, 1, 2, 3, 0.5F}), 2,
                               {{"group_size", 0}, {"symmetric", true}});
        QCOMPARE(halfScales(q), std::vector<std::uint16_t>{0x4000});
        QVERIFY(q.zeros.empty());
        QCOMPARE(codesOf(q, 0), (std::vector<int>{0, 1, 2, 2, 2, 3, 3, 2}));
        QCOMPARE(decode(q)(0, 6), 2.0F);
    }

    void equalsNaive_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<bool>("symmetric");
        for (int bits = 2; bits <= 8; ++bits)
            for (const int group : {7, 16, 32, 128, 301})
                QTest::addRow("%d bits, groups of %d", bits, group)
                    << bits << group << (bits % 2 == 0);
    }
    void equalsNaive() {
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(bool, symmetric);
        const Matrix w = randomMatrix(13, 301, std::uint64_t(bits * 1000 + group), 0.02);
        const auto q = rounded(
            w, bits,
            {{"group_size", group}, {"symmetric", symmetric}, {"ragged", "short_last_group"}});
        QVERIFY(q == naive(w, bits, std::size_t(group), symmetric));
        // The column path gives the same codes and the values that decode gives.
        auto fit = findGrid("affine")->begin(
            13, 301, bits,
            *paramsOf(
                {{"group_size", group}, {"symmetric", symmetric}, {"ragged", "short_last_group"}}));
        const Matrix back = decode(q);
        std::vector<float> column(13), values(13);
        std::vector<std::uint16_t> codes(13);
        for (std::size_t c = 0; c < 301; ++c) {
            const std::size_t g = c / (*fit)->groupSize();
            const std::size_t width = std::min((*fit)->groupSize(), 301 - g * (*fit)->groupSize());
            if (c % (*fit)->groupSize() == 0)
                (*fit)->fitGroup(g, 0, w.view().columnRange(c, width), {});
            for (std::size_t r = 0; r < 13; ++r) column[r] = w(r, c);
            (*fit)->quantizeColumn(g, 0, column, codes, values);
            for (std::size_t r = 0; r < 13; ++r) {
                QCOMPARE(values[r], back(r, c));
                QCOMPARE(int(codes[r]), codesOf(q, r)[c]);
            }
        }
    }

    void raggedRows() {
        const Matrix w = randomMatrix(4, 172, 1);
        const auto whole = rounded(w, 4, {{"group_size", 32}});
        QCOMPARE(whole.groupsPerRow, std::size_t{1});
        QCOMPARE(whole.groupSize, std::size_t{172});
        const auto ragged = rounded(w, 4, {{"group_size", 32}, {"ragged", "short_last_group"}});
        QCOMPARE(ragged.groupsPerRow, std::size_t{6});
        QVERIFY(ragged == naive(w, 4, 32, false));
        QCOMPARE(rounded(randomMatrix(4, 16, 1), 4, {{"group_size", 32}}).groupSize,
                 std::size_t{16});
    }

    void granularities() {
        const Matrix w = randomMatrix(9, 96, 2);
        const auto tensor = rounded(w, 3, {{"granularity", "tensor"}});
        QCOMPARE(halfScales(tensor).size(), std::size_t{1});
        QCOMPARE(tensor.parameterRows, std::size_t{1});
        const auto [lo, hi] = std::ranges::minmax(w.values());
        QCOMPARE(halfScales(tensor)[0], floatToHalf((hi - lo) / 7));
        const auto channel = rounded(w, 3, {{"granularity", "channel"}, {"group_size", 32}});
        QVERIFY(channel == naive(w, 3, 96, false));
    }

    // Zero groups decode to exact zeros, tiny and huge ranges to finite values.
    void degenerateRanges() {
        for (const bool symmetric : {false, true}) {
            const nlohmann::ordered_json params = {{"group_size", 0}, {"symmetric", symmetric}};
            const Matrix zeros = decode(rounded(Matrix(2, 40), 4, params));
            for (const float v : zeros.values()) QCOMPARE(v, 0.0F);
            for (const float v : {1e-45F, 1e-9F, 3.0F, -7.0F}) {
                const auto q = rounded(rowMatrix(std::vector<float>(40, v)), 4, params);
                const Matrix decoded = decode(q);
                for (const float back : decoded.values())
                    // Half a step, and what rounding the scale to fp16 moves the ends by.
                    QVERIFY(std::abs(back - v) <=
                            0.5F * halfToFloat(halfScales(q)[0]) + 0x1p-11F * std::abs(v));
            }
            std::vector<std::string> notes;
            const auto huge = rounded(rowMatrix({3e38F, -3e38F, 1, 0}), 4, params, nullptr, &notes);
            const Matrix decoded = decode(huge);
            for (const float v : decoded.values()) QVERIFY(std::isfinite(v));
            QCOMPARE(notes.size(), std::size_t{1});
            QVERIFY(notes[0].find("clipped") != std::string::npos);
            (void)rounded(rowMatrix({1e-7F, -1e-7F, 0, 0}), 4, params, nullptr, &notes);
            QCOMPARE(notes.size(), std::size_t{1});
            QVERIFY(notes[0].find("coarsely") != std::string::npos);
            (void)rounded(rowMatrix({1e-3F, -1e-3F, 0, 0}), 4, params, nullptr, &notes);
            QVERIFY(notes.empty());
        }
    }

    // Rounding what was rounded, with the stored parameters, changes nothing.
    void idempotent() {
        for (const int bits : {2, 3, 4, 8}) {
            const Matrix w = randomMatrix(5, 128, std::uint64_t(bits));
            const auto q = rounded(w, bits, {{"group_size", 32}});
            const Matrix back = decode(q);
            auto fit = findGrid("affine")->begin(5, 128, bits, *paramsOf({{"group_size", 32}}));
            for (std::size_t g = 0; g < 4; ++g)
                (*fit)->fitGroup(g, 0, w.view().columnRange(g * 32, 32), {});
            std::vector<float> column(5), values(5);
            std::vector<std::uint16_t> codes(5);
            for (std::size_t c = 0; c < 128; ++c) {
                for (std::size_t r = 0; r < 5; ++r) column[r] = back(r, c);
                (*fit)->quantizeColumn(c / 32, 0, column, codes, values);
                for (std::size_t r = 0; r < 5; ++r) QCOMPARE(int(codes[r]), codesOf(q, r)[c]);
            }
        }
    }

    // In the norm that is searched the result is never worse than the full range, group by group.
    void searchIsNeverWorse_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("weighted");
        for (const int bits : {2, 3, 4, 8})
            for (const bool weighted : {false, true})
                QTest::addRow("%d bits%s", bits, weighted ? ", weighted" : "") << bits << weighted;
    }
    void searchIsNeverWorse() {
        QFETCH(int, bits);
        QFETCH(bool, weighted);
        const Matrix w = randomMatrix(16, 192, std::uint64_t(bits), 0.05);
        LayerStats stats;
        stats.gram = Matrix(192, 192);
        Rng rng(7);
        for (std::size_t c = 0; c < 192; ++c) stats.gram(c, c) = float(std::exp(2 * rng.normal()));
        const LayerStats* used = weighted ? &stats : nullptr;
        const Matrix plain = decode(rounded(w, bits, {{"group_size", 64}}, used));
        const Matrix searched =
            decode(rounded(w, bits, {{"group_size", 64}, {"search", "mse"}}, used));
        double better = 0, total = 0;
        for (std::size_t r = 0; r < 16; ++r)
            for (std::size_t g = 0; g < 3; ++g) {
                double before = 0, after = 0;
                for (std::size_t c = g * 64; c < g * 64 + 64; ++c) {
                    const double h = weighted ? stats.gram(c, c) : 1, p = weighted ? 2 : 2.4;
                    before += h * std::pow(std::abs(double(w(r, c)) - plain(r, c)), p);
                    after += h * std::pow(std::abs(double(w(r, c)) - searched(r, c)), p);
                }
                QVERIFY2(after <= before * (1 + 1e-5),
                         qPrintable(QString("%1 > %2").arg(after).arg(before)));
                better += before - after;
                total += before;
            }
        // At 2 bits a good part of the error goes.
        if (bits == 2) QVERIFY(better > 0.05 * total);
    }

    void sameForAnyThreads() {
        const Matrix w = randomMatrix(257, 1024, 3);
        for (const auto& params : {nlohmann::ordered_json{{"search", "mse"}},
                                   nlohmann::ordered_json{{"granularity", "tensor"}}}) {
            setThreads(1);
            const auto one = rounded(w, 3, params);
            setThreads(2);
            const auto two = rounded(w, 3, params);
            setThreads(0);
            QVERIFY(one == two);
        }
    }

    void refuses() {
        const Grid& grid = *findGrid("affine");
        for (const int bits : {0, 1, 9, 100})
            QVERIFY(!grid.begin(4, 4, bits, *grid.defaults()).has_value());
        QVERIFY(!grid.begin(0, 4, 4, *grid.defaults()).has_value());
        QVERIFY(!grid.begin(4, 0, 4, *grid.defaults()).has_value());
        QCOMPARE(findGrid("afine"), nullptr);
    }

    void levelsAreWhatDecodes() {
        const auto q = rounded(randomMatrix(3, 64, 5), 3, {{"group_size", 32}});
        const Matrix back = decode(q);
        for (std::size_t r = 0; r < 3; ++r)
            for (std::size_t c = 0; c < 64; ++c) {
                const auto levels = findGrid("affine")->levels(q, r, c / 32);
                QCOMPARE(levels.size(), std::size_t{8});
                QCOMPARE(levels[std::size_t(codesOf(q, r)[c])], back(r, c));
            }
    }
};

QTEST_GUILESS_MAIN(TstAffineGrid)
#include "tst_affine_grid.moc"
