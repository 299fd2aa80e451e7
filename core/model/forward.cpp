#include "core/model/forward.h"

#include "core/compute/device_backend.h"
#include "core/model/block_activations.h"
#include "core/model/forward_state.h"
#include "core/model/inventory.h"
#include "core/model/rotary_table.h"

#include <algorithm>
#include <numeric>

namespace bitsmith {

void TokenBatch::append(std::span<const TokenId> sequence) {
    tokens.insert(tokens.end(), sequence.begin(), sequence.end());
    starts.push_back(tokens.size());
}

std::shared_ptr<const RotaryTable> ForwardPass::State::rotaryFor(const Architecture& architecture,
                                                                 std::size_t positions) {
    const RotarySpec& spec = architecture.rotary;
    if (spec.dims == 0) return nullptr;
    const std::lock_guard lock(m_mutex);
    const std::size_t held =
        m_rotary ? m_rotary->cosines.size() / std::max<std::size_t>(1, m_rotary->pairs) : 0;
    if (held < positions)
        m_rotary =
            std::make_shared<RotaryTable>(makeRotaryTable(spec, std::max(positions, 2 * held)));
    return m_rotary;
}

std::shared_ptr<const BlockWeights> ForwardPass::State::keptBlock(std::size_t block) {
    const std::lock_guard lock(m_mutex);
    return block < m_kept.size() ? m_kept[block] : nullptr;
}

bool ForwardPass::State::keepsBlocks() {
    const std::lock_guard lock(m_mutex);
    return !m_kept.empty();
}

void ForwardPass::State::keep(std::vector<std::shared_ptr<const BlockWeights>> blocks) {
    const std::lock_guard lock(m_mutex);
    m_kept = std::move(blocks);
}

ForwardPass::ForwardPass(std::shared_ptr<const Model> model, std::shared_ptr<const Backend> backend)
    : m_model(std::move(model)), m_backend(std::move(backend)), m_state(std::make_shared<State>()) {
}

Result<ForwardPass> ForwardPass::create(std::shared_ptr<const Model> model,
                                        std::shared_ptr<const Backend> backend) {
    if (!model->architecture()) return fail(model->whyNotRunnable());
    ForwardPass pass(std::move(model), std::move(backend));
    const Model& m = pass.model();
    const Architecture& a = pass.architecture();
    State& state = *pass.m_state;
    BITSMITH_TRY(state.embedding, m.matrix(a.embedding));
    if (!a.positions.empty()) {
        BITSMITH_TRY(state.positions, m.matrix(a.positions));
    }
    BITSMITH_TRY(state.projectIn, loadLinear(m, a.projectIn, {}));
    BITSMITH_TRY(state.projectOut, loadLinear(m, a.projectOut, {}));
    BITSMITH_TRY(state.finalNorm, loadNorm(m, a.finalNorm, a.norm));
    if (a.tied())
        state.head.matrix = state.embedding;
    else {
        BITSMITH_TRY(state.head, loadLinear(m, a.head, {}));
    }
    return pass;
}

Status ForwardPass::checkTokens(std::span<const TokenId> tokens) const {
    const std::size_t rows = m_state->embedding->rows();
    for (const TokenId id : tokens)
        if (id < 0 || static_cast<std::size_t>(id) >= rows)
            return fail(ErrorCode::BadInput,
                        "token {} is outside the model's vocabulary of {}. Tokenizer and weights "
                        "belong to different models",
                        id, rows);
    return {};
}

Status ForwardPass::checkLength(std::size_t positions) const {
    const Architecture& a = architecture();
    const std::size_t longest = m_state->positions ? a.maxPositions : a.rotary.longest;
    if (longest > 0 && positions > longest)
        return fail(ErrorCode::BadInput,
                    "a sequence of {} tokens is longer than the {} positions that the model knows. "
                    "Choose a context of at most {}",
                    positions, longest, longest);
    return {};
}

// The rows of the embedding, widened where the model projects them, plus learned positions that
// begin at `past` in every sequence.
Result<Matrix> ForwardPass::embedAt(std::span<const TokenId> tokens,
                                    std::span<const std::size_t> starts, std::size_t past) const {
    const Architecture& a = architecture();
    BITSMITH_CHECK(checkTokens(tokens));
    for (std::size_t s = 0; s + 1 < starts.size(); ++s)
        BITSMITH_CHECK(checkLength(past + starts[s + 1] - starts[s]));
    Matrix hidden(tokens.size(), a.embeddingDim);
    m_backend->embed(*m_state->embedding, tokens, hidden.view());
    if (m_state->projectIn.matrix) {
        Matrix wide(tokens.size(), a.hidden);
        m_backend->linear(hidden.view(), *m_state->projectIn.matrix, m_state->projectIn.bias,
                          wide.view());
        hidden = std::move(wide);
    }
    if (m_state->positions) {
        std::vector<TokenId> rows(tokens.size());
        for (std::size_t s = 0; s + 1 < starts.size(); ++s)
            std::iota(rows.begin() + static_cast<std::ptrdiff_t>(starts[s]),
                      rows.begin() + static_cast<std::ptrdiff_t>(starts[s + 1]),
                      static_cast<TokenId>(past + a.positionOffset));
        Matrix positions(tokens.size(), a.hidden);
        m_backend->embed(*m_state->positions, rows, positions.view());
        m_backend->add(hidden.view(), positions.view());
    }
    return hidden;
}

Result<Matrix> ForwardPass::embed(const TokenBatch& batch) const {
    return embedAt(batch.tokens, batch.starts, 0);
}

Result<std::shared_ptr<const BlockWeights>>
ForwardPass::loadBlock(std::size_t block, const WeightOverrides& overrides) const {
    if (overrides.empty())
        if (auto kept = m_state->keptBlock(block)) return kept;
    const BlockSpec& spec = architecture().blocks.at(block);
    const NormKind norm = architecture().norm;
    auto weights = std::make_shared<BlockWeights>();
    weights->model = m_model;
    weights->spec = &spec;
    weights->index = block;
    BITSMITH_TRY(weights->attentionNorm, loadNorm(*m_model, spec.attentionNorm, norm));
    BITSMITH_TRY(weights->mlpNorm, loadNorm(*m_model, spec.mlpNorm, norm));
    BITSMITH_TRY(weights->qNorm, loadNorm(*m_model, spec.qNorm, NormKind::Rms));
    BITSMITH_TRY(weights->kNorm, loadNorm(*m_model, spec.kNorm, NormKind::Rms));
    const std::pair<LinearWeights*, const LinearSpec*> linears[] = {
        {&weights->q, &spec.q},       {&weights->k, &spec.k},
        {&weights->v, &spec.v},       {&weights->qkv, &spec.qkv},
        {&weights->gate, &spec.gate}, {&weights->attentionOut, &spec.attentionOut},
        {&weights->up, &spec.up},     {&weights->down, &spec.down}};
    for (const auto& [linear, wanted] : linears) {
        BITSMITH_TRY(*linear, loadLinear(*m_model, *wanted, overrides));
    }
    return weights;
}

void ForwardPass::runBlock(const BlockWeights& weights, const TokenBatch& batch, MatrixView hidden,
                           const InputTap& tap) const {
    std::size_t longest = 0;
    for (std::size_t s = 0; s < batch.sequences(); ++s)
        longest = std::max(longest, batch.starts[s + 1] - batch.starts[s]);
    const auto rotary = m_state->rotaryFor(architecture(), longest);
    runBlockOn({.architecture = architecture(),
                .backend = *m_backend,
                .weights = weights,
                .rotary = rotary.get(),
                .starts = batch.starts,
                .tap = &tap,
                .activations = m_activations ? &(*m_activations)[weights.index] : nullptr,
                .kv = m_kv ? &*m_kv : nullptr},
               hidden);
}

Result<Matrix> ForwardPass::logits(ConstMatrixView hiddenRows) const {
    const Architecture& a = architecture();
    Matrix rows;
    ConstMatrixView x = hiddenRows;
    if (a.finalNorm.present()) {
        rows = Matrix(x.rows, a.hidden);
        applyNorm(*m_backend, a, m_state->finalNorm, x, rows.view());
        x = rows.view();
    }
    if (m_state->projectOut.matrix) {
        Matrix narrow(x.rows, a.embeddingDim);
        m_backend->linear(x, *m_state->projectOut.matrix, m_state->projectOut.bias, narrow.view());
        rows = std::move(narrow);
        x = rows.view();
    }
    Matrix out(x.rows, a.vocabulary);
    m_backend->linear(x, *m_state->head.matrix, m_state->head.bias, out.view());
    return out;
}

Result<Matrix> ForwardPass::run(const TokenBatch& batch, RunContext& context) const {
    BITSMITH_TRY(Matrix hidden, embed(batch));
    const auto* device = dynamic_cast<const DeviceBackend*>(m_backend.get());
    std::shared_ptr<const BlockWeights> next;
    for (std::size_t i = 0; i < blockCount(); ++i) {
        context.checkpoint();
        BITSMITH_TRY(const auto weights, next ? Result<decltype(next)>(next) : loadBlock(i));
        next = nullptr;
        if (device && i + 1 < blockCount()) { // copied while this one is computed
            BITSMITH_TRY(next, loadBlock(i + 1));
            prefetch(*device, *next);
        }
        runBlock(*weights, batch, hidden.view());
        if (!m_state->keepsBlocks()) releaseBlock(i);
    }
    return hidden;
}

void prefetch(const DeviceBackend& device, const BlockWeights& block) {
    for (const LinearWeights* w : {&block.q, &block.k, &block.v, &block.qkv, &block.attentionOut,
                                   &block.gate, &block.up, &block.down})
        if (w->matrix) device.prefetch(w->matrix);
}

void ForwardPass::releaseBlock(std::size_t block) const {
    for (const TensorInfo& tensor : m_model->tensors())
        if (tensor.block == static_cast<int>(block)) m_model->release(tensor.name);
}

// Mapped weights cost what the page cache holds of them; copies (transposed weights) cost fp32.
void ForwardPass::keepBlocks(std::uint64_t limitBytes) const {
    if (m_state->keepsBlocks()) return;
    std::uint64_t needed = 0;
    for (const TensorUse& use : tensorsOf(architecture())) {
        const TensorInfo* info = m_model->find(use.info.name);
        if (!info || info->block < 0) continue;
        needed += use.transposed
                      ? static_cast<std::uint64_t>(info->rows) * info->cols * sizeof(float)
                      : info->bytes;
    }
    if (needed > limitBytes) return;
    std::vector<std::shared_ptr<const BlockWeights>> blocks;
    for (std::size_t i = 0; i < blockCount(); ++i) {
        auto block = loadBlock(i);
        if (!block) return; // whoever runs the block next sees the error
        blocks.push_back(std::move(*block));
    }
    m_state->keep(std::move(blocks));
}

} // namespace bitsmith
