#include "core/sensitivity/curvature.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::uint64_t Gamma = 0x9E3779B97F4A7C15ULL; // what Rng adds in each step

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

tl::unexpected<Error> notFinite() {
    return fail(ErrorCode::Failed, "curvature: a product with the Hessian is not finite. The "
                                   "model's weights or activations may hold NaN or Inf");
}

} // namespace

RandomSigns::RandomSigns(std::uint64_t seed, std::string_view name, std::uint64_t probe)
    : m_state(Rng(seed + probe * Gamma, name, "signs").next()) {}

std::uint64_t RandomSigns::word(std::uint64_t index) const {
    return Rng(m_state + index * Gamma).next();
}

void RandomSigns::add(std::uint64_t first, float amount, std::span<float> values) const {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint64_t at = first + i;
        if (i == 0 || at % 64 == 0) bits = word(at / 64);
        values[i] += (bits >> (at % 64) & 1) != 0 ? amount : -amount;
    }
}

double RandomSigns::dot(std::uint64_t first, std::span<const float> values) const {
    double sum = 0;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint64_t at = first + i;
        if (i == 0 || at % 64 == 0) bits = word(at / 64);
        sum += (bits >> (at % 64) & 1) != 0 ? values[i] : -values[i];
    }
    return sum;
}

void TraceMean::add(double product) {
    TraceEstimate& e = m_estimate;
    const double before = e.trace, n = static_cast<double>(++e.probes);
    e.trace += (product - before) / n;
    m_squares += (product - before) * (product - e.trace);
    e.standardError = n > 1 ? std::sqrt(m_squares / (n - 1) / n) : 0;
    const bool still = std::abs(e.trace - before) <= m_options.tolerance * std::abs(e.trace);
    m_still = still ? m_still + 1 : 0;
    e.settled = e.probes >= m_options.least && m_still >= 2;
}

Result<TraceEstimate> hutchinsonTrace(std::size_t size, const HessianVector& hessian,
                                      const TraceOptions& options, RunContext& context) {
    TraceMean mean(options);
    std::vector<float> v(size), product(size);
    while (!mean.done()) {
        context.checkpoint();
        const RandomSigns signs(options.seed, "hutchinson", mean.estimate().probes);
        std::ranges::fill(v, 0.0f);
        signs.add(0, 1, v);
        BITSMITH_CHECK(hessian(v, product));
        const double value = dot(v, product);
        if (!std::isfinite(value)) return notFinite();
        mean.add(value);
    }
    return mean.estimate();
}

Result<TopEigenvalue> topEigenvalue(std::size_t size, const HessianVector& hessian,
                                    const PowerOptions& options, RunContext& context) {
    TopEigenvalue top{.vector = std::vector<float>(size)};
    Rng rng(options.seed, "power iteration", "start");
    for (float& v : top.vector) v = static_cast<float>(rng.normal());
    if (options.start.size() == size) std::ranges::copy(options.start, top.vector.begin());
    const auto normalise = [&] {
        const double length = std::sqrt(dot(top.vector, top.vector));
        if (length > 0)
            for (float& v : top.vector) v = static_cast<float>(v / length);
        return length;
    };
    normalise();
    std::vector<float> product(size);
    while (top.iterations < options.iterations && !top.settled) {
        context.checkpoint();
        BITSMITH_CHECK(hessian(top.vector, product));
        const double before = top.value;
        top.value = dot(top.vector, product);
        if (!std::isfinite(top.value)) return notFinite();
        ++top.iterations;
        top.settled = top.iterations > 1 &&
                      std::abs(top.value - before) <= options.tolerance * std::abs(top.value);
        if (top.settled) break; // `vector` is the one that gave the value
        top.vector.swap(product);
        if (normalise() == 0) { // H v = 0: nothing else is to be found from here
            top.settled = true;
            top.value = 0;
        }
    }
    return top;
}

double EigenvalueSpread::sensitivity() const { return std::abs(mean) + deviation; }

EigenvalueSpread spreadOf(std::span<const double> eigenvalues) {
    EigenvalueSpread spread;
    const double n = static_cast<double>(eigenvalues.size());
    if (eigenvalues.empty()) return spread;
    for (const double value : eigenvalues) spread.mean += value / n;
    double squares = 0;
    for (const double value : eigenvalues) squares += (value - spread.mean) * (value - spread.mean);
    if (eigenvalues.size() > 1) spread.deviation = std::sqrt(squares / (n - 1));
    return spread;
}

} // namespace bitsmith
