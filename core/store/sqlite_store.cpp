#include "core/store/connection.h"
#include "core/store/experiment_rows.h"
#include "core/store/measurement_rows.h"
#include "core/store/migrations.h"
#include "core/store/store.h"
#include "core/store/writer_thread.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdlib>
#include <ctime>

namespace bitsmith {
namespace {

using store::Access;

std::string utcNow() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

Error noExperiment(ExperimentId id) {
    return {ErrorCode::Usage,
            fmt::format("there is no experiment {}. It may have been deleted", id.value)};
}

class SqliteStore final : public Store {
public:
    SqliteStore(std::filesystem::path file, std::chrono::milliseconds patience)
        : m_file(std::move(file)), m_patience(patience) {}

    // Throws SQLite::Exception.
    Status initialise() {
        m_database = store::connect(m_file, Access::Write, m_patience);
        BITSMITH_CHECK(store::migrate(*m_database, store::migrations(), m_file));
        m_watcher = store::connect(m_file, Access::Read, m_patience);
        m_dataVersion = std::make_unique<SQLite::Statement>(*m_watcher, "PRAGMA data_version");
        return {};
    }

    const std::filesystem::path& path() const override { return m_file; }

    Result<ExperimentId> begin(const Experiment& experiment) override {
        Experiment row = experiment;
        row.id = {};
        row.state = "running";
        if (row.started.empty()) row.started = utcNow();
        ExperimentId id;
        BITSMITH_CHECK(write("record the experiment", [&](SQLite::Database& database) -> Status {
            id = store::insertExperiment(database, row);
            return {};
        }));
        return id;
    }

    Status addTensor(ExperimentId id, const TensorResult& result) override {
        return write("record a tensor's result", [&](SQLite::Database& database) -> Status {
            if (!store::exists(database, id)) return fail(noExperiment(id));
            store::putTensor(database, id, result);
            return {};
        });
    }

    Status finish(const Experiment& experiment) override {
        return write("record the experiment", [&](SQLite::Database& database) -> Status {
            if (!store::updateExperiment(database, experiment))
                return fail(noExperiment(experiment.id));
            return {};
        });
    }

    Status addMetric(ExperimentId id, const Metric& metric) override {
        return write("record a metric", [&](SQLite::Database& database) -> Status {
            if (!store::exists(database, id)) return fail(noExperiment(id));
            store::putMetric(database, id, metric);
            return {};
        });
    }

    Status annotate(ExperimentId id, const std::string& notes, const std::string& tags) override {
        return write("store the notes", [&](SQLite::Database& database) -> Status {
            SQLite::Statement update(database,
                                     "UPDATE experiments SET notes = ?, tags = ? WHERE id = ?");
            update.bind(1, notes);
            update.bind(2, tags);
            update.bind(3, id.value);
            if (update.exec() == 0) return fail(noExperiment(id));
            return {};
        });
    }

    Status remove(ExperimentId id) override {
        return write("delete the experiment", [&](SQLite::Database& database) -> Status {
            if (!store::deleteExperiment(database, id)) return fail(noExperiment(id));
            return {};
        });
    }

    Status restore(const Experiment& experiment) override {
        return write("restore the experiment", [&](SQLite::Database& database) -> Status {
            if (experiment.id.value <= 0 || store::exists(database, experiment.id))
                return fail(ErrorCode::Usage,
                            "experiment {} cannot be restored: only a deleted one can",
                            experiment.id.value);
            store::insertExperiment(database, experiment);
            return {};
        });
    }

    Result<std::vector<Experiment>> list() const override {
        std::vector<Experiment> all;
        BITSMITH_CHECK(read([&](SQLite::Database& database) -> Status {
            all = store::selectExperiments(database, {});
            return {};
        }));
        return all;
    }

    Result<Experiment> load(ExperimentId id) const override {
        Experiment experiment;
        BITSMITH_CHECK(read([&](SQLite::Database& database) -> Status {
            if (id.value <= 0) return fail(noExperiment(id));
            auto found = store::selectExperiments(database, id);
            if (found.empty()) return fail(noExperiment(id));
            experiment = std::move(found.front());
            return {};
        }));
        return experiment;
    }

    Result<std::optional<ExperimentId>>
    findByArtifact(const std::filesystem::path& path) const override {
        std::optional<ExperimentId> id;
        BITSMITH_CHECK(read([&](SQLite::Database& database) -> Status {
            // The newest, where a later experiment wrote over an earlier one's file.
            SQLite::Statement query(database,
                                    "SELECT max(experiment_id) FROM artifacts WHERE path = ?");
            query.bind(1, store::canonicalPath(path));
            if (query.executeStep() && !query.getColumn(0).isNull())
                id = ExperimentId{query.getColumn(0).getInt64()};
            return {};
        }));
        return id;
    }

    // The watcher never writes, so its data_version changes with every commit of any connection.
    std::uint64_t revision() const override {
        const std::lock_guard lock(m_watchMutex);
        try {
            m_dataVersion->reset();
            if (m_dataVersion->executeStep())
                m_revision = static_cast<std::uint64_t>(m_dataVersion->getColumn(0).getInt64());
            m_dataVersion->reset();
        } catch (const SQLite::Exception&) { // busy: the caller polls again
        }
        return m_revision;
    }

    Status addCalibration(const std::string& key, const std::string& modelKey,
                          const std::string& path, const std::string& parametersJson,
                          std::uint64_t tokens) override {
        return write("record the calibration", [&](SQLite::Database& database) -> Status {
            SQLite::Statement put(
                database, "INSERT INTO calibrations (key, model_key, path, parameters, tokens) "
                          "VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
                          "model_key = excluded.model_key, path = excluded.path, "
                          "parameters = excluded.parameters, tokens = excluded.tokens");
            put.bind(1, key);
            put.bind(2, modelKey);
            put.bind(3, store::canonicalPath(path));
            put.bind(4, parametersJson);
            put.bind(5, static_cast<std::int64_t>(tokens));
            put.exec();
            return {};
        });
    }

    Status addMeasurements(const MeasurementKey& key, std::span<const Measurement> rows) override {
        return write("record measurements", [&](SQLite::Database& database) -> Status {
            store::putMeasurements(database, key, rows, utcNow());
            return {};
        });
    }

    Result<std::vector<Measurement>> measurements(const MeasurementKey& key) const override {
        std::vector<Measurement> rows;
        BITSMITH_CHECK(read([&](SQLite::Database& database) -> Status {
            rows = store::selectMeasurements(database, key);
            return {};
        }));
        return rows;
    }

    Result<std::vector<MeasurementSet>>
    measurementSets(const std::string& modelKey) const override {
        std::vector<MeasurementSet> sets;
        BITSMITH_CHECK(read([&](SQLite::Database& database) -> Status {
            sets = store::selectMeasurementSets(database, modelKey);
            return {};
        }));
        return sets;
    }

    Status removeMeasurements(const MeasurementKey& key) override {
        return write("delete measurements", [&](SQLite::Database& database) -> Status {
            store::deleteMeasurements(database, key);
            return {};
        });
    }

private:
    // One transaction on the writer thread; nothing of it stays where `body` fails.
    Status write(const char* what, const std::function<Status(SQLite::Database&)>& body) {
        return m_writer.run([&] {
            return store::guarded(m_file, what, [&]() -> Status {
                SQLite::Transaction transaction(*m_database,
                                                SQLite::TransactionBehavior::IMMEDIATE);
                BITSMITH_CHECK(body(*m_database));
                transaction.commit();
                return {};
            });
        });
    }

    // One consistent view of the database, on a connection that no other thread uses meanwhile.
    Status read(const std::function<Status(SQLite::Database&)>& body) const {
        return store::guarded(m_file, "read experiments", [&]() -> Status {
            auto connection = takeReader();
            Status status = [&]() -> Status {
                const SQLite::Transaction transaction(*connection);
                return body(*connection);
            }();
            const std::lock_guard lock(m_readerMutex);
            m_readers.push_back(std::move(connection));
            return status;
        });
    }

    std::unique_ptr<SQLite::Database> takeReader() const {
        {
            const std::lock_guard lock(m_readerMutex);
            if (!m_readers.empty()) {
                auto reader = std::move(m_readers.back());
                m_readers.pop_back();
                return reader;
            }
        }
        return store::connect(m_file, Access::Read, m_patience);
    }

    const std::filesystem::path m_file;
    const std::chrono::milliseconds m_patience;
    std::unique_ptr<SQLite::Database> m_database; // used by the writer thread alone
    mutable std::mutex m_readerMutex;
    mutable std::vector<std::unique_ptr<SQLite::Database>> m_readers; // idle ones
    mutable std::mutex m_watchMutex;
    std::unique_ptr<SQLite::Database> m_watcher;
    mutable std::unique_ptr<SQLite::Statement> m_dataVersion;
    mutable std::uint64_t m_revision = 0;
    store::WriterThread m_writer; // last: stops before the connections close
};

} // namespace

Result<std::shared_ptr<Store>> Store::open(const std::filesystem::path& file,
                                           std::chrono::milliseconds patience) {
    std::error_code error;
    const std::filesystem::path path = std::filesystem::absolute(file, error).lexically_normal();
    if (file.empty() || std::filesystem::is_directory(path, error))
        return fail(ErrorCode::BadInput,
                    "'{}' is a folder, not an experiment database. Name a file", file.string());
    std::filesystem::create_directories(path.parent_path(), error);
    if (error)
        return fail(ErrorCode::BadInput,
                    "cannot create the folder '{}' for the experiment database: {}. Choose another "
                    "place for it",
                    path.parent_path().string(), error.message());
    auto result = std::make_shared<SqliteStore>(path, patience);
    BITSMITH_CHECK(
        store::guarded(path, "open the experiment database", [&] { return result->initialise(); }));
    return result;
}

std::filesystem::path Store::defaultPath() {
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    std::filesystem::path folder;
    if (data && *data == '/') // the specification: relative paths are to be ignored
        folder = data;
    else if (home && *home)
        folder = std::filesystem::path(home) / ".local" / "share";
    else
        folder = ".";
    return folder / "bitsmith" / "experiments.db";
}

} // namespace bitsmith
