// The rate falls by about one bit when the step doubles, so that the search runs over log2(step):
// a first Newton step with that slope, then secants within the bracket.
#include "core/quant/rate_search.h"

#include "core/base/message.h"
#include "core/codec/coded_matrix.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace bitsmith {
namespace {

constexpr std::size_t SampleWeights = std::size_t{1} << 19; // enough for a sharp entropy
constexpr double Above = 1e-9, Below = 0.002;               // accepted, relative to the target
// How far the step may go from a Gaussian's: at most one and a half bits are given up for tables
// and steps, more would leave nothing of a tiny matrix.
constexpr double Coarser = 1.5, Finer = -16;

struct Tried {
    double position = 0; // log2(step)
    double excess = 0;   // bits per weight - rate
};

// Where to try next: between the largest step that was too fine and the next one beyond it, so that
// the search also ends where classes of rows make the size jump a little back and forth.
double nextPosition(const std::vector<Tried>& tried, double aim) {
    const Tried *low = nullptr, *high = nullptr, *first = &tried.front();
    for (const Tried& t : tried) {
        if (t.position < first->position) first = &t;
        if (t.excess > aim && (!low || t.position > low->position)) low = &t;
    }
    if (!low) return first->position + std::clamp(1.2 * (first->excess - aim), -2.0, -1e-3);
    for (const Tried& t : tried)
        if (t.position > low->position && (!high || t.position < high->position)) high = &t;
    if (!high) return low->position + std::clamp(1.2 * (low->excess - aim), 1e-3, 2.0);
    const double share = (low->excess - aim) / std::max(low->excess - high->excess, 1e-12);
    // Away from the ends, so that a flat side does not stall it.
    return low->position + (high->position - low->position) * std::clamp(share, 0.05, 0.95);
}

class Search {
public:
    Search(const LayerTask& task, const Recipe& recipe, int bits, double rate,
           const PreparedRound& prepared, RunContext& context)
        : m_task(task), m_grid(*findGrid(recipe.stage("grid")->id)),
          m_params(recipe.stage("grid")->params->clone()), m_bits(bits), m_rate(rate),
          m_prepared(prepared), m_context(context) {}

    Result<QuantizedMatrix> run() {
        double position = nominal();
        const ConstMatrixView all = m_task.weights;
        if (all.rows * all.cols > 2 * SampleWeights && all.rows > 16) {
            const Matrix sample = sampledRows();
            BITSMITH_TRY(position, search(sample.view(), position, 12, 0.001));
            m_tried.clear();
        }
        BITSMITH_TRY(position, search(all, position,
                                      all.rows * all.cols > 2 * SampleWeights ? 4 : 16, Below));
        if (m_excess > 0.01 * m_rate)
            m_notes.push_back(
                "too small for {:.3g} bits per weight: tables and steps are counted, too; it takes "
                "{:.3g}"_message(m_rate, m_rate + m_excess));
        return *std::move(m_best);
    }
    std::vector<std::string> takeNotes() { return std::move(m_notes); }

private:
    Matrix sampledRows() const {
        const ConstMatrixView all = m_task.weights;
        const std::size_t count = std::clamp<std::size_t>(SampleWeights / all.cols, 16, all.rows);
        Matrix out(count, all.cols);
        for (std::size_t r = 0; r < count; ++r) {
            const auto row = all.row(r * all.rows / count);
            std::copy(row.begin(), row.end(), &out(r, 0));
        }
        return out;
    }

    Result<double> search(ConstMatrixView weights, double position, int most, double below) {
        const double count = static_cast<double>(weights.rows) * static_cast<double>(weights.cols);
        const double target = m_rate * count / 8;
        m_best.reset();
        m_tried.clear();
        double nearest = 0, found = position;
        for (int i = 0; i < most; ++i) {
            m_context.checkpoint();
            if (i > 0) {
                const double next = nextPosition(m_tried, -0.5 * below * m_rate);
                position = std::clamp(next, nominal() + Finer, nominal() + Coarser);
            }
            BITSMITH_TRY(QuantizedMatrix matrix, roundWith(weights, std::exp2(position)));
            const auto bytes = static_cast<double>(codedMatrixBytes(matrix));
            m_tried.push_back({position, 8 * bytes / count - m_rate});
            // Above its rate only where nothing near below was found.
            const double miss = bytes > target * (1 + Above) ? 0.01 * target + 4 * (bytes - target)
                                                             : target - bytes;
            if (!m_best || miss < nearest) {
                nearest = miss;
                found = position;
                m_excess = m_tried.back().excess;
                m_best = std::move(matrix);
            }
            if (nearest <= below * target || (i > 0 && stuck())) break;
        }
        return found;
    }

    double nominal() const { return 2.047 - m_rate; } // h(Gaussian) = 0.5 log2(2 pi e)

    // The bracket is too narrow to hold another step.
    bool stuck() const {
        const double last = m_tried.back().position;
        return std::ranges::any_of(m_tried.begin(), m_tried.end() - 1, [&](const Tried& t) {
            return std::abs(t.position - last) < 1e-5;
        });
    }

    Result<QuantizedMatrix> roundWith(ConstMatrixView weights, double step) {
        BITSMITH_CHECK(m_params->set("step", step));
        BITSMITH_TRY(auto fit, m_grid.begin(weights.rows, weights.cols, m_bits, *m_params));
        auto out = m_prepared.round(weights, *fit, m_context);
        m_notes = fit->notes();
        return out;
    }

    const LayerTask& m_task;
    const Grid& m_grid;
    std::unique_ptr<Params> m_params;
    int m_bits;
    double m_rate;
    const PreparedRound& m_prepared;
    RunContext& m_context;
    std::vector<Tried> m_tried;
    double m_excess = 0; // of the best
    std::optional<QuantizedMatrix> m_best;
    std::vector<std::string> m_notes;
};

} // namespace

double wantedRate(const Recipe& recipe, int bits) {
    const StageChoice& choice = *recipe.stage("grid");
    const Grid& grid = *findGrid(choice.id);
    return grid.givenStep(*choice.params) > 0 ? 0 : grid.rate(bits, *choice.params);
}

Result<QuantizedMatrix> roundAtRate(const LayerTask& task, const Recipe& recipe, int bits,
                                    double rate, LayerReport& report, RunContext& context) {
    const StageChoice& choice = *recipe.stage("round");
    BITSMITH_TRY(const auto prepared,
                 findRounder(choice.id)->prepare(task, *choice.params, report, context));
    Search search(task, recipe, bits, rate, *prepared, context);
    auto out = search.run();
    for (std::string& note : search.takeNotes()) report.notes.push_back(std::move(note));
    return out;
}

} // namespace bitsmith
