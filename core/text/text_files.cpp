#include "core/text/text_files.h"

#include "core/base/atomic_file.h"

namespace bitsmith {

namespace fs = std::filesystem;

TextFiles TextFiles::folder(fs::path path) {
    TextFiles files(path.string());
    files.m_folder = std::move(path);
    return files;
}

void TextFiles::add(std::string name, std::string content) {
    m_entries.insert_or_assign(std::move(name), Entry{{}, std::move(content)});
}

void TextFiles::addPath(std::string name, fs::path path) {
    m_entries.insert_or_assign(std::move(name), Entry{std::move(path), {}});
}

bool TextFiles::has(std::string_view name) const {
    std::error_code ignored;
    return m_entries.contains(name) || (!m_folder.empty() && fs::exists(m_folder / name, ignored));
}

Result<std::string> TextFiles::read(std::string_view name, std::size_t limit) const {
    const auto entry = m_entries.find(name);
    if (entry == m_entries.end() && m_folder.empty())
        return fail(ErrorCode::BadInput, "{} has no {}", m_where, name);
    if (entry == m_entries.end()) return readTextFile(m_folder / name, limit);
    if (!entry->second.path.empty()) return readTextFile(entry->second.path, limit);
    if (entry->second.content.size() > limit)
        return fail(ErrorCode::BadInput, "{} has {} bytes; expected at most {}", place(name),
                    entry->second.content.size(), limit);
    return entry->second.content;
}

std::string TextFiles::place(std::string_view name) const {
    const auto entry = m_entries.find(name);
    if (entry != m_entries.end() && !entry->second.path.empty()) return entry->second.path.string();
    if (!m_folder.empty()) return (m_folder / name).string();
    return fmt::format("{}: {}", m_where, name);
}

} // namespace bitsmith
