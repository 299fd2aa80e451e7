// core/exporters and core/io: what the container's writer writes, its reader reads; sizes are
// exact; the same input gives the same bytes; nothing appears half-written.
#include "core/exporters/container.h"
#include "core/io/container_file.h"
#include "tests/support/small_plan.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <csignal>

using namespace bitsmith;
using namespace bitsmith::test;
namespace fs = std::filesystem;

namespace {

Result<ContainerFiles> writeTo(const fs::path& out, const SmallModel& model, double seconds = 1) {
    BITSMITH_TRY(auto journal, QuantizationJournal::open(out, "key=1", false));
    BITSMITH_CHECK(model.fill(journal, seconds));
    RunContext context;
    return writeContainer(out, model.plan(), journal, model, "small", context);
}

std::map<std::string, std::string> contentOf(const fs::path& folder) {
    std::map<std::string, std::string> content;
    for (const auto& file : fs::directory_iterator(folder))
        content[file.path().filename().string()] = readTextFile(file.path()).value();
    return content;
}

} // namespace

class TstContainer : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<SmallModel> m_model;
    fs::path path(const char* name) const { return m_dir->filePath(name).toStdString(); }

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        fs::create_directories(path("model"));
        m_model = std::make_unique<SmallModel>(path("model"));
    }

    void everythingComesBack() {
        const auto written = writeTo(path("out"), *m_model);
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        QVERIFY(isContainer(path("out")));
        QVERIFY(!isContainer(path("model")));
        const auto container = openContainer(path("out"));
        QVERIFY2(container.has_value(), container ? "" : container.error().message.c_str());
        const Container& c = **container;
        QCOMPARE(c.sourceName(), std::string("small"));
        QCOMPARE(c.quantized().size(), m_model->quantized().size() + m_model->kept().size());
        std::uint64_t bytes = 0;
        for (const auto& [name, matrix] : m_model->quantized()) {
            const ContainerTensor* tensor = c.find(name);
            QVERIFY(tensor);
            const auto loaded = c.load(name);
            QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
            QVERIFY(**loaded == matrix);
            QCOMPARE(c.load(name)->get(), loaded->get()); // shared while held
            QCOMPARE(tensor->shape, m_model->stored(name)->shape);
            QCOMPARE(tensor->transposed, name == "conv1d");
            QCOMPARE(tensor->recipe, std::string("rtn"));
            QCOMPARE(tensor->weightError, 0.0125);
            QCOMPARE(tensor->outputError, -1.0);
            QCOMPARE(tensor->layout.storedBytes(), matrix.storedBytes());
            QVERIFY(c.verify(name).has_value());
            // storedBytes() is exactly what the file holds for it, and the widths of its groups, a
            // digit each in the manifest.
            std::uint64_t inFile = matrix.groupBits.size();
            for (const auto& entry : c.archive()->entries())
                if (entry.name.starts_with(name + ".")) inFile += entry.view.bytes.size();
            QCOMPARE(inFile, matrix.storedBytes());
            bytes += inFile;
        }
        for (const auto& [name, matrix] : m_model->kept()) {
            QVERIFY(**c.load(name) == matrix);
            QCOMPARE(c.find(name)->recipe, std::string("kept"));
            QVERIFY(c.verify(name).has_value());
            bytes += matrix.storedBytes();
        }
        for (const char* name : {"norm", "embed", "ids", "nothing"}) {
            const ContainerCopy* copy = c.findCopied(name);
            QVERIFY(copy);
            const TensorView source = m_model->stored(name).value();
            QCOMPARE(copy->dtype, source.dtype);
            QCOMPARE(copy->shape, source.shape);
            const auto stored = c.stored(*copy);
            QVERIFY(stored.has_value());
            QVERIFY(std::ranges::equal(source.bytes, stored->bytes));
            QVERIFY(c.verify(name).has_value());
            c.release(name);
            bytes += source.bytes.size();
        }
        QCOMPARE(c.copied().size(), std::size_t{4});
        QCOMPARE(c.tensorBytes(), bytes);
        QVERIFY(!c.find("norm") && !c.findCopied("groups") && !c.load("absent"));
        QVERIFY(!c.verify("absent"));
    }

    void theFolderIsComplete() {
        const auto written = writeTo(path("out"), *m_model);
        const auto content = contentOf(path("out"));
        QCOMPARE(content.size(), std::size_t{4});
        QCOMPARE(content.at("config.json"), readTextFile(path("model/config.json")).value());
        std::uint64_t bytes = 0;
        for (const auto& [name, text] : content) bytes += text.size();
        QCOMPARE(written->bytes, bytes);
        QCOMPARE(written->files.size(), content.size());
        for (const fs::path& file : written->files) QVERIFY(fs::exists(file));
        QVERIFY(!fs::exists(path("out.partial")));
        auto names = containerFileNames(path("out")).value();
        std::sort(names.begin(), names.end());
        QCOMPARE(names, (std::vector<std::string>{"bitsmith.json", "config.json",
                                                  "model.safetensors", "tokenizer.json"}));
    }

    void sameInputSameBytes() {
        QVERIFY(writeTo(path("a"), *m_model, 1).has_value());
        fs::create_directories(path("elsewhere"));
        QVERIFY(writeTo(path("elsewhere/b"), *m_model, 77.5).has_value());
        const auto content = contentOf(path("a"));
        QVERIFY(content == contentOf(path("elsewhere/b")));
        for (const auto& [name, text] : content)
            QVERIFY(text.find(m_dir->path().toStdString()) == std::string::npos);
    }

    void resumedRunsEndIdentical() {
        QVERIFY(writeTo(path("a"), *m_model).has_value());
        {
            auto journal = QuantizationJournal::open(path("b"), "key=1", false);
            const auto& [name, matrix] = *m_model->quantized().begin();
            QVERIFY(journal->add(name, matrix, reportOf(name, matrix, 5)).has_value());
        }
        auto journal = QuantizationJournal::open(path("b"), "key=1", true);
        for (const auto& [name, matrix] : m_model->quantized())
            if (!journal->contains(name))
                QVERIFY(journal->add(name, matrix, reportOf(name, matrix, 9)).has_value());
        RunContext context;
        QVERIFY(writeContainer(path("b"), m_model->plan(), *journal, *m_model, "small", context)
                    .has_value());
        QVERIFY(contentOf(path("a")) == contentOf(path("b")));
    }

    void containersAreReplacedButNothingElse() {
        QVERIFY(writeTo(path("out"), *m_model).has_value());
        QVERIFY(writeTo(path("out"), *m_model).has_value());
        QVERIFY(openContainer(path("out")).has_value());
        QVERIFY(!fs::exists(path("out.partial")));
        QVERIFY(writeBytes(path("out/notes.txt"), "mine"));
        const auto refused = writeTo(path("out"), *m_model);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("notes.txt") != std::string::npos);
        QCOMPARE(readTextFile(path("out/notes.txt")).value(), std::string("mine"));
        fs::create_directories(path("empty"));
        QVERIFY(writeTo(path("empty/"), *m_model).has_value());
    }

    void incompleteJournalsAreRefused() {
        auto journal = QuantizationJournal::open(path("out"), "key=1", false);
        QVERIFY(m_model->fill(*journal).has_value());
        const auto& [name, matrix] = *m_model->quantized().rbegin();
        RunContext context;
        const auto write = [&] {
            return writeContainer(path("out"), m_model->plan(), *journal, *m_model, "small",
                                  context);
        };
        fs::remove(journal->entryPath(name));
        auto result = write();
        QVERIFY(!result);
        QVERIFY(result.error().message.find("lacks") != std::string::npos);
        QVERIFY(writeBytes(journal->entryPath(name), "damage"));
        result = write();
        QCOMPARE(result.error().code, ErrorCode::BadInput);
        const QuantizedMatrix other = randomMatrix({.rows = 3, .parameterRows = 3});
        QVERIFY(journal->add(name, other, reportOf(name, other)).has_value());
        result = write();
        QVERIFY(result.error().message.find("another model") != std::string::npos);
        QVERIFY(!fs::exists(path("out")));
        QVERIFY(!fs::exists(path("out.partial/container")));
        QVERIFY(journal->add(name, matrix, reportOf(name, matrix)).has_value());
        QVERIFY(write().has_value());
    }

    void cancellingLeavesTheJournal() {
        auto journal = QuantizationJournal::open(path("out"), "key=1", false);
        QVERIFY(m_model->fill(*journal).has_value());
        std::stop_source stop;
        stop.request_stop();
        RunContext context(stop.get_token());
        QVERIFY_THROWS_EXCEPTION(Cancelled,
                                 (void)writeContainer(path("out"), m_model->plan(), *journal,
                                                      *m_model, "small", context));
        QVERIFY(!fs::exists(path("out")));
        QVERIFY(!fs::exists(path("out.partial/container")));
        QVERIFY(journal->contains("groups"));
    }

    // The largest file that may be written stands for the end of the disk.
    void aFullDiskLeavesNothingHalfWritten() {
        auto journal = QuantizationJournal::open(path("out"), "key=1", false);
        QVERIFY(m_model->fill(*journal).has_value());
        struct rlimit before {};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        struct rlimit tight = before;
        tight.rlim_cur = 2048;
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tight), 0);
        RunContext context;
        const auto result =
            writeContainer(path("out"), m_model->plan(), *journal, *m_model, "small", context);
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Resources);
        QVERIFY(!fs::exists(path("out")));
        QVERIFY(!fs::exists(path("out.partial/container")));
        QVERIFY(journal->load("groups").has_value());
        const auto again =
            writeContainer(path("out"), m_model->plan(), *journal, *m_model, "small", context);
        QVERIFY(again.has_value());
    }

    void theManifestIsStable() {
        QVERIFY(writeTo(path("out"), *m_model).has_value());
        const auto manifest =
            nlohmann::ordered_json::parse(readTextFile(path("out/bitsmith.json")).value());
        QCOMPARE(manifest["format"].get<std::string>(), std::string("bitsmith-container"));
        QCOMPARE(manifest["version"].get<int>(), 1);
        const auto& row = manifest["tensors"][0];
        QCOMPARE(row["name"].get<std::string>(), std::string("groups")); // the plan's order
        QVERIFY(!row.contains("seconds") && !row.contains("output_error"));
        QCOMPARE(row["hash"].get<std::string>().size(), std::size_t{32});
    }
};

QTEST_GUILESS_MAIN(TstContainer)
#include "tst_container.moc"
