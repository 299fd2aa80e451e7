// Rows of a matrix whose codes are distributed alike share a table: finds the classes, and the
// tables in their smallest form. With one step for a whole matrix, rows of small weights have small
// codes; a class costs a few bits a row and takes the place of a scale.
#pragma once

#include "core/codec/byte_stream.h"
#include "core/codec/model_table.h"
#include "core/codec/rans_table.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace bitsmith {

inline constexpr std::size_t MostRowClasses = 16;

// A table and, where it has one, the short form that it is stored in.
struct CodedTable {
    RansTable table;
    std::optional<TableModel> model;
    std::size_t storedBytes() const;
};
// The form that needs the fewest bits, its own included. counts: 256 of them, at least one not 0.
CodedTable cheapestTable(std::span<const std::uint64_t> counts, std::uint8_t centre);
void writeTable(const CodedTable& table, ByteWriter& out);
Result<RansTable> readTable(std::uint8_t centre, ByteReader& in);

struct RowClasses {
    std::vector<CodedTable> tables;  // one per class
    std::vector<std::uint8_t> ofRow; // empty where there is one class
    double bits = 0;                 // of codes, tables and classes, about
};

// Symbols of one row: of a buffer that may be reused.
using ReadRow = std::function<std::span<const std::uint8_t>(std::size_t row)>;

// Classes of rows by the spread of their symbols about `centre`: as many as pay for themselves.
// Needs two passes over the rows.
RowClasses findRowClasses(std::size_t rows, std::uint8_t centre, bool several,
                          const ReadRow& readRow);

} // namespace bitsmith
