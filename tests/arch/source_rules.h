// The rules of resources/docs/architecture.md as functions of a file's text: who may include whom
// (the tables are read from that page, the only place where they are written), how long a file may
// be, how it begins, what it must not mention. Knows no file system: tst_arch feeds it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith::arch {

struct Source {
    std::string path; // from the repository's root, with slashes
    std::string text;
};

struct Violation {
    std::string path;
    int line = 0; // 1-based; 0: the file as a whole
    std::string message;
    std::string text() const; // "core/io/a.h:5: ..."
};
using Violations = std::vector<Violation>;

struct Library {
    std::string prefix;             // of what stands between < and >
    std::vector<std::string> users; // path prefixes whose sources may include it
    bool inCoreHeaders = false;
};

struct IncludeRules {
    // Path prefix ("core/tensor") -> the path prefixes it may include besides itself.
    std::map<std::string, std::vector<std::string>, std::less<>> modules;
    std::vector<Library> libraries;
};

// Reads the tables of section 3: rows `| module | may include |` and
// `| library | headers | used by | in headers of core |`; entries are what stands in backticks.
IncludeRules readIncludeRules(std::string_view markdown);

// Direct includes against the tables. For C++ and CUDA sources.
Violations checkIncludes(const Source& source, const IncludeRules& rules);
// At most 600 lines, tests 800; a header has its guard; the first line is a comment or,
// in a source, a header of its folder, which explains it.
Violations checkShape(const Source& source);
// No paths of the machine it was written on, no marks of unfinished work.
Violations checkWords(const Source& source);

} // namespace bitsmith::arch
