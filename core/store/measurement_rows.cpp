#include "core/store/measurement_rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>
#include <limits>

namespace bitsmith::store {
namespace {

void bindKey(SQLite::Statement& statement, const MeasurementKey& key) {
    statement.bind(1, key.modelKey);
    statement.bind(2, key.dataKey);
    statement.bind(3, key.metric);
    statement.bind(4, key.setting);
}

} // namespace

void putMeasurements(SQLite::Database& database, const MeasurementKey& key,
                     std::span<const Measurement> rows, const std::string& now) {
    SQLite::Statement put(
        database,
        "INSERT INTO measurements (model_key, data_key, metric, setting, tensor, bits, value, "
        "seconds, details, measured) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (model_key, data_key, metric, setting, tensor, bits) DO UPDATE SET "
        "value = excluded.value, seconds = excluded.seconds, details = excluded.details, "
        "measured = excluded.measured");
    for (const Measurement& row : rows) {
        put.reset();
        put.clearBindings();
        bindKey(put, key);
        put.bind(5, row.tensor);
        put.bind(6, row.bits);
        if (!std::isnan(row.value)) put.bind(7, row.value); // SQLite has no NaN: NULL
        put.bind(8, row.seconds);
        put.bind(9, row.details);
        put.bind(10, now);
        put.exec();
    }
}

std::vector<Measurement> selectMeasurements(SQLite::Database& database, const MeasurementKey& key) {
    SQLite::Statement query(database,
                            "SELECT tensor, bits, value, seconds, details FROM measurements WHERE "
                            "model_key = ? AND data_key = ? AND metric = ? AND setting = ? "
                            "ORDER BY id");
    bindKey(query, key);
    std::vector<Measurement> rows;
    while (query.executeStep()) {
        const SQLite::Column value = query.getColumn(2);
        rows.push_back(
            {.tensor = query.getColumn(0).getString(),
             .bits = query.getColumn(1).getInt(),
             .value = value.isNull() ? std::numeric_limits<double>::quiet_NaN() : value.getDouble(),
             .seconds = query.getColumn(3).getDouble(),
             .details = query.getColumn(4).getString()});
    }
    return rows;
}

std::vector<MeasurementSet> selectMeasurementSets(SQLite::Database& database,
                                                  const std::string& modelKey) {
    SQLite::Statement query(
        database, "SELECT data_key, metric, setting, count(*), max(measured), max(id) FROM "
                  "measurements WHERE model_key = ? GROUP BY data_key, metric, setting "
                  "ORDER BY max(measured) DESC, max(id) DESC");
    query.bind(1, modelKey);
    std::vector<MeasurementSet> sets;
    while (query.executeStep())
        sets.push_back({.key = {.modelKey = modelKey,
                                .dataKey = query.getColumn(0).getString(),
                                .metric = query.getColumn(1).getString(),
                                .setting = query.getColumn(2).getString()},
                        .count = static_cast<std::uint64_t>(query.getColumn(3).getInt64()),
                        .measured = query.getColumn(4).getString()});
    return sets;
}

void deleteMeasurements(SQLite::Database& database, const MeasurementKey& key) {
    SQLite::Statement remove(database, "DELETE FROM measurements WHERE model_key = ? AND "
                                       "data_key = ? AND metric = ? AND setting = ?");
    bindKey(remove, key);
    remove.exec();
}

} // namespace bitsmith::store
