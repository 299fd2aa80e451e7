#include "core/store/experiment_rows.h"

#include "core/base/hash.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <limits>
#include <unordered_map>

namespace bitsmith::store {
namespace {

// Binds in order; unsigned numbers as SQLite's signed ones, bit for bit.
class Binder {
public:
    explicit Binder(SQLite::Statement& statement) : m_statement(statement) {}
    Binder& operator<<(const std::string& text) {
        m_statement.bind(m_next++, text);
        return *this;
    }
    Binder& operator<<(double number) { // NaN becomes NULL
        m_statement.bind(m_next++, number);
        return *this;
    }
    Binder& operator<<(std::int64_t number) {
        m_statement.bind(m_next++, number);
        return *this;
    }
    Binder& operator<<(std::uint64_t number) { return *this << static_cast<std::int64_t>(number); }
    Binder& operator<<(int number) { return *this << std::int64_t{number}; }
    Binder& operator<<(std::nullptr_t) {
        m_statement.bind(m_next++);
        return *this;
    }

private:
    SQLite::Statement& m_statement;
    int m_next = 1;
};

// Reads the columns of a row in order.
class Row {
public:
    explicit Row(SQLite::Statement& statement) : m_statement(statement) {}
    Row& operator>>(std::string& text) {
        text = m_statement.getColumn(m_next++).getString();
        return *this;
    }
    Row& operator>>(double& number) {
        const SQLite::Column column = m_statement.getColumn(m_next++);
        number = column.isNull() ? std::numeric_limits<double>::quiet_NaN() : column.getDouble();
        return *this;
    }
    Row& operator>>(std::int64_t& number) {
        number = m_statement.getColumn(m_next++).getInt64();
        return *this;
    }
    Row& operator>>(std::uint64_t& number) {
        number = static_cast<std::uint64_t>(m_statement.getColumn(m_next++).getInt64());
        return *this;
    }
    Row& operator>>(int& number) {
        number = m_statement.getColumn(m_next++).getInt();
        return *this;
    }

private:
    SQLite::Statement& m_statement;
    int m_next = 0;
};

std::int64_t idOf(SQLite::Statement& query) {
    return query.executeStep() ? query.getColumn(0).getInt64() : 0;
}

std::int64_t modelId(SQLite::Database& database, const Experiment& experiment) {
    SQLite::Statement insert(database,
                             "INSERT OR IGNORE INTO models (key, name, path) VALUES (?, ?, ?)");
    Binder(insert) << experiment.modelKey << experiment.model << experiment.modelPath;
    insert.exec();
    SQLite::Statement find(database,
                           "SELECT id FROM models WHERE key = ? AND name = ? AND path = ?");
    Binder(find) << experiment.modelKey << experiment.model << experiment.modelPath;
    return idOf(find);
}

// Plans are large and often the same: stored once per content.
std::int64_t planId(SQLite::Database& database, const std::string& json) {
    const std::string hash = Hasher().add(json).hex();
    SQLite::Statement insert(database, "INSERT OR IGNORE INTO plans (hash, json) VALUES (?, ?)");
    Binder(insert) << hash << json;
    insert.exec();
    SQLite::Statement find(database, "SELECT id FROM plans WHERE hash = ?");
    Binder(find) << hash;
    return idOf(find);
}

// An experiment may name a calibration that is recorded later (addCalibration fills the row).
void rememberCalibration(SQLite::Database& database, const std::string& key) {
    if (key.empty()) return;
    SQLite::Statement insert(database, "INSERT OR IGNORE INTO calibrations (key) VALUES (?)");
    Binder(insert) << key;
    insert.exec();
}

void bindScalars(Binder& bind, SQLite::Database& database, const Experiment& e) {
    rememberCalibration(database, e.calibrationKey);
    bind << modelId(database, e) << planId(database, e.planJson);
    if (e.calibrationKey.empty())
        bind << nullptr;
    else
        bind << e.calibrationKey;
    bind << e.recipe << e.state << e.bitsPerWeight << e.bytes << e.originalBytes << e.seconds
         << e.peakRssBytes << e.error << e.started << e.notes << e.tags;
}

void replaceArtifacts(SQLite::Database& database, ExperimentId id,
                      const std::vector<Artifact>& artifacts) {
    SQLite::Statement clear(database, "DELETE FROM artifacts WHERE experiment_id = ?");
    Binder(clear) << id.value;
    clear.exec();
    for (const Artifact& artifact : artifacts) {
        SQLite::Statement insert(database,
                                 "INSERT INTO artifacts (experiment_id, kind, path, bytes) "
                                 "VALUES (?, ?, ?, ?) ON CONFLICT (experiment_id, kind, path) "
                                 "DO UPDATE SET bytes = excluded.bytes");
        Binder(insert) << id.value << artifact.kind << canonicalPath(artifact.path)
                       << artifact.bytes;
        insert.exec();
    }
}

void dropUnusedPlans(SQLite::Database& database) {
    database.exec("DELETE FROM plans WHERE NOT EXISTS "
                  "(SELECT 1 FROM experiments WHERE experiments.plan_id = plans.id)");
}

} // namespace

std::string canonicalPath(const std::filesystem::path& path) {
    if (path.empty()) return {};
    std::error_code error;
    const auto absolute = std::filesystem::absolute(path, error);
    if (error) return path.string();
    const auto canonical = std::filesystem::weakly_canonical(absolute, error);
    std::string text = (error ? absolute.lexically_normal() : canonical).string();
    while (text.size() > 1 && text.back() == '/') text.pop_back(); // "out/" is "out"
    return text;
}

ExperimentId insertExperiment(SQLite::Database& database, const Experiment& experiment) {
    SQLite::Statement insert(
        database,
        "INSERT INTO experiments (model_id, plan_id, calibration_key, recipe, state, "
        "bits_per_weight, bytes, original_bytes, seconds, peak_rss_bytes, error, started, "
        "notes, tags, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Binder bind(insert);
    bindScalars(bind, database, experiment);
    if (experiment.id.value == 0)
        bind << nullptr;
    else
        bind << experiment.id.value;
    insert.exec();
    const ExperimentId id{database.getLastInsertRowid()};
    for (const TensorResult& result : experiment.tensors) putTensor(database, id, result);
    for (const Metric& metric : experiment.metrics) putMetric(database, id, metric);
    replaceArtifacts(database, id, experiment.artifacts);
    return id;
}

bool updateExperiment(SQLite::Database& database, const Experiment& experiment) {
    SQLite::Statement update(
        database,
        "UPDATE experiments SET model_id = ?1, plan_id = ?2, calibration_key = ?3, recipe = ?4, "
        "state = ?5, bits_per_weight = ?6, bytes = ?7, original_bytes = ?8, seconds = ?9, "
        "peak_rss_bytes = ?10, error = ?11, "
        "started = CASE ?12 WHEN '' THEN started ELSE ?12 END, "
        "notes = CASE ?13 WHEN '' THEN notes ELSE ?13 END, "
        "tags = CASE ?14 WHEN '' THEN tags ELSE ?14 END WHERE id = ?15");
    Binder bind(update);
    bindScalars(bind, database, experiment);
    bind << experiment.id.value;
    if (update.exec() == 0) return false;
    replaceArtifacts(database, experiment.id, experiment.artifacts);
    dropUnusedPlans(database);
    return true;
}

bool deleteExperiment(SQLite::Database& database, ExperimentId id) {
    SQLite::Statement remove(database, "DELETE FROM experiments WHERE id = ?");
    Binder(remove) << id.value;
    if (remove.exec() == 0) return false;
    dropUnusedPlans(database);
    return true;
}

bool exists(SQLite::Database& database, ExperimentId id) {
    SQLite::Statement query(database, "SELECT 1 FROM experiments WHERE id = ?");
    Binder(query) << id.value;
    return query.executeStep();
}

void putTensor(SQLite::Database& database, ExperimentId id, const TensorResult& r) {
    SQLite::Statement put(
        database,
        "INSERT INTO tensor_results (experiment_id, tensor, recipe, bits, bits_per_weight, bytes, "
        "weight_error, output_error, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (experiment_id, tensor) DO UPDATE SET recipe = excluded.recipe, "
        "bits = excluded.bits, bits_per_weight = excluded.bits_per_weight, bytes = excluded.bytes, "
        "weight_error = excluded.weight_error, output_error = excluded.output_error, "
        "seconds = excluded.seconds");
    Binder(put) << id.value << r.tensor << r.recipe << r.bits << r.bitsPerWeight << r.bytes
                << r.weightError << r.outputError << r.seconds;
    put.exec();
}

void putMetric(SQLite::Database& database, ExperimentId id, const Metric& metric) {
    SQLite::Statement put(database,
                          "INSERT INTO metrics (experiment_id, name, protocol, value) "
                          "VALUES (?, ?, ?, ?) ON CONFLICT (experiment_id, name, protocol) "
                          "DO UPDATE SET value = excluded.value");
    Binder(put) << id.value << metric.name << metric.protocol << metric.value;
    put.exec();
}

std::vector<Experiment> selectExperiments(SQLite::Database& database, ExperimentId id) {
    // ?1 is 0 for all. One pass per table, joined here: no query per experiment.
    const auto query = [&](const char* sql) {
        SQLite::Statement statement(database, sql);
        statement.bind(1, id.value);
        return statement;
    };
    std::vector<Experiment> experiments;
    std::unordered_map<std::int64_t, std::size_t> indexOf;
    auto scalars = query(
        "SELECT e.id, m.name, m.path, m.key, e.recipe, e.state, p.json, "
        "coalesce(e.calibration_key, ''), e.bits_per_weight, e.bytes, e.original_bytes, e.seconds, "
        "e.peak_rss_bytes, e.started, e.notes, e.tags, e.error "
        "FROM experiments e JOIN models m ON m.id = e.model_id JOIN plans p ON p.id = e.plan_id "
        "WHERE ?1 = 0 OR e.id = ?1 ORDER BY e.id DESC");
    while (scalars.executeStep()) {
        Experiment e;
        Row(scalars) >> e.id.value >> e.model >> e.modelPath >> e.modelKey >> e.recipe >> e.state >>
            e.planJson >> e.calibrationKey >> e.bitsPerWeight >> e.bytes >> e.originalBytes >>
            e.seconds >> e.peakRssBytes >> e.started >> e.notes >> e.tags >> e.error;
        indexOf.emplace(e.id.value, experiments.size());
        experiments.push_back(std::move(e));
    }
    const auto owner = [&](SQLite::Statement& statement) -> Experiment* {
        const auto found = indexOf.find(statement.getColumn(0).getInt64());
        return found == indexOf.end() ? nullptr : &experiments[found->second];
    };
    std::int64_t ignored = 0;
    auto metrics = query("SELECT experiment_id, name, value, protocol FROM metrics "
                         "WHERE ?1 = 0 OR experiment_id = ?1 ORDER BY id");
    while (metrics.executeStep())
        if (Experiment* e = owner(metrics)) {
            Metric metric;
            Row(metrics) >> ignored >> metric.name >> metric.value >> metric.protocol;
            e->metrics.push_back(std::move(metric));
        }
    auto artifacts = query("SELECT experiment_id, kind, path, bytes FROM artifacts "
                           "WHERE ?1 = 0 OR experiment_id = ?1 ORDER BY id");
    while (artifacts.executeStep())
        if (Experiment* e = owner(artifacts)) {
            Artifact artifact;
            Row(artifacts) >> ignored >> artifact.kind >> artifact.path >> artifact.bytes;
            e->artifacts.push_back(std::move(artifact));
        }
    if (id.value == 0 || experiments.empty()) return experiments;
    auto tensors = query("SELECT experiment_id, tensor, recipe, bits, bits_per_weight, bytes, "
                         "weight_error, output_error, seconds FROM tensor_results "
                         "WHERE experiment_id = ?1 ORDER BY id");
    while (tensors.executeStep()) {
        TensorResult r;
        Row(tensors) >> ignored >> r.tensor >> r.recipe >> r.bits >> r.bitsPerWeight >> r.bytes >>
            r.weightError >> r.outputError >> r.seconds;
        experiments.front().tensors.push_back(std::move(r));
    }
    return experiments;
}

} // namespace bitsmith::store
