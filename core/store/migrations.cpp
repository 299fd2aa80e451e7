#include "core/store/migrations.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace bitsmith::store {
namespace {

constexpr int ApplicationId = 0x42495453; // "BITS" in the file's header

// Numbers that are not finite are kept as NULL (SQLite has no NaN), so REAL columns may be NULL.
constexpr const char* Version1 = R"sql(
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    UNIQUE (key, name, path)
);
CREATE TABLE calibrations (
    key TEXT PRIMARY KEY,
    model_key TEXT NOT NULL DEFAULT '',
    path TEXT NOT NULL DEFAULT '',
    parameters TEXT NOT NULL DEFAULT '',
    tokens INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    json TEXT NOT NULL
);
CREATE TABLE experiments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES models (id),
    plan_id INTEGER NOT NULL REFERENCES plans (id),
    calibration_key TEXT REFERENCES calibrations (key),
    recipe TEXT NOT NULL,
    state TEXT NOT NULL,
    bits_per_weight REAL,
    bytes INTEGER NOT NULL,
    original_bytes INTEGER NOT NULL,
    seconds REAL,
    peak_rss_bytes INTEGER NOT NULL,
    started TEXT NOT NULL,
    notes TEXT NOT NULL,
    tags TEXT NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX experiments_by_model ON experiments (model_id);
CREATE INDEX experiments_by_plan ON experiments (plan_id);
CREATE INDEX experiments_by_calibration ON experiments (calibration_key);
CREATE TABLE tensor_results (
    id INTEGER PRIMARY KEY,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    tensor TEXT NOT NULL,
    recipe TEXT NOT NULL,
    bits INTEGER NOT NULL,
    bits_per_weight REAL,
    bytes INTEGER NOT NULL,
    weight_error REAL,
    output_error REAL,
    seconds REAL,
    UNIQUE (experiment_id, tensor)
);
CREATE TABLE metrics (
    id INTEGER PRIMARY KEY,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    protocol TEXT NOT NULL,
    value REAL,
    UNIQUE (experiment_id, name, protocol)
);
CREATE TABLE artifacts (
    id INTEGER PRIMARY KEY,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    UNIQUE (experiment_id, kind, path)
);
CREATE INDEX artifacts_by_path ON artifacts (path);
)sql";

// Measurements outlive experiments and calibrations: no references to them.
constexpr const char* Version2 = R"sql(
CREATE TABLE measurements (
    id INTEGER PRIMARY KEY,
    model_key TEXT NOT NULL,
    data_key TEXT NOT NULL,
    metric TEXT NOT NULL,
    setting TEXT NOT NULL,
    tensor TEXT NOT NULL,
    bits INTEGER NOT NULL,
    value REAL,
    seconds REAL NOT NULL,
    details TEXT NOT NULL,
    measured TEXT NOT NULL,
    UNIQUE (model_key, data_key, metric, setting, tensor, bits)
);
)sql";

constexpr Migration Steps[] = {{1, Version1}, {2, Version2}};

int pragma(SQLite::Database& database, const char* name) {
    return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

Status refuse(SQLite::Database& database, int known, const std::filesystem::path& file) {
    const int version = pragma(database, "user_version");
    const int application = pragma(database, "application_id");
    const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt64() == 0;
    if (application != ApplicationId && !(empty && application == 0 && version == 0))
        return fail(ErrorCode::BadInput,
                    "'{}' is an SQLite database of another program, not of experiments. Choose "
                    "another file",
                    file.string());
    if (version > known)
        return fail(ErrorCode::BadInput,
                    "'{}' was written by a newer Bitsmith: it has schema version {}, and this "
                    "program knows versions up to {}. Update Bitsmith, or choose another database",
                    file.string(), version, known);
    return {};
}

} // namespace

std::span<const Migration> migrations() { return Steps; }

Status migrate(SQLite::Database& database, std::span<const Migration> steps,
               const std::filesystem::path& file) {
    const int known = steps.empty() ? 0 : steps.back().version;
    BITSMITH_CHECK(refuse(database, known, file));
    for (const Migration& step : steps) {
        if (pragma(database, "user_version") >= step.version) continue;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        // Another process may have done it while this one waited for the lock.
        if (pragma(database, "user_version") >= step.version) continue;
        database.exec(step.sql);
        database.exec(fmt::format("PRAGMA application_id = {}", ApplicationId));
        database.exec(fmt::format("PRAGMA user_version = {}", step.version));
        transaction.commit();
    }
    return {};
}

} // namespace bitsmith::store
