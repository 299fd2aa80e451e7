#include "app/cli/precision_options.h"

#include <CLI/CLI.hpp>

namespace bitsmith::cli {

void PrecisionOptions::declare(CLI::App& app) {
    app.add_option("--activations", activations,
                   "Round the inputs of the blocks' products: FORMAT[:SHARED][:PRODUCTS], as in "
                   "int8:token, bfp6, mxfp8, int8:static:linear; none: full precision. Default: "
                   "what the model was quantized for");
    app.add_option("--kv", cache,
                   "Keep keys and values in few bits: BITS[:groupN][:windowN], as in 4 or "
                   "2:group32:window64");
    app.add_option("--calibration", calibration, "Text that static activations are measured on");
}

Result<ModelPrecision> PrecisionOptions::read() const {
    ModelPrecision out;
    BITSMITH_TRY(out.run, parseRunPrecision(activations, cache));
    out.calibrationText = calibration;
    return out;
}

} // namespace bitsmith::cli
