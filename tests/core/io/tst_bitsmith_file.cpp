// The coded file: written, read back, and every way of damaging it.
#include "core/io/bitsmith_file.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace bitsmith;

namespace {

std::vector<std::byte> content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
    return {bytes.begin(), bytes.end()};
}

void put(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

} // namespace

class TestBitsmithFile : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_path = std::filesystem::path(m_folder.path().toStdString()) / "a.bitsmith";
        auto writer = BitsmithFileWriter::create(m_path);
        QVERIFY(writer);
        m_blob.offset = writer->offset();
        QVERIFY(writer->write(std::as_bytes(std::span("hello ", 6))));
        QVERIFY(writer->write(std::as_bytes(std::span("world", 5))));
        m_blob.size = writer->offset() - m_blob.offset;
        const auto bytes = writer->finish({{"greeting", toJson(m_blob)}});
        QVERIFY(bytes);
        QCOMPARE(*bytes, std::filesystem::file_size(m_path));
    }

    void isReadBack() {
        QVERIFY(BitsmithFile::isOne(m_path));
        const auto file = BitsmithFile::open(m_path);
        QVERIFY(file);
        const auto blob = blobFromJson((*file)->directory()["greeting"]);
        QVERIFY(blob);
        QCOMPARE(*blob, m_blob);
        const auto bytes = (*file)->bytes(*blob);
        QVERIFY(bytes);
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(bytes->data()), 11),
                 QByteArray("hello world"));
    }

    void placesOutsideAreRefused() {
        const auto file = BitsmithFile::open(m_path);
        QVERIFY(file);
        const std::uint64_t size = (*file)->size();
        QVERIFY((*file)->bytes({m_blob.offset + m_blob.size, 0}));
        for (const BitsmithBlob blob : {BitsmithBlob{0, 4},
                                        {m_blob.offset, m_blob.size + 1},
                                        {size, 0},
                                        {size + 1, 0},
                                        {m_blob.offset, UINT64_MAX},
                                        {UINT64_MAX, 1}})
            QVERIFY(!(*file)->bytes(blob));
        for (const char* text : {"[]", "[1]", "[1,-2]", "[1,2,3]", "[1.5,2]", "\"x\"", "null"})
            QVERIFY(!blobFromJson(nlohmann::json::parse(text)));
    }

    void everyTruncationIsFound() {
        const auto whole = content(m_path);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            put(m_path, std::span(whole).first(size));
            const auto file = BitsmithFile::open(m_path);
            QVERIFY2(!file, qPrintable(QString::number(size)));
            QVERIFY(file.error().code == ErrorCode::BadInput);
            QVERIFY(file.error().message.find("a.bitsmith") != std::string::npos);
        }
    }

    // The byte strings have checksums of their own; everything else is the file's business.
    void everyFlippedBitOutsideTheStringsIsFound() {
        const auto whole = content(m_path);
        for (std::size_t i = 0; i < whole.size(); ++i) {
            if (i >= m_blob.offset && i < m_blob.offset + m_blob.size) continue;
            for (int bit = 0; bit < 8; ++bit) {
                auto damaged = whole;
                damaged[i] ^= static_cast<std::byte>(1 << bit);
                put(m_path, damaged);
                QVERIFY2(!BitsmithFile::open(m_path), qPrintable(QString::number(i)));
            }
        }
    }

    void aNewerVersionIsNamed() {
        auto bytes = content(m_path);
        bytes[8] = std::byte{9};
        put(m_path, bytes);
        const auto file = BitsmithFile::open(m_path);
        QVERIFY(!file);
        QVERIFY(file.error().code == ErrorCode::Unsupported);
        QVERIFY(file.error().message.find("version 9") != std::string::npos);
    }

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_path;
    BitsmithBlob m_blob;
};

QTEST_GUILESS_MAIN(TestBitsmithFile)
#include "tst_bitsmith_file.moc"
