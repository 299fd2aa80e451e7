// core/exporters: the journal survives kills, notices damage, and never touches what is not its
// own.
#include "core/exporters/journal.h"
#include "tests/support/small_plan.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

using namespace bitsmith;
using namespace bitsmith::test;
namespace fs = std::filesystem;

namespace {

const char* const Key = "model=1 plan=2 engine=3";

bool says(const Error& error, std::string_view text) {
    if (error.message.find(text) != std::string::npos) return true;
    qWarning("%s", error.message.c_str());
    return false;
}

} // namespace

class TstJournal : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path out() const { return m_dir->filePath("out").toStdString(); }
    fs::path partial() const { return m_dir->filePath("out.partial").toStdString(); }

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void entriesComeBackExactly() {
        const std::vector<MatrixForm> forms{
            {},
            {.rows = 5, .cols = 37, .bits = 3, .parameterRows = 5},
            {.rows = 5, .cols = 37, .bits = 5, .groupSize = 37, .parameterRows = 1},
            {.bits = 8, .zeros = false},
            {.bits = 2, .columnGroups = true},
            {.rows = 1, .cols = 1, .bits = 7, .groupSize = 1, .parameterRows = 1}};
        auto journal = QuantizationJournal::open(out(), Key, false);
        QVERIFY(journal.has_value());
        for (std::size_t i = 0; i < forms.size(); ++i) {
            const std::string name = "../weird\n" + std::to_string(i);
            const QuantizedMatrix matrix = randomMatrix(forms[i]);
            QVERIFY(!journal->contains(name));
            const LayerReport report = reportOf(name, matrix, 12.5);
            QVERIFY(journal->add(name, matrix, report).has_value());
            QVERIFY(journal->contains(name));
            const auto finished = journal->load(name);
            QVERIFY2(finished.has_value(), finished ? "" : finished.error().message.c_str());
            QVERIFY(*finished->matrix == matrix);
            QCOMPARE(finished->report.name, name);
            QCOMPARE(finished->report.recipe, report.recipe);
            QCOMPARE(finished->report.bits, report.bits);
            QCOMPARE(finished->report.bytes, report.bytes);
            QCOMPARE(finished->report.bitsPerWeight, report.bitsPerWeight);
            QCOMPARE(finished->report.weightError, report.weightError);
            QCOMPARE(finished->report.outputError, report.outputError);
            QCOMPARE(finished->report.damping, report.damping);
            QCOMPARE(finished->report.deadColumns, report.deadColumns);
            QVERIFY(finished->report.notes == report.notes);
            QCOMPARE(finished->report.seconds, 0.0);
        }
        // Nothing escaped from the folder.
        QCOMPARE(std::distance(fs::directory_iterator(m_dir->path().toStdString()), {}), 1);
        QVERIFY(journal->remove().has_value());
        QVERIFY(!fs::exists(partial()));
    }

    void resumingKeepsEntries() {
        const QuantizedMatrix matrix = randomMatrix({});
        {
            auto journal = QuantizationJournal::open(out(), Key, false);
            QVERIFY(journal->add("a", matrix, reportOf("a", matrix)).has_value());
        }
        {
            const auto journal = QuantizationJournal::open(out().string() + "/", Key, true);
            QVERIFY(journal.has_value());
            QVERIFY(*journal->load("a")->matrix == matrix);
        }
        {
            const auto other = QuantizationJournal::open(out(), "model=1 plan=9 engine=3", true);
            QVERIFY(!other);
            QCOMPARE(other.error().code, ErrorCode::Usage);
            QVERIFY(says(other.error(), "the plan differ"));
        }
        const auto anew = QuantizationJournal::open(out(), Key, false);
        QVERIFY(!anew->contains("a"));
    }

    void damagedEntriesAreNoticed() {
        auto journal = QuantizationJournal::open(out(), Key, false);
        const QuantizedMatrix matrix = randomMatrix({});
        QVERIFY(journal->add("a", matrix, reportOf("a", matrix)).has_value());
        const fs::path path = journal->entryPath("a");
        const std::string whole = readTextFile(path).value();
        int noticed = 0;
        for (std::size_t at = 0; at < whole.size(); at += 3) {
            std::string bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
            QVERIFY(writeBytes(path, bytes));
            const auto loaded = journal->load("a");
            if (!loaded)
                ++noticed;
            else
                QVERIFY(*loaded->matrix == matrix); // the header's padding, say
        }
        QVERIFY(noticed > static_cast<int>(whole.size() / 3) - 10);
        for (std::size_t length = 0; length < whole.size(); length += 7) {
            QVERIFY(writeBytes(path, whole.substr(0, length)));
            QVERIFY(!journal->load("a"));
        }
        const auto damaged = journal->load("a");
        QCOMPARE(damaged.error().code, ErrorCode::BadInput);
        QVERIFY(says(damaged.error(), "computed again"));
        QVERIFY(journal->add("a", matrix, reportOf("a", matrix)).has_value());
        QVERIFY(journal->load("a").has_value());
        // An entry under another tensor's name.
        fs::copy_file(path, journal->entryPath("b"));
        QVERIFY(says(journal->load("b").error(), "it is of the tensor 'a'"));
        QVERIFY(!journal->load("absent"));
    }

    void leftoversOfAKilledRunAreRemoved() {
        {
            auto journal = QuantizationJournal::open(out(), Key, false);
            const QuantizedMatrix matrix = randomMatrix({});
            QVERIFY(journal->add("a", matrix, reportOf("a", matrix)).has_value());
        }
        QVERIFY(writeBytes(partial() / "0123.safetensors.tmp-4711", "half"));
        fs::create_directories(partial() / "container");
        QVERIFY(writeBytes(partial() / "container" / "model.safetensors.tmp-1", "half"));
        const auto journal = QuantizationJournal::open(out(), Key, true);
        QVERIFY(journal->load("a").has_value());
        QCOMPARE(std::distance(fs::directory_iterator(partial()), {}), 3); // head, lock, entry
    }

    // A process that dies while it writes leaves finished entries whole.
    void aKillLosesOnlyTheUnfinished() {
        const QuantizedMatrix matrix = randomMatrix({.rows = 64, .cols = 512, .parameterRows = 64});
        const pid_t child = ::fork();
        if (child == 0) {
            auto journal = QuantizationJournal::open(out(), Key, false);
            for (int i = 0;; ++i) {
                const std::string name = std::to_string(i);
                if (!journal || !journal->add(name, matrix, reportOf(name, matrix))) ::_exit(1);
            }
        }
        QVERIFY(child > 0);
        QTest::qWait(300);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status));
        const auto journal = QuantizationJournal::open(out(), Key, true);
        QVERIFY2(journal.has_value(), journal ? "" : journal.error().message.c_str());
        int finished = 0;
        for (; journal->contains(std::to_string(finished)); ++finished)
            QVERIFY(journal->load(std::to_string(finished)).has_value());
        QVERIFY(finished > 0);
        QCOMPARE(std::distance(fs::directory_iterator(partial()), {}), finished + 2);
    }

    void twoRunsCannotShareAnOutput() {
        const auto first = QuantizationJournal::open(out(), Key, false);
        QVERIFY(first.has_value());
        const auto second = QuantizationJournal::open(out(), Key, true);
        QVERIFY(!second);
        QVERIFY(says(second.error(), "another run"));
    }

    void foreignFoldersAreLeftAlone() {
        fs::create_directories(partial());
        QVERIFY(writeBytes(partial() / "thesis.txt", "years of work"));
        const auto journal = QuantizationJournal::open(out(), Key, false);
        QVERIFY(!journal);
        QVERIFY(says(journal.error(), "not a journal"));
        QVERIFY(fs::exists(partial() / "thesis.txt"));

        fs::remove_all(partial());
        fs::create_directories(out());
        QVERIFY(writeBytes(out() / "thesis.txt", "years of work"));
        const auto other = QuantizationJournal::open(out(), Key, false);
        QVERIFY(!other);
        QCOMPARE(other.error().code, ErrorCode::Failed);
        QVERIFY(says(other.error(), "not a Bitsmith container"));
        QVERIFY(!fs::exists(partial()));

        fs::remove_all(out());
        QVERIFY(writeBytes(out(), "a file"));
        QVERIFY(says(QuantizationJournal::open(out(), Key, false).error(), "not a folder"));
    }

    void damagedHeadsAreNoticed() {
        { QVERIFY(QuantizationJournal::open(out(), Key, false).has_value()); }
        for (const char* head :
             {"", "[]", "{\"format\":\"x\"}", "{\"format\":\"bitsmith-journal\"}",
              R"({"format":"bitsmith-journal","version":2,"key":"a"})"}) {
            QVERIFY(writeBytes(partial() / "journal.json", head));
            const auto journal = QuantizationJournal::open(out(), Key, true);
            QVERIFY(!journal);
            QVERIFY(says(journal.error(), "Run without resuming"));
        }
        QVERIFY(QuantizationJournal::open(out(), Key, false).has_value());
    }

    void unwritableFoldersAreReported() {
        if (::geteuid() == 0) {
            // Permissions do not bind the superuser; a file in the way does.
            QVERIFY(writeBytes(m_dir->filePath("file").toStdString(), "x"));
            const fs::path below = m_dir->filePath("file/out").toStdString();
            QVERIFY(!QuantizationJournal::open(below, Key, false));
            return;
        }
        fs::permissions(m_dir->path().toStdString(), fs::perms::owner_read | fs::perms::owner_exec);
        const auto journal = QuantizationJournal::open(out(), Key, false);
        fs::permissions(m_dir->path().toStdString(), fs::perms::owner_all);
        QVERIFY(!journal);
        QVERIFY(says(journal.error(), "out.partial"));
    }
};

QTEST_GUILESS_MAIN(TstJournal)
#include "tst_journal.moc"
