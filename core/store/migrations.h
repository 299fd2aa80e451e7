// The schema as a list of numbered steps. A published step is never changed: what must differ
// becomes a new step. PRAGMA user_version holds the number of the last step that a file has seen.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <span>

namespace SQLite {
class Database;
} // namespace SQLite

namespace bitsmith::store {

struct Migration {
    int version; // 1, 2, ... without gaps
    const char* sql;
};

std::span<const Migration> migrations();

// Brings the database to the last of `steps`, each in its own transaction. Errors (BadInput): a
// newer version than the last step; an SQLite file of another program. Throws SQLite::Exception.
Status migrate(SQLite::Database& database, std::span<const Migration> steps,
               const std::filesystem::path& file);

} // namespace bitsmith::store
