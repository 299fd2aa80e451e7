// What a weight stage may see of the world: one matrix. No model, no file, no job.
#pragma once

#include "core/calibration/layer_stats.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <span>
#include <string>

namespace bitsmith {

class Accelerator;

struct LayerTask {
    std::string name;                  // keys the random numbers
    ConstMatrixView weights;           // (rows x cols) = (output x input features)
    const LayerStats* stats = nullptr; // nullptr: data-free
    int bits = 4;
    std::uint64_t seed = 0;
    // (rows x cols) 1 where something beside the codes makes up for any error of a weight: rounders
    // with error feedback have none to pass on there. Empty: nowhere.
    std::span<const std::uint8_t> kept = {};
    // (rows x cols) what the square of a weight's error costs the network's loss, up to a common
    // factor: the diagonal of its Fisher information. Empty: not known.
    ConstMatrixView fisher = {};
    const Accelerator* accelerator = nullptr; // may do the heavy parts; nullptr: none
};

// What happened to one matrix: shown live, stored, never recomputed.
struct LayerReport {
    std::string name;
    std::string recipe;
    int bits = 0;
    double bitsPerWeight = 0; // exact, metadata included
    std::uint64_t bytes = 0;  // exact stored bytes
    double weightError = 0;   // ||W - Wq||_F^2 / ||W||_F^2
    double outputError = -1;  // tr((W-Wq) G (W-Wq)^T) / tr(W G W^T), G: full-precision calibration
                              // Gram; -1: data-free
    double damping = 0;       // fraction of mean(diag G) that was added in the end (GPTQ)
    std::size_t deadColumns = 0; // input features that never were non-zero
    double seconds = 0;
    std::vector<std::string> notes; // fallbacks, retries: sentences for the user
};

} // namespace bitsmith
