// The Hessian of a loss without the Hessian: its trace and its top eigenvalue from products with
// vectors. Knows no models: products are a function, so that the estimates can be tested on
// matrices whose answers are known.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace bitsmith {

// hv = H v, H symmetric; both of the same length.
using HessianVector = std::function<Status(std::span<const float> v, std::span<float> hv)>;

// ---- Random signs

// +1 or -1 for each index, by itself: the vector of a probe need not be stored.
class RandomSigns {
public:
    RandomSigns(std::uint64_t seed, std::string_view name, std::uint64_t probe);
    float operator()(std::uint64_t index) const {
        return (word(index / 64) >> (index % 64) & 1) != 0 ? 1.0f : -1.0f;
    }
    // values[i] += amount * sign(first + i)
    void add(std::uint64_t first, float amount, std::span<float> values) const;
    // sum_i values[i] sign(first + i)
    double dot(std::uint64_t first, std::span<const float> values) const;

private:
    std::uint64_t word(std::uint64_t index) const;
    std::uint64_t m_state;
};

// ---- Trace

struct TraceOptions {
    std::size_t probes = 100; // at most
    std::size_t least = 10;   // a mean of fewer may stand still by chance
    double tolerance = 1e-3; // stops when the mean's relative change stays below it, twice in a row
    std::uint64_t seed = 0;
};

struct TraceEstimate {
    double trace = 0;
    double standardError = 0; // of the mean over probes
    std::size_t probes = 0;
    bool settled = false; // stopped by the tolerance
};

// The mean of v^T H v over random signs v, probe by probe (Hutchinson 1990).
class TraceMean {
public:
    explicit TraceMean(const TraceOptions& options) : m_options(options) {}
    void add(double product);
    bool done() const { return m_estimate.settled || m_estimate.probes >= m_options.probes; }
    const TraceEstimate& estimate() const { return m_estimate; }

private:
    TraceOptions m_options;
    TraceEstimate m_estimate;
    double m_squares = 0; // sum of squared distances from the mean (Welford 1962)
    int m_still = 0;
};

// Errors: those of H; products that are not finite.
Result<TraceEstimate> hutchinsonTrace(std::size_t size, const HessianVector& hessian,
                                      const TraceOptions& options, RunContext& context);

// ---- Top eigenvalue

struct PowerOptions {
    std::size_t iterations = 100; // at most
    double tolerance = 1e-2;      // relative change of the eigenvalue (Q-BERT; PyHessian: 1e-3)
    std::uint64_t seed = 0;
    std::span<const float> start; // instead of a random vector; empty: none
};

struct TopEigenvalue {
    double value = 0;          // the largest in magnitude, with its sign
    std::vector<float> vector; // of length 1
    std::size_t iterations = 0;
    bool settled = false;
};

// Power iteration, the eigenvalue as v^T H v. Two eigenvalues of opposite sign and
// equal magnitude do not settle. Errors: those of H; products that are not finite.
Result<TopEigenvalue> topEigenvalue(std::size_t size, const HessianVector& hessian,
                                    const PowerOptions& options, RunContext& context);

// Eigenvalues of the same matrix on subsets of the data.
struct EigenvalueSpread {
    double mean = 0, deviation = 0; // deviation: of a sample, n - 1; 0 for one value
    // Q-BERT (arXiv 1909.05840): curvature that varies from text to text needs bits, too.
    double sensitivity() const;
};
EigenvalueSpread spreadOf(std::span<const double> eigenvalues);

} // namespace bitsmith
