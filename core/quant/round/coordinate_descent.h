// Cyclic coordinate descent on the layer's output error, on a panel of rows whose grid is settled
// (Behdin et al. 2023, QuantEase, arXiv 2309.01885, section 3).
//
//   f(V) = tr((W - V) G (W - V)^T),   V: the rounded weights
//
// With all other weights fixed, f is a parabola of v_rj with its vertex at
// v_rj + ((W - V) G)_rj / G_jj, so that the nearest level to the vertex is the best one: no step
// raises f. Nothing is inverted or damped. Rows do not depend on each other.
#pragma once

#include "core/base/run_context.h"
#include "core/quant/grid.h"
#include "core/quant/round/gptq_panel.h"

#include <span>
#include <string>
#include <vector>

namespace bitsmith {

struct DescentArgs {
    ConstMatrixView weights;                // of the panel, at most GptqPanelRows rows
    const Matrix& gram;                     // (cols x cols)
    const GridFit& fit;                     // with all groups fitted
    std::size_t firstRow = 0;               // of the panel
    std::span<const std::uint32_t> groupOf; // of each column
    std::size_t blockSize = 128;            // columns that one matrix product serves; only speed
    int sweeps = 30;
    double tolerance = 1e-4; // ends where a sweep lowers f by less, relative
    // (rows of the panel x cols) 1 where W - V counts as 0 and no code moves; empty: nowhere.
    std::span<const std::uint8_t> kept = {};
};

// Improves codes and values. Returns f before the first sweep and after each that was made; never
// rises.
std::vector<double> descend(const DescentArgs& args, RoundedPanel& panel,
                            const RunContext& context);

// What rounders that improve a result step by step publish (RunContext::publish) about a matrix:
// its output error on the statistics that they saw, as LayerReport's, before the first step and
// after each. Never rises.
struct ErrorDescent {
    std::string name; // of the matrix
    std::vector<double> outputErrors;
};

// The sums over panels: panels that ended earlier keep their last value.
class DescentSum {
public:
    explicit DescentSum(std::size_t panels) : m_panels(panels), m_whole(panels) {}
    // f of one panel, and its f(0). Threads may set different panels at once.
    void set(std::size_t panel, std::vector<double> descent, double whole) {
        m_panels[panel] = std::move(descent);
        m_whole[panel] = whole;
    }
    std::vector<double> relative() const;

private:
    std::vector<std::vector<double>> m_panels;
    std::vector<double> m_whole;
};

} // namespace bitsmith
