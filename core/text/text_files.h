// The files of a model's folder, by name: on disk, or made in memory from something that is no
// folder (a GGUF holds its tokenizer as metadata).
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace bitsmith {

class TextFiles {
public:
    static TextFiles folder(std::filesystem::path path);
    // where: names the origin in messages.
    explicit TextFiles(std::string where) : m_where(std::move(where)) {}
    void add(std::string name, std::string content);
    void addPath(std::string name, std::filesystem::path path);

    bool has(std::string_view name) const;
    // Errors (BadInput): missing, unreadable, larger than `limit` bytes.
    Result<std::string> read(std::string_view name, std::size_t limit) const;
    std::string place(std::string_view name) const; // how a message names the file
    const std::string& where() const { return m_where; }

private:
    struct Entry {
        std::filesystem::path path; // empty: in memory
        std::string content;
    };
    std::string m_where;
    std::filesystem::path m_folder; // empty: only the entries
    std::map<std::string, Entry, std::less<>> m_entries;
};

} // namespace bitsmith
