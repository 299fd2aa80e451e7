#include "app/cli/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace bitsmith::cli {
namespace {

// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string scaled(double value, double base, std::initializer_list<const char*> units) {
    auto unit = units.begin();
    while (value >= base && unit + 1 != units.end()) {
        value /= base;
        ++unit;
    }
    return unit == units.begin() ? fmt::format("{:.0f}{}", value, *unit)
                                 : fmt::format("{:.2f}{}", value, *unit);
}

} // namespace

Table::Table(std::vector<std::string> titles) : m_titles(std::move(titles)) {
    for (std::string& title : m_titles) {
        m_right.push_back(title.starts_with('>'));
        if (m_right.back()) title.erase(0, 1);
    }
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(m_titles.size());
    m_rows.push_back(std::move(cells));
}

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < m_titles.size(); ++c) {
        widths.push_back(width(m_titles[c]));
        for (const auto& row : m_rows) widths[c] = std::max(widths[c], width(row[c]));
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string out;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            const std::string pad(widths[c] - width(cells[c]), ' ');
            out += m_right[c] ? pad + cells[c] : cells[c] + pad;
            if (c + 1 < cells.size()) out += "  ";
        }
        out.erase(out.find_last_not_of(' ') + 1);
        return out + "\n";
    };
    std::string out = line(m_titles);
    for (const auto& row : m_rows) out += line(row);
    return out;
}

std::string bytesText(std::uint64_t bytes) {
    return scaled(static_cast<double>(bytes), 1024, {" B", " KiB", " MiB", " GiB", " TiB"});
}

std::string countText(std::uint64_t number) {
    return scaled(static_cast<double>(number), 1000, {"", " k", " M", " G", " T"});
}

} // namespace bitsmith::cli
