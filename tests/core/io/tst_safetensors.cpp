// core/io: what the writer writes, the reader reads, for every dtype; sizes are exact; real files.
#include "core/base/random.h"
#include "core/io/safetensors.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/shared_files.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace bitsmith;
using Declaration = SafetensorsWriter::Declaration;

namespace {

std::vector<std::byte> randomBytes(std::size_t count, std::uint64_t seed) {
    Rng rng(seed);
    std::vector<std::byte> bytes(count);
    for (std::byte& b : bytes) b = static_cast<std::byte>(rng.next());
    return bytes;
}

std::size_t bytesOf(const Declaration& d) {
    return static_cast<std::size_t>(elementCount(d.shape)) * byteSize(d.dtype);
}

} // namespace

class TstSafetensors : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path file(const char* name) const {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }

private Q_SLOTS:
    void everyDtypeRoundTrips() {
        std::vector<Declaration> tensors;
        for (int i = 0; i <= static_cast<int>(DType::Bool); ++i)
            tensors.push_back({"t." + std::string(dtypeName(static_cast<DType>(i))),
                               static_cast<DType>(i),
                               {3, i + 1}});
        tensors.push_back({"scalar", DType::F32, {}});
        tensors.push_back({"nothing", DType::BF16, {4, 0, 9}});
        tensors.push_back({"weird \"name\"/../\n\xC3\xA9", DType::U8, {5}});
        tensors.push_back({"", DType::I16, {1}});
        tensors = inReferenceOrder(tensors);
        const std::map<std::string, std::string> metadata{{"format", "pt"}, {"note", "a\"b"}};

        auto writer = SafetensorsWriter::create(file("all.safetensors"), tensors, metadata);
        QVERIFY(writer.has_value());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const auto bytes = randomBytes(bytesOf(tensors[i]), i);
            const std::size_t half = bytes.size() / 2; // in two calls
            QVERIFY(writer->write(std::span(bytes).first(half)).has_value());
            QVERIFY(writer->write(std::span(bytes).subspan(half)).has_value());
        }
        const std::uint64_t promised = writer->fileBytes();
        QVERIFY(writer->finish().has_value());
        QCOMPARE(std::filesystem::file_size(file("all.safetensors")), promised);
        QCOMPARE(safetensorsFileBytes(tensors, metadata), promised);

        const auto opened = SafetensorsFile::open(file("all.safetensors"));
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QVERIFY((*opened)->metadata() == metadata);
        QCOMPARE((*opened)->entries().size(), tensors.size());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const auto at = std::find_if((*opened)->entries().begin(), (*opened)->entries().end(),
                                         [&](const auto& e) { return e.name == tensors[i].name; });
            QVERIFY(at != (*opened)->entries().end());
            const TensorView view = (*opened)->view(*at);
            QCOMPARE(view.dtype, tensors[i].dtype);
            QCOMPARE(view.shape, tensors[i].shape);
            const auto expected = randomBytes(bytesOf(tensors[i]), i);
            QVERIFY(
                std::equal(view.bytes.begin(), view.bytes.end(), expected.begin(), expected.end()));
            // The reference order aligns every tensor.
            if (!view.bytes.empty())
                QCOMPARE(reinterpret_cast<std::uintptr_t>(view.bytes.data()) % byteSize(view.dtype),
                         std::uintptr_t{0});
        }
    }

    void theBytesAreThoseOfTheFormat() {
        auto writer = SafetensorsWriter::create(file("one.safetensors"), {{"w", DType::U8, {2}}},
                                                {{"format", "pt"}});
        QVERIFY(writer.has_value());
        QVERIFY(writer->write(std::as_bytes(std::span("AB", 2))).has_value());
        QVERIFY(writer->finish().has_value());
        std::string header = R"({"__metadata__":{"format":"pt"},)"
                             R"("w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
        header.resize((header.size() + 7) / 8 * 8, ' ');
        QCOMPARE(readTextFile(file("one.safetensors")).value(),
                 test::safetensorsBytes(header, "AB"));
    }

    void theWriterCountsItsBytes() {
        const std::vector<Declaration> one{{"w", DType::F32, {2}}};
        auto short1 = SafetensorsWriter::create(file("short.safetensors"), one, {});
        QVERIFY(short1->write(randomBytes(7, 1)).has_value());
        QVERIFY(!short1->finish());
        auto long1 = SafetensorsWriter::create(file("long.safetensors"), one, {});
        QVERIFY(!long1->write(randomBytes(9, 1)));
        QVERIFY(!std::filesystem::exists(file("short.safetensors")));
    }

    void impossibleDeclarationsAreRefused_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("mention");
        QTest::newRow("twice") << 0 << "twice";
        QTest::newRow("reserved") << 1 << "reserves";
        QTest::newRow("not UTF-8") << 2 << "UTF-8";
        QTest::newRow("too large") << 3 << "impossible shape";
        QTest::newRow("negative") << 4 << "impossible shape";
    }
    void impossibleDeclarationsAreRefused() {
        QFETCH(int, which);
        QFETCH(QString, mention);
        const std::vector<std::vector<Declaration>> cases{
            {{"a", DType::U8, {1}}, {"a", DType::U8, {1}}},
            {{"__metadata__", DType::U8, {1}}},
            {{"a\xFF", DType::U8, {1}}},
            {{"a", DType::F64, {1LL << 40, 1LL << 40}}},
            {{"a", DType::F64, {-1}}}};
        const auto writer = SafetensorsWriter::create(file("refused.safetensors"),
                                                      cases[static_cast<std::size_t>(which)], {});
        QVERIFY(!writer);
        QVERIFY2(QString::fromStdString(writer.error().message).contains(mention),
                 writer.error().message.c_str());
        QVERIFY(std::filesystem::is_empty(m_folder.path().toStdString()) ||
                !std::filesystem::exists(file("refused.safetensors")));
    }

    void unfinishedFilesLeaveNothing() {
        const QTemporaryDir empty;
        const std::filesystem::path folder = empty.path().toStdString();
        {
            auto writer =
                SafetensorsWriter::create(folder / "x.safetensors", {{"w", DType::F32, {2}}}, {});
            QVERIFY(writer->write(randomBytes(4, 1)).has_value());
        }
        QVERIFY(std::filesystem::is_empty(folder));
    }

    // Opening reads the header alone: quick, and the size of the tensors does not matter.
    void tenThousandTensorsOpenAtOnce() {
        std::vector<Declaration> tensors;
        for (int i = 0; i < 10000; ++i)
            tensors.push_back(
                {"model.layers." + std::to_string(i) + ".weight", DType::F16, {4, 8}});
        auto writer = SafetensorsWriter::create(file("many.safetensors"), tensors, {});
        QVERIFY(writer.has_value());
        for (const Declaration& d : tensors)
            QVERIFY(writer->write(randomBytes(bytesOf(d), 1)).has_value());
        QVERIFY(writer->finish().has_value());
        QElapsedTimer timer;
        timer.start();
        const auto opened = SafetensorsFile::open(file("many.safetensors"));
        const qint64 elapsed = timer.elapsed();
        QVERIFY(opened.has_value());
        QCOMPARE((*opened)->entries().size(), std::size_t{10000});
        QVERIFY2(elapsed < 500, qPrintable(QString::number(elapsed)));
    }

    void realFilesOpen_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<QString>("shape");
        QTest::newRow("stories") << "models/stories260K/hf/model.safetensors"
                                 << "model.embed_tokens.weight"
                                 << "512x64";
        QTest::newRow("prose") << "models/prose-3m/hf/model.safetensors"
                               << ""
                               << "";
        QTest::newRow("lora") << "models/qwen2.5-0.5b-lora-r8/adapter_model.safetensors"
                              << ""
                              << "";
        QTest::newRow("gpt2") << "models/gpt2-attention-partial/attention.safetensors"
                              << ""
                              << "";
    }
    void realFilesOpen() {
        BITSMITH_NEEDS_SHARED("models");
        QFETCH(QString, path);
        QFETCH(QString, tensor);
        QFETCH(QString, shape);
        const auto real = test::sharedFile(path.toStdString());
        const auto opened = SafetensorsFile::open(real);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QVERIFY(!(*opened)->entries().empty());
        std::uint64_t bytes = 0;
        for (const SafetensorsEntry& e : (*opened)->entries()) {
            bytes += e.end - e.begin;
            if (e.name == tensor.toStdString()) QCOMPARE(shapeText(e.shape), shape.toStdString());
            // Weights of trained networks are finite and small: a wrong offset would show.
            const TensorView view = (*opened)->view(e);
            if (e.dtype != DType::F32) continue;
            for (std::size_t i = 0; i + 4 <= view.bytes.size(); i += 4) {
                float value;
                std::memcpy(&value, view.bytes.data() + i, 4);
                QVERIFY(std::abs(value) < 1e4F);
            }
        }
        QVERIFY(bytes < std::filesystem::file_size(real));
    }
};

QTEST_GUILESS_MAIN(TstSafetensors)
#include "tst_safetensors.moc"
