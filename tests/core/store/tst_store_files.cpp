// core/store: files that are not what they claim to be, other versions, other owners.
#include "core/base/atomic_file.h"
#include "core/store/migrations.h"
#include "core/store/store.h"

#include <QTemporaryDir>
#include <QTest>
#include <SQLiteCpp/SQLiteCpp.h>

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

using namespace bitsmith;
using std::chrono::milliseconds;

namespace {

bool mentions(const Error& error, std::initializer_list<const char*> words) {
    for (const char* word : words)
        if (error.message.find(word) == std::string::npos) {
            qWarning("'%s' is not in: %s", word, error.message.c_str());
            return false;
        }
    return true;
}

std::string bytesOf(const std::filesystem::path& file) { return readTextFile(file).value(); }

Experiment sample() {
    Experiment e;
    e.model = "tiny";
    e.recipe = "rtn";
    return e;
}

// Runs `body` in a process that is not root and returns its verdict.
bool asOrdinaryUser(const std::function<bool()>& body) {
    const pid_t child = fork();
    if (child == 0) {
        constexpr uid_t Nobody = 65534;
        if (geteuid() == 0 && (setgid(Nobody) != 0 || setuid(Nobody) != 0)) _exit(2);
        _exit(body() ? 0 : 1);
    }
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

} // namespace

class TstStoreFiles : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::filesystem::path file(const char* name) const {
        return m_dir.filePath(name).toStdString();
    }

private Q_SLOTS:
    void foreignFilesAreRefusedAndKept_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray("hello, this is not a database at all");
        QTest::newRow("long") << QByteArray(100000, 'z');
        QTest::newRow("header only") << QByteArray("SQLite format 3\0", 16);
        QTest::newRow("header and rubbish")
            << QByteArray("SQLite format 3\0", 16) + QByteArray(8176, '\xAA');
    }
    void foreignFilesAreRefusedAndKept() {
        QFETCH(QByteArray, content);
        const auto path = file("foreign.db");
        std::ofstream(path, std::ios::binary) << content.toStdString();
        const auto store = Store::open(path, milliseconds(100));
        QVERIFY(!store);
        QCOMPARE(store.error().code, ErrorCode::BadInput);
        QVERIFY(mentions(store.error(), {"foreign.db", "not an experiment database"}));
        QCOMPARE(bytesOf(path), content.toStdString()); // untouched
    }

    void databasesOfOtherProgramsAreRefused() {
        const auto path = file("browser.db");
        SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
            .exec("CREATE TABLE places (url TEXT)");
        const auto store = Store::open(path);
        QVERIFY(!store);
        QCOMPARE(store.error().code, ErrorCode::BadInput);
        QVERIFY(mentions(store.error(), {"browser.db", "another program"}));
    }

    void anEmptyFileIsANewDatabase() {
        const auto path = file("empty.db");
        std::ofstream{path};
        QVERIFY(Store::open(path).value()->begin(sample()).has_value());
    }

    void foldersAreRefused() {
        for (const auto& path : {file("."), std::filesystem::path()}) {
            const auto store = Store::open(path);
            QVERIFY(!store);
            QCOMPARE(store.error().code, ErrorCode::BadInput);
        }
        const auto impossible = Store::open("/proc/bitsmith/experiments.db");
        QVERIFY(!impossible);
        QCOMPARE(impossible.error().code, ErrorCode::BadInput);
        QVERIFY(mentions(impossible.error(), {"/proc/bitsmith", "Choose another"}));
    }

    void newerVersionsAreRefused() {
        const auto path = file("newer.db");
        const int known = store::migrations().back().version;
        QVERIFY(Store::open(path).has_value());
        SQLite::Database(path.string(), SQLite::OPEN_READWRITE)
            .exec("PRAGMA user_version = " + std::to_string(known + 41));
        const auto store = Store::open(path);
        QVERIFY(!store);
        QCOMPARE(store.error().code, ErrorCode::BadInput);
        const std::string newer = "version " + std::to_string(known + 41);
        const std::string own = "up to " + std::to_string(known);
        QVERIFY(
            mentions(store.error(), {"newer Bitsmith", newer.c_str(), own.c_str(), "newer.db"}));
    }

    void olderVersionsAreBroughtUpToDate() {
        const auto path = file("older.db");
        ExperimentId id;
        {
            auto store = Store::open(path).value();
            id = store->begin(sample()).value();
        }
        // As the next release will do: one more step after those of today.
        std::vector<store::Migration> steps(store::migrations().begin(), store::migrations().end());
        const int today = steps.back().version;
        steps.push_back({today + 1, "ALTER TABLE experiments ADD COLUMN rating INTEGER DEFAULT 5"});
        steps.push_back({today + 2, "UPDATE experiments SET rating = rating + 1"});
        for (int round = 0; round < 2; ++round) { // the second time, nothing is left to do
            SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
            QVERIFY(store::migrate(database, steps, path).has_value());
            QCOMPARE(database.execAndGet("PRAGMA user_version").getInt(), today + 2);
            QCOMPARE(database.execAndGet("SELECT rating FROM experiments").getInt(), 6);
            QCOMPARE(database.execAndGet("SELECT id FROM experiments").getInt64(), id.value);
        }
        QVERIFY(!Store::open(path)); // too new for today's program
    }

    void aFailingStepChangesNothing() {
        const auto path = file("failing.db");
        std::vector<store::Migration> steps(store::migrations().begin(), store::migrations().end());
        const int today = steps.back().version;
        steps.push_back({today + 1, "CREATE TABLE half (x); INSERT INTO missing VALUES (1)"});
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        QVERIFY_THROWS_EXCEPTION(SQLite::Exception, (void)store::migrate(database, steps, path));
        QCOMPARE(database.execAndGet("PRAGMA user_version").getInt(), today);
        QVERIFY(!database.tableExists("half"));
        QVERIFY(Store::open(path).has_value()); // still good for today's program
    }

    void aLockedDatabaseIsReported() {
        const auto path = file("locked.db");
        auto store = Store::open(path, milliseconds(50)).value();
        SQLite::Database other(path.string(), SQLite::OPEN_READWRITE);
        other.exec("BEGIN IMMEDIATE");
        const auto refused = store->begin(sample());
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::BadInput);
        QVERIFY(mentions(refused.error(), {"locked.db", "another process", "Wait"}));
        QVERIFY(store->list().has_value()); // reading goes on
        other.exec("COMMIT");
        QVERIFY(store->begin(sample()).has_value());

        store.reset();
        other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
        const auto closed = Store::open(path, milliseconds(50));
        QVERIFY(!closed);
        QCOMPARE(closed.error().code, ErrorCode::BadInput);
        QVERIFY(mentions(closed.error(), {"another process"}));
    }

    void aShortLockIsWaitedFor() {
        const auto path = file("patient.db");
        auto store = Store::open(path).value();
        SQLite::Database other(path.string(), SQLite::OPEN_READWRITE);
        other.exec("BEGIN IMMEDIATE");
        std::jthread release([&] {
            std::this_thread::sleep_for(milliseconds(150));
            other.exec("COMMIT");
        });
        QVERIFY(store->begin(sample()).has_value());
    }

    void damageIsReportedNotFatal() {
        const auto path = file("damaged.db");
        {
            auto store = Store::open(path).value();
            for (int i = 0; i < 50; ++i) {
                Experiment e = sample();
                e.notes = std::string(5000, 'n');
                QVERIFY(store->begin(e).has_value());
            }
        }
        const std::string good = bytesOf(path);
        int refused = 0;
        for (std::size_t from = 4096; from + 2048 < good.size(); from += 8192) {
            std::string bad = good;
            for (std::size_t i = from; i < from + 2048; ++i) bad[i] = static_cast<char>(i * 37);
            std::ofstream(path, std::ios::binary | std::ios::trunc) << bad;
            auto store = Store::open(path, milliseconds(100));
            const auto list = store ? (*store)->list() : tl::unexpected(store.error());
            if (!list) {
                ++refused;
                QCOMPARE(list.error().code, ErrorCode::BadInput);
                QVERIFY(mentions(list.error(), {"damaged.db"}));
            }
        }
        QVERIFY(refused > 0);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << good.substr(0, good.size() / 2);
        auto store = Store::open(path, milliseconds(100));
        QVERIFY(!store || !(*store)->list());
    }

    void readOnlyPlacesAreReported() {
        const auto folder = file("sealed");
        { QVERIFY(Store::open(folder / "old.db").value()->begin(sample()).has_value()); }
        using std::filesystem::perms;
        std::filesystem::permissions(m_dir.path().toStdString(), perms(0755));
        std::filesystem::permissions(folder / "old.db", perms(0444));
        std::filesystem::permissions(folder, perms(0555));
        const bool good = asOrdinaryUser([&] {
            for (const char* name : {"old.db", "new.db", "deeper/new.db"}) {
                const auto store = Store::open(folder / name, milliseconds(100));
                if (store || store.error().code != ErrorCode::BadInput) return false;
                if (!mentions(store.error(), {"sealed", "another"})) return false;
            }
            return true;
        });
        std::filesystem::permissions(folder, perms(0755));
        QVERIFY(good);
    }

    void theDefaultPlaceFollowsTheDesktop() {
        const QByteArray data = qgetenv("XDG_DATA_HOME"), home = qgetenv("HOME");
        qputenv("XDG_DATA_HOME", "/data");
        QCOMPARE(Store::defaultPath().string(), std::string("/data/bitsmith/experiments.db"));
        qputenv("XDG_DATA_HOME", "relative"); // to be ignored
        qputenv("HOME", "/users/me");
        const std::string usual = "/users/me/.local/share/bitsmith/experiments.db";
        QCOMPARE(Store::defaultPath().string(), usual);
        qunsetenv("XDG_DATA_HOME");
        QCOMPARE(Store::defaultPath().string(), usual);
        if (!data.isNull()) qputenv("XDG_DATA_HOME", data);
        qputenv("HOME", home);
    }
};

QTEST_GUILESS_MAIN(TstStoreFiles)
#include "tst_store_files.moc"
