// What the inspector's Salience and Spectrum pages compute of one tensor, off the GUI thread.
#pragma once

#include "core/analysis/salience_map.h"
#include "core/analysis/spectrum.h"
#include "core/calibration/calibrate.h"
#include "core/model/model.h"
#include "core/pipeline/engine.h"

#include <memory>
#include <string>

namespace bitsmith::ui {

struct SalienceRequest {
    std::shared_ptr<const Model> model;
    std::string tensor;
    std::string metric;
    std::string calibration; // StatsCache's key; empty: none
    bool operator==(const SalienceRequest&) const = default;
};

struct SalienceView {
    SalienceRequest request;
    std::shared_ptr<const SalienceMap> map;
    TopShares channels;
    OutlierChannels outliers; // by mean salience
};

// Errors: those of the metric (no statistics, a Gram matrix that does not do) and of reading.
Result<SalienceView> salienceView(const SalienceRequest& request, const Engine& engine,
                                  RunContext& context);

// inputs: of what reaches the layer, instead of the weights.
Result<Spectrum> spectrumView(const SalienceRequest& request, bool inputs, const Engine& engine,
                              RunContext& context);

// Whether a tensor has an input that calibration measures.
bool hasInput(const TensorInfo& tensor);

} // namespace bitsmith::ui
