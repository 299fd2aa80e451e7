#include "core/model/head_backward.h"

#include "core/compute/gradients.h"
#include "core/model/block_backward.h"

#include <algorithm>

namespace bitsmith {
namespace {

// Vocabulary-wide rows in flight at once: bounded, whatever the vocabulary.
constexpr std::uint64_t LogitBytes = std::uint64_t{64} << 20;

} // namespace

double headBackward(const HeadBackward& run, MatrixView hidden, bool lossOnly) {
    const Architecture& a = run.architecture;
    const LinearWeights& head = run.weights.head;
    const LinearWeights& project = run.weights.projectOut;
    Matrix normed, narrow;
    ConstMatrixView x = hidden;
    if (a.finalNorm.present()) {
        normed = Matrix(hidden.rows, a.hidden);
        applyNorm(run.backend, a, run.weights.norm, x, normed.view());
        x = normed.view();
    }
    if (project.matrix) {
        narrow = Matrix(hidden.rows, a.embeddingDim);
        run.backend.linear(x, *project.matrix, project.bias, narrow.view());
        x = narrow.view();
    }

    const std::size_t most = std::clamp<std::size_t>(LogitBytes / (a.vocabulary * 4), 1, 1024);
    Matrix gradient(lossOnly ? 0 : hidden.rows, x.cols); // at the head's input
    std::vector<double> losses(hidden.rows);
    std::size_t sequence = 0;
    for (std::size_t first = 0; first < hidden.rows;) {
        run.context.checkpoint();
        while (run.starts[sequence + 1] <= first) ++sequence;
        std::size_t count = std::min(most, hidden.rows - first);
        // Squares of the head's own gradient need chunks of one sequence.
        if (run.gradient && run.perSequence)
            count = std::min(count, run.starts[sequence + 1] - first);
        std::vector<float> scales(count);
        for (std::size_t i = 0, s = sequence; i < count; ++i) {
            while (run.starts[s + 1] <= first + i) ++s;
            const std::size_t of = run.perSequence ? run.starts[s + 1] - run.starts[s] : run.tokens;
            scales[i] = static_cast<float>(1.0 / static_cast<double>(of));
        }
        const ConstMatrixView rows = x.rowRange(first, count);
        Matrix logits(count, a.vocabulary);
        run.backend.linear(rows, *head.matrix, head.bias, logits.view());
        gradients::crossEntropy(logits.view(), run.targets.subspan(first, count), scales,
                                std::span(losses).subspan(first, count));
        if (!lossOnly)
            gradients::linearInput(logits.view(), *head.matrix,
                                   gradient.view().rowRange(first, count));
        if (!lossOnly && run.gradient) {
            run.gradient->addPart(logits.view(), rows, first == run.starts[sequence]);
            if (run.perSequence && first + count == run.starts[sequence + 1])
                run.gradient->endSequence(count + first - run.starts[sequence], run.tokens);
        }
        first += count;
    }
    double sum = 0;
    for (const double loss : losses) sum += loss;
    if (lossOnly) return sum;

    if (project.matrix) {
        Matrix wide(hidden.rows, a.hidden);
        gradients::linearInput(gradient.view(), *project.matrix, wide.view());
        gradient = std::move(wide);
    }
    if (a.finalNorm.present())
        backwardNorm(a, run.weights.norm, hidden, gradient.view(), gradient.view());
    for (std::size_t t = 0; t < hidden.rows; ++t)
        std::ranges::copy(gradient.view().row(t), hidden.row(t).begin());
    return sum;
}

} // namespace bitsmith
