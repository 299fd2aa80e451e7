// core/io: checkpoints that torch itself wrote, in each of its forms, and what they refer to.
#include "core/io/pytorch_file.h"
#include "core/model/model.h"
#include "core/tensor/convert.h"
#include "tests/support/pytorch_bytes.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/shared_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace bitsmith;
using test::writeBytes;
using test::zipBytes;
namespace pickle = test::pickle;

namespace {

namespace fs = std::filesystem;

std::vector<float> valuesOf(const TensorArchive& archive, std::string_view name) {
    const TensorArchive::Entry* entry = archive.find(name);
    if (!entry) return {-4711};
    std::vector<float> values(static_cast<std::size_t>(elementCount(entry->view.shape)));
    toFloat(entry->view.dtype, entry->view.bytes, values);
    return values;
}

std::string floats(const std::vector<float>& values) {
    std::string bytes;
    for (const float value : values) bytes += test::raw(value);
    return bytes;
}

template <class T>
const char* why(const Result<T>& result) {
    return result ? "" : result.error().message.c_str();
}

std::vector<float> transposed(const std::vector<float>& values, std::size_t rows) {
    std::vector<float> out(values.size());
    const std::size_t cols = values.size() / rows;
    for (std::size_t i = 0; i < values.size(); ++i) out[i % cols * rows + i / cols] = values[i];
    return out;
}

} // namespace

class TstPytorchFile : public QObject {
    Q_OBJECT

    static fs::path golden(const char* name) {
        return fs::path(BITSMITH_SOURCE_DIR) / "tests/golden/pytorch" / name;
    }

private Q_SLOTS:
    // tests/golden/pytorch/make.py says what is in these.
    void filesOfTorchAreRead_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"zip.pth", "legacy.pth", "protocol4.pth"})
            QTest::newRow(name) << name;
    }
    void filesOfTorchAreRead() {
        QFETCH(QString, name);
        const auto opened = openPytorchFile(golden(qPrintable(name)));
        QVERIFY2(opened.has_value(), why(opened));
        const TensorArchive& archive = **opened;
        QCOMPARE(archive.format(), std::string_view("pytorch"));
        QCOMPARE(archive.entries().size(), std::size_t{17});
        std::vector<float> halves, wholes;
        for (int i = 0; i < 12; ++i) {
            halves.push_back(static_cast<float>(i) / 2);
            wholes.push_back(static_cast<float>(i));
        }
        const auto check = [&](const char* tensor, DType dtype, const Shape& shape,
                               const std::vector<float>& values) {
            const TensorArchive::Entry* entry = archive.find(tensor);
            QVERIFY2(entry, tensor);
            QVERIFY2(entry->view.dtype == dtype, tensor);
            QVERIFY2(entry->view.shape == shape, tensor);
            QVERIFY2(valuesOf(archive, tensor) == values, tensor);
            archive.release(*entry);
            QVERIFY2(valuesOf(archive, tensor) == values, tensor);
        };
        check("f32", DType::F32, {3, 4}, halves);
        check("f64", DType::F64, {3, 4}, halves);
        check("f16", DType::F16, {3, 4}, halves);
        check("bf16", DType::BF16, {3, 4}, halves);
        check("i64", DType::I64, {3, 4}, wholes);
        check("i32", DType::I32, {3, 4}, wholes);
        check("i16", DType::I16, {3, 4}, wholes);
        check("i8", DType::I8, {3, 4}, wholes);
        check("u8", DType::U8, {3, 4}, wholes);
        check("bool", DType::Bool, {3, 4}, {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1});
        check("tied", DType::F32, {3, 4}, halves);
        check("rows", DType::F32, {2, 4}, {2, 2.5F, 3, 3.5F, 4, 4.5F, 5, 5.5F});
        check("transposed", DType::F32, {4, 3}, transposed(halves, 3));
        check("column", DType::F32, {3}, {0.5F, 2.5F, 4.5F});
        check("scalar", DType::F32, {}, {2.5F});
        check("empty", DType::F32, {0, 4}, {});
        check("parameter", DType::F32, {3, 4}, halves);
        QCOMPARE(archive.find("tied")->view.bytes.data(), archive.find("f32")->view.bytes.data());
    }

    void theModelOfATrainingRunIsFound() {
        const auto archive = openPytorchFile(golden("training.pth"));
        QVERIFY2(archive.has_value(), why(archive));
        QCOMPARE((*archive)->entries().size(), std::size_t{2});
        QVERIFY(valuesOf(**archive, "weight") == (std::vector<float>{0, 1, 2, 3, 4, 5}));
        QVERIFY(valuesOf(**archive, "bias") == (std::vector<float>{-1, 1}));
    }

    void filesThatAskForMoreAreRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("mention");
        QTest::newRow("command") << "evil.pth"
                                 << "asks to run 'posix.system'";
        QTest::newRow("module") << "module.pth"
                                << "'torch.nn.modules.linear.Linear'";
        QTest::newRow("repeated element") << "expanded.pth"
                                          << "'w' of shape 1000 repeats";
    }
    void filesThatAskForMoreAreRefused() {
        QFETCH(QString, name);
        QFETCH(QString, mention);
        const auto archive = openPytorchFile(golden(qPrintable(name)));
        QVERIFY(!archive);
        QCOMPARE(archive.error().code, ErrorCode::BadInput);
        QVERIFY2(QString::fromStdString(archive.error().message).contains(mention), why(archive));
    }

    void handMadeFilesAreRead() {
        const QTemporaryDir dir;
        const fs::path path = dir.filePath("x.bin").toStdString();
        pickle::Tensor tensor;
        tensor.key = "7";
        const auto parts = test::pytorchParts(
            pickle::dict(pickle::text("a") + tensor.bytes() + pickle::text("n") + "N"),
            {{"7", floats({1, 2, 3, 4})}});
        for (const bool zip64 : {false, true}) {
            QVERIFY(writeBytes(path, zipBytes(parts, zip64)));
            const auto archive = openTensorArchive(path);
            QVERIFY2(archive.has_value(), why(archive));
            QVERIFY(valuesOf(**archive, "a") == (std::vector<float>{1, 2, 3, 4}));
        }
        // A list that holds itself is no reason to hang.
        const std::string loop = "]q\1h\1a";
        QVERIFY(writeBytes(
            path, zipBytes(test::pytorchParts(pickle::dict(pickle::text("a") + tensor.bytes() +
                                                           pickle::text("loop") + loop),
                                              {{"7", floats({1, 2, 3, 4})}}))));
        QVERIFY(openTensorArchive(path).has_value());
    }

    void foldersOpenWholeOrInShards() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        const auto write = [&](const char* file, const char* tensor, float value) {
            pickle::Tensor one;
            one.stored = 1;
            one.shape = one.strides = {1};
            return writeBytes(folder / file, zipBytes(test::pytorchParts(
                                                 pickle::dict(pickle::text(tensor) + one.bytes()),
                                                 {{"0", floats({value})}})));
        };
        QVERIFY(write("pytorch_model-00001-of-00002.bin", "a", 1));
        QVERIFY(write("pytorch_model-00002-of-00002.bin", "b", 2));
        QVERIFY(writeBytes(folder / "pytorch_model.bin.index.json",
                           R"({"weight_map":{"a":"pytorch_model-00001-of-00002.bin",)"
                           R"("b":"pytorch_model-00002-of-00002.bin"}})"));
        auto archive = openTensorArchive(folder);
        QVERIFY2(archive.has_value(), why(archive));
        QCOMPARE((*archive)->format(), std::string_view("pytorch"));
        QVERIFY(valuesOf(**archive, "b") == std::vector<float>{2});
        QVERIFY(write("pytorch_model.bin", "whole", 3));
        archive = openTensorArchive(folder);
        QVERIFY(archive.has_value() && valuesOf(**archive, "whole") == std::vector<float>{3});
    }

    void aModelFolderOpens() {
        const fs::path demo = fs::path(BITSMITH_SOURCE_DIR) / "resources/demo/model";
        const auto archive = openTensorArchive(demo);
        QVERIFY2(archive.has_value(), why(archive));
        std::string items;
        std::map<std::string, std::string> data;
        for (const TensorArchive::Entry& entry : (*archive)->entries()) {
            const TensorView& view = entry.view;
            pickle::Tensor tensor;
            tensor.type = view.dtype == DType::F32    ? "FloatStorage"
                          : view.dtype == DType::BF16 ? "BFloat16Storage"
                                                      : "HalfStorage";
            tensor.key = std::to_string(data.size());
            tensor.stored = static_cast<std::int32_t>(elementCount(view.shape));
            tensor.shape.assign(view.shape.begin(), view.shape.end());
            tensor.strides.assign(view.shape.size(), 1);
            for (std::size_t d = view.shape.size() - 1; d-- > 0;)
                tensor.strides[d] = tensor.strides[d + 1] * tensor.shape[d + 1];
            items += pickle::text(entry.name) + tensor.bytes();
            data[tensor.key].assign(reinterpret_cast<const char*>(view.bytes.data()),
                                    view.bytes.size());
        }
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        fs::copy(demo, folder, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
        fs::remove(folder / "model.safetensors");
        QVERIFY(writeBytes(folder / "pytorch_model.bin",
                           zipBytes(test::pytorchParts(pickle::dict(items), data))));
        const auto theirs = openModel(folder), ours = openModel(demo);
        QVERIFY2(theirs.has_value(), why(theirs));
        QVERIFY2(ours.has_value(), why(ours));
        QCOMPARE((*theirs)->format(), std::string_view("pytorch"));
        QVERIFY((*theirs)->architecture());
        QCOMPARE((*theirs)->contentKey(), (*ours)->contentKey());
    }

    void aRealCheckpointHoldsTheSameWeightsAsItsFolder() {
        BITSMITH_NEEDS_SHARED("models/char-gpt-shakespeare");
        const auto folder = test::sharedFile("models/char-gpt-shakespeare");
        const auto checkpoint = openTensorArchive(folder / "original/version_1.pth"),
                   model = openTensorArchive(folder / "hf");
        QVERIFY2(checkpoint.has_value(), why(checkpoint));
        QVERIFY2(model.has_value(), why(model));
        const TensorArchive &theirs = **checkpoint, &ours = **model;
        QCOMPARE(theirs.entries().size(), std::size_t{110});
        const auto same = [&](const std::string& a, const std::string& b, std::size_t rows = 0) {
            const auto values = valuesOf(theirs, a);
            return values == (rows ? transposed(valuesOf(ours, b), rows) : valuesOf(ours, b)) &&
                   values.size() > 1;
        };
        QVERIFY(same("token_embedding_table.weight", "transformer.wte.weight"));
        QVERIFY(same("position_embedding_table.weight", "transformer.wpe.weight"));
        QVERIFY(same("ln_f.weight", "transformer.ln_f.weight"));
        for (int i = 0; i < 4; ++i) {
            const std::string a = "blocks." + std::to_string(i) + ".",
                              b = "transformer.h." + std::to_string(i) + ".";
            QVERIFY(same(a + "ln1.weight", b + "ln_1.weight"));
            QVERIFY(same(a + "ln2.bias", b + "ln_2.bias"));
            QVERIFY(same(a + "ffwd.net.0.weight", b + "mlp.c_fc.weight", 64));
            QVERIFY(same(a + "ffwd.net.2.weight", b + "mlp.c_proj.weight", 256));
            QVERIFY(same(a + "self_attention.proj.weight", b + "attn.c_proj.weight", 64));
            // Queries, keys and values of all heads are one matrix there.
            std::vector<float> heads;
            for (const char* part : {"query", "key", "value"})
                for (int h = 0; h < 4; ++h) {
                    const auto one =
                        valuesOf(theirs, a + "self_attention.heads." + std::to_string(h) + "." +
                                             part + ".weight");
                    heads.insert(heads.end(), one.begin(), one.end());
                }
            QVERIFY(heads == transposed(valuesOf(ours, b + "attn.c_attn.weight"), 64));
        }
    }

    void realCheckpointsOfTheOlderFormOpen() {
        BITSMITH_NEEDS_SHARED("models/resnet-cifar10");
        const auto folder = test::sharedFile("models/resnet-cifar10");
        const auto archive = openTensorArchive(folder / "resnet20-12fca82f.th");
        QVERIFY2(archive.has_value(), why(archive));
        QCOMPARE((*archive)->entries().size(), std::size_t{97});
        QVERIFY((*archive)->find("module.conv1.weight")->view.shape == (Shape{16, 3, 3, 3}));
        std::size_t weights = 0;
        for (const auto& entry : (*archive)->entries())
            if (entry.name.ends_with("weight")) {
                weights += static_cast<std::size_t>(elementCount(entry.view.shape));
                for (const float value : valuesOf(**archive, entry.name))
                    QVERIFY(std::abs(value) < 10);
            }
        QCOMPARE(weights, std::size_t{268336 + 688}); // convolutions and head; norms
        QCOMPARE(openTensorArchive(folder / "resnet32-d509ac18.th").value()->entries().size(),
                 std::size_t{157});
    }
};

QTEST_GUILESS_MAIN(TstPytorchFile)
#include "tst_pytorch_file.moc"
