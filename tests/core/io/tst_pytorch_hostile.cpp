// core/io: PyTorch files that ask for more than tensors are refused by name; damaged files never
// crash.
#include "core/io/pytorch_file.h"
#include "tests/support/pytorch_bytes.h"
#include "tests/support/safetensors_bytes.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace bitsmith;
using test::pytorchParts;
using test::u32;
using test::u64;
using test::writeBytes;
using test::zipBytes;
using test::ZipPart;
using namespace test::pickle;

namespace {

namespace fs = std::filesystem;

const std::string Data(16, '\x11'); // four floats

std::string checkpoint(const std::string& items) {
    return zipBytes(pytorchParts(dict(items), {{"0", Data}}));
}
std::string withPickle(const std::string& pickled) {
    return zipBytes(pytorchParts(pickled, {{"0", Data}}));
}
std::string withTensor(const Tensor& tensor) { return checkpoint(text("w") + tensor.bytes()); }
// A good tensor and something else beside it.
std::string beside(const std::string& value) {
    return checkpoint(text("w") + Tensor().bytes() + text("x") + value);
}

const std::string Magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);

std::string legacy(const std::string& items, const std::string& keys, const std::string& data,
                   const std::string& machine = text("little_endian") + "\x88",
                   int version = 1001) {
    return Magic + "\x80\x02" + whole(version) + "." + dict(machine) + dict(items) + "\x80\x02](" +
           keys + "e." + data;
}
std::string legacy(const std::string& keys, const std::string& data) {
    return legacy(text("w") + Tensor().bytes(), keys, data);
}

} // namespace

class TstPytorchHostile : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_path;

    Result<std::shared_ptr<const TensorArchive>> open(const std::string& bytes) const {
        if (!writeBytes(m_path, bytes)) qFatal("cannot write the test file");
        return openPytorchFile(m_path);
    }
    // All tensors of a file that opens can be read.
    static bool readable(const TensorArchive& archive) {
        unsigned sum = 0;
        for (const auto& entry : archive.entries())
            for (const std::byte byte : entry.view.bytes) sum += std::to_integer<unsigned>(byte);
        return sum + 1 > 0 && archive.contentKey().size() == 32;
    }

private Q_SLOTS:
    void initTestCase() { m_path = m_dir.filePath("x.bin").toStdString(); }

    void theBaseIsGood() {
        for (const std::string& bytes :
             {withTensor({}), beside("N"), legacy(text("0"), u64(4) + Data)}) {
            const auto archive = open(bytes);
            QVERIFY2(archive.has_value(), archive ? "" : archive.error().message.c_str());
            QVERIFY(readable(**archive));
            QVERIFY((*archive)->find("w")->view.shape == (Shape{2, 2}));
        }
    }

    void brokenFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("mention");
        const auto row = [](const char* title, const std::string& bytes, const char* mention) {
            QTest::newRow(title) << QByteArray::fromStdString(bytes) << mention;
        };
        // Code
        row("os.system", beside(name("os", "system") + tuple(text("true")) + "R"),
            "asks to run 'os.system'");
        row("eval", beside(name("builtins", "eval") + tuple(text("1")) + "R"), "'builtins.eval'");
        row("unused name", beside(name("os", "system")), "'os.system'");
        row("stack name", beside("\x8c\x02os\x8c\x06system\x93"), "'os.system'");
        row("near miss", beside(name("torch._utils", "_rebuild_tensor_v2 ")), "_v2 '");
        row("dotted", beside(name("collections", "OrderedDict.fromkeys")), "fromkeys'");
        row("control characters", beside(name("a\x1b[2J", "b")), "a\\x1b");
        row("long name", beside(name(std::string(100000, 'a'), "b")), "asks to run 'aaaa");
        row("INST", beside("(ios\nsystem\n"), "opcode INST");
        row("OBJ", beside("(" + name("collections", "OrderedDict") + "o"), "opcode OBJ");
        row("EXT1", beside("\x82\x01"), "opcode EXT1");
        row("NEWOBJ_EX", beside(")}\x92"), "opcode NEWOBJ_EX");
        row("PERSID", beside("Pabc\n"), "opcode PERSID");
        row("unknown opcode", beside("\xff"), "opcode 0xff");
        row("text opcode", beside("I1\n"), "opcode 0x49");
        row("BUILD of a list", beside("]}b"), "set the state");
        row("BUILD of a tensor", checkpoint(text("w") + Tensor().bytes() + "}b"), "set the state");
        row("BUILD of a plain dict", beside("}}b"), "set the state");
        row("call of a text", beside(text("x") + ")R"), "no name");
        row("call of a storage type", beside(name("torch", "FloatStorage") + ")R"),
            "'torch.FloatStorage', which is refused");
        row("call without tuple", beside(name("collections", "OrderedDict") + "]R"), "no name");
        row("nested rebuild",
            beside(name("torch._tensor", "_rebuild_from_type_v2") +
                   tuple(name("torch._tensor", "_rebuild_from_type_v2") + name("torch", "Tensor") +
                         ")N") +
                   "R"),
            "makes none");
        // Pickles
        row("empty pickle", withPickle(""), "ends early");
        row("no STOP", withPickle("\x80\x02}"), "ends early");
        row("only STOP", withPickle("."), "takes more");
        row("protocol 9", withPickle("\x80\x09}."), "protocol 9");
        row("cut text", withPickle("\x80\x02X" + u32(1000) + "abc"), "ends early");
        row("text of 4 GB", withPickle("\x80\x02X" + u32(0xFFFFFFFF) + "abc"), "ends early");
        row("text of 2^64", withPickle("\x80\x04\x8d" + u64(~std::uint64_t{0})), "ends early");
        row("cut name",
            withPickle("\x80\x02"
                       "ctorch"),
            "inside a name");
        row("unknown memo", beside("h\x09"), "did not keep");
        row("no mark", withPickle("\x80\x02t."), "did not open");
        row("below the mark", withPickle("\x80\x02N(\x85."), "takes more");
        row("odd dictionary", withPickle("\x80\x02}(Nu."), "no list or dictionary");
        row("odd literal", withPickle("\x80\x02(Nd."), "key without a value");
        row("append to a number", withPickle("\x80\x02K\1Na."), "no list or dictionary");
        row("depth bomb", withPickle(std::string(1'000'000, '(')), "nests too deeply");
        row("value bomb", withPickle(std::string(5'000'000, 'N')), "more than 4194304 values");
        row("name of numbers", beside("K\1K\2\x93"), "no text");
        // Tensors
        row("number as root", withPickle("\x80\x02K\1."), "no dictionary of tensors");
        row("no tensors", checkpoint(text("epoch") + whole(3)), "no dictionary of tensors");
        row("tensor as root", withPickle("\x80\x02" + Tensor().bytes() + "."),
            "no dictionary of tensors");
        row("tensor twice", checkpoint(text("w") + Tensor().bytes() + text("w") + Tensor().bytes()),
            "'w' is there twice");
        row("name of number", checkpoint(whole(1) + Tensor().bytes()), "no text in UTF-8");
        row("name not UTF-8", checkpoint(text("w\xFF") + Tensor().bytes()), "no text in UTF-8");
        Tensor tensor;
        tensor.key = "1";
        row("no data", withTensor(tensor), "storage '1') is missing");
        tensor = {};
        tensor.stored = 5;
        row("short data", withTensor(tensor), "should have 5 elements of F32");
        tensor = {};
        tensor.stored = -1;
        row("negative storage", withTensor(tensor), "no count");
        tensor = {};
        tensor.shape = {2, 3};
        tensor.strides = {3, 1};
        row("past the end", withTensor(tensor), "leaves its storage of 4");
        tensor = {};
        tensor.offset = 1;
        row("offset past the end", withTensor(tensor), "leaves its storage");
        tensor.offset = -1;
        row("negative offset", withTensor(tensor), "offset is no count");
        tensor = {};
        tensor.strides = {100, 1};
        row("stride past the end", withTensor(tensor), "leaves its storage");
        tensor.strides = {-2, 1};
        row("negative stride", withTensor(tensor), "no count");
        tensor.strides = {2};
        row("one stride", withTensor(tensor), "more or fewer strides");
        tensor = {};
        tensor.shape = {1 << 30, 1 << 30, 1 << 30};
        tensor.strides = {0, 0, 0};
        row("overflowing shape", withTensor(tensor), "impossible shape");
        tensor.shape = {1 << 30, 2};
        tensor.strides = {1 << 30, 1 << 30};
        row("overflowing stride", withTensor(tensor), "leaves its storage");
        tensor.shape = {1 << 28};
        tensor.strides = {0};
        row("expanded", withTensor(tensor), "repeats the same");
        tensor.shape.assign(65, 1);
        tensor.strides.assign(65, 1);
        row("65 dimensions", withTensor(tensor), "more than 64 dimensions");
        row("storage of another kind",
            beside(tuple(text("module") + name("torch", "FloatStorage") + text("0") + text("cpu") +
                         whole(4)) +
                   "Q"),
            "not of the form");
        row("storage of no type",
            beside(tuple(text("storage") + name("collections", "OrderedDict") + text("0") +
                         text("cpu") + whole(4)) +
                   "Q"),
            "no type of stored data");
        row("storage number", beside("K\1Q"), "not of the form");
        row("tensor of nothing",
            beside(name("torch._utils", "_rebuild_tensor_v2") + tuple("NK\1))") + "R"),
            "not described by");
        row("parameter of nothing",
            beside(name("torch._utils", "_rebuild_parameter") + tuple("N\x88") + "R"), "no tensor");
        row("dictionary of numbers",
            beside(name("collections", "OrderedDict") + tuple("](K\1e") + "R"), "list of pairs");
        row("part of a storage",
            beside(tuple(text("storage") + name("torch", "FloatStorage") + text("0") + text("cpu") +
                         whole(4) + tuple(text("v") + whole(3) + whole(2))) +
                   "Q"),
            "a part of a storage");
        // ZIP
        const auto parts = pytorchParts(dict(text("w") + Tensor().bytes()), {{"0", Data}});
        const auto changed = [&](std::size_t index, auto change) {
            auto copy = parts;
            change(copy[index]);
            return zipBytes(copy);
        };
        row("deflated", changed(1, [](ZipPart& p) { p.method = 8; }), "compressed (method 8)");
        row("encrypted", changed(1, [](ZipPart& p) { p.flags = 1; }), "encrypted");
        row("entry past the end", changed(2, [](ZipPart& p) { p.moreBytes = 1000; }), "leaves the");
        row("overlap", changed(1, [](ZipPart& p) { p.moreBytes = 8; }), "overlap");
        row("other local name", changed(1, [](ZipPart& p) { p.localName = "m/data/9"; }),
            "another one in the directory");
        row("name not UTF-8", changed(1, [](ZipPart& p) { p.name = "m/\xFF"; }), "not UTF-8");
        row("entry twice", changed(2, [](ZipPart& p) { p.name = "m/data/0"; }), "there twice");
        row("no pickle", changed(0, [](ZipPart& p) { p.name = "m/other"; }), "without data.pkl");
        row("two pickles", changed(2, [](ZipPart& p) { p.name = "n/data.pkl"; }), "two lists");
        const std::string good = zipBytes(parts);
        row("no directory", good.substr(0, good.size() - 60), "directory");
        std::string bytes = good;
        bytes.replace(good.size() - 12, 2, "\xff\x7f"); // entries in the end record
        row("claimed entries", bytes, "claims 32767 entries");
        bytes = good;
        bytes.replace(good.size() - 6, 4, u32(0x7FFFFFFF));
        row("directory elsewhere", bytes, "leaves the file");
        bytes = zipBytes(parts, true);
        bytes.replace(bytes.size() - 34, 8, u64(~std::uint64_t{0} - 10));
        row("ZIP64 end elsewhere", bytes, "ZIP64");
        row("nothing", "", "no checkpoint of torch");
        row("web page", "<!DOCTYPE html><html>", "web page");
        row("lfs pointer", "version https://git-lfs.github.com/spec/v1\noid", "git lfs pull");
        row("other pickle", "\x80\x02}.", "neither a ZIP file");
        // The older form
        row("legacy without data", legacy(text("0"), ""), "leaves the file");
        row("legacy, short data", legacy(text("0"), u64(5) + Data), "leaves the file");
        row("legacy, 2^63", legacy(text("0"), u64(std::uint64_t{1} << 63) + Data), "leaves the");
        row("legacy, unknown key", legacy(text("1"), u64(4) + Data), "no tensor refers to");
        row("legacy, no keys", legacy("", u64(4) + Data), "is missing");
        row("legacy, key twice", legacy(text("0") + text("0"), u64(4) + Data + u64(4) + Data),
            "there twice");
        row("legacy, number as key", legacy("K\1", u64(4) + Data), "no tensor refers to");
        row("legacy, no byte order",
            legacy(text("w") + Tensor().bytes(), text("0"), u64(4) + Data, text("x") + "N"),
            "byte order");
        Tensor halves;
        halves.type = "HalfStorage";
        row("legacy, two types",
            legacy(text("w") + Tensor().bytes() + text("v") + halves.bytes(), text("0"),
                   u64(4) + Data),
            "two types");
        row("legacy, code", legacy(text("w") + name("os", "system"), text("0"), u64(4) + Data),
            "'os.system'");
        row("legacy, code before", Magic + name("os", "system") + ".", "'os.system'");
    }
    void brokenFilesAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, mention);
        QElapsedTimer timer;
        timer.start();
        const auto opened = open(bytes.toStdString());
        QVERIFY(!opened);
        const QString message = QString::fromStdString(opened.error().message);
        QVERIFY2(message.contains(mention), qPrintable(message));
        QVERIFY2(message.contains("x.bin"), qPrintable(message));
        QVERIFY(message.size() < 900);
        for (const QChar c : message) QVERIFY(c.unicode() >= 0x20);
        QCOMPARE(opened.error().code, ErrorCode::BadInput);
        if (mention.contains("asks to run"))
            QVERIFY2(message.contains("nothing of the file was executed"), qPrintable(message));
        QVERIFY(timer.elapsed() < 3000);
    }

    void whatIsNotSupportedIsSaid() {
        Tensor tensor;
        tensor.type = "ComplexFloatStorage";
        auto opened = open(withTensor(tensor));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Unsupported);
        QVERIFY(opened.error().message.find("ComplexFloatStorage") != std::string::npos);
        auto parts = pytorchParts(dict(text("w") + Tensor().bytes()), {{"0", Data}});
        parts.push_back({"m/byteorder", "big"});
        opened = open(zipBytes(parts));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Unsupported);
        opened = open(legacy(text("w") + Tensor().bytes(), text("0"), u64(4) + Data,
                             text("little_endian") + "\x89"));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Unsupported);
    }

    void fewBytesCannotMakeMuch() {
        // A dictionary of many pairs, made again and again from the memo.
        std::string bomb = "](";
        for (int i = 0; i < 50000; ++i) bomb += "NN\x86";
        bomb += "eq\1" + name("collections", "OrderedDict") + "q\2";
        for (int i = 0; i < 20000; ++i) bomb += "h\2h\1\x85R";
        QElapsedTimer timer;
        timer.start();
        const auto opened = open(withPickle("\x80\x02(" + bomb + "t."));
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.find("too often") != std::string::npos,
                 opened.error().message.c_str());
        QVERIFY(timer.elapsed() < 3000);
    }

    void cutAndChangedFilesNeverCrash() {
        const std::string zip = beside(tuple(text("a") + "K\1M\2\1") + text("l") + "]q\1h\1a"),
                          zip64 = zipBytes(
                              pytorchParts(dict(text("w") + Tensor().bytes()), {{"0", Data}}),
                              true),
                          old = legacy(text("0"), u64(4) + Data);
        std::mt19937 random(99);
        int opened = 0;
        for (const std::string& whole : {zip, zip64, old}) {
            QVERIFY(open(whole).has_value());
            for (std::size_t size = 0; size < whole.size(); ++size) {
                const auto cut = open(whole.substr(0, size));
                QVERIFY2(!cut, qPrintable(QString::number(size)));
                QCOMPARE(cut.error().code, ErrorCode::BadInput);
            }
            for (int round = 0; round < 3000; ++round) {
                std::string bytes = whole;
                for (int i = 1 + static_cast<int>(random() % 3); i > 0; --i)
                    bytes[random() % bytes.size()] = static_cast<char>(random());
                const auto archive = open(bytes);
                if (archive) {
                    QVERIFY(readable(**archive));
                    ++opened;
                } else {
                    QVERIFY(archive.error().code == ErrorCode::BadInput ||
                            archive.error().code == ErrorCode::Unsupported);
                }
            }
        }
        QVERIFY(opened > 300);
    }
};

QTEST_GUILESS_MAIN(TstPytorchHostile)
#include "tst_pytorch_hostile.moc"
