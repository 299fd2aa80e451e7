// gpu/shared: what kernels compute for one element, against the processor's own code.
#include "core/base/random.h"
#include "core/compute/backend.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "gpu/shared/activation_math.h"
#include "gpu/shared/number_formats.h"
#include "gpu/shared/packed_codes.h"

#include <QTest>

#include <cmath>

using namespace bitsmith;

class TstDeviceMath : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sixteenBitNumbersAreThoseOfTheProcessor() {
        for (unsigned bits = 0; bits < 65536; ++bits) {
            const auto b = static_cast<std::uint16_t>(bits);
            const float half = halfToFloat(b), bfloat = bfloatToFloat(b);
            if (std::isnan(half))
                QVERIFY(std::isnan(gpu::halfValue(b)));
            else
                QCOMPARE(gpu::bitsOf(gpu::halfValue(b)), gpu::bitsOf(half));
            QCOMPARE(gpu::bitsOf(gpu::bfloatValue(b)), gpu::bitsOf(bfloat));
        }
        // Every exponent, random fractions, and the ties between two neighbours.
        Rng rng(1, "floats", "test");
        for (unsigned high = 0; high < 65536; ++high)
            for (const unsigned low :
                 {0x0000U, 0x7fffU, 0x8000U, 0x8001U, static_cast<unsigned>(rng.uniform() * 65536)})
                for (const unsigned mask : {0xffffffffU, 0xffffe000U | 0x1000U}) {
                    const float x = gpu::floatOf((high << 16 | low) & mask);
                    if (std::isnan(x)) {
                        QVERIFY(std::isnan(halfToFloat(gpu::halfBits(x))));
                        QVERIFY(std::isnan(bfloatToFloat(gpu::bfloatBits(x))));
                        continue;
                    }
                    QCOMPARE(gpu::halfBits(x), floatToHalf(x));
                    QCOMPARE(gpu::bfloatBits(x), floatToBfloat(x));
                    if (std::abs(x) > 65504) QCOMPARE(gpu::saturatedHalfBits(x) & 0x7fff, 0x7bff);
                }
    }

    void codesAreThoseOfThePackedRow_data() {
        QTest::addColumn<int>("bits");
        for (int bits = 1; bits <= 8; ++bits)
            QTest::newRow(qPrintable(QString::number(bits))) << bits;
    }
    void codesAreThoseOfThePackedRow() {
        QFETCH(int, bits);
        Rng rng(1, "codes", "test");
        for (const std::size_t count : {1U, 7U, 8U, 9U, 64U, 131U}) {
            std::vector<std::uint8_t> codes(count);
            for (auto& code : codes)
                code = static_cast<std::uint8_t>(rng.uniform() * double(1 << bits));
            std::vector<std::byte> packed(packedBytes(count, bits)), own(packed.size());
            packBits(std::span<const std::uint8_t>(codes), bits, packed);
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(packed.data());
            for (std::size_t i = 0; i < count; ++i)
                QCOMPARE(gpu::codeAt(bytes, i, bits), unsigned(codes[i]));
            for (std::size_t octet = 0; octet < count / 8; ++octet) {
                const auto eight =
                    gpu::eightCodes(bytes + octet * static_cast<std::size_t>(bits), bits);
                for (int i = 0; i < 8; ++i)
                    QCOMPARE(gpu::codeOf(eight, i, bits),
                             unsigned(codes[8 * octet + static_cast<std::size_t>(i)]));
            }
            for (std::size_t octet = 0; octet < (count + 7) / 8; ++octet)
                gpu::packEight(
                    octet, count, bits, [&](std::size_t i) { return codes[i]; },
                    reinterpret_cast<std::uint8_t*>(own.data()));
            QCOMPARE(own, packed);
        }
    }

    void activationsAreThoseOfTheReference() {
        const auto reference = makeReferenceBackend();
        for (const Activation kind : {Activation::Silu, Activation::Gelu, Activation::GeluTanh,
                                      Activation::Relu, Activation::QuickGelu})
            for (float x = -30; x < 30; x += 0.01F) {
                float expected = x;
                reference->activate(kind, {&expected, 1, 1});
                const float got = gpu::activated(kind, x);
                QVERIFY(std::abs(got - expected) <= 1e-6F * (std::abs(expected) + 0.01F));
            }
    }
};

QTEST_GUILESS_MAIN(TstDeviceMath)
#include "tst_device_math.moc"
