#include "core/pipeline/activation_codes.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace bitsmith {
namespace {

using Counts = std::vector<std::uint64_t>;

struct Histograms {
    Counts perToken, perTensor;
};

void countRow(std::span<const float> row, int bits, float perTensor, Histograms& out) {
    const int most = (1 << (bits - 1)) - 1;
    float largest = 0;
    for (const float x : row) largest = std::max(largest, std::abs(x));
    const auto count = [&](Counts& counts, float range) {
        const float scale = range > 0 ? static_cast<float>(most) / range : 0.0F;
        for (const float x : row) {
            const float at = std::clamp(std::nearbyint(x * scale), -static_cast<float>(most) - 1,
                                        static_cast<float>(most));
            ++counts[static_cast<std::size_t>(static_cast<int>(at) + most + 1)];
        }
    };
    count(out.perToken, largest);
    count(out.perTensor, perTensor);
}

class Counter {
public:
    Counter(const std::vector<int>& bits,
            const std::map<std::string, std::vector<ScaledInput>>& inputs)
        : m_bits(bits), m_inputs(inputs) {
        for (const auto& [name, scalings] : inputs)
            m_counts[name].assign(scalings.size() * bits.size(), empty());
    }

    void add(const std::string& input, ConstMatrixView x) {
        const auto at = m_inputs.find(input);
        if (at == m_inputs.end()) return;
        std::vector<Histograms>& sums = m_counts[input];
        parallelFor(x.rows, 64, [&](std::size_t first, std::size_t last) {
            std::vector<Histograms> mine(sums.size(), empty());
            std::vector<float> row(x.cols);
            for (std::size_t s = 0; s < at->second.size(); ++s) {
                const ScaledInput& scaling = at->second[s];
                for (std::size_t r = first; r < last; ++r) {
                    const auto values = x.row(r);
                    for (std::size_t c = 0; c < x.cols; ++c)
                        row[c] =
                            scaling.divisors.empty() ? values[c] : values[c] / scaling.divisors[c];
                    for (std::size_t b = 0; b < m_bits.size(); ++b)
                        countRow(row, m_bits[b], scaling.largest, mine[s * m_bits.size() + b]);
                }
            }
            const std::lock_guard lock(m_mutex); // whole numbers: their order does not matter
            for (std::size_t i = 0; i < sums.size(); ++i) addTo(sums[i], mine[i]);
        });
    }

    std::vector<ActivationCodes> rows() const {
        std::vector<ActivationCodes> out, totals;
        for (const auto& [name, scalings] : m_inputs)
            for (std::size_t i = 0; i < scalings.size() * m_bits.size(); ++i) {
                const Histograms& h = m_counts.at(name)[i];
                ActivationCodes row{.input = name,
                                    .smoothing = scalings[i / m_bits.size()].smoothing,
                                    .bits = m_bits[i % m_bits.size()]};
                for (const std::uint64_t c : h.perToken) row.codes += c;
                row.entropyPerToken = entropyBits(h.perToken);
                row.entropyPerTensor = entropyBits(h.perTensor);
                addTotal(totals, row);
                out.push_back(std::move(row));
            }
        out.insert(out.end(), totals.begin(), totals.end());
        return out;
    }

private:
    static Histograms empty() { return {Counts(256), Counts(256)}; }
    static void addTo(Histograms& to, const Histograms& from) {
        for (std::size_t i = 0; i < to.perToken.size(); ++i) {
            to.perToken[i] += from.perToken[i];
            to.perTensor[i] += from.perTensor[i];
        }
    }
    static void addTotal(std::vector<ActivationCodes>& totals, const ActivationCodes& row) {
        auto at = std::ranges::find_if(totals, [&](const ActivationCodes& t) {
            return t.smoothing == row.smoothing && t.bits == row.bits;
        });
        if (at == totals.end())
            at = totals.insert(totals.end(), {.smoothing = row.smoothing, .bits = row.bits});
        const double before = static_cast<double>(at->codes), more = static_cast<double>(row.codes);
        if (before + more == 0) return;
        at->entropyPerToken =
            (at->entropyPerToken * before + row.entropyPerToken * more) / (before + more);
        at->entropyPerTensor =
            (at->entropyPerTensor * before + row.entropyPerTensor * more) / (before + more);
        at->codes += row.codes;
    }

    const std::vector<int>& m_bits;
    const std::map<std::string, std::vector<ScaledInput>>& m_inputs;
    std::map<std::string, std::vector<Histograms>> m_counts;
    std::mutex m_mutex;
};

} // namespace

Result<std::vector<ActivationCodes>>
activationCodes(const ForwardPass& pass, const CalibrationSamples& samples,
                std::uint64_t mostTokens, const std::vector<int>& bits,
                const std::map<std::string, std::vector<ScaledInput>>& inputs,
                RunContext& context) {
    Counter counter(bits, inputs);
    TokenBatch batch;
    for (const auto& sequence : samples.sequences) {
        if (!batch.tokens.empty() && batch.tokens.size() + sequence.size() > mostTokens) break;
        batch.append(sequence);
    }
    BITSMITH_TRY(Matrix hidden, pass.embed(batch));
    for (std::size_t b = 0; b < pass.blockCount(); ++b) {
        context.checkpoint(static_cast<double>(b) / static_cast<double>(pass.blockCount()));
        BITSMITH_TRY(const auto weights, pass.loadBlock(b));
        pass.runBlock(*weights, batch, hidden.view(),
                      [&](std::string_view input, ConstMatrixView x) {
                          counter.add(blockInputName(b, input), x);
                          return true;
                      });
        pass.releaseBlock(b);
    }
    return counter.rows();
}

} // namespace bitsmith
