// How well each metric predicts the measured divergence on this model: no metric is the truth, and
// which one is worth its price differs from model to model.
#pragma once

#include "core/pipeline/sensitivity.h"

#include <span>
#include <string>
#include <vector>

namespace bitsmith {

struct AgreementPoint {
    std::string tensor;
    int bits = 0;
    double loss = 0; // in the metric's own unit
    double kl = 0;   // measured, nats
};

struct MetricAgreement {
    std::string metric, title;
    SensitivityKind kind = SensitivityKind::Loss;
    // Spearman's rho with the measured divergence: over all tensors and widths (which every metric
    // that knows the width wins easily), and over the tensors at each width (what allocation
    // needs).
    double overall = 0;
    std::vector<double> byWidth; // of the report's widths; NaN: fewer than three tensors
    double meanByWidth = 0;      // of those that are numbers
    double seconds = 0;          // that the metric took to measure
    std::vector<AgreementPoint> points;
};

struct SensitivityReport {
    std::string recipe, dataKey;
    std::vector<int> widths;
    double klSeconds = 0;                 // what the truth cost
    std::vector<MetricAgreement> metrics; // best mean over the widths first
};

// truth: a table of "kl". Tables of other metrics; tensors and widths that both have are compared.
SensitivityReport compareSensitivities(const SensitivityTable& truth,
                                       std::span<const SensitivityTable> others);

// Measures (or finds) the divergence and every metric of `metrics`; empty: all of them. A metric
// that cannot be had here is left out with a warning. options.metric is not looked at. Publishes as
// measureSensitivity, and each table when it is done.
Result<SensitivityReport> sensitivityReport(const std::shared_ptr<const Model>& model,
                                            const SensitivityOptions& options,
                                            const std::vector<std::string>& metrics,
                                            const Engine& engine, RunContext& context);

} // namespace bitsmith
