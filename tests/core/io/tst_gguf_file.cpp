// core/io: GGUF files as ggml writes them; ours are theirs byte for byte; split models.
#include "core/io/gguf_file.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/shared_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace bitsmith;
using test::writeBytes;

namespace {

namespace fs = std::filesystem;
using Declaration = GgufWriter::Declaration;

// Written by ggml's own writer from the keys and tensors below.
constexpr const char* MinimalHex =
    "4747554603000000020000000000000004000000000000001400000000000000"
    "67656e6572616c2e617263686974656374757265080000000500000000000000"
    "6c6c616d61110000000000000067656e6572616c2e616c69676e6d656e740400"
    "0000200000000500000000000000742e61727209000000080000000200000000"
    "000000010000000000000061020000000000000062630300000000000000742e"
    "6207000000010200000000000000773102000000030000000000000002000000"
    "0000000000000000000000000000000002000000000000006231010000000200"
    "0000000000000000000020000000000000000000000000000000000000000000"
    "000000000000803f0000004000004040000080400000a0400000000000000000"
    "0000803f000080bf000000000000000000000000000000000000000000000000";

std::string fileText(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

template <class T>
std::span<const std::byte> bytesOf(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

const BlockFormat* type(std::string_view name) {
    const BlockFormat* format = findBlockFormat(name);
    if (!format) qFatal("no such type");
    return format;
}

GgufMetadata minimalMetadata() {
    GgufMetadata metadata;
    metadata.set("general.architecture", GgufValue::text("llama"));
    metadata.set("general.alignment", GgufValue::u32(32));
    metadata.set("t.arr", {GgufType::String, std::vector<std::string>{"a", "bc"}});
    metadata.set("t.b", GgufValue::flag(true));
    return metadata;
}

// name, text of the failure: for QVERIFY2
template <class T>
const char* why(const Result<T>& result) {
    return result ? "" : result.error().message.c_str();
}

} // namespace

class TstGgufFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_folder;

private Q_SLOTS:
    void initTestCase() { m_folder = m_dir.path().toStdString(); }

    void theReferenceFileIsReadAndWrittenByteForByte() {
        const std::string reference = QByteArray::fromHex(MinimalHex).toStdString();
        QCOMPARE(reference.size(), std::size_t{320});
        const fs::path theirs = m_folder / "theirs.gguf", ours = m_folder / "ours.gguf";
        QVERIFY(writeBytes(theirs, reference));
        const auto file = GgufFile::open(theirs);
        QVERIFY2(file.has_value(), why(file));
        const GgufMetadata& metadata = (*file)->metadata();
        QCOMPARE(metadata.items().size(), std::size_t{4});
        QCOMPARE(metadata.items()[3].first, std::string("t.b"));
        QCOMPARE(metadata.text("general.architecture").value(),
                 std::optional<std::string>("llama"));
        QCOMPARE(metadata.count("general.alignment").value(), std::optional<std::uint64_t>(32));
        QCOMPARE(metadata.flag("t.b").value(), std::optional<bool>(true));
        QVERIFY(std::get<std::vector<std::string>>(metadata.find("t.arr")->value) ==
                (std::vector<std::string>{"a", "bc"}));
        const GgufTensor* w1 = (*file)->find("w1");
        QVERIFY(w1);
        QVERIFY(w1->dims == (std::vector<std::uint64_t>{3, 2}));
        QCOMPARE(w1->format->name, std::string_view("F32"));
        std::vector<float> values(6);
        std::memcpy(values.data(), (*file)->bytes(*w1).data(), 24);
        QVERIFY(values == (std::vector<float>{0, 1, 2, 3, 4, 5}));
        QCOMPARE((*file)->find("b1")->offset, std::uint64_t{32});
        QVERIFY(!(*file)->find("b2"));

        const std::vector<Declaration> tensors{{"w1", {3, 2}, type("F32")},
                                               {"b1", {2}, type("F32")}};
        const auto predicted = GgufWriter::predict(ours, minimalMetadata(), tensors);
        QVERIFY2(predicted.has_value(), why(predicted));
        QCOMPARE(predicted->size(), std::size_t{1});
        QCOMPARE(predicted->front().bytes, std::uint64_t{320});
        auto writer = GgufWriter::create(ours, minimalMetadata(), tensors);
        QVERIFY2(writer.has_value(), why(writer));
        QVERIFY(writer->write(bytesOf(values).first(10)).has_value()); // in pieces
        QVERIFY(writer->write(bytesOf(values).subspan(10)).has_value());
        QVERIFY(writer->write(bytesOf(std::vector<float>{1, -1})).has_value());
        QVERIFY(!fs::exists(ours));
        QVERIFY(writer->finish().has_value());
        QVERIFY(fileText(ours) == reference);
    }

    void everyTypeOfValueComesBack() {
        GgufMetadata metadata;
        const auto both = [&](const std::string& key, GgufType t, auto value) {
            metadata.set(key, {t, value});
            metadata.set(key + ".list", {t, std::vector<decltype(value)>{value, value}});
        };
        both("u8", GgufType::U8, std::uint64_t{255});
        both("i8", GgufType::I8, std::int64_t{-128});
        both("u16", GgufType::U16, std::uint64_t{65535});
        both("i16", GgufType::I16, std::int64_t{-32768});
        both("u32", GgufType::U32, std::uint64_t{4294967295});
        both("i32", GgufType::I32, std::int64_t{-2147483648});
        both("u64", GgufType::U64, ~std::uint64_t{0});
        both("i64", GgufType::I64, std::numeric_limits<std::int64_t>::min());
        both("f32", GgufType::F32, static_cast<double>(1e-5F));
        both("f64", GgufType::F64, 1e-300);
        both("bool", GgufType::Bool, false);
        both("text", GgufType::String, std::string("a\0b\xFF", 4));
        metadata.set("nothing", {GgufType::F32, std::vector<double>{}});
        const fs::path path = m_folder / "values.gguf";
        auto writer = GgufWriter::create(path, metadata, {});
        QVERIFY2(writer.has_value(), why(writer));
        QVERIFY(writer->finish().has_value());
        const auto file = GgufFile::open(path);
        QVERIFY2(file.has_value(), why(file));
        QVERIFY((*file)->tensors().empty());
        QCOMPARE((*file)->metadata().items().size(), metadata.items().size());
        for (std::size_t i = 0; i < metadata.items().size(); ++i) {
            const auto& [key, value] = metadata.items()[i];
            const auto& [readKey, readValue] = (*file)->metadata().items()[i];
            QCOMPARE(readKey, key);
            QCOMPARE(readValue.type, value.type);
            QVERIFY2(readValue.value == value.value, key.c_str());
        }
        const GgufMetadata& read = (*file)->metadata();
        QCOMPARE(read.number("i8").value(), std::optional<double>(-128));
        QVERIFY(!read.count("absent").value());
        QVERIFY(!read.text("absent").value());
        // Another kind is an error that names the key and what it is.
        QCOMPARE(read.count("text").error().code, ErrorCode::BadInput);
        QCOMPARE(read.count("i8").error().code, ErrorCode::BadInput);
        QVERIFY(read.flag("u8.list").error().message.find("array of u8") != std::string::npos);
        QCOMPARE(read.text("text").error().code, ErrorCode::BadInput); // not UTF-8
    }

    void valuesThatATypeCannotHoldAreNotWritten() {
        const auto refused = [&](GgufValue value) {
            GgufMetadata metadata;
            metadata.set("some.key", std::move(value));
            const auto predicted = GgufWriter::predict(m_folder / "x.gguf", metadata, {});
            return !predicted && predicted.error().message.find("some.key") != std::string::npos;
        };
        QVERIFY(refused({GgufType::U8, std::uint64_t{256}}));
        QVERIFY(refused({GgufType::I32, std::int64_t{1} << 31}));
        QVERIFY(refused({GgufType::F32, std::uint64_t{1}}));
        QVERIFY(refused({GgufType::String, 1.0}));
        QVERIFY(refused({GgufType::Array, std::vector<double>{1}}));
        QVERIFY(!refused({GgufType::U8, std::uint64_t{255}}));
    }

    void impossibleDeclarationsAreRefusedBeforeAnythingIsWritten_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("mention");
        QTest::newRow("twice") << 0 << "twice";
        QTest::newRow("long name") << 1 << "64 bytes";
        QTest::newRow("row length") << 2 << "blocks have 256";
        QTest::newRow("no dimensions") << 3 << "0 dimensions";
        QTest::newRow("five dimensions") << 4 << "5 dimensions";
        QTest::newRow("empty") << 5 << "impossible";
        QTest::newRow("overflow") << 6 << "impossible";
        QTest::newRow("no name") << 7 << "no name";
    }
    void impossibleDeclarationsAreRefusedBeforeAnythingIsWritten() {
        QFETCH(int, index);
        QFETCH(QString, mention);
        const std::vector<std::vector<Declaration>> cases{
            {{"a", {1}, type("F32")}, {"a", {1}, type("F32")}},
            {{std::string(64, 'n'), {1}, type("F32")}},
            {{"a", {288, 2}, type("Q4_K")}},
            {{"a", {}, type("F32")}},
            {{"a", {1, 1, 1, 1, 1}, type("F32")}},
            {{"a", {0, 3}, type("F32")}},
            {{"a", {std::uint64_t{1} << 40, std::uint64_t{1} << 40}, type("F32")}},
            {{"", {1}, type("F32")}}};
        const fs::path path = m_folder / "impossible.gguf";
        const auto writer = GgufWriter::create(path, {}, cases[static_cast<std::size_t>(index)]);
        QVERIFY(!writer);
        QCOMPARE(writer.error().code, ErrorCode::Failed);
        const QString message = QString::fromStdString(writer.error().message);
        QVERIFY2(message.contains(mention) && message.contains("impossible.gguf"),
                 qPrintable(message));
        QVERIFY(!fs::exists(path));
    }

    void unfinishedFilesLeaveNothing() {
        const QTemporaryDir dir;
        const fs::path path = dir.filePath("x.gguf").toStdString();
        {
            auto writer = GgufWriter::create(path, {}, {{"a", {4}, type("F32")}});
            QVERIFY(writer.has_value());
            const std::vector<float> values(5);
            QCOMPARE(writer->write(bytesOf(values)).error().code, ErrorCode::Failed);
            QVERIFY(writer->write(bytesOf(values).first(8)).has_value());
            const auto finished = writer->finish();
            QVERIFY(!finished);
            QVERIFY(finished.error().message.find("last 8 bytes") != std::string::npos);
        }
        QVERIFY(fs::is_empty(fs::path(dir.path().toStdString())));
    }

    void splitModelsAreOneModel() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        GgufMetadata metadata = minimalMetadata();
        metadata.set("general.alignment", GgufValue::u32(64));
        std::vector<Declaration> tensors;
        for (int i = 0; i < 7; ++i)
            tensors.push_back({"t" + std::to_string(i), {32, 2}, type("Q8_0")}); // 68: 128 padded
        tensors.push_back({"large", {400}, type("F32")});
        const auto parts = GgufWriter::predict(folder / "m.gguf", metadata, tensors, 300);
        QVERIFY2(parts.has_value(), why(parts));
        QCOMPARE(parts->size(), std::size_t{5}); // 2 + 2 + 2 + 1 + the large one
        QCOMPARE((*parts)[1].path.filename().string(), std::string("m-00002-of-00005.gguf"));
        auto writer = GgufWriter::create(folder / "m.gguf", metadata, tensors, 300);
        QVERIFY2(writer.has_value(), why(writer));
        for (std::size_t i = 0; i < tensors.size(); ++i)
            QVERIFY(writer->write(
                bytesOf(std::vector<char>(tensors[i].bytes(), static_cast<char>(i)))));
        QVERIFY(writer->finish().has_value());
        for (const auto& part : *parts) QCOMPARE(fs::file_size(part.path), part.bytes);
        std::string key;
        for (const auto& part : *parts) { // any part opens all
            const auto file = GgufFile::open(part.path);
            QVERIFY2(file.has_value(), why(file));
            QCOMPARE((*file)->files().size(), std::size_t{5});
            QCOMPARE((*file)->tensors().size(), tensors.size());
            QVERIFY((*file)->metadata().find("t.arr"));
            for (std::size_t i = 0; i < tensors.size(); ++i) {
                const GgufTensor& tensor = (*file)->tensors()[i];
                QCOMPARE(tensor.name, tensors[i].name);
                QCOMPARE((*file)->bytes(tensor).back(), static_cast<std::byte>(i));
                QCOMPARE((*file)->find(tensor.name), &tensor);
                (*file)->release(tensor);
            }
            if (key.empty()) key = (*file)->contentKey();
            QCOMPARE((*file)->contentKey(), key);
        }
        // The same model in one file, written with the metadata of the split one.
        const auto file = GgufFile::open(parts->front().path);
        auto merged = GgufWriter::create(folder / "m.gguf", (*file)->metadata(), tensors);
        for (const GgufTensor& tensor : (*file)->tensors())
            QVERIFY(merged->write((*file)->bytes(tensor)).has_value());
        QVERIFY(merged->finish().has_value());
        const auto whole = GgufFile::open(folder / "m.gguf");
        QVERIFY2(whole.has_value(), why(whole));
        QVERIFY(!(*whole)->metadata().find("split.count"));
        QCOMPARE((*whole)->contentKey(), key);
    }

    void realFilesOpen_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("tensors");
        QTest::newRow("version 3") << "models/stories260K/original/stories260Ktok512.gguf" << 48;
        QTest::newRow("version 1")
            << "models/stories260K/original/tinyllamas-stories-260k-f32.gguf" << 48;
        for (const char* name : {"gpt-2", "gpt-neox", "llama-spm", "bert-bge"})
            QTest::newRow(name)
                << QStringLiteral("corpora/tokenizer-vectors/ggml-vocab-%1.gguf").arg(name) << 0;
    }
    void realFilesOpen() {
        QFETCH(QString, path);
        QFETCH(int, tensors);
        BITSMITH_NEEDS_SHARED("models/stories260K/original");
        const auto file = GgufFile::open(test::sharedFile(path.toStdString()));
        QVERIFY2(file.has_value(), why(file));
        QCOMPARE((*file)->tensors().size(), static_cast<std::size_t>(tensors));
        QVERIFY((*file)->metadata().text("general.architecture").value());
        const GgufValue* tokens = (*file)->metadata().find("tokenizer.ggml.tokens");
        QVERIFY(tokens);
        QVERIFY(std::get<std::vector<std::string>>(tokens->value).size() >= 512);
        QCOMPARE((*file)->contentKey().size(), std::size_t{32});
    }

    void bothRealVersionsHoldTheSameWeights() {
        BITSMITH_NEEDS_SHARED("models/stories260K/original");
        const auto folder = test::sharedFile("models/stories260K/original");
        const auto v1 = GgufFile::open(folder / "tinyllamas-stories-260k-f32.gguf").value(),
                   v3 = GgufFile::open(folder / "stories260Ktok512.gguf").value();
        for (const GgufTensor& tensor : v1->tensors()) {
            const GgufTensor* other = v3->find(tensor.name);
            QVERIFY2(other, tensor.name.c_str());
            QVERIFY(other->dims == tensor.dims);
            QVERIFY2(std::ranges::equal(v1->bytes(tensor), v3->bytes(*other)), tensor.name.c_str());
        }
        QCOMPARE(v1->contentKey(), v3->contentKey());
    }
};

QTEST_GUILESS_MAIN(TstGgufFile)
#include "tst_gguf_file.moc"
