// How much each single weight matters, by the measures of the literature. A metric first reduces
// what is known of a layer's inputs to one factor per input channel; the salience of a weight is
// then factor[j] * |w| or factor[j] * w^2, so that a map of a hundred million weights is one
// streaming pass.
//
// One file per metric, registered by one word in this folder's CMakeLists.txt.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/calibration/layer_stats.h"

#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

enum class SalienceNeeds {
    Nothing,    // the weights alone
    MeanAbs,    // LayerStats::meanAbs
    SumSquares, // LayerStats::sumSquares: an imatrix is enough
    Gram,       // LayerStats::gram
};

struct SalienceInfo {
    std::string_view id, title, formula; // "awq", "AWQ", "|w| · mean |x|"
    std::string_view summary, paper;
    SalienceNeeds needs = SalienceNeeds::Nothing;
};

struct SalienceOptions {
    // Added to the Gram matrix, as a fraction of its mean diagonal, as GPTQ does; doubled where
    // the factorisation fails. 0: none, and no second try.
    double damping = 0.01;
};

// What a metric makes of a layer's statistics.
struct ColumnFactors {
    const SalienceInfo* metric = nullptr;
    int exponent = 1;               // of |w|: 1 or 2
    std::vector<float> factor;      // (cols), finite, >= 0; 0 for channels that were always 0
    double damping = 0;             // that was used; 0 where there is no Gram matrix to damp
    std::vector<std::string> notes; // what to know before trusting the numbers; sentences

    float value(float w, std::size_t column) const {
        return exponent == 2 ? factor[column] * w * w : factor[column] * std::abs(w);
    }
};

class Salience {
public:
    virtual ~Salience() = default;
    virtual const SalienceInfo& info() const = 0;
    // stats: of the layer's input; may be null where the metric needs nothing. cols: columns of
    // the matrix. Errors: Usage, no statistics, or not those that the metric needs; BadInput,
    // statistics of another width; Failed, NaN or infinity in them, or a Gram matrix that cannot
    // be factorised (says how many tokens there are and are needed). Throws Cancelled.
    virtual Result<ColumnFactors> prepare(const LayerStats* stats, std::size_t cols,
                                          const SalienceOptions& options,
                                          const RunContext& context) const = 0;
};

std::span<const Salience* const> allSaliences();
const Salience* findSalience(std::string_view id); // nullptr: unknown
// Errors (Usage): unknown; names those that exist.
Result<const Salience*> salienceNamed(std::string_view id);

// ---- For the metrics of this folder

// Errors of prepare() that concern what the statistics hold, all but the factorisation.
Status checkStats(const SalienceInfo& metric, const LayerStats* stats, std::size_t cols);
// What to say of channels whose input was always 0: their factor is 0.
void noteDeadChannels(ColumnFactors& factors);

} // namespace bitsmith
