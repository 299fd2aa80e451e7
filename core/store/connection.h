// One connection to the database file, and SQLite's errors in words that a user can act on.
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

namespace SQLite {
class Database;
} // namespace SQLite

namespace bitsmith::store {

enum class Access { Write, Read };

// Foreign keys on, waiting for other processes up to `patience`. Access::Write creates the file
// and sets WAL mode; Access::Read cannot change anything. Throws SQLite::Exception.
std::unique_ptr<SQLite::Database> connect(const std::filesystem::path& file, Access access,
                                          std::chrono::milliseconds patience);

// Runs `body` and turns SQLite's exceptions into an Error that names the file and the remedy.
// what: "read", "record the experiment", ...
Status guarded(const std::filesystem::path& file, const char* what,
               const std::function<Status()>& body);

} // namespace bitsmith::store
