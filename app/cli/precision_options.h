// --activations, --kv, --calibration: the numbers that a model is run in.
#pragma once

#include "core/pipeline/measure.h"

#include <string>

namespace CLI {
class App;
}

namespace bitsmith::cli {

struct PrecisionOptions {
    std::string activations, cache, calibration;

    void declare(CLI::App& app); // keeps a pointer to this
    // Errors (Usage): no such scheme.
    Result<ModelPrecision> read() const;
};

} // namespace bitsmith::cli
