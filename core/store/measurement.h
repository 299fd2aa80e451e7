// Measurements of a model's tensors that take long and are worth keeping: sensitivities, salience.
// Found again by what was measured, with what, on which data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bitsmith {

struct MeasurementKey {
    std::string modelKey; // Model::contentKey
    std::string dataKey;  // of the calibration data; empty: data-free
    std::string metric;   // "sensitivity.kl", "salience.awq"
    std::string setting;  // what else the values depend on, as text: a recipe; may be empty
    auto operator<=>(const MeasurementKey&) const = default;
};

struct Measurement {
    std::string tensor;  // empty: of the whole model
    int bits = 0;        // 0: the value is about no particular width
    double value = 0;    // NaN is kept
    double seconds = 0;  // what it took
    std::string details; // JSON of the metric's own, or empty
};

// One set of measurements, without its rows.
struct MeasurementSet {
    MeasurementKey key;
    std::uint64_t count = 0;
    std::string measured; // when the newest row was written, ISO 8601, UTC
};

} // namespace bitsmith
