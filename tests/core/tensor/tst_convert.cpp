// core/tensor/convert: every small float survives the trip, rounding is to nearest, ties to even.
// The oracle is a search over all values of the format, in double.
#include "core/base/random.h"
#include "core/tensor/convert.h"
#include "core/tensor/tensor_view.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace bitsmith;

namespace {

// What a format's bits mean, from its definition alone.
double decodeByDefinition(unsigned bits, int exponentBits, int fractionBits) {
    const int bias = (1 << (exponentBits - 1)) - 1;
    const unsigned fraction = bits & ((1U << fractionBits) - 1);
    const int exponent = static_cast<int>((bits >> fractionBits) & ((1U << exponentBits) - 1));
    const double sign = (bits >> (exponentBits + fractionBits)) & 1 ? -1.0 : 1.0;
    const double unit = std::ldexp(1.0, -fractionBits);
    if (exponent == 0) return sign * std::ldexp(fraction * unit, 1 - bias);
    return sign * std::ldexp(1.0 + fraction * unit, exponent - bias);
}

// Nearest of codes 0..last (non-negative, rising), ties to the even code; `last` + 1 stands for
// overflow.
unsigned nearestByDefinition(double value, unsigned last, int exponentBits, int fractionBits) {
    unsigned low = 0, high = last + 1;
    while (high - low > 1) {
        const unsigned middle = (low + high) / 2;
        (decodeByDefinition(middle, exponentBits, fractionBits) <= value ? low : high) = middle;
    }
    const double below = value - decodeByDefinition(low, exponentBits, fractionBits);
    const double above = decodeByDefinition(low + 1, exponentBits, fractionBits) - value;
    if (below != above) return below < above ? low : low + 1;
    return low % 2 == 0 ? low : low + 1;
}

std::vector<float> interestingValues() {
    std::vector<float> values{0.0F,     65504.0F, 65519.0F,      65519.996F,   65520.0F,
                              65536.0F, 448.0F,   463.9F,        464.0F,       480.0F,
                              57344.0F, 61439.0F, 61440.0F,      1e30F,        5e-8F,
                              2.98e-8F, 1e-40F,   0.0009765625F, 3.4028235e38F};
    Rng rng(7, "convert", "test");
    for (int i = 0; i < 200000; ++i)
        values.push_back(static_cast<float>(
            std::ldexp(1.0 + rng.uniform(), static_cast<int>(rng.below(60)) - 35)));
    // Exact ties of half, e4m3 and e5m2.
    for (unsigned h = 0; h < 0x7BFF; ++h)
        values.push_back((halfToFloat(static_cast<std::uint16_t>(h)) +
                          halfToFloat(static_cast<std::uint16_t>(h + 1))) /
                         2);
    for (unsigned b = 0; b < 0x7E; ++b) {
        values.push_back((e4m3ToFloat(static_cast<std::uint8_t>(b)) +
                          e4m3ToFloat(static_cast<std::uint8_t>(b + 1))) /
                         2);
        if (b < 0x7B)
            values.push_back((e5m2ToFloat(static_cast<std::uint8_t>(b)) +
                              e5m2ToFloat(static_cast<std::uint8_t>(b + 1))) /
                             2);
    }
    return values;
}

template <class T>
std::vector<std::byte> bytesOf(const std::vector<T>& values) {
    std::vector<std::byte> out(values.size() * sizeof(T));
    std::memcpy(out.data(), values.data(), out.size());
    return out;
}

} // namespace

class TstConvert : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySixteenBitValueRoundTrips_data() {
        QTest::addColumn<bool>("half");
        QTest::newRow("half") << true;
        QTest::newRow("bfloat") << false;
    }
    void everySixteenBitValueRoundTrips() {
        QFETCH(bool, half);
        const DType dtype = half ? DType::F16 : DType::BF16;
        std::vector<std::uint16_t> all(65536);
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint16_t>(i);
        // One byte off, so that every alignment is served.
        std::vector<std::byte> stored(all.size() * 2 + 1), back(all.size() * 2 + 1);
        std::memcpy(stored.data() + 1, all.data(), all.size() * 2);
        std::vector<float> values(all.size());
        toFloat(dtype, std::span(stored).subspan(1), values);
        fromFloat(dtype, values, std::span(back).subspan(1));
        QVERIFY(std::equal(stored.begin() + 1, stored.end(), back.begin() + 1));

        for (unsigned i = 0; i < 65536; ++i) {
            const auto bits = static_cast<std::uint16_t>(i);
            const float single = half ? halfToFloat(bits) : bfloatToFloat(bits);
            QCOMPARE(std::bit_cast<std::uint32_t>(single), std::bit_cast<std::uint32_t>(values[i]));
            QCOMPARE(half ? floatToHalf(single) : floatToBfloat(single), bits);
            const unsigned top = half ? (i & 0x7FFF) >> 10 : (i & 0x7FFF) >> 7;
            if (top == (half ? 31U : 255U)) {
                const bool nan = (i & (half ? 0x3FFU : 0x7FU)) != 0;
                QCOMPARE(std::isnan(single), nan);
                QCOMPARE(std::isinf(single), !nan);
            } else {
                QCOMPARE(static_cast<double>(single),
                         decodeByDefinition(i, half ? 5 : 8, half ? 10 : 7));
            }
            QCOMPARE(std::signbit(single), i >= 0x8000);
        }
    }

    void everyEightBitFloatRoundTrips() {
        for (unsigned i = 0; i < 256; ++i) {
            const auto bits = static_cast<std::uint8_t>(i);
            QCOMPARE(floatToE4m3(e4m3ToFloat(bits)), bits);
            QCOMPARE(floatToE5m2(e5m2ToFloat(bits)), bits);
            if ((i & 0x7F) == 0x7F)
                QVERIFY(std::isnan(e4m3ToFloat(bits)));
            else
                QCOMPARE(static_cast<double>(e4m3ToFloat(bits)), decodeByDefinition(i, 4, 3));
            if ((i & 0x7F) < 0x7C)
                QCOMPARE(static_cast<double>(e5m2ToFloat(bits)), decodeByDefinition(i, 5, 2));
            else
                QCOMPARE(std::isinf(e5m2ToFloat(bits)), (i & 0x7F) == 0x7C);
        }
        QCOMPARE(e4m3ToFloat(0x7E), 448.0F);
        QCOMPARE(e5m2ToFloat(0x7B), 57344.0F);
    }

    void roundsToNearestTiesToEven() {
        for (const float value : interestingValues()) {
            const double v = value;
            const unsigned half = nearestByDefinition(v, 0x7BFF, 5, 10);
            const unsigned e5m2 = nearestByDefinition(v, 0x7B, 5, 2);
            const unsigned e4m3 = std::min(nearestByDefinition(v, 0x7E, 4, 3), 0x7EU);
            for (const bool negative : {false, true}) {
                const float signedValue = negative ? -value : value;
                QCOMPARE(unsigned{floatToHalf(signedValue)}, half | (negative ? 0x8000U : 0U));
                QCOMPARE(unsigned{floatToE5m2(signedValue)}, e5m2 | (negative ? 0x80U : 0U));
                QCOMPARE(unsigned{floatToE4m3(signedValue)}, e4m3 | (negative ? 0x80U : 0U));
            }
            if (value > 1e38F) continue; // bfloat's overflow: infinitiesAndNan
            const std::uint16_t b = floatToBfloat(value);
            const double error = std::abs(static_cast<double>(bfloatToFloat(b)) - v);
            for (const int step : {-1, 1}) {
                if (b == 0 && step < 0) continue;
                const auto other = static_cast<std::uint16_t>(b + step);
                const double otherError = std::abs(static_cast<double>(bfloatToFloat(other)) - v);
                QVERIFY(error < otherError || (error == otherError && b % 2 == 0));
            }
        }
    }

    void infinitiesAndNan() {
        const float inf = std::numeric_limits<float>::infinity();
        QCOMPARE(floatToHalf(inf), std::uint16_t{0x7C00});
        QCOMPARE(floatToHalf(-inf), std::uint16_t{0xFC00});
        QCOMPARE(floatToBfloat(inf), std::uint16_t{0x7F80});
        QCOMPARE(floatToBfloat(std::numeric_limits<float>::max()), std::uint16_t{0x7F80});
        QCOMPARE(floatToE5m2(inf), std::uint8_t{0x7C});
        QCOMPARE(floatToE4m3(inf), std::uint8_t{0x7E});
        // A NaN whose payload is lost by narrowing stays a NaN.
        const float thin = std::bit_cast<float>(0x7F800001U);
        QVERIFY(std::isnan(halfToFloat(floatToHalf(thin))));
        QVERIFY(std::isnan(bfloatToFloat(floatToBfloat(thin))));
        QVERIFY(std::isnan(e5m2ToFloat(floatToE5m2(thin))));
        QVERIFY(std::isnan(e4m3ToFloat(floatToE4m3(thin))));
    }

    void integersConvertByValue() {
        std::vector<float> out(3);
        toFloat(DType::I8, bytesOf(std::vector<std::int8_t>{-128, 0, 127}), out);
        QCOMPARE(out, (std::vector<float>{-128, 0, 127}));
        toFloat(DType::I64, bytesOf(std::vector<std::int64_t>{-5, 1LL << 40, 7}), out);
        QCOMPARE(out, (std::vector<float>{-5, 1099511627776.0F, 7}));
        toFloat(DType::U16, bytesOf(std::vector<std::uint16_t>{0, 1, 65535}), out);
        QCOMPARE(out, (std::vector<float>{0, 1, 65535}));
        toFloat(DType::Bool, bytesOf(std::vector<std::uint8_t>{0, 1, 9}), out);
        QCOMPARE(out, (std::vector<float>{0, 1, 1}));
        toFloat(DType::F64, bytesOf(std::vector<double>{0.5, -2, 1e300}), out);
        QCOMPARE(out, (std::vector<float>{0.5F, -2.0F, std::numeric_limits<float>::infinity()}));
    }

    void spansAgreeWithSingles() {
        std::vector<float> values = interestingValues();
        values.resize(100003);
        std::vector<std::byte> out(values.size());
        fromFloat(DType::F8E4M3, values, out);
        for (std::size_t i = 0; i < values.size(); ++i)
            QCOMPARE(std::to_integer<std::uint8_t>(out[i]), floatToE4m3(values[i]));
        fromFloat(DType::F8E5M2, values, out);
        for (std::size_t i = 0; i < values.size(); ++i)
            QCOMPARE(std::to_integer<std::uint8_t>(out[i]), floatToE5m2(values[i]));
    }

    void namesAreThoseOfSafetensors() {
        for (int i = 0; i <= static_cast<int>(DType::Bool); ++i) {
            const auto dtype = static_cast<DType>(i);
            QCOMPARE(static_cast<int>(dtypeFromName(dtypeName(dtype)).value()), i);
        }
        QCOMPARE(byteSize(DType::F8E5M2), std::size_t{1});
        QVERIFY(!dtypeFromName("F4"));
        QVERIFY(!dtypeFromName(""));
        QCOMPARE(shapeText({}), std::string("scalar"));
        QCOMPARE(shapeText(Shape{4096, 11008}), std::string("4096x11008"));
        QCOMPARE(elementCount({}), std::int64_t{1});
    }
};

QTEST_GUILESS_MAIN(TstConvert)
#include "tst_convert.moc"
