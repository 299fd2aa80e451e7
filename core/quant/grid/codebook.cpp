// Levels of any distance, found by k-means of the weights: what SqueezeLLM (Kim et al. 2024, arXiv
// 2306.07629, section 4.1) rounds on, there a codebook for each output channel and weights that the
// loss is sensitive to counting more.
//
// What an error of a weight counts is the diagonal of the Fisher information of the whole model's
// loss, as in the paper, or that of the layer's Gram matrix, the exact second derivative of its
// output error, which needs no gradients.
#include "core/base/message.h"
#include "core/quant/grid/affine_math.h"
#include "core/quant/grid/book_fit.h"
#include "core/quant/grid/k_means.h"
#include "core/quant/layer_task.h"
#include "core/tensor/codebooks.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <atomic>

namespace bitsmith {
namespace {

// ---- Parameters

struct CodebookParams {
    std::string granularity = "channel";
    int groupSize = 128;
    std::string ragged = "whole_row";
    std::string sensitivity = "statistics";
    void describe(auto&& field) {
        field("granularity", granularity,
              {"Granularity",
               "What shares a codebook: a group of input columns, an output channel or the tensor",
               0,
               0,
               {"group", "channel", "tensor"}});
        field("group_size", groupSize,
              {"Group size", "In groups: input columns that share a codebook", 1, 1 << 20});
        field("ragged", ragged,
              {"Ragged rows",
               "A row whose length is no multiple of the group size: one group, or a short last "
               "group",
               0,
               0,
               {"whole_row", "short_last_group"}});
        field(
            "sensitivity", sensitivity,
            {"Sensitivity",
             "What an error of a weight counts: fisher: the square of the loss's gradient, on the "
             "calibration text; statistics: the second moment of its input, where there is "
             "calibration; uniform: the same for all",
             0,
             0,
             {"fisher", "statistics", "uniform"}});
    }
};

Result<MatrixLayout> codebookLayout(std::size_t rows, std::size_t cols, int bits,
                                    const CodebookParams& params) {
    AffineParams affine;
    affine.granularity = params.granularity;
    affine.groupSize = params.groupSize;
    affine.ragged = params.ragged;
    BITSMITH_TRY(MatrixLayout layout, affineLayout(rows, cols, bits, affine));
    layout.grid = "codebook";
    return layout;
}

// ---- Mathematics: k_means.h

class CodebookFit final : public BookFit {
public:
    // fisher: LayerTask's; where it is empty, weighted ones take a column's importance.
    CodebookFit(MatrixLayout layout, bool weighted, ConstMatrixView fisher, bool missed)
        : BookFit(std::move(layout)), m_weighted(weighted), m_missed(missed), m_fisher(fisher),
          m_levels(m_layout.parameters() << m_layout.bits) {}

    bool fixedGroups() const override { return m_fisher.data; }

    void fitGroup(std::size_t g, std::size_t firstRow, ConstMatrixView columns,
                  std::span<const float> importance) override {
        if (!m_weighted) importance = {};
        if (!sharedAcrossRows()) {
            for (std::size_t r = 0; r < columns.rows; ++r)
                set(parameter(firstRow + r, g),
                    kMeans(columns.row(r), weightsOf(firstRow + r, g, columns.cols, importance),
                           size()));
            return;
        }
        std::vector<float> values, weights;
        for (std::size_t r = 0; r < columns.rows; ++r) {
            const auto row = columns.row(r);
            values.insert(values.end(), row.begin(), row.end());
            const auto own = weightsOf(firstRow + r, g, columns.cols, importance);
            weights.insert(weights.end(), own.begin(), own.end());
        }
        set(0, kMeans(values, weights, size()));
    }

    std::vector<std::string> notes() const override {
        std::vector<std::string> out;
        if (m_missed)
            out.push_back(
                "no gradients of this matrix are known, which take a calibration text: its weights "
                "count by their inputs' statistics, or alike without any"_message());
        if (m_clipped == 0) return out;
        out.push_back(
            "{} of {} codebooks have levels beyond what 16 bits can hold; their largest weights "
            "were clipped"_message(m_clipped.load(), m_layout.parameters()));
        return out;
    }

private:
    // What errors of a row's weights in group g count.
    std::span<const float> weightsOf(std::size_t row, std::size_t g, std::size_t width,
                                     std::span<const float> importance) const {
        if (!m_fisher.data) return importance;
        return m_fisher.row(row).subspan(g * m_layout.groupSize, width);
    }
    std::size_t size() const { return std::size_t{1} << m_layout.bits; }
    // Levels as they are stored.
    void set(std::size_t p, const std::vector<double>& centres) {
        constexpr double Largest = 65504;
        const std::span<float> levels = std::span(m_levels).subspan(p * size(), size());
        for (std::size_t k = 0; k < size(); ++k)
            levels[k] = halfToFloat(
                floatToHalf(static_cast<float>(std::clamp(centres[k], -Largest, Largest))));
        if (centres.front() < -Largest || centres.back() > Largest) ++m_clipped;
        m_table.set(p, levels);
    }
    std::vector<std::byte> books() const override {
        return packBooks(m_layout, {.levels = m_levels, .numbers = {}});
    }

    bool m_weighted, m_missed;
    ConstMatrixView m_fisher;
    std::vector<float> m_levels;
    std::atomic<std::size_t> m_clipped = 0;
};

// ---- Adapter

class CodebookGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "codebook",
            .title = "Codebooks",
            .summary = "Levels of any distance, found by k-means of the weights, for each output "
                       "channel, group or tensor",
            .paper = "Kim et al. 2024, SqueezeLLM, arXiv 2306.07629"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<CodebookParams>>();
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits, const Params& params,
                                bool columnGroups) const override {
        BITSMITH_TRY(MatrixLayout layout, codebookLayout(rows, cols, bits, own(params)));
        layout.columnGroups = columnGroups && layout.groupsPerRow > 1;
        return layout;
    }
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        BITSMITH_TRY(MatrixLayout layout, codebookLayout(rows, cols, bits, own(params)));
        return std::make_unique<CodebookFit>(
            std::move(layout), own(params).sensitivity != "uniform", ConstMatrixView(), false);
    }
    Result<std::unique_ptr<GridFit>> beginOn(const LayerTask& task, int bits, const Params& params,
                                             RunContext& context) const override {
        if (!wantsFisher(params)) return Grid::beginOn(task, bits, params, context);
        BITSMITH_TRY(MatrixLayout layout,
                     codebookLayout(task.weights.rows, task.weights.cols, bits, own(params)));
        return std::make_unique<CodebookFit>(std::move(layout), true, task.fisher,
                                             !task.fisher.data);
    }
    bool wantsFisher(const Params& params) const override {
        return own(params).sensitivity == "fisher";
    }
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t g) const override {
        std::vector<float> out(std::size_t{1} << matrix.bits);
        Codebooks(matrix, matrix.books)
            .levels((matrix.parameterRows == 1 ? 0 : row * matrix.groupsPerRow) + g, out);
        return out;
    }

private:
    static const CodebookParams& own(const Params& params) {
        return dynamic_cast<const ParamsOf<CodebookParams>&>(params).value;
    }
};

} // namespace

// ---- Accessor

const Grid& grids_codebook() {
    static const CodebookGrid Instance;
    return Instance;
}

} // namespace bitsmith
