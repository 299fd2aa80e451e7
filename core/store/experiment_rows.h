// Experiments to rows and back. Plain functions over a connection; transactions, threads and error
// messages are the caller's. All throw SQLite::Exception.
#pragma once

#include "core/store/store.h"

#include <vector>

namespace SQLite {
class Database;
} // namespace SQLite

namespace bitsmith::store {

// With everything that the experiment holds. id 0: the database chooses one.
ExperimentId insertExperiment(SQLite::Database& database, const Experiment& experiment);
// Scalars and artifacts; false if there is no such experiment.
bool updateExperiment(SQLite::Database& database, const Experiment& experiment);
bool deleteExperiment(SQLite::Database& database, ExperimentId id);
bool exists(SQLite::Database& database, ExperimentId id);

void putTensor(SQLite::Database& database, ExperimentId id, const TensorResult& result);
void putMetric(SQLite::Database& database, ExperimentId id, const Metric& metric);

// id: only that one, with its tensors; 0: all, newest first, without.
std::vector<Experiment> selectExperiments(SQLite::Database& database, ExperimentId id);

// Absolute and without links, so that one file has one name.
std::string canonicalPath(const std::filesystem::path& path);

} // namespace bitsmith::store
