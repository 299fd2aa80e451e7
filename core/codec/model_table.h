// Tables that a few bytes describe: bell-shaped distributions of integers about a centre, between
// the geometric and the Gaussian. For matrices so small that an explicit table would show.
// Integer arithmetic only: every machine makes the same table.
#pragma once

#include "core/codec/rans_table.h"

#include <cstdint>
#include <span>

namespace bitsmith {

// Weights about the centre: w(0) = 1, w(1) = p, w(k + 1) = w(k) * p * q^k, with p = 2^(-first / 32)
// and q = 2^(-bend / 256). bend 0: geometric; first = 16 * bend / 256: near a Gaussian.
// peak: factor of w(0), 2^((peak - 128) / 32). reach: symbols further out are escaped.
struct TableModel {
    std::uint8_t first = 0, bend = 0, peak = 128, reach = 0;
    bool operator==(const TableModel&) const = default;
};

// centre + reach and centre - reach are clipped to 0..255.
RansTable modelTable(const TableModel& model, std::uint8_t centre);
// The model with the fewest bits for these counts (256 of them), a search from their moments.
TableModel fitModel(std::span<const std::uint64_t> counts, std::uint8_t centre);

} // namespace bitsmith
