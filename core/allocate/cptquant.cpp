// Three widths for three clusters of sensitivity scores. The published code maps the clusters in
// the arbitrary order of its k-means; here they are sorted, the highest scores get the largest
// width, and the k-means is exact. Clusters ignore the budget: their boundaries then move along the
// ranking until the bytes fit, both together, and one by one for what is left.
#include "core/allocate/merged_problem.h"
#include "core/base/message.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

struct CptquantParams {
    double high = 8, middle = 4, low = 2;
    void describe(auto&& field) {
        field("high", high, {"Largest width", "Of the most sensitive cluster, in bits", 0.5, 64});
        field("middle", middle, {"Middle width", "Of the middle cluster, in bits", 0.5, 64});
        field("low", low, {"Smallest width", "Of the least sensitive cluster, in bits", 0.5, 64});
    }
};

// Where the second and third cluster begin.
struct Boundaries {
    std::size_t second = 0, third = 0;
};

// Least sum of squares over all ways of cutting sorted values into three runs (empty ones allowed).
Boundaries clusters(const std::vector<double>& sorted) {
    const std::size_t n = sorted.size();
    const double shift = sorted[n / 2]; // keeps the sums of squares small
    std::vector<double> sum(n + 1), squares(n + 1);
    for (std::size_t i = 0; i < n; ++i) {
        const double x = sorted[i] - shift;
        sum[i + 1] = sum[i] + x;
        squares[i + 1] = squares[i] + x * x;
    }
    const auto within = [&](std::size_t a, std::size_t b) {
        if (a >= b) return 0.0;
        const double s = sum[b] - sum[a];
        return squares[b] - squares[a] - s * s / static_cast<double>(b - a);
    };
    Boundaries best;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i <= n; ++i)
        for (std::size_t j = i; j <= n; ++j)
            if (const double cost = within(0, i) + within(i, j) + within(j, n); cost < least) {
                least = cost;
                best = {i, j};
            }
    return best;
}

class ByRank {
public:
    ByRank(const MergedProblem& problem, const CptquantParams& p) : m_problem(problem) {
        m_order.resize(problem.groups.size());
        std::iota(m_order.begin(), m_order.end(), std::size_t{0});
        std::ranges::stable_sort(m_order, std::greater{},
                                 [&](std::size_t g) { return problem.groups[g].score; });
        const double widths[] = {p.high, p.middle, p.low};
        for (std::size_t w = 0; w < 3; ++w) {
            std::uint64_t bytes = 0;
            m_bytes[w].push_back(0);
            for (const std::size_t g : m_order) {
                m_choice[w].push_back(choiceAtMost(problem.groups[g], widths[w]));
                bytes += problem.groups[g].choices[m_choice[w].back()].bytes;
                m_bytes[w].push_back(bytes);
            }
        }
    }

    std::vector<double> scores() const {
        std::vector<double> out;
        for (const std::size_t g : m_order) out.push_back(m_problem.groups[g].score);
        return out;
    }
    std::uint64_t bytes(Boundaries b) const {
        return m_bytes[0][b.second] + (m_bytes[1][b.third] - m_bytes[1][b.second]) +
               (m_bytes[2].back() - m_bytes[2][b.third]);
    }
    bool fits(Boundaries b) const { return bytes(b) <= m_problem.room; }
    // Both boundaries moved along the ranking, no further than its ends.
    Boundaries moved(Boundaries b, std::ptrdiff_t by) const {
        const auto end = static_cast<std::ptrdiff_t>(m_order.size());
        const auto to = [&](std::size_t at) {
            return static_cast<std::size_t>(
                std::clamp(static_cast<std::ptrdiff_t>(at) + by, std::ptrdiff_t{0}, end));
        };
        return {to(b.second), to(b.third)};
    }
    std::vector<std::size_t> chosen(Boundaries b) const {
        std::vector<std::size_t> out(m_order.size());
        for (std::size_t r = 0; r < m_order.size(); ++r)
            out[m_order[r]] = m_choice[r < b.second ? 0 : r < b.third ? 1 : 2][r];
        return out;
    }
    std::size_t size() const { return m_order.size(); }

private:
    const MergedProblem& m_problem;
    std::vector<std::size_t> m_order;     // groups by falling score
    std::vector<std::size_t> m_choice[3]; // of each rank at each width
    std::vector<std::uint64_t> m_bytes[3];
};

class CptquantAllocator final : public Allocator {
public:
    const AllocatorInfo& info() const override {
        static const AllocatorInfo Info{
            .id = "cptquant",
            .title = "CPTQuant",
            .summary = "Three clusters of scores, three widths; boundaries moved to the budget",
            .paper = "Nanda et al. 2024, CPTQuant, arXiv 2412.03599",
            .ranksByScore = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<CptquantParams>>();
    }

protected:
    Result<Selection> select(const MergedProblem& problem, const Params& params) const override {
        const CptquantParams& p = static_cast<const ParamsOf<CptquantParams>&>(params).value;
        if (!(p.high >= p.middle && p.middle >= p.low))
            return fail(ErrorCode::Usage, "cptquant: the widths {}, {}, {} must not rise", p.high,
                        p.middle, p.low);
        const ByRank ranked(problem, p);
        if (!ranked.fits({0, 0}))
            return fail(ErrorCode::Usage,
                        "cptquant: width {} for all needs {} bytes, {} more than there are; choose "
                        "a smaller `low`",
                        p.low, ranked.bytes({0, 0}), ranked.bytes({0, 0}) - problem.room);
        const Boundaries natural = clusters(ranked.scores());
        const auto end = static_cast<std::ptrdiff_t>(ranked.size());
        std::ptrdiff_t by = end;
        while (by > -end && !ranked.fits(ranked.moved(natural, by))) --by;
        Boundaries at = ranked.moved(natural, by);
        while (at.second < at.third && ranked.fits({at.second + 1, at.third})) ++at.second;
        while (at.third < ranked.size() && ranked.fits({at.second, at.third + 1})) ++at.third;
        Selection out{.chosen = ranked.chosen(at)};
        out.notes.push_back(
            "clusters of {}, {} and {} tensors became {}, {} and {} at widths "
            "{}, {} and {}"_message(natural.second, natural.third - natural.second,
                                    ranked.size() - natural.third, at.second, at.third - at.second,
                                    ranked.size() - at.third, p.high, p.middle, p.low));
        return out;
    }
};

} // namespace

const Allocator& allocators_cptquant() {
    static const CptquantAllocator Instance;
    return Instance;
}

} // namespace bitsmith
