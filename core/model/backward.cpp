#include "core/model/backward.h"

#include "core/model/block_backward.h"
#include "core/model/head_backward.h"
#include "core/model/rotary_table.h"
#include "core/model/weight_gradient.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <optional>
#include <set>

namespace bitsmith {
namespace {

// Sequences without their last tokens, which predict nothing: every row has a target.
struct Batch {
    TokenBatch tokens;
    std::vector<TokenId> targets;
};

std::vector<Batch> makeBatches(const TokenBatch& sequences, std::size_t batchTokens) {
    std::vector<Batch> batches;
    for (std::size_t s = 0; s < sequences.sequences(); ++s) {
        const std::size_t start = sequences.starts[s], length = sequences.starts[s + 1] - start;
        if (length < 2) continue;
        const auto sequence = std::span(sequences.tokens).subspan(start, length);
        if (batches.empty() || batches.back().targets.size() + length - 1 > batchTokens)
            batches.emplace_back();
        Batch& batch = batches.back();
        batch.tokens.append(sequence.first(length - 1));
        batch.targets.insert(batch.targets.end(), sequence.begin() + 1, sequence.end());
    }
    return batches;
}

std::array<const LinearSpec*, 8> linearsOf(const BlockSpec& spec) { // in order of delivery
    return {&spec.down, &spec.gate, &spec.up, &spec.attentionOut,
            &spec.q,    &spec.k,    &spec.v,  &spec.qkv};
}

enum class Goal { Gradients, Loss, HiddenStates };

// One call of GradientPass.
class Reverse {
public:
    Reverse(const ForwardPass& pass, const HeadWeights& head, const GradientRequest& request,
            RunContext& context)
        : m_pass(pass), m_a(pass.architecture()), m_head(head), m_request(request),
          m_context(context) {}

    Status prepare(const TokenBatch& sequences, Goal goal);
    Result<GradientSummary> run(const GradientSink& sink);
    Result<std::vector<Matrix>> hiddenStates(std::size_t block);

private:
    Status findWanted(Goal goal);
    Status runGroup(std::size_t first, std::size_t end, const GradientSink& sink);
    Result<Matrix> forwardTo(std::size_t batch, std::size_t end, std::vector<Matrix>* inputs);
    Status reverseBlock(const TokenBatch& tokens, std::size_t block, Matrix input,
                        MatrixView gradient);
    Result<std::shared_ptr<const BlockWeights>> load(std::size_t block);
    std::uint64_t gradientBytes(std::size_t block) const;
    bool wanted(const LinearSpec& linear) const {
        return linear.present() && (m_all || m_wanted.contains(linear.weight));
    }
    std::size_t blocks() const { return m_a.blocks.size(); }
    std::size_t entry() const { return m_request.from ? m_request.from->block : 0; }
    void step() {
        ++m_done;
        m_context.checkpoint(static_cast<double>(m_done) /
                             static_cast<double>(std::max(m_steps, m_done)));
    }

    const ForwardPass& m_pass;
    const Architecture& m_a;
    HeadWeights m_head; // with its override
    const GradientRequest& m_request;
    RunContext& m_context;

    std::vector<Batch> m_batches;
    std::optional<RotaryTable> m_rotary;
    bool m_all = false;
    std::set<std::string, std::less<>> m_wanted;
    std::size_t m_lowest = 0; // the lowest block with a wanted matrix; blocks(): none
    GradientSummary m_summary;
    std::size_t m_done = 0, m_steps = 0;

    std::vector<float> m_scratch;
    std::optional<WeightGradient> m_headSum;
    std::deque<WeightGradient> m_sums; // of the present group, in order of delivery
    std::vector<Matrix> m_boundary;    // per batch: the gradient at the present group's output
    std::size_t m_loadedBlock = 0;
    std::shared_ptr<const BlockWeights> m_loaded;
};

Status Reverse::prepare(const TokenBatch& sequences, Goal goal) {
    m_batches = makeBatches(sequences, m_request.batchTokens);
    std::size_t longest = 0;
    for (const Batch& batch : m_batches) {
        m_summary.sequences += batch.tokens.sequences();
        m_summary.tokens += batch.targets.size();
        for (std::size_t s = 0; s < batch.tokens.sequences(); ++s)
            longest = std::max(longest, batch.tokens.starts[s + 1] - batch.tokens.starts[s]);
        for (const TokenId id : batch.targets)
            if (id < 0 || static_cast<std::size_t>(id) >= m_a.vocabulary)
                return fail(ErrorCode::BadInput,
                            "token {} is outside the model's vocabulary of {}. Tokenizer and "
                            "weights belong to different models",
                            id, m_a.vocabulary);
    }
    if (m_batches.empty())
        return fail(ErrorCode::Usage, "gradients: no sequence has two tokens, so nothing is "
                                      "predicted. Choose a longer text");
    if (m_a.rotary.dims > 0) m_rotary = makeRotaryTable(m_a.rotary, longest);
    if (const auto it = m_request.overrides.find(m_a.head.weight);
        !m_a.tied() && it != m_request.overrides.end()) {
        BITSMITH_TRY(m_head.head, loadLinear(m_pass.model(), m_a.head, m_request.overrides));
    }
    BITSMITH_CHECK(findWanted(goal));
    if (!m_request.from) return {};
    bool same = m_request.from->batches.size() == m_batches.size();
    for (std::size_t b = 0; same && b < m_batches.size(); ++b)
        same = m_request.from->batches[b].rows() == m_batches[b].targets.size();
    if (!same || m_request.from->block > m_lowest)
        return fail(ErrorCode::Failed,
                    "gradients: the hidden states at block {} belong to other sequences, or lie "
                    "above block {}",
                    m_request.from->block, m_lowest);
    return {};
}

Status Reverse::findWanted(Goal goal) {
    m_lowest = blocks();
    if (goal != Goal::Gradients) return {};
    m_all = m_request.tensors.empty();
    m_wanted.insert(m_request.tensors.begin(), m_request.tensors.end());
    std::set<std::string_view> known;
    for (std::size_t b = blocks(); b-- > 0;)
        for (const LinearSpec* linear : linearsOf(m_a.blocks[b]))
            if (wanted(*linear)) {
                m_lowest = b;
                known.insert(linear->weight);
            }
    for (const std::string& name : m_wanted)
        if (!known.contains(name))
            return fail(ErrorCode::Usage, "gradients: '{}' is no weight matrix inside a block",
                        name);
    if (!m_request.head) return {};
    if (m_a.tied())
        return fail(ErrorCode::Usage,
                    "gradients: the output head is the embedding '{}', whose own gradient is not "
                    "computed. Ask for the blocks only",
                    m_a.embedding);
    m_headSum.emplace(m_a.head, m_request.squares, m_scratch);
    return {};
}

std::uint64_t Reverse::gradientBytes(std::size_t block) const {
    std::uint64_t floats = 0;
    for (const LinearSpec* linear : linearsOf(m_a.blocks[block]))
        if (wanted(*linear)) floats += std::uint64_t{linear->out} * linear->in;
    return floats * sizeof(float) * (m_request.squares ? 2 : 1);
}

Result<GradientSummary> Reverse::run(const GradientSink& sink) {
    std::vector<std::pair<std::size_t, std::size_t>> groups; // [first, end), from the last
    for (std::size_t end = blocks();;) {
        std::size_t first = end;
        std::uint64_t bytes = 0;
        while (first > m_lowest) {
            bytes += gradientBytes(first - 1);
            if (first < end && bytes > m_request.gradientBytes) break;
            --first;
        }
        groups.emplace_back(first, end);
        m_steps += m_batches.size() * (end - entry() + (end - first) + 1);
        if (first == m_lowest) break;
        end = first;
    }
    m_boundary.resize(m_batches.size());
    for (const auto& [first, end] : groups) BITSMITH_CHECK(runGroup(first, end, sink));
    m_summary.loss /= static_cast<double>(m_summary.tokens);
    return m_summary;
}

Status Reverse::runGroup(std::size_t first, std::size_t end, const GradientSink& sink) {
    const bool top = end == blocks();
    m_sums.clear();
    for (std::size_t b = end; b-- > first;)
        for (const LinearSpec* linear : linearsOf(m_a.blocks[b]))
            if (wanted(*linear)) m_sums.emplace_back(*linear, m_request.squares, m_scratch);
    const bool lossOnly = first == end && !m_headSum;
    for (std::size_t b = 0; b < m_batches.size(); ++b) {
        const Batch& batch = m_batches[b];
        std::vector<Matrix> inputs(end - first);
        BITSMITH_TRY(Matrix gradient, forwardTo(b, end, &inputs));
        if (top)
            m_summary.loss += headBackward({.architecture = m_a,
                                            .backend = m_pass.backend(),
                                            .weights = m_head,
                                            .starts = batch.tokens.starts,
                                            .targets = batch.targets,
                                            .tokens = m_summary.tokens,
                                            .perSequence = m_request.squares,
                                            .gradient = m_headSum ? &*m_headSum : nullptr,
                                            .context = m_context},
                                           gradient.view(), lossOnly);
        else
            gradient = std::move(m_boundary[b]);
        step();
        for (std::size_t i = end; i-- > first;)
            BITSMITH_CHECK(
                reverseBlock(batch.tokens, i, std::move(inputs[i - first]), gradient.view()));
        if (first > m_lowest) m_boundary[b] = std::move(gradient);
    }
    if (top && !std::isfinite(m_summary.loss))
        return fail(ErrorCode::Failed, "gradients: the loss is not a finite number. The model's "
                                       "weights may hold NaN or Inf");
    const auto deliver = [&](const WeightGradient& sum) {
        return sink({sum.name(), sum.gradient(), sum.squares()});
    };
    if (m_headSum) {
        BITSMITH_CHECK(deliver(*m_headSum));
        m_headSum.reset();
    }
    for (; !m_sums.empty(); m_sums.pop_front()) BITSMITH_CHECK(deliver(m_sums.front()));
    return {};
}

// Hidden states after block end - 1, or before it where its output's gradient is known already. The
// inputs of the last inputs->size() blocks are kept.
Result<Matrix> Reverse::forwardTo(std::size_t batch, std::size_t end, std::vector<Matrix>* inputs) {
    const TokenBatch& tokens = m_batches[batch].tokens;
    Matrix hidden;
    if (m_request.from) {
        hidden = m_request.from->batches[batch];
    } else {
        BITSMITH_TRY(hidden, m_pass.embed(tokens));
    }
    for (std::size_t i = entry(); i < end; ++i) {
        if (inputs && i + inputs->size() >= end) (*inputs)[i + inputs->size() - end] = hidden;
        if (inputs && i + 1 == end && end < blocks()) break;
        BITSMITH_TRY(const auto weights, load(i));
        m_pass.runBlock(*weights, tokens, hidden.view());
        step();
    }
    return hidden;
}

Status Reverse::reverseBlock(const TokenBatch& tokens, std::size_t block, Matrix input,
                             MatrixView gradient) {
    BITSMITH_TRY(const auto weights, load(block));
    const RotaryTable* rotary = m_rotary ? &*m_rotary : nullptr;
    BlockTape tape;
    {
        Matrix output = input;
        runBlockOn({.architecture = m_a,
                    .backend = m_pass.backend(),
                    .weights = *weights,
                    .rotary = rotary,
                    .starts = tokens.starts,
                    .tape = &tape},
                   output.view());
    }
    // The lowest block ends where its last wanted matrix was met: nothing below asks for more.
    std::size_t left = 0;
    for (const LinearSpec* linear : linearsOf(m_a.blocks[block])) left += wanted(*linear);
    const GradientTap tap = [&](const LinearSpec& linear, ConstMatrixView dy, ConstMatrixView x) {
        if (wanted(linear)) {
            std::ranges::find(m_sums, linear.weight, &WeightGradient::name)
                ->add(dy, x, tokens.starts, m_summary.tokens);
            --left;
        }
        return block > m_lowest || left > 0;
    };
    backwardBlock({.architecture = m_a,
                   .weights = *weights,
                   .tape = tape,
                   .input = input.view(),
                   .rotary = rotary,
                   .starts = tokens.starts,
                   .tap = tap},
                  gradient);
    step();
    return {};
}

Result<std::shared_ptr<const BlockWeights>> Reverse::load(std::size_t block) {
    if (m_loaded && m_loadedBlock == block) return m_loaded;
    WeightOverrides relevant; // without any, a kept block serves
    for (const LinearSpec* linear : linearsOf(m_a.blocks[block]))
        if (const auto it = m_request.overrides.find(linear->weight);
            it != m_request.overrides.end())
            relevant.insert(*it);
    m_loaded.reset(); // not two at once
    BITSMITH_TRY(m_loaded, m_pass.loadBlock(block, relevant));
    m_loadedBlock = block;
    return m_loaded;
}

Result<std::vector<Matrix>> Reverse::hiddenStates(std::size_t block) {
    std::vector<Matrix> states;
    m_steps = m_batches.size() * block;
    for (std::size_t b = 0; b < m_batches.size(); ++b) {
        BITSMITH_TRY(Matrix hidden, forwardTo(b, block, nullptr));
        states.push_back(std::move(hidden));
    }
    return states;
}

} // namespace

Result<GradientPass> GradientPass::create(ForwardPass forward) {
    const Model& model = forward.model();
    const Architecture& a = forward.architecture();
    auto head = std::make_shared<HeadWeights>();
    BITSMITH_TRY(head->norm, loadNorm(model, a.finalNorm, a.norm));
    BITSMITH_TRY(head->projectOut, loadLinear(model, a.projectOut, {}));
    if (a.tied()) {
        BITSMITH_TRY(head->head.matrix, model.matrix(a.embedding));
    } else {
        BITSMITH_TRY(head->head, loadLinear(model, a.head, {}));
    }
    GradientPass pass(std::move(forward));
    pass.m_head = std::move(head);
    return pass;
}

Result<GradientSummary> GradientPass::run(const TokenBatch& sequences,
                                          const GradientRequest& request, const GradientSink& sink,
                                          RunContext& context) const {
    Reverse reverse(m_forward, *m_head, request, context);
    BITSMITH_CHECK(reverse.prepare(sequences, Goal::Gradients));
    return reverse.run(sink);
}

Result<GradientSummary> GradientPass::loss(const TokenBatch& sequences,
                                           const WeightOverrides& overrides, RunContext& context,
                                           std::size_t batchTokens) const {
    GradientRequest request;
    request.overrides = overrides;
    request.batchTokens = batchTokens;
    Reverse reverse(m_forward, *m_head, request, context);
    BITSMITH_CHECK(reverse.prepare(sequences, Goal::Loss));
    return reverse.run({});
}

Result<HiddenStates> GradientPass::hiddenStates(const TokenBatch& sequences, std::size_t block,
                                                RunContext& context,
                                                std::size_t batchTokens) const {
    GradientRequest request;
    request.batchTokens = batchTokens;
    Reverse reverse(m_forward, *m_head, request, context);
    BITSMITH_CHECK(reverse.prepare(sequences, Goal::HiddenStates));
    BITSMITH_TRY(std::vector<Matrix> states, reverse.hiddenStates(block));
    return HiddenStates{block, std::move(states)};
}

} // namespace bitsmith
