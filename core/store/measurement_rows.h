// Measurements to rows and back. Plain functions over a connection; transactions, threads and error
// messages are the caller's. All throw SQLite::Exception.
#pragma once

#include "core/store/measurement.h"

#include <span>

namespace SQLite {
class Database;
} // namespace SQLite

namespace bitsmith::store {

// Replaces rows of the same key, tensor and bits. now: ISO 8601, UTC.
void putMeasurements(SQLite::Database& database, const MeasurementKey& key,
                     std::span<const Measurement> rows, const std::string& now);
std::vector<Measurement> selectMeasurements(SQLite::Database& database, const MeasurementKey& key);
// Newest first.
std::vector<MeasurementSet> selectMeasurementSets(SQLite::Database& database,
                                                  const std::string& modelKey);
void deleteMeasurements(SQLite::Database& database, const MeasurementKey& key);

} // namespace bitsmith::store
