// Plain text tables with aligned columns, and numbers with units for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bitsmith::cli {

class Table {
public:
    // A title that begins with '>' is right-aligned: numbers.
    explicit Table(std::vector<std::string> titles);
    void add(std::vector<std::string> cells);
    std::string text() const; // lines end in '\n'; empty rows give only the titles

private:
    std::vector<std::string> m_titles;
    std::vector<bool> m_right;
    std::vector<std::vector<std::string>> m_rows;
};

std::string bytesText(std::uint64_t bytes);  // "1.21 GiB"
std::string countText(std::uint64_t number); // "3.22 M"

} // namespace bitsmith::cli
