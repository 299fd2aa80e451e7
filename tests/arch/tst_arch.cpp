// The house rules hold in every source file, and the rules themselves can fail.
#include "tests/arch/source_rules.h"

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

using namespace bitsmith::arch;
namespace fs = std::filesystem;

namespace {

std::string readAll(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool isCode(const fs::path& path) {
    const std::string extension = path.extension().string();
    return extension == ".cpp" || extension == ".h" || extension == ".cu" || extension == ".cuh";
}

// Files whose words are ours; data and models are not.
bool isProse(const fs::path& path) {
    const std::string extension = path.extension().string();
    return extension == ".md" || extension == ".cmake" || extension == ".py" ||
           extension == ".sh" || extension == ".qss" || path.filename() == "CMakeLists.txt" ||
           path.filename() == "dev" || path.filename() == "run";
}

template <class Wanted>
std::vector<Source> collect(Wanted wanted) {
    const fs::path root(BITSMITH_SOURCE_DIR);
    std::vector<Source> out;
    const auto add = [&](const fs::path& path) {
        if (wanted(path))
            out.push_back({path.lexically_relative(root).generic_string(), readAll(path)});
    };
    for (const auto& entry : fs::directory_iterator(root))
        if (entry.is_regular_file()) add(entry.path());
    for (const char* folder : {".ci", "app", "cmake", "core", "gpu", "resources", "tests", "ui"}) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder))
            if (entry.is_regular_file()) add(entry.path());
    }
    return out;
}

const IncludeRules& rules() {
    static const IncludeRules read =
        readIncludeRules(readAll(BITSMITH_SOURCE_DIR "/resources/docs/architecture.md"));
    return read;
}

template <class Check>
void verify(const std::vector<Source>& sources, Check check) {
    QVERIFY2(!sources.empty(), "no files found: is BITSMITH_SOURCE_DIR right?");
    QStringList all;
    for (const Source& source : sources)
        for (const Violation& violation : check(source))
            all << QString::fromStdString(violation.text());
    QVERIFY2(all.isEmpty(), qPrintable(QString('\n') + all.join('\n')));
}

} // namespace

class TstArch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyIncludeIsAllowed() {
        verify(collect(isCode), [](const Source& s) { return checkIncludes(s, rules()); });
    }
    void everyFileHasItsShape() { verify(collect(isCode), checkShape); }
    void noFileNamesAMachine() {
        // This folder spells the forbidden words.
        verify(collect([](const fs::path& path) {
                   return (isCode(path) || isProse(path)) &&
                          path.parent_path().filename() != "arch";
               }),
               checkWords);
    }

    void pageHasARowForEveryModule() {
        const auto& modules = rules().modules;
        for (const auto& entry : fs::directory_iterator(BITSMITH_SOURCE_DIR "/core")) {
            if (!entry.is_directory()) continue;
            const std::string module = "core/" + entry.path().filename().string();
            QVERIFY2(modules.contains(module), module.c_str());
        }
        QVERIFY(rules().libraries.size() > 10);
        // A row that names a folder that is gone would allow nothing and mislead readers.
        for (const auto& [module, allowed] : modules)
            for (const std::string& path : allowed)
                if (path.starts_with("core"))
                    QVERIFY2(fs::exists(fs::path(BITSMITH_SOURCE_DIR) / path), path.c_str());
    }

    void includesAreRefused_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("include");
        QTest::addColumn<QString>("mention"); // empty: allowed
        const auto row = [](const char* name, const char* path, const char* include,
                            const char* mention) {
            QTest::newRow(name) << path << include << mention;
        };
        row("own folder", "core/io/a.cpp", "\"core/io/b.h\"", "");
        row("below", "core/io/a.h", "\"core/tensor/dtype.h\"", "");
        row("standard", "core/io/a.h", "<vector>", "");
        row("system", "core/io/a.cpp", "<sys/mman.h>", "");
        row("one file of a module", "core/quant/a.h", "\"core/calibration/layer_stats.h\"", "");
        row("generated", "core/quant/a.cpp", "\"registered_grids.inc\"", "");
        row("its library", "core/store/a.cpp", "<sqlite3.h>", "");
        row("Qt in the window", "ui/panels/a.h", "<QWidget>", "");
        row("upwards", "core/tensor/a.h", "\"core/io/b.h\"", "core/tensor may include itself");
        row("sideways", "core/io/a.cpp", "\"core/text/b.h\"", "core/io may include");
        row("rest of that module", "core/quant/a.cpp", "\"core/calibration/calibrate.h\"",
            "core/quant may include");
        row("name that only begins alike", "core/io/a.cpp", "\"core/tensors/b.h\"",
            "core/io may include");
        row("window in core", "core/pipeline/a.cpp", "\"ui/window/b.h\"", "core/pipeline may");
        row("device in the window", "ui/panels/a.cpp", "\"gpu/cuda_backends.h\"", "ui");
        row("panel to window", "ui/panels/a.cpp", "\"ui/window/b.h\"", "ui");
        row("Qt in core", "core/base/a.cpp", "<QString>", "only [ui");
        row("CUDA in core", "core/compute/a.cpp", "<cuda_runtime.h>", "only [gpu");
        row("SQL elsewhere", "core/jobs/a.cpp", "<sqlite3.h>", "only [core/store");
        row("BLAS in a header", "core/compute/a.h", "<cblas.h>", "keep to their sources");
        row("heavy JSON in a header", "core/plan/a.h", "<nlohmann/json.hpp>", "keep to their");
        row("SQL in a header", "core/store/a.h", "<SQLiteCpp/SQLiteCpp.h>", "keep to their");
        row("relative", "core/io/a.cpp", "\"b.h\"", "from the root");
        row("parent", "core/io/a.cpp", "\"../tensor/b.h\"", "from the root");
        row("unknown library", "core/io/a.cpp", "<boost/any.hpp>", "table of libraries lacks");
        row("unknown module", "core/new/a.cpp", "\"core/base/result.h\"", "has no row");
        row("spaces", "core/tensor/a.h", "   \"core/io/b.h\"", "core/tensor may");
    }
    void includesAreRefused() {
        QFETCH(QString, path);
        QFETCH(QString, include);
        QFETCH(QString, mention);
        const std::string text = "// A file.\n#  include " + include.toStdString() + " // why\n";
        const Violations found = checkIncludes({path.toStdString(), text}, rules());
        if (mention.isEmpty()) {
            QVERIFY2(found.empty(), found.empty() ? "" : found[0].text().c_str());
            return;
        }
        QCOMPARE(found.size(), 1u);
        QCOMPARE(found[0].line, 2);
        QVERIFY2(found[0].text().starts_with(path.toStdString() + ":2: "), found[0].text().c_str());
        QVERIFY2(QString::fromStdString(found[0].text()).contains(mention),
                 found[0].text().c_str());
    }

    void shapeIsRefused() {
        const std::string good = "// A file.\n#pragma once\n";
        QVERIFY(checkShape({"core/io/a.h", good}).empty());
        QCOMPARE(checkShape({"core/io/a.h", "// A file.\n"}).size(), 1u);
        QCOMPARE(checkShape({"core/io/a.cpp", "#include <vector>\n"}).size(), 1u);
        QCOMPARE(checkShape({"core/io/a.cpp", "#include \"core/base/b.h\"\n"}).size(), 1u);
        QVERIFY(checkShape({"core/io/a_inl.h", "// Part of a source.\n"}).empty());
        QVERIFY(checkShape({"core/io/a.cpp", "#include \"core/io/a.h\"\n"}).empty());
        QCOMPARE(checkShape({"core/io/a.cpp", ""}).size(), 1u);
        const auto ofLines = [&](int count) {
            std::string text = good;
            for (int i = 2; i < count; ++i) text += "int x;\n";
            return text;
        };
        QVERIFY(checkShape({"core/io/a.h", ofLines(600)}).empty());
        QCOMPARE(checkShape({"core/io/a.h", ofLines(601)}).size(), 1u);
        QVERIFY(checkShape({"tests/core/a.h", ofLines(800)}).empty());
        QCOMPARE(checkShape({"tests/core/a.h", ofLines(801)}).size(), 1u);
    }

    void wordsAreRefused() {
        QVERIFY(checkWords({"core/a.h", "// works at home, say /home/user/x\n"}).empty());
        const Violations found = checkWords({"core/a.h", "\n// see /home/me/x, TODO\n"});
        QCOMPARE(found.size(), 2u);
        QCOMPARE(found[0].line, 2);
    }
};

QTEST_GUILESS_MAIN(TstArch)
#include "tst_arch.moc"
