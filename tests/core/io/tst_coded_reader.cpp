// Streaming decode: everything arrives, in order, whatever the sizes; errors and cancelling end all
// threads.
#include "core/codec/coded_stream.h"
#include "core/io/coded_reader.h"
#include "tests/support/symbol_layouts.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace bitsmith;

namespace {

struct Coded {
    QTemporaryDir folder;
    std::filesystem::path path = folder.filePath(QStringLiteral("coded")).toStdString();
    std::vector<std::vector<std::byte>> raw;
    std::vector<CodedPart> parts;

    explicit Coded(const std::vector<std::size_t>& sizes) {
        std::ofstream out(path, std::ios::binary);
        std::uint64_t at = 0;
        for (const std::size_t size : sizes) {
            raw.push_back(test::fill(test::Filling::Gaussian, size, static_cast<unsigned>(size)));
            const auto blob = encodeStream(raw.back(), DType::BF16, {.blockSymbols = 2000});
            out.write(reinterpret_cast<const char*>(blob.data()),
                      static_cast<std::streamsize>(blob.size()));
            parts.push_back({{at, blob.size()}, size, {}, {}, "part " + std::to_string(at)});
            at += blob.size();
        }
    }
    void flip(std::uint64_t byte) const {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(byte));
        const int old = file.get();
        file.seekp(static_cast<std::streamoff>(byte));
        file.put(static_cast<char>(old ^ 1));
    }
};

const std::vector<std::size_t> Sizes = {0, 1, 100'000, 3, 4000, 4001, 250'000, 0, 17, 60'000};

} // namespace

class TestCodedReader : public QObject {
    Q_OBJECT
private slots:
    void everythingInOrder() {
        const Coded coded(Sizes);
        for (const std::size_t readBytes : {1, 1000, 65536, 4 << 20})
            for (const std::size_t underWay : {1, 20'000, 64 << 20})
                for (const int workers : {1, 4}) {
                    std::vector<std::vector<std::byte>> got(coded.raw.size());
                    std::size_t last = 0;
                    RunContext context;
                    const auto report = readCoded(
                        coded.path, coded.parts,
                        [&](std::size_t index, std::span<const std::byte> raw) -> Status {
                            if (index < last) return fail(ErrorCode::Failed, "out of order");
                            last = index;
                            got[index].insert(got[index].end(), raw.begin(), raw.end());
                            return {};
                        },
                        {.readBytes = readBytes, .bytesUnderWay = underWay, .workers = workers},
                        context);
                    QVERIFY(report);
                    QVERIFY(got == coded.raw);
                    QCOMPARE(report->rawBytes, std::uint64_t{418'022});
                }
    }

    void intoPlaceAndWhole() {
        Coded coded(Sizes);
        std::vector<std::vector<std::byte>> got(coded.raw.size());
        for (std::size_t i = 0; i < got.size(); ++i) {
            got[i].resize(coded.raw[i].size());
            if (i % 2 == 0) {
                coded.parts[i].out = got[i];
            } else {
                coded.parts[i].decode = [&got, i](std::span<const std::byte> blob) -> Status {
                    BITSMITH_TRY(const auto stream, CodedStream::open(blob, got[i].size()));
                    return stream.decode(0, got[i]);
                };
            }
        }
        RunContext context;
        QVERIFY(readCoded(coded.path, coded.parts, {}, {.forget = true}, context));
        QVERIFY(got == coded.raw);
    }

    void firstDamageIsNamed() {
        for (int i = 0; i < 10; ++i) {
            const Coded coded(Sizes);
            coded.flip(coded.parts[6].blob.offset + coded.parts[6].blob.size / 2);
            coded.flip(coded.parts[9].blob.offset + coded.parts[9].blob.size / 2);
            RunContext context;
            std::uint64_t delivered = 0;
            const auto report = readCoded(
                coded.path, coded.parts,
                [&](std::size_t, std::span<const std::byte> raw) -> Status {
                    delivered += raw.size();
                    return {};
                },
                {.workers = 3}, context);
            QVERIFY(!report);
            QCOMPARE(report.error().code, ErrorCode::BadInput);
            QVERIFY(report.error().message.find(coded.parts[6].name) != std::string::npos);
            QVERIFY(delivered >= 108'005 && delivered < 358'005);
        }
    }

    void wrongPlacesAreRefused() {
        Coded coded({5000, 6000});
        RunContext context;
        const auto fails = [&](const std::vector<CodedPart>& parts) {
            return !readCoded(coded.path, parts, {}, {}, context);
        };
        auto parts = coded.parts;
        parts[1].blob.size += 1;
        QVERIFY(fails(parts));
        parts = coded.parts;
        parts[0].blob.offset = ~std::uint64_t{0} - 5;
        QVERIFY(fails(parts));
        parts = coded.parts;
        parts[1].rawSize += 1;
        QVERIFY(fails(parts));
        parts = coded.parts;
        parts[0].blob.size -= 1;
        QVERIFY(fails(parts));
        QVERIFY(!readCoded(coded.path.string() + "x", parts, {}, {}, context));
    }

    void sinkEndsIt() {
        const Coded coded(Sizes);
        RunContext context;
        const auto report = readCoded(
            coded.path, coded.parts,
            [](std::size_t, std::span<const std::byte>) -> Status {
                return fail(ErrorCode::Resources, "disk full");
            },
            {.readBytes = 1000, .bytesUnderWay = 1, .workers = 4}, context);
        QVERIFY(!report);
        QCOMPARE(report.error().message, std::string("disk full"));
    }

    void cancelEndsIt() {
        const Coded coded(Sizes);
        std::stop_source stop;
        RunContext context(stop.get_token());
        QVERIFY_EXCEPTION_THROWN((void)readCoded(
                                     coded.path, coded.parts,
                                     [&](std::size_t, std::span<const std::byte>) -> Status {
                                         stop.request_stop();
                                         return {};
                                     },
                                     {.readBytes = 1000, .bytesUnderWay = 1, .workers = 4},
                                     context),
                                 Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestCodedReader)
#include "tst_coded_reader.moc"
