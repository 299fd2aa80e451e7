// LCQ (Cai, Li, Li 2024, arXiv 2405.20973): the codebook of each group of columns is a combination
// of a few templates that the whole matrix shares, so that groups can warp their levels and not
// only stretch and shift them, at a few bits for each group. One template is what affine grids and
// NF4 have.
//
// Coefficients are stored in two levels, 8 bits with an F16 factor for 256 groups. The paper learns
// all by gradients of the outputs of whole blocks; here templates and coefficients are fitted in
// closed form, first to the weights, then, with calibration, to the output of the layer.
#include "core/quant/grid/affine_math.h"
#include "core/quant/grid/low_rank_book.h"
#include "core/quant/grid/low_rank_output.h"
#include "core/quant/layer_task.h"

#include <algorithm>

namespace bitsmith {
namespace {

// ---- Parameters

constexpr int MostBits = 5;
constexpr std::size_t FactorBlock = 256; // groups that share a factor

struct LcqParams {
    int groupSize = 128;
    std::string ragged = "whole_row";
    int rank = 2;
    bool doubleQuantization = true;
    int sweeps = 15;
    int outputSweeps = 10;
    void describe(auto&& field) {
        field("group_size", groupSize,
              {"Group size", "Input columns that share a codebook; 0: the whole row", 0, 1 << 20});
        field("ragged", ragged,
              {"Ragged rows",
               "A row whose length is no multiple of the group size: one group, or a short last "
               "group",
               0,
               0,
               {"whole_row", "short_last_group"}});
        field("rank", rank,
              {"Rank", "Templates that the codebooks combine; at most 2^bits - 1", 1, 8});
        field("double_quantization", doubleQuantization,
              {"Double quantization",
               "Coefficients in 8 bits with a factor for 256 groups; otherwise in 16 bits"});
        field("sweeps", sweeps,
              {"Sweeps", "At most so many turns of codes, coefficients and templates", 1, 1000});
        field("output_sweeps", outputSweeps,
              {"Output sweeps",
               "With calibration: further turns that lower the error of the layer's output", 0,
               1000});
    }
};

Result<MatrixLayout> lcqLayout(std::size_t rows, std::size_t cols, int bits,
                               const LcqParams& params) {
    if (bits > MostBits)
        return fail(ErrorCode::Usage, "grid 'lcq' has 2 to {} bits, not {}. Use the grid 'affine'",
                    MostBits, bits);
    AffineParams affine;
    affine.groupSize = params.groupSize;
    affine.ragged = params.ragged;
    BITSMITH_TRY(MatrixLayout layout, affineLayout(rows, cols, bits, affine));
    if (params.rank >= 1 << bits)
        return fail(ErrorCode::Usage,
                    "grid 'lcq': {} templates; {} are enough for any codebook of {} bits",
                    params.rank, (1 << bits) - 1, bits);
    layout.grid = "codebook";
    layout.book.rank = static_cast<std::size_t>(params.rank);
    if (params.doubleQuantization) {
        layout.book.width = 8;
        layout.book.block = FactorBlock;
    }
    return layout;
}

// ---- Mathematics: low_rank_book.h, low_rank_output.h

class LcqFit final : public BookFit {
public:
    LcqFit(MatrixLayout layout, const LcqParams& params)
        : BookFit(std::move(layout)), m_own(params) {}
    void useOutput(const Matrix& gram, RunContext& context) {
        m_gram = &gram;
        m_context = &context;
    }

    bool sharedAcrossRows() const override { return true; } // templates are the whole matrix's
    void fitGroup(std::size_t, std::size_t, ConstMatrixView weights,
                  std::span<const float> importance) override {
        RunContext alone;
        RunContext& context = m_context ? *m_context : alone;
        const double mean = meanOf(importance);
        std::vector<float> scaled; // around 1; columns that were never met still count a little
        if (mean > 0)
            for (const float h : importance)
                scaled.push_back(static_cast<float>(std::max(static_cast<double>(h) / mean, 1e-6)));
        const LowRankProblem problem{m_layout, weights, scaled};
        const auto error = [&](const std::vector<std::byte>& books) {
            if (m_gram) return outputErrorOf(problem, books, *m_gram, context);
            std::vector<std::uint8_t> codes;
            return assignNearest(problem, unpackLowRank(m_layout, books), codes, context);
        };
        std::vector<std::uint8_t> codes;
        LowRankBook uniform = uniformStart(problem, context);
        assignNearest(problem, uniform, codes, context);
        m_books = storeByWeights(problem, uniform, codes, context);
        const double first = error(m_books);
        double least = first;
        const auto consider = [&](LowRankBook book) {
            alternate(problem, book, codes, m_own.sweeps, context);
            std::vector<std::byte> stored =
                storeByWeights(problem, std::move(book), codes, context);
            const double now = error(stored);
            if (now >= least) return;
            least = now;
            m_books = std::move(stored);
        };
        consider(std::move(uniform));
        if (auto clustered = clusteredStart(problem, context)) consider(*std::move(clustered));
        if (m_gram)
            m_books =
                fitToOutput(problem, std::move(m_books), *m_gram, m_own.outputSweeps, context);
        const Codebooks found(m_layout, m_books);
        std::vector<float> levels(std::size_t{1} << m_layout.bits);
        for (std::size_t p = 0; p < m_layout.parameters(); ++p) {
            found.levels(p, levels);
            m_table.set(p, levels);
        }
    }

private:
    static double meanOf(std::span<const float> values) {
        double sum = 0;
        for (const float v : values) sum += static_cast<double>(v);
        return values.empty() ? 0 : sum / static_cast<double>(values.size());
    }
    std::vector<std::byte> books() const override { return m_books; }

    LcqParams m_own;
    const Matrix* m_gram = nullptr;
    RunContext* m_context = nullptr;
    std::vector<std::byte> m_books;
};

// ---- Adapter

class LcqGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "lcq",
            .title = "Low-rank codebooks",
            .summary = "Each group's levels combine a few templates of the whole matrix",
            .paper = "Cai et al. 2024, LCQ, arXiv 2405.20973"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<LcqParams>>();
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits, const Params& params,
                                bool) const override {
        return lcqLayout(rows, cols, bits, own(params));
    }
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        BITSMITH_TRY(MatrixLayout layout, lcqLayout(rows, cols, bits, own(params)));
        return std::make_unique<LcqFit>(std::move(layout), own(params));
    }
    Result<std::unique_ptr<GridFit>> beginOn(const LayerTask& task, int bits, const Params& params,
                                             RunContext& context) const override {
        BITSMITH_TRY(MatrixLayout layout,
                     lcqLayout(task.weights.rows, task.weights.cols, bits, own(params)));
        auto fit = std::make_unique<LcqFit>(std::move(layout), own(params));
        if (task.stats && !task.stats->gram.empty()) fit->useOutput(task.stats->gram, context);
        return fit;
    }
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t g) const override {
        return findGrid("codebook")->levels(matrix, row, g);
    }

private:
    static const LcqParams& own(const Params& params) {
        return dynamic_cast<const ParamsOf<LcqParams>&>(params).value;
    }
};

} // namespace

// ---- Accessor

const Grid& grids_lcq() {
    static const LcqGrid Instance;
    return Instance;
}

} // namespace bitsmith
