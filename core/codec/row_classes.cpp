#include "core/codec/row_classes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bitsmith {
namespace {

enum Form : std::uint8_t { Explicit, Model };
constexpr std::size_t ModelBytes = 4;
// Beyond, an explicit table does not show and fits better.
constexpr std::uint64_t MostModelled = std::uint64_t{1} << 22;

using Counts = std::array<std::uint64_t, 256>;

// Mean square distance of a row's symbols from the centre.
double energy(std::span<const std::uint8_t> symbols, std::uint8_t centre) {
    std::uint64_t sum = 0;
    for (const std::uint8_t s : symbols) {
        const int k = s - centre;
        sum += static_cast<std::uint64_t>(k * k);
    }
    return static_cast<double>(sum) / static_cast<double>(std::max<std::size_t>(1, symbols.size()));
}

double entropyBits(const Counts& counts) {
    double bits = 0, total = 0;
    for (const std::uint64_t c : counts) total += static_cast<double>(c);
    for (const std::uint64_t c : counts)
        if (c > 0) bits += static_cast<double>(c) * std::log2(total / static_cast<double>(c));
    return bits;
}

// Classes of equal width in log2 of the row's spread, empty ones left out.
std::vector<std::uint8_t> classesOfWidth(std::span<const double> energies, double octaves,
                                         std::size_t& count) {
    // A row of zeros is as good as one with a single small code.
    constexpr double Least = 1e-4;
    std::vector<int> bins;
    for (const double e : energies)
        bins.push_back(static_cast<int>(std::floor(0.5 * std::log2(std::max(e, Least)) / octaves)));
    std::vector<int> used = bins;
    std::ranges::sort(used);
    used.erase(std::unique(used.begin(), used.end()), used.end());
    while (used.size() > MostRowClasses) used.erase(used.begin()); // the quietest share one
    count = used.size();
    std::vector<std::uint8_t> classes;
    for (const int bin : bins) {
        const auto at = std::ranges::lower_bound(used, bin);
        classes.push_back(static_cast<std::uint8_t>(at - used.begin()));
    }
    return classes;
}

} // namespace

std::size_t CodedTable::storedBytes() const {
    ByteWriter out;
    writeTable(*this, out);
    return out.size();
}

CodedTable cheapestTable(std::span<const std::uint64_t> counts, std::uint8_t centre) {
    CodedTable table{RansTable::fromWeights(counts), std::nullopt};
    std::uint64_t total = 0;
    for (const std::uint64_t c : counts) total += c;
    if (total > MostModelled) return table;
    const TableModel model = fitModel(counts, centre);
    const RansTable modelled = modelTable(model, centre);
    const double exact = table.table.bits(counts) + 8.0 * static_cast<double>(table.storedBytes());
    const double about = modelled.bits(counts) + 8.0 * static_cast<double>(1 + ModelBytes);
    if (about < exact) table = {modelled, model};
    return table;
}

void writeTable(const CodedTable& table, ByteWriter& out) {
    out.put(static_cast<std::uint8_t>(table.model ? Model : Explicit));
    if (!table.model) return table.table.write(out);
    for (const std::uint8_t byte :
         {table.model->first, table.model->bend, table.model->peak, table.model->reach})
        out.put(byte);
}

Result<RansTable> readTable(std::uint8_t centre, ByteReader& in) {
    BITSMITH_TRY(const auto form, in.take<std::uint8_t>());
    if (form == Explicit) return RansTable::read(in);
    if (form != Model) return fail(ErrorCode::BadInput, "a table of unknown form {}", form);
    BITSMITH_TRY(const auto bytes, in.takeBytes(ModelBytes));
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    return modelTable({at(0), at(1), at(2), at(3)}, centre);
}

RowClasses findRowClasses(std::size_t rows, std::uint8_t centre, bool several,
                          const ReadRow& readRow) {
    Counts all{};
    std::vector<double> energies;
    for (std::size_t r = 0; r < rows; ++r) {
        const auto symbols = readRow(r);
        for (const std::uint8_t s : symbols) ++all[s];
        if (several) energies.push_back(energy(symbols, centre));
    }
    RowClasses best;
    best.tables.push_back(cheapestTable(all, centre));
    best.bits =
        best.tables[0].table.bits(all) + 8.0 * static_cast<double>(best.tables[0].storedBytes());
    if (!several || rows < 2) return best;
    // All widths are counted in one pass.
    constexpr std::array Widths = {1.0, 0.5, 0.25};
    std::array<std::vector<std::uint8_t>, Widths.size()> classes;
    std::array<std::vector<Counts>, Widths.size()> counts;
    for (std::size_t w = 0; w < Widths.size(); ++w) {
        std::size_t count = 0;
        classes[w] = classesOfWidth(energies, Widths[w], count);
        counts[w].assign(count, Counts{});
    }
    for (std::size_t r = 0; r < rows; ++r)
        for (const auto symbols = readRow(r); const std::uint8_t s : symbols)
            for (std::size_t w = 0; w < Widths.size(); ++w) ++counts[w][classes[w][r]][s];
    for (std::size_t w = 0; w < Widths.size(); ++w) {
        if (counts[w].size() < 2) continue;
        double ideal = 0;
        Counts members{};
        for (const Counts& c : counts[w]) ideal += entropyBits(c);
        for (const std::uint8_t c : classes[w]) ++members[c];
        ideal += entropyBits(members);
        if (ideal >= best.bits) continue; // not worth the search for tables
        RowClasses found;
        found.bits = entropyBits(members) + 8.0 * static_cast<double>(counts[w].size());
        for (const Counts& c : counts[w]) {
            found.tables.push_back(cheapestTable(c, centre));
            found.bits += found.tables.back().table.bits(c) +
                          8.0 * static_cast<double>(found.tables.back().storedBytes());
        }
        found.ofRow = std::move(classes[w]);
        if (found.bits < best.bits) best = std::move(found);
    }
    return best;
}

} // namespace bitsmith
