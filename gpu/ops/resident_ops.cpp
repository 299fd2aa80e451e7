#include "gpu/ops/resident_ops.h"

#include "gpu/ops/kernels.h"

#include <algorithm>

namespace bitsmith::gpu {
namespace {

int blasInt(std::size_t size) {
    constexpr std::size_t Most = (std::size_t{1} << 31) - 1;
    if (size > Most) throw DeviceError("a matrix is too large for cuBLAS");
    return static_cast<int>(size);
}

// A factor of a product, in the chosen precision.
struct Factor {
    const void* data = nullptr;
    std::size_t stride = 0; // elements
    DeviceBuffer memory;    // of a converted copy
};

constexpr std::size_t PanelFloats = std::size_t{1} << 26;   // weights that are decoded at a time
constexpr std::size_t ScoreFloats = std::size_t{1} << 24;   // of attention, at a time
constexpr std::size_t LeastQueries = 16, MostQueries = 512; // of a chunk

} // namespace

cublasComputeType_t ResidentOps::computeType() const {
    return m_device.options().precision == Precision::Tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32
                                                           : CUBLAS_COMPUTE_32F;
}

cudaDataType ResidentOps::factorType() const {
    switch (m_device.options().precision) {
    case Precision::Bf16:
        return CUDA_R_16BF;
    case Precision::Fp16:
        return CUDA_R_16F;
    default:
        return CUDA_R_32F;
    }
}

void ResidentOps::linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                         MatrixView y) const {
    assert(x.cols == w.cols() && y.rows == x.rows && y.cols == w.rows());
    if (x.rows == 0 || w.rows() == 0) return;
    const Device::Use use(m_device);
    const DeviceBuffer biasThere = m_device.uploaded(bias);
    const auto* const biasData = biasThere.as<const float>();
    const auto held = m_weights.get(w);
    if (x.rows <= FewTokens)
        multiplyFew(m_device.compute(), x, held->view, biasData, y);
    else
        linearByProducts(x, held->view, biasData, y);
}

// y^T = w x^T in cuBLAS's column-major terms, a panel of rows of w at a time where they have to be
// decoded or converted.
void ResidentOps::linearByProducts(ConstMatrixView x, const WeightsOnDevice& w, const float* bias,
                                   MatrixView y) const {
    using Kind = WeightsOnDevice::Kind;
    const cudaStream_t stream = m_device.compute();
    const cudaDataType type = factorType();
    const std::size_t cols = w.cols;
    const auto narrowed = [&](ConstMatrixView from) {
        Factor out;
        if (type == CUDA_R_32F) {
            out.data = from.data;
            out.stride = from.stride;
            return out;
        }
        out.memory = m_device.allocateFor<std::uint16_t>(from.rows * from.cols);
        (type == CUDA_R_16F ? toHalf : toBfloat)(stream, from, out.memory.as<std::uint16_t>());
        out.data = out.memory.as<const void>();
        out.stride = from.cols;
        return out;
    };
    const bool asStored = (w.kind == Kind::Floats && type == CUDA_R_32F) ||
                          (w.kind == Kind::Halves && type == CUDA_R_16F) ||
                          (w.kind == Kind::Bfloats && type == CUDA_R_16BF);
    const std::size_t panelRows =
        asStored ? w.rows
                 : std::clamp<std::size_t>(PanelFloats / std::max<std::size_t>(cols, 1), 1, w.rows);
    const Factor xFactor = narrowed(x);
    DeviceBuffer panel;
    if (!asStored && w.kind != Kind::Floats) panel = m_device.allocateFor<float>(panelRows * cols);
    if (bias) fillRows(stream, bias, y);
    for (std::size_t row = 0; row < w.rows; row += panelRows) {
        const std::size_t rows = std::min(panelRows, w.rows - row);
        Factor factor;
        if (asStored) {
            factor.data = w.values;
            factor.stride = cols;
        } else if (w.kind == Kind::Floats) {
            factor = narrowed({static_cast<const float*>(w.values) + row * cols, rows, cols});
        } else {
            decodeRows(stream, w, row, rows, panel.as<float>());
            factor = narrowed({panel.as<const float>(), rows, cols});
        }
        const float one = 1, beta = bias ? 1 : 0;
        check(cublasGemmEx(m_device.blas(), CUBLAS_OP_T, CUBLAS_OP_N, blasInt(rows),
                           blasInt(x.rows), blasInt(cols), &one, factor.data, type,
                           blasInt(factor.stride), xFactor.data, type, blasInt(xFactor.stride),
                           &beta, y.data + row, CUDA_R_32F, blasInt(y.stride), computeType(),
                           CUBLAS_GEMM_DEFAULT),
              "a product");
    }
}

void ResidentOps::embed(const WeightMatrix& table, std::span<const std::int32_t> ids,
                        MatrixView out) const {
    assert(out.rows == ids.size() && out.cols == table.cols());
    if (ids.empty()) return;
    const Device::Use use(m_device);
    const DeviceBuffer idsThere = m_device.uploaded(ids);
    const auto held = m_weights.get(table);
    gatherRows(m_device.compute(), held->view, idsThere.as<const std::int32_t>(), out);
}

void ResidentOps::rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps,
                          MatrixView y) const {
    const Device::Use use(m_device);
    const DeviceBuffer there = m_device.uploaded(weight);
    gpu::rmsNorm(m_device.compute(), x, there.as<const float>(), eps, y);
}

void ResidentOps::layerNorm(ConstMatrixView x, std::span<const float> weight,
                            std::span<const float> bias, float eps, MatrixView y) const {
    const Device::Use use(m_device);
    const DeviceBuffer weightThere = m_device.uploaded(weight), biasThere = m_device.uploaded(bias);
    gpu::layerNorm(m_device.compute(), x, weightThere.as<const float>(),
                   biasThere.as<const float>(), eps, y);
}

void ResidentOps::rotary(MatrixView x, std::size_t headDim, const RotaryTable& table,
                         std::size_t first) const {
    assert(headDim > 0 && x.cols % headDim == 0 && 2 * table.pairs <= headDim);
    if (x.rows == 0 || table.pairs == 0) return;
    const Device::Use use(m_device);
    const std::size_t from = first * table.pairs, count = x.rows * table.pairs;
    const DeviceBuffer cosines = m_device.uploaded(std::span(table.cosines).subspan(from, count));
    const DeviceBuffer sines = m_device.uploaded(std::span(table.sines).subspan(from, count));
    gpu::rotary(m_device.compute(), x, headDim, table.pairs, cosines.as<const float>(),
                sines.as<const float>());
}

// Scores of some queries with all keys that they may see, softmax with the mask, and the product
// with the values. Queries go in chunks, so that memory does not grow with the square of the
// context and keys beyond a chunk's last query are not touched.
void ResidentOps::attention(const AttentionArgs& args) const {
    const std::size_t tokens = args.query.rows;
    assert(args.kvHeads > 0 && args.heads % args.kvHeads == 0);
    assert(args.keys.rows == args.past + tokens && args.values.rows == args.past + tokens);
    if (tokens == 0 || args.headDim == 0) return;
    const Device::Use use(m_device);
    const std::size_t perQuery = args.heads * args.keys.rows;
    const std::size_t most =
        std::min(tokens, std::clamp(ScoreFloats / std::max<std::size_t>(perQuery, 1), LeastQueries,
                                    MostQueries));
    const DeviceBuffer scores = m_device.allocateFor<float>(most * perQuery);
    for (std::size_t first = 0; first < tokens; first += most)
        attendChunk(args, first, std::min(most, tokens - first), scores.as<float>());
}

void ResidentOps::attendChunk(const AttentionArgs& args, std::size_t first, std::size_t count,
                              float* scores) const {
    const std::size_t dim = args.headDim, group = args.heads / args.kvHeads;
    const std::size_t end = args.past + first + count; // keys [begin, end) are seen by some query
    const std::size_t begin = args.window && args.past + first + 1 > args.window
                                  ? args.past + first + 1 - args.window
                                  : 0;
    const std::size_t keys = end - begin;
    const float zero = 0, one = 1;
    const auto headScores = static_cast<long long>(count * keys);
    // The query heads of one kv head are a batch that shares its keys and values.
    for (std::size_t kv = 0; kv < args.kvHeads; ++kv) {
        const float* k = args.keys.data + begin * args.keys.stride + kv * dim;
        const float* q = args.query.data + first * args.query.stride + kv * group * dim;
        check(cublasGemmStridedBatchedEx(
                  m_device.blas(), CUBLAS_OP_T, CUBLAS_OP_N, blasInt(keys), blasInt(count),
                  blasInt(dim), &args.scale, k, CUDA_R_32F, blasInt(args.keys.stride), 0, q,
                  CUDA_R_32F, blasInt(args.query.stride), static_cast<long long>(dim), &zero,
                  scores + kv * group * count * keys, CUDA_R_32F, blasInt(keys), headScores,
                  blasInt(group), computeType(), CUBLAS_GEMM_DEFAULT),
              "attention scores");
    }
    maskedSoftmax(m_device.compute(), {.scores = scores,
                                       .heads = args.heads,
                                       .queries = count,
                                       .keys = keys,
                                       .seen = static_cast<std::ptrdiff_t>(args.past + first + 1) -
                                               static_cast<std::ptrdiff_t>(begin),
                                       .window = args.window});
    for (std::size_t kv = 0; kv < args.kvHeads; ++kv) {
        const float* v = args.values.data + begin * args.values.stride + kv * dim;
        float* out = args.out.data + first * args.out.stride + kv * group * dim;
        check(cublasGemmStridedBatchedEx(
                  m_device.blas(), CUBLAS_OP_N, CUBLAS_OP_N, blasInt(dim), blasInt(count),
                  blasInt(keys), &one, v, CUDA_R_32F, blasInt(args.values.stride), 0,
                  scores + kv * group * count * keys, CUDA_R_32F, blasInt(keys), headScores, &zero,
                  out, CUDA_R_32F, blasInt(args.out.stride), static_cast<long long>(dim),
                  blasInt(group), computeType(), CUBLAS_GEMM_DEFAULT),
              "attention values");
    }
}

void ResidentOps::activate(Activation kind, MatrixView x) const {
    const Device::Use use(m_device);
    gpu::activate(m_device.compute(), kind, x);
}

void ResidentOps::gate(Activation kind, MatrixView gate, ConstMatrixView up) const {
    assert(gate.rows == up.rows && gate.cols == up.cols);
    const Device::Use use(m_device);
    gpu::gate(m_device.compute(), kind, gate, up);
}

void ResidentOps::add(MatrixView x, ConstMatrixView y) const {
    assert(x.rows == y.rows && x.cols == y.cols);
    const Device::Use use(m_device);
    gpu::add(m_device.compute(), x, y);
}

// Row-major x^T x is column-major x x^T of the transposed view; its lower triangle there is the
// upper one here. 10-bit factors need the general product: ssyrk has no such mode.
void ResidentOps::gram(ConstMatrixView x, MatrixView gram) const {
    assert(gram.rows == x.cols && gram.cols == x.cols);
    if (x.rows == 0 || x.cols == 0) return;
    const Device::Use use(m_device);
    const float one = 1;
    const int n = blasInt(x.cols), k = blasInt(x.rows);
    if (m_device.options().precision == Precision::Fp32)
        check(cublasSsyrk(m_device.blas(), CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_N, n, k, &one, x.data,
                          blasInt(x.stride), &one, gram.data, blasInt(gram.stride)),
              "a Gram matrix");
    else
        check(cublasGemmEx(m_device.blas(), CUBLAS_OP_N, CUBLAS_OP_T, n, n, k, &one, x.data,
                           CUDA_R_32F, blasInt(x.stride), x.data, CUDA_R_32F, blasInt(x.stride),
                           &one, gram.data, CUDA_R_32F, blasInt(gram.stride),
                           CUBLAS_COMPUTE_32F_FAST_TF32, CUBLAS_GEMM_DEFAULT),
              "a Gram matrix");
    mirrorUpper(m_device.compute(), gram);
}

void ResidentOps::channelStats(ConstMatrixView x, std::span<double> sumAbs,
                               std::span<float> maxAbs) const {
    assert(sumAbs.size() == x.cols && maxAbs.size() == x.cols);
    if (x.rows == 0 || x.cols == 0) return;
    const Device::Use use(m_device);
    const DeviceBuffer sums = m_device.uploaded(std::span<const double>(sumAbs));
    const DeviceBuffer tops = m_device.uploaded(std::span<const float>(maxAbs));
    const std::size_t scratch = channelStatsScratch(x);
    const DeviceBuffer partSums = m_device.allocateFor<double>(scratch);
    const DeviceBuffer partTops = m_device.allocateFor<float>(scratch);
    gpu::channelStats(m_device.compute(), x, sums.as<double>(), tops.as<float>(),
                      partSums.as<double>(), partTops.as<float>());
    m_device.download(sums, sumAbs);
    m_device.download(tops, maxAbs);
}

void ResidentOps::logSoftmax(MatrixView x) const {
    const Device::Use use(m_device);
    gpu::logSoftmax(m_device.compute(), x);
}

} // namespace bitsmith::gpu
