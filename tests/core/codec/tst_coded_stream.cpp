// Coded streams: what comes out is what went in, any damage is found, and the size is right.
#include "core/base/parallel.h"
#include "core/codec/coded_stream.h"
#include "tests/support/symbol_layouts.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace bitsmith;

namespace {

std::vector<std::byte> decoded(std::span<const std::byte> blob, std::size_t size) {
    const auto stream = CodedStream::open(blob, size);
    if (!stream) {
        qWarning("%s", stream.error().message.c_str());
        return {std::byte{1}};
    }
    std::vector<std::byte> out(static_cast<std::size_t>(stream->rawSize()));
    const Status done = stream->decode(0, out);
    if (!done) {
        qWarning("%s", done.error().message.c_str());
        return {std::byte{2}};
    }
    return out;
}

} // namespace

class TestCodedStream : public QObject {
    Q_OBJECT
private slots:
    void everythingComesBack() {
        std::uint32_t seed = 0;
        for (const SymbolLayout& layout : test::everyLayout())
            for (const auto filling : test::EveryFilling) {
                const std::size_t sizes[] = {0, 1, layout.unitBytes(),
                                             std::mt19937(++seed)() % 5000,
                                             5 * layout.unitBytes() + 2};
                for (const std::size_t size : sizes) {
                    const auto bytes = test::fill(filling, size, seed);
                    for (const auto coder : {StreamCoder::Auto, StreamCoder::Plain}) {
                        const auto blob = encodeStream(bytes, layout, {.coder = coder});
                        QVERIFY2(decoded(blob, size) == bytes, layout.name().c_str());
                        QVERIFY(CodedStream::open(blob, size)->verify());
                    }
                }
            }
    }

    void manyBlocksAndAnyRange() {
        const auto bytes = test::fill(test::Filling::Gaussian, 100'001, 1);
        for (const auto coder :
             {StreamCoder::Auto, StreamCoder::Rans, StreamCoder::Zstd, StreamCoder::Plain}) {
            const auto blob =
                encodeStream(bytes, DType::BF16, {.coder = coder, .blockSymbols = 3000});
            const auto stream = CodedStream::open(blob, bytes.size());
            QVERIFY(stream);
            QVERIFY(stream->blocks() > 10);
            std::mt19937 random(9);
            for (int i = 0; i < 200; ++i) {
                const std::size_t first = random() % bytes.size();
                std::vector<std::byte> out(random() %
                                           std::min<std::size_t>(20'000, bytes.size() - first + 1));
                QVERIFY(stream->decode(first, out));
                QVERIFY(std::ranges::equal(out, std::span(bytes).subspan(first, out.size())));
            }
        }
    }

    // Statistics that change from block to block, in each of the ways that a block may choose.
    void blocksDiffer() {
        std::vector<std::byte> bytes;
        for (const auto filling : {test::Filling::Random, test::Filling::Zero, test::Filling::Ones,
                                   test::Filling::FewValues, test::Filling::Skewed,
                                   test::Filling::Gaussian, test::Filling::FewValues}) {
            const auto part = test::fill(filling, 16384, 4);
            bytes.insert(bytes.end(), part.begin(), part.end());
        }
        const StreamOptions options{.coder = StreamCoder::Rans, .blockBytes = 16384};
        const auto blob = encodeStream(bytes, SymbolLayout::bytes(), options);
        QVERIFY(decoded(blob, bytes.size()) == bytes);
        std::size_t apart = 0;
        for (std::size_t at = 0; at < bytes.size(); at += 16384)
            apart += encodeStream(std::span(bytes).subspan(at, 16384), SymbolLayout::bytes(),
                                  {.coder = StreamCoder::Rans})
                         .size();
        QVERIFY(blob.size() < apart);
        QCOMPARE(CodedStream::open(blob, bytes.size())->header().codings()[0].way,
                 PlaneWay::Varying);
    }

    void sizesAreNearEntropy() {
        std::mt19937 random(2);
        std::normal_distribution<float> normal(0, 1.3F);
        std::vector<std::byte> packed(150'000); // 4-bit codes
        double counts[16] = {};
        for (std::size_t i = 0; i < packed.size(); ++i) {
            unsigned byte = 0;
            for (int k = 0; k < 2; ++k) {
                const int code =
                    std::clamp(8 + static_cast<int>(std::lround(normal(random))), 0, 15);
                ++counts[code];
                byte |= static_cast<unsigned>(code) << (4 * k);
            }
            packed[i] = static_cast<std::byte>(byte);
        }
        double bits = 0;
        for (const double c : counts)
            if (c > 0) bits += c * std::log2(2.0 * static_cast<double>(packed.size()) / c);
        const auto blob = encodeStream(packed, SymbolLayout::packed(4));
        qInfo("%zu bytes, entropy %.0f", blob.size(), bits / 8);
        QVERIFY(static_cast<double>(blob.size()) < bits / 8 * 1.005 + 600); // two blocks

        // Small strings pay little, and noise is kept as it is.
        for (const std::size_t size : {16, 300, 1000}) {
            const auto noise = test::fill(test::Filling::Random, size, 1);
            for (const auto& layout : {SymbolLayout::bytes(), SymbolLayout::ofDType(DType::F32)})
                QVERIFY(encodeStream(noise, layout).size() <= size + 24);
        }
        const auto zero = test::fill(test::Filling::Zero, 1'000'000, 1);
        QVERIFY(encodeStream(zero, DType::BF16).size() < 50);
    }

    void widenedFloatsShrink() {
        std::mt19937 random(2);
        std::normal_distribution<float> normal(0, 0.02F);
        std::vector<std::uint32_t> words(50'000);
        std::vector<std::uint16_t> halves;
        for (std::uint32_t& word : words) {
            const float value = normal(random);
            std::memcpy(&word, &value, sizeof word);
            word &= 0xffff0000;
            halves.push_back(static_cast<std::uint16_t>(word >> 16));
        }
        const auto wide = encodeStream(std::as_bytes(std::span(words)), DType::F32);
        const auto narrow = encodeStream(std::as_bytes(std::span(halves)), DType::BF16);
        QVERIFY(wide.size() < narrow.size() + 20);
        QVERIFY(static_cast<double>(narrow.size()) < 0.68 * 100'000);
    }

    void sameBytesForAnyNumberOfThreads() {
        const auto bytes = test::fill(test::Filling::Gaussian, 300'000, 6);
        const StreamOptions options{.blockSymbols = 10'000};
        setThreads(1);
        const auto one = encodeStream(bytes, DType::BF16, options);
        setThreads(4);
        const auto four = encodeStream(bytes, DType::BF16, options);
        setThreads(0);
        QVERIFY(one == four);
    }

    void everyFlippedBitIsFound() {
        std::vector<std::byte> bytes = test::fill(test::Filling::Gaussian, 1500, 8);
        const auto text = test::fill(test::Filling::FewValues, 700, 8);
        bytes.insert(bytes.end(), text.begin(), text.end());
        for (const auto coder :
             {StreamCoder::Auto, StreamCoder::Rans, StreamCoder::Zstd, StreamCoder::Plain}) {
            const auto blob = encodeStream(bytes, SymbolLayout::packed(3, 5),
                                           {.coder = coder, .blockSymbols = 2000});
            QVERIFY(decoded(blob, bytes.size()) == bytes);
            for (std::size_t bit = 0; bit < 8 * blob.size(); ++bit) {
                auto broken = blob;
                broken[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
                const auto stream = CodedStream::open(broken, bytes.size());
                if (!stream) continue;
                std::vector<std::byte> out(stream->rawSize());
                QVERIFY(!stream->decode(0, out));
                QVERIFY(!stream->verify());
            }
            for (std::size_t size = 0; size < blob.size(); ++size) {
                const auto stream = CodedStream::open(std::span(blob).first(size), bytes.size());
                if (!stream) continue;
                std::vector<std::byte> out(stream->rawSize());
                QVERIFY(!stream->decode(0, out));
            }
        }
    }

    void claimsAreLimited() {
        const auto zero = test::fill(test::Filling::Zero, 5'000'000, 1);
        const auto blob = encodeStream(zero, DType::BF16);
        QVERIFY(CodedStream::open(blob, zero.size()));
        QVERIFY(!CodedStream::open(blob, zero.size() - 1));
        // Noise, and headers of noise under a right checksum's protection are refused or harmless.
        std::mt19937 random(3);
        for (int i = 0; i < 2000; ++i) {
            auto noise = test::fill(test::Filling::Random, random() % 60, random());
            if (!noise.empty()) noise[0] = std::byte{1};
            if (const auto stream = CodedStream::open(noise, 1'000'000)) {
                std::vector<std::byte> out(stream->rawSize());
                (void)stream->decode(0, out);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCodedStream)
#include "tst_coded_stream.moc"
