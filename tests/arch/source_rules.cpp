// The rules themselves: plain string work, one pass over the lines.
#include "tests/arch/source_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

namespace bitsmith::arch {
namespace {

constexpr std::size_t MaxLines = 600, MaxTestLines = 800;
constexpr std::string_view Page = "resources/docs/architecture.md, section 3";

std::vector<std::string_view> lines(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char mark) {
    std::vector<std::string_view> out;
    for (;;) {
        const std::size_t end = text.find(mark);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string> backticked(std::string_view cell) {
    std::vector<std::string> out;
    const auto parts = split(cell, '`');
    for (std::size_t i = 1; i < parts.size(); i += 2) out.emplace_back(parts[i]);
    return out;
}

// "core/io" covers itself, core/io/... and the file core/io.h; not core/ions.
bool covers(std::string_view prefix, std::string_view path) {
    return path.starts_with(prefix) &&
           (path.size() == prefix.size() || prefix.back() == '/' || path[prefix.size()] == '/');
}

bool coveredByAny(const std::vector<std::string>& prefixes, std::string_view path) {
    return std::ranges::any_of(prefixes, [&](const auto& p) { return covers(p, path); });
}

// *_inl.h are parts of sources (Highway includes them once per instruction set).
bool isHeader(std::string_view path) {
    return (path.ends_with(".h") && !path.ends_with("_inl.h")) || path.ends_with(".cuh");
}

// What an #include line names, without its quotes or brackets.
std::optional<std::string_view> includedPath(std::string_view line) {
    line = trim(line);
    if (!line.starts_with('#')) return {};
    line = trim(line.substr(1));
    if (!line.starts_with("include")) return {};
    line = trim(line.substr(7));
    if (line.size() < 3 || (line[0] != '"' && line[0] != '<')) return {}; // a macro
    const std::size_t end = line.find(line[0] == '<' ? '>' : '"', 1);
    if (end == std::string_view::npos) return {};
    return line.substr(1, end - 1);
}

// The row that rules a file: the longest module name that covers its path.
const std::pair<const std::string, std::vector<std::string>>* rowOf(std::string_view path,
                                                                    const IncludeRules& rules) {
    const std::pair<const std::string, std::vector<std::string>>* best = nullptr;
    for (const auto& row : rules.modules)
        if (covers(row.first, path) && (!best || row.first.size() > best->first.size()))
            best = &row;
    return best;
}

const Library* libraryOf(std::string_view included, const IncludeRules& rules) {
    const Library* best = nullptr;
    for (const Library& library : rules.libraries)
        if (included.starts_with(library.prefix) &&
            (!best || library.prefix.size() > best->prefix.size()))
            best = &library;
    return best;
}

// /home/user is nobody's: tests may speak of it.
bool mentions(std::string_view line, std::string_view word) {
    for (std::size_t at = 0; (at = line.find(word, at)) != std::string_view::npos; ++at)
        if (!line.substr(at).starts_with("/home/user/") &&
            !line.substr(at).starts_with("/home/user\""))
            return true;
    return false;
}

// An empty string where the include is in order, else the reason.
std::string whyNot(std::string_view path, std::string_view included, bool quoted,
                   const IncludeRules& rules) {
    const std::string_view top = included.substr(0, included.find('/'));
    static constexpr std::array tops{"core", "gpu", "ui", "app", "tests"};
    if (std::ranges::find(tops, top) != tops.end()) {
        const auto* row = rowOf(path, rules);
        if (!row) return fmt::format("has no row in the table ({}); add one for its folder", Page);
        if (covers(row->first, included) || coveredByAny(row->second, included)) return {};
        return fmt::format("includes \"{}\"; {} may include itself and [{}] ({})", included,
                           row->first, fmt::join(row->second, ", "), Page);
    }
    if (const Library* library = libraryOf(included, rules)) {
        if (!coveredByAny(library->users, path))
            return fmt::format("includes <{}>, which only [{}] may use ({})", included,
                               fmt::join(library->users, ", "), Page);
        if (isHeader(path) && path.starts_with("core/") && !library->inCoreHeaders)
            return fmt::format("includes <{}>, which headers of core keep to their sources ({})",
                               included, Page);
        return {};
    }
    if (quoted) {
        const bool generated = included.find('/') == std::string_view::npos &&
                               (included.ends_with(".moc") || included.ends_with(".inc"));
        if (generated) return {};
        return fmt::format("includes \"{}\"; write includes from the root (\"core/plan/plan.h\")",
                           included);
    }
    if (included.find('/') == std::string_view::npos || top == "sys") return {};
    return fmt::format("includes <{}> of a library that the table of libraries lacks ({})",
                       included, Page);
}

} // namespace

std::string Violation::text() const {
    return line ? fmt::format("{}:{}: {}", path, line, message)
                : fmt::format("{}: {}", path, message);
}

IncludeRules readIncludeRules(std::string_view markdown) {
    IncludeRules rules;
    for (std::string_view line : lines(markdown)) {
        if (!line.starts_with("| ")) continue;
        const auto cells = split(line, '|'); // the first and the last are empty
        if (cells.size() == 4) {
            for (const std::string& module : backticked(cells[1]))
                rules.modules[module] = backticked(cells[2]);
        } else if (cells.size() == 6) {
            for (const std::string& prefix : backticked(cells[2]))
                rules.libraries.push_back(
                    {prefix, backticked(cells[3]), trim(cells[4]).starts_with("yes")});
        }
    }
    return rules;
}

Violations checkIncludes(const Source& source, const IncludeRules& rules) {
    Violations out;
    int number = 0;
    for (std::string_view line : lines(source.text)) {
        ++number;
        const auto included = includedPath(line);
        if (!included) continue;
        const bool quoted = line.find('"') != std::string_view::npos;
        std::string reason = whyNot(source.path, *included, quoted, rules);
        if (!reason.empty()) out.push_back({source.path, number, std::move(reason)});
    }
    return out;
}

Violations checkShape(const Source& source) {
    Violations out;
    const auto all = lines(source.text);
    const std::size_t limit = source.path.starts_with("tests/") ? MaxTestLines : MaxLines;
    if (all.size() > limit)
        out.push_back({source.path, 0,
                       fmt::format("has {} lines, more than {}: split it", all.size(), limit)});
    const bool explains = !all.empty() && (all[0].starts_with("// ") || all[0].starts_with("/* "));
    // A source that begins with a header of its folder is explained there.
    const std::string folder = source.path.substr(0, source.path.rfind('/') + 1);
    const std::string_view first = all.empty() ? "" : includedPath(all[0]).value_or("");
    const bool explained = !isHeader(source.path) && first.starts_with(folder) &&
                           first.find('/', folder.size()) == std::string_view::npos;
    if (!explains && !explained)
        out.push_back({source.path, 1, "begin with a comment that says what the file is for"});
    if (isHeader(source.path) && std::ranges::find(all, "#pragma once") == all.end())
        out.push_back({source.path, 0, "has no #pragma once"});
    return out;
}

Violations checkWords(const Source& source) {
    static constexpr std::array words{"/home/", "/Users/", "/root/", "TODO", "FIXME", "XXX:"};
    Violations out;
    int number = 0;
    for (std::string_view line : lines(source.text)) {
        ++number;
        for (std::string_view word : words)
            if (mentions(line, word))
                out.push_back({source.path, number,
                               fmt::format("mentions {}: name no place of one machine, and finish "
                                           "or record what is open",
                                           word)});
    }
    return out;
}

} // namespace bitsmith::arch
