// Files of anyone, compressed: the same bytes come back, damage is found, models open from the
// compressed form with the same numbers, and nothing half-written is left.
#include "core/base/parallel.h"
#include "core/io/compressed_file.h"
#include "core/io/file_segments.h"
#include "core/model/model.h"
#include "core/pipeline/compress.h"
#include "core/pipeline/verify.h"
#include "tests/core/pipeline/export_fixtures.h"
#include "tests/support/shared_files.h"

#include <QTest>

#include <random>

using namespace bitsmith;
using namespace bitsmith::test;
namespace fs = std::filesystem;

#define REQUIRE(result) QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str())

namespace {

std::string contentOf(const fs::path& path) { return readTextFile(path).value_or("?"); }

std::vector<fs::path> filesUnder(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error))
        if (it->path().extension() == ".safetensors" || it->path().extension() == ".gguf")
            files.push_back(it->path());
    std::ranges::sort(files);
    return files;
}

std::size_t filesIn(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class TstCompress : public QObject {
    Q_OBJECT
    ExportWorkshop m_shop;
    fs::path at(const std::string& name) const { return m_shop.at(name); }

    // Compresses, verifies and decompresses; the size of the coded file against the original.
    double roundTrip(const fs::path& file, StreamCoder coder = StreamCoder::Auto) {
        const fs::path coded = at("round.bitsmith"), back = at("round.back");
        RunContext context;
        const auto packed = compressFile(
            {.input = file, .output = coded, .coder = coder, .replace = true}, context);
        if (!packed) {
            qWarning("%s", packed.error().message.c_str());
            return 0;
        }
        const auto sound = verifyModel(coded, context);
        if (!sound || !sound->problems.empty() || sound->checksums < 2) return 0;
        const auto restored = decompressFile(coded, back, true, context);
        if (!restored || contentOf(back) != contentOf(file)) return 0;
        std::uint64_t in = 0;
        std::string kinds;
        for (const CompressedKind& kind : packed->kinds) {
            in += kind.bytesIn;
            kinds +=
                fmt::format(" {} {:.3f}", kind.what,
                            static_cast<double>(kind.bytesOut) / static_cast<double>(kind.bytesIn));
        }
        if (in != fs::file_size(file) || packed->bytesOut != fs::file_size(coded)) return 0;
        qInfo("%s", fmt::format("{}: {} -> {} bytes, ratio {:.4f};{}", file.filename().string(),
                                packed->bytesIn, packed->bytesOut, packed->ratio(), kinds)
                        .c_str());
        return packed->ratio();
    }

private Q_SLOTS:
    void initTestCase() { REQUIRE(m_shop.made()); }

    void sharedModelsComeBack() {
        BITSMITH_NEEDS_SHARED("models");
        const auto files = filesUnder(sharedFile("models"));
        QVERIFY(files.size() >= 5);
        for (const fs::path& file : files) {
            const double ratio = roundTrip(file);
            QVERIFY2(ratio > 0.1 && ratio < 1, file.c_str());
        }
    }

    void bf16ShrinksByMoreThanAQuarter() {
        BITSMITH_NEEDS_SHARED("models/prose-3m/hf/model.safetensors");
        const double ratio = roundTrip(sharedFile("models/prose-3m/hf/model.safetensors"));
        QVERIFY(ratio > 0.1 && ratio <= 0.72);
        for (const auto coder : {StreamCoder::Rans, StreamCoder::Zstd, StreamCoder::Plain})
            QVERIFY(roundTrip(sharedFile("models/prose-3m/hf/model.safetensors"), coder) >= ratio);
    }

    void exportsComeBack_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("setting");
        QTest::addColumn<QString>("format");
        QTest::addColumn<double>("most"); // of the original size
        const auto row = [](const char* name, const char* recipe, int bits, const char* setting,
                            const char* format, double most) {
            QTest::newRow(name) << recipe << bits << setting << format << most;
        };
        const char* symmetric = "*:group_size=128,symmetric=true";
        const char* zeros = "*:group_size=64,symmetric=false";
        row("gguf Q2_K", "gguf_k", 2, "", "gguf", 0.97);
        row("gguf Q3_K", "gguf_k", 3, "", "gguf", 0.97);
        row("gguf Q4_K", "gguf_k", 4, "", "gguf", 0.97);
        row("gguf Q5_K", "gguf_k", 5, "", "gguf", 0.97);
        row("gguf Q6_K", "gguf_k", 6, "", "gguf", 0.97);
        row("gguf Q4_0", "gguf_legacy", 4, "", "gguf", 0.98);
        row("gguf Q5_0", "gguf_legacy", 5, "", "gguf", 0.98);
        row("gguf Q8_0", "gguf_legacy", 8, "", "gguf", 0.98);
        row("gguf IQ4_XS", "gguf_iq4_xs", 4, "", "gguf", 0.99);
        row("gguf MXFP4", "gguf_mxfp4", 4, "", "gguf", 0.98);
        row("gptq 2", "rtn", 2, symmetric, "gptq", 0.9);
        row("gptq 3", "rtn", 3, symmetric, "gptq", 0.9);
        row("gptq 4", "rtn", 4, symmetric, "gptq", 0.93);
        row("gptq 8", "rtn", 8, symmetric, "gptq", 0.97);
        row("gptq zeros", "rtn", 4, zeros, "gptq", 0.98);
        row("awq", "rtn", 4, zeros, "awq", 0.98);
        row("compressed-tensors 3", "rtn", 3, symmetric, "compressed-tensors", 0.9);
        row("compressed-tensors 4", "rtn", 4, symmetric, "compressed-tensors", 0.93);
        row("nvfp4", "nvfp4", 4, "", "compressed-tensors", 0.99);
        row("fp8", "fp8", 8, "", "compressed-tensors", 0.97);
    }
    void exportsComeBack() {
        QFETCH(QString, recipe);
        QFETCH(int, bits);
        QFETCH(QString, setting);
        QFETCH(QString, format);
        QFETCH(double, most);
        Wanted wanted{recipe.toStdString(), bits, {}};
        if (!setting.isEmpty()) wanted.settings.push_back(setting.toStdString());
        const auto quantized = m_shop.quantization(wanted);
        REQUIRE(quantized);
        const bool gguf = format == QStringLiteral("gguf");
        const fs::path output = at(gguf ? "export.gguf" : "export");
        REQUIRE(m_shop.exported(
            *quantized, {.format = format.toStdString(), .output = output, .replace = true}));
        const double ratio = roundTrip(gguf ? output : output / "model.safetensors");
        QVERIFY2(ratio > 0.1 && ratio < most, std::to_string(ratio).c_str());
        if (!gguf) return;
        // The coded file opens as the same model.
        const auto plain = openModel(output), coded = openModel(at("round.bitsmith"));
        REQUIRE(plain);
        REQUIRE(coded);
        QCOMPARE((*coded)->contentKey(), (*plain)->contentKey());
        QVERIFY((*coded)->tokenizer() && (*coded)->architecture());
        for (const TensorInfo& tensor : (*plain)->tensors()) {
            const auto a = (*plain)->values(tensor.name), b = (*coded)->values(tensor.name);
            REQUIRE(b);
            QVERIFY2(*a == *b, tensor.name.c_str());
            const auto x = (*plain)->quantized(tensor.name), y = (*coded)->quantized(tensor.name);
            REQUIRE(y);
            QVERIFY(!*x == !*y && (!*x || (*x)->codes == (*y)->codes));
        }
        if (bits != 4) return;
        const auto before = m_shop.perplexity(output),
                   after = m_shop.perplexity(at("round.bitsmith"));
        REQUIRE(after);
        QCOMPARE(*after, *before); // to the last bit
    }

    void sameFileForAnyNumberOfThreads() {
        RunContext context;
        const fs::path file = at("model") / "model.safetensors";
        setThreads(1);
        REQUIRE(compressFile({.input = file, .output = at("one.bitsmith")}, context));
        setThreads(3);
        REQUIRE(compressFile({.input = file, .output = at("three.bitsmith")}, context));
        setThreads(0);
        QVERIFY(contentOf(at("one.bitsmith")) == contentOf(at("three.bitsmith")));
    }

    // The weights decode to the same bytes, the key is the same, and so is what is computed.
    void opensAsModel() {
        const fs::path folder = at("coded model");
        fs::create_directories(folder);
        fs::copy(at("model"), folder, fs::copy_options::recursive);
        RunContext context;
        REQUIRE(compressFile({.input = folder / "model.safetensors", .output = folder}, context));
        fs::remove(folder / "model.safetensors");
        const auto plain = openModel(at("model")), coded = openModel(folder),
                   file = openModel(folder / "model.safetensors.bitsmith");
        REQUIRE(plain);
        REQUIRE(coded);
        REQUIRE(file);
        for (const auto& model : {*coded, *file}) {
            QCOMPARE(model->contentKey(), (*plain)->contentKey());
            QVERIFY(model->architecture() && model->tokenizer());
            QCOMPARE(model->tensors().size(), (*plain)->tensors().size());
            for (const TensorInfo& tensor : (*plain)->tensors()) {
                const auto a = (*plain)->stored(tensor.name), b = model->stored(tensor.name);
                REQUIRE(b);
                QVERIFY(std::ranges::equal(a->bytes, b->bytes) && a->dtype == b->dtype);
                QVERIFY(model->values(tensor.name).value() ==
                        (*plain)->values(tensor.name).value());
            }
        }
        const auto before = m_shop.perplexity(at("model")), after = m_shop.perplexity(folder);
        REQUIRE(before);
        REQUIRE(after);
        QCOMPARE(*after, *before); // to the last bit
    }

    // A tensor lives in memory as long as somebody holds it, and is decoded once meanwhile.
    void tensorsAreSharedWhileHeld() {
        const auto model = openModel(at("coded model") / "model.safetensors.bitsmith");
        REQUIRE(model);
        const std::string name = (*model)->tensors().front().name;
        auto a = (*model)->stored(name);
        const auto b = (*model)->stored(name);
        QVERIFY(a->bytes.data() == b->bytes.data());
        QCOMPARE(a->owner.use_count(), 2);
    }

    void damageIsFound() {
        // A small file: header, two matrices and a vector.
        const fs::path small = at("small"), coded = at("small.bitsmith"), broken = at("broken");
        REQUIRE(writeSmallModel(small, {.hidden = 8, .mlp = 8, .blocks = 1, .words = 20}));
        RunContext context;
        REQUIRE(compressFile({.input = small / "model.safetensors", .output = coded}, context));
        const std::string whole = contentOf(coded);
        const auto isFound = [&](const std::string& bytes) {
            writeText(broken, bytes);
            const auto back = decompressFile(broken, at("never"), false, context);
            const auto seen = verifyModel(broken, context);
            return !back && back.error().message.find("broken") != std::string::npos && seen &&
                   !seen->problems.empty() && !fs::exists(at("never"));
        };
        QVERIFY(!isFound(whole));
        fs::remove(at("never"));
        for (std::size_t size = 0; size < whole.size(); size += size < 200 ? 1 : 7)
            QVERIFY2(isFound(whole.substr(0, size)), std::to_string(size).c_str());
        std::mt19937 random(1);
        for (int i = 0; i < 1500; ++i) {
            std::string bytes = whole;
            const std::size_t bit = random() % (8 * bytes.size());
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            QVERIFY2(isFound(bytes), std::to_string(bit).c_str());
        }
        QVERIFY(isFound(whole + "x"));
    }

    void refusals() {
        RunContext context;
        const auto refused = [&](const fs::path& input, const fs::path& output,
                                 std::string_view word, bool replace = false) {
            const auto r =
                compressFile({.input = input, .output = output, .replace = replace}, context);
            return !r && r.error().message.find(word) != std::string::npos;
        };
        writeText(at("text.safetensors"), "this is no model at all, but it is long enough");
        writeText(at("weights.bin"), "PK....");
        QVERIFY(refused(at("model"), at("x"), "model.safetensors"));
        QVERIFY(refused(at("nothing"), at("x"), "does not exist"));
        QVERIFY(refused(at("text.safetensors"), at("x"), "text.safetensors"));
        QVERIFY(refused(at("weights.bin"), at("x"), "export"));
        QVERIFY(refused(at("one.bitsmith"), at("x"), "compressed already"));
        const fs::path file = at("model") / "model.safetensors";
        QVERIFY(refused(file, at("one.bitsmith"), "there already"));
        QVERIFY(!refused(file, at("one.bitsmith"), "", true));
        // Truncated at any place a safetensors file is refused, and nothing is left.
        const std::string whole = contentOf(file);
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{7}, std::size_t{100}, whole.size() - 1}) {
            writeText(at("short.safetensors"), whole.substr(0, size));
            QVERIFY(refused(at("short.safetensors"), at("x"), "short.safetensors"));
        }
        QVERIFY(!fs::exists(at("x")));
        QVERIFY(!decompressFile(file, at("x"), false, context));
        QVERIFY(!decompressFile(at("one.bitsmith"), file, false, context)); // there already
        QVERIFY(contentOf(file) == whole);
    }

    void cancelledLeavesNothing() {
        const fs::path folder = at("cancel");
        fs::create_directories(folder);
        std::stop_source stop;
        stop.request_stop();
        RunContext context(stop.get_token());
        QVERIFY_EXCEPTION_THROWN(
            (void)compressFile({.input = at("model") / "model.safetensors", .output = folder / "x"},
                               context),
            Cancelled);
        QVERIFY_EXCEPTION_THROWN(
            (void)decompressFile(at("one.bitsmith"), folder / "y", false, context), Cancelled);
        QCOMPARE(filesIn(folder), std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TstCompress)
#include "tst_compress.moc"
