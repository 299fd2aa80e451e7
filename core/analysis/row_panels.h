// Passes over a matrix's rows in panels of bounded size, in parallel, with sums that do not depend
// on the number of threads: every panel has its own partial result, and these are combined in the
// order of panels. Private to core/analysis.
#pragma once

#include "core/base/parallel.h"
#include "core/base/run_context.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bitsmith {

struct RowPanels {
    std::size_t rows, cols;
    std::size_t panelRows; // of all but the last panel

    static constexpr std::size_t PanelFloats = std::size_t{1} << 16; // 256 KB decoded

    RowPanels(std::size_t r, std::size_t c)
        : rows(r), cols(c),
          panelRows(std::max<std::size_t>(1, PanelFloats / std::max<std::size_t>(1, c))) {}
    std::size_t count() const { return (rows + panelRows - 1) / panelRows; }
};

// visit(partial, firstRow, rowCount, scratch): scratch has room for a panel's floats.
// panelStart, totalStart: what a panel's partial result and the whole begin as.
// Partial results live for one batch of panels only, so memory does not grow with the matrix.
template <class Partial, class Visit>
Partial reducePanels(const RowPanels& panels, RunContext& context, const Partial& panelStart,
                     const Partial& totalStart, const Visit& visit) {
    constexpr std::size_t Batch = 64;
    Partial total = totalStart;
    for (std::size_t begin = 0; begin < panels.count(); begin += Batch) {
        const std::size_t batch = std::min(Batch, panels.count() - begin);
        std::vector<Partial> parts(batch, panelStart);
        parallelFor(batch, 1, [&](std::size_t from, std::size_t to) {
            std::vector<float> scratch(panels.panelRows * panels.cols);
            for (std::size_t i = from; i < to; ++i) {
                context.checkpoint();
                const std::size_t first = (begin + i) * panels.panelRows;
                visit(parts[i], first, std::min(panels.panelRows, panels.rows - first), scratch);
            }
        });
        for (const Partial& part : parts) total.add(part);
    }
    return total;
}

// Equal bins over [min, max]; what lies outside is counted in the outermost.
struct HistogramRange {
    double min = 0, max = 0;
    std::size_t bins = 0; // > 0 to call bin()

    std::size_t bin(double value) const {
        const double width = max - min;
        if (!(width > 0)) return 0;
        const double at = (value - min) / width * static_cast<double>(bins);
        if (!(at > 0)) return 0;
        return std::min(bins - 1, static_cast<std::size_t>(std::min(at, 1e15)));
    }
};

inline void addCounts(std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

} // namespace bitsmith
