#include "core/quant/grid/k_means.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <limits>
#include <utility>

namespace bitsmith {
namespace {

constexpr int LloydSweeps = 50;

struct Point {
    double value, weight;
};

std::vector<Point> sortedPoints(std::span<const float> values, std::span<const float> weights) {
    std::vector<Point> points(values.size());
    double total = 0;
    for (const float w : weights) total += w;
    for (std::size_t i = 0; i < values.size(); ++i)
        points[i] = {values[i], total > 0 ? weights[i] : 1.0};
    std::ranges::sort(points, [](const Point& a, const Point& b) {
        return a.value != b.value ? a.value < b.value : a.weight < b.weight;
    });
    return points;
}

// Neighbours gathered into cells of their mean.
std::vector<Point> gathered(std::span<const Point> points, std::size_t cells) {
    std::vector<Point> out;
    for (std::size_t c = 0; c < cells; ++c) {
        const std::size_t first = c * points.size() / cells, last = (c + 1) * points.size() / cells;
        double sum = 0, weight = 0, plain = 0;
        for (std::size_t i = first; i < last; ++i) {
            sum += points[i].weight * points[i].value;
            weight += points[i].weight;
            plain += points[i].value;
        }
        out.push_back(
            {weight > 0 ? sum / weight : plain / static_cast<double>(last - first), weight});
    }
    return out;
}

// Sums over sorted points [0, i).
class Prefix {
public:
    explicit Prefix(std::span<const Point> points) : m_sums(points.size() + 1) {
        double weight = 0, sum = 0;
        for (const Point& p : points) {
            weight += p.weight;
            sum += p.weight * p.value;
        }
        m_origin = weight > 0 ? sum / weight : 0; // keeps the squares small
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double x = points[i].value - m_origin, w = points[i].weight;
            m_sums[i + 1] = {m_sums[i].w + w, m_sums[i].x + w * x, m_sums[i].xx + w * x * x};
        }
    }
    // Of the points [first, last) around their mean.
    double cost(std::size_t first, std::size_t last) const {
        const double w = m_sums[last].w - m_sums[first].w;
        if (!(w > 0)) return 0;
        const double x = m_sums[last].x - m_sums[first].x;
        return std::max(0.0, m_sums[last].xx - m_sums[first].xx - x * x / w);
    }
    // fallback: where nothing there has weight.
    double mean(std::size_t first, std::size_t last, double fallback) const {
        const double w = m_sums[last].w - m_sums[first].w;
        return w > 0 ? m_origin + (m_sums[last].x - m_sums[first].x) / w : fallback;
    }

private:
    struct Sums {
        double w = 0, x = 0, xx = 0;
    };
    std::vector<Sums> m_sums;
    double m_origin = 0;
};

// Starts of the k best intervals, ascending; the first is 0.
class Intervals {
public:
    Intervals(const Prefix& prefix, std::size_t n, std::size_t k)
        : m_prefix(prefix), m_n(n), m_starts(k * (n + 1)), m_before(n + 1), m_now(n + 1) {
        for (std::size_t j = 0; j <= n; ++j) m_before[j] = prefix.cost(0, j);
        for (std::size_t c = 1; c < k; ++c) {
            m_layer = &m_starts[c * (n + 1)];
            fill(0, n, 0, n);
            std::swap(m_before, m_now);
        }
        m_found.assign(k, 0);
        for (std::size_t c = k, last = n; c-- > 0;) {
            m_found[c] = c == 0 ? 0 : m_starts[c * (n + 1) + last];
            last = m_found[c];
        }
    }
    const std::vector<std::size_t>& starts() const { return m_found; }

private:
    // Best costs of the first j points, first <= j <= last; the last interval starts within
    // [least, most].
    void fill(std::size_t first, std::size_t last, std::size_t least, std::size_t most) {
        const std::size_t j = first + (last - first) / 2;
        double best = std::numeric_limits<double>::infinity();
        std::size_t at = least;
        for (std::size_t i = least; i <= std::min(j, most); ++i) {
            const double cost = m_before[i] + m_prefix.cost(i, j);
            if (cost >= best) continue;
            best = cost;
            at = i;
        }
        m_now[j] = best;
        m_layer[j] = static_cast<std::uint32_t>(at);
        if (j > first) fill(first, j - 1, least, at);
        if (j < last) fill(j + 1, last, at, most);
    }

    const Prefix& m_prefix;
    std::size_t m_n;
    std::vector<std::uint32_t> m_starts;
    std::vector<double> m_before, m_now;
    std::uint32_t* m_layer = nullptr;
    std::vector<std::size_t> m_found;
};

std::vector<double> exactCentres(std::span<const Point> points, std::size_t k) {
    const Prefix prefix(points);
    const std::size_t n = points.size(), used = std::min(k, n);
    const Intervals intervals(prefix, n, used);
    std::vector<double> centres;
    for (std::size_t c = 0; c < used; ++c) {
        const std::size_t first = intervals.starts()[c];
        const std::size_t last = c + 1 < used ? intervals.starts()[c + 1] : n;
        if (first < last) centres.push_back(prefix.mean(first, last, points[first].value));
    }
    std::ranges::sort(centres);
    return centres;
}

void sweep(std::span<const Point> points, std::vector<double>& centres) {
    const Prefix prefix(points);
    std::vector<std::size_t> before;
    for (int s = 0; s < LloydSweeps; ++s) {
        std::vector<std::size_t> starts{0};
        for (std::size_t c = 1; c < centres.size(); ++c) {
            const double bound = (centres[c - 1] + centres[c]) / 2;
            const auto at = std::ranges::upper_bound(points, bound, {}, &Point::value);
            starts.push_back(static_cast<std::size_t>(at - points.begin()));
        }
        starts.push_back(points.size());
        if (starts == before) return;
        for (std::size_t c = 0; c < centres.size(); ++c)
            if (starts[c] < starts[c + 1])
                centres[c] = prefix.mean(starts[c], starts[c + 1], centres[c]);
        before = std::move(starts);
    }
}

} // namespace

std::vector<double> kMeans(std::span<const float> values, std::span<const float> weights,
                           std::size_t k) {
    assert(k > 0 && !values.empty() && (weights.empty() || weights.size() == values.size()));
    const std::vector<Point> points = sortedPoints(values, weights);
    std::vector<double> centres;
    if (points.size() <= MostExactValues) {
        centres = exactCentres(points, k);
    } else {
        centres = exactCentres(gathered(points, MostExactValues), k);
        sweep(points, centres);
    }
    centres.resize(k, centres.back());
    return centres;
}

} // namespace bitsmith
