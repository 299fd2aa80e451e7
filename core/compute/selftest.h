// Every operation of a backend against the naive oracle, over shapes that catch wrong edges: for
// the tests and for a user's machine (bitsmith doctor).
#pragma once

#include "core/compute/backend.h"

#include <string>
#include <vector>

namespace bitsmith {

enum class SelfTestSize {
    Small, // a fraction of a second
    Full   // a few seconds
};

struct OpCheck {
    std::string op;       // "linear", "attention", ...
    std::string shape;    // "tokens 17, 257 -> 65, bf16, bias"
    double maxError = 0;  // largest |got - expected| / (|expected| + the case's scale)
    double tolerance = 0; // infinite maxError: a NaN or infinity where none belongs, or none where
                          // one does
    bool ok = false;
};

// productTolerance: of the operations that are products of matrices, for backends that compute them
// in fewer bits on purpose.
std::vector<OpCheck> checkBackend(const Backend& backend, SelfTestSize size,
                                  double productTolerance = 1e-5);

} // namespace bitsmith
