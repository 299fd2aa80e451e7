#include "core/store/connection.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <thread>

namespace bitsmith::store {
namespace {

Error describe(const SQLite::Exception& exception, const std::filesystem::path& file,
               const char* what) {
    const std::string where = fmt::format("cannot {} in '{}'", what, file.string());
    switch (exception.getErrorCode()) {
    case SQLITE_NOTADB:
        return {ErrorCode::BadInput,
                fmt::format("'{}' is not an experiment database (no SQLite file, or damaged). "
                            "Choose another file, or move this one away",
                            file.string())};
    case SQLITE_CORRUPT:
        return {ErrorCode::BadInput,
                fmt::format("{}: the database is damaged ({}). Restore a copy, or move it away to "
                            "begin a new one",
                            where, exception.what())};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::BadInput,
                fmt::format("{}: another process holds the database. Wait for it to finish, or "
                            "choose another database",
                            where)};
    case SQLITE_READONLY:
        return {ErrorCode::BadInput,
                fmt::format("{}: the file or its folder is read-only. Change its permissions, or "
                            "choose another database",
                            where)};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return {ErrorCode::BadInput,
                fmt::format("{}: the file or its folder cannot be opened or written. Check its "
                            "permissions, or choose another database",
                            where)};
    case SQLITE_FULL:
        return {ErrorCode::Resources,
                fmt::format("{}: the disk is full. Free some space; what was stored before is safe",
                            where)};
    default:
        return {ErrorCode::Failed, fmt::format("{}: {}", where, exception.what())};
    }
}

// Changing to WAL needs the file for itself for a moment and does not always wait for others who
// do the same: two processes that create one database at once.
void enableWal(SQLite::Database& database, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        try {
            database.exec("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& exception) {
            if (exception.getErrorCode() != SQLITE_BUSY ||
                std::chrono::steady_clock::now() >= deadline)
                throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
}

} // namespace

std::unique_ptr<SQLite::Database> connect(const std::filesystem::path& file, Access access,
                                          std::chrono::milliseconds patience) {
    // Readers of a WAL database write to its index, so they too open the file for writing; they are
    // kept from the data by query_only.
    const int flags = SQLite::OPEN_READWRITE | (access == Access::Write ? SQLite::OPEN_CREATE : 0);
    auto database = std::make_unique<SQLite::Database>(file.string(), flags,
                                                       static_cast<int>(patience.count()));
    sqlite3_extended_result_codes(database->getHandle(), 0);
    database->exec("PRAGMA foreign_keys = ON");
    // A file from elsewhere is data: its schema may not call functions with side effects.
    database->exec("PRAGMA trusted_schema = OFF");
    if (access == Access::Read) {
        database->exec("PRAGMA query_only = ON");
        return database;
    }
    if (sqlite3_db_readonly(database->getHandle(), "main") == 1)
        throw SQLite::Exception("read-only", SQLITE_READONLY);
    enableWal(*database, patience);
    // A crash of the machine may lose the last results but never damages the file.
    database->exec("PRAGMA synchronous = NORMAL");
    return database;
}

Status guarded(const std::filesystem::path& file, const char* what,
               const std::function<Status()>& body) {
    try {
        return body();
    } catch (const SQLite::Exception& exception) {
        return fail(describe(exception, file, what));
    }
}

} // namespace bitsmith::store
