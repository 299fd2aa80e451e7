// How close the work comes to what the machine can do: reading memory, and OpenBLAS with its own
// threads on the same number of floating point operations.
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/compute/backend.h"
#include "core/model/block_weights.h"
#include "core/model/rotary_table.h"
#include "core/pipeline/benchmark_tools.h"
#include "core/quant/recipe.h"
#include "core/quant/round/nearest.h"
#include "core/quant/stored_rows.h"
#include "core/tensor/convert.h"

#include <cblas.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <numeric>

extern "C" void openblas_set_num_threads(int);

namespace bitsmith::bench {

Matrix randomMatrix(std::size_t rows, std::size_t cols, float scale) {
    Matrix out(rows, cols);
    parallelFor(rows, 64, [&](std::size_t first, std::size_t last) {
        Rng rng(first, "values", "benchmark");
        for (float& value : std::span(out.data() + first * cols, (last - first) * cols)) {
            // Bell-shaped and cheap: a sum of four uniforms.
            const std::uint64_t bits = rng.next();
            float sum = -2;
            for (int i = 0; i < 64; i += 16)
                sum += static_cast<float>(bits >> i & 0xFFFF) / 65536.0F;
            value = scale * sum;
        }
    });
    return out;
}

namespace {

using Row = BenchmarkRow;

constexpr std::size_t Side = 4096;

// Reads every byte once, on all threads: nobody reads faster.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    void operator()() const {
        constexpr std::size_t Piece = std::size_t{1} << 18, Words = 16;
        parallelFor(m_bytes.size() / Piece, 1, [&](std::size_t piece, std::size_t) {
            std::uint64_t sums[Words] = {};
            const std::byte* from = m_bytes.data() + piece * Piece;
            for (std::size_t i = 0; i < Piece; i += sizeof sums) {
                std::uint64_t words[Words];
                std::memcpy(words, from + i, sizeof words);
                for (std::size_t w = 0; w < Words; ++w) sums[w] += words[w];
            }
            volatile std::uint64_t kept = std::accumulate(sums, sums + Words, std::uint64_t{0});
            (void)kept;
        });
    }

private:
    std::span<const std::byte> m_bytes;
};

// OpenBLAS as it would run by itself.
class BlasThreads {
public:
    BlasThreads() { openblas_set_num_threads(threads()); }
    ~BlasThreads() { openblas_set_num_threads(1); }
    BlasThreads(const BlasThreads&) = delete;
    BlasThreads& operator=(const BlasThreads&) = delete;
};

// c (m x n) = a (m x k) b (k x n)
struct Gemm {
    std::vector<float> a, b, c;
    int m, n, k;
    Gemm(int rows, int cols, int inner)
        : a(std::size_t(rows) * std::size_t(inner), 0.5F),
          b(std::size_t(inner) * std::size_t(cols), 0.25F),
          c(std::size_t(rows) * std::size_t(cols)), m(rows), n(cols), k(inner) {}
    void run() {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.data(), k, b.data(), n,
                    0, c.data(), n);
    }
};
struct DoubleGemm {
    std::vector<double> a, b, c;
    int m, n, k;
    DoubleGemm(int rows, int cols, int inner)
        : a(std::size_t(rows) * std::size_t(inner), 0.5),
          b(std::size_t(inner) * std::size_t(cols), 0.25), c(std::size_t(rows) * std::size_t(cols)),
          m(rows), n(cols), k(inner) {}
    void run() {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.data(), k, b.data(), n,
                    0, c.data(), n);
    }
};

// A recipe with a scale per 128 weights.
Result<std::shared_ptr<const Recipe>> inGroups(std::string_view id) {
    BITSMITH_TRY(const auto recipe, findRecipe(id));
    return withParameters(*recipe, nlohmann::ordered_json{{"grid", {{"group_size", 128}}}});
}

Row withThreads(Row row) {
    row.threads = threads();
    return row;
}

// 64 MiB of bf16 to 4-bit codes, as quantizing with 'rtn' does it. The memory for the result is
// there before.
Result<Row> quantizeRtn(RunContext& context) {
    const Matrix values = randomMatrix(Side, 2 * Side, 0.02F);
    std::vector<std::byte> bytes(values.values().size() * 2);
    fromFloat(DType::BF16, values.values(), bytes);
    BITSMITH_TRY(const auto recipe, inGroups("rtn"));
    const Grid& grid = *findGrid(recipe->stage("grid")->id);
    BITSMITH_TRY(const auto fit, grid.begin(Side, 2 * Side, 4, *recipe->stage("grid")->params));
    auto* rows = dynamic_cast<StoredRows*>(fit.get());
    if (!rows || !rows->readsBfloats())
        return fail(ErrorCode::Failed, "'rtn' does not read weights as they are stored");
    std::vector<std::byte> packed(Side * fit->rowBytes());
    bool finite = true;
    const Pair pair = inTurn(
        context, [&] { finite = roundBfloats(bytes, Side, *rows, packed, context) && finite; },
        Reader(bytes));
    if (!finite) return fail(ErrorCode::Failed, "finite weights were taken for infinite ones");
    return withThreads(rate("quantize_rtn_g128", pair, static_cast<double>(bytes.size()), "MB/s",
                            "reading the bf16 weights"));
}

Result<Row> gram(RunContext& context) {
    const Matrix x = randomMatrix(Side, Side, 1);
    Matrix mine(Side, Side), other(Side, Side);
    const auto backend = makeCpuBackend();
    const Pair pair = inTurn(
        context, [&] { backend->gram(x.view(), mine.view()); },
        [&] {
            const BlasThreads all;
            constexpr int N = Side;
            cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, N, N, 1, x.data(), N, 1,
                        other.data(), N);
        },
        3);
    const double n = Side;
    return withThreads(rate("gram_4096", pair, n * n * n / 1e3, "GFLOP/s", "OpenBLAS ssyrk"));
}

// From the Gram matrix to codes: Cholesky factor in double, then the columns.
Result<Row> gptq(RunContext& context) {
    const Matrix weights = randomMatrix(Side, Side, 0.02F);
    LayerStats stats;
    stats.gram = Matrix(Side, Side);
    makeCpuBackend()->gram(randomMatrix(Side + 512, Side, 1).view(), stats.gram.view());
    stats.tokens = Side + 512;
    BITSMITH_TRY(const auto recipe, inGroups("gptq"));
    const Grid& grid = *findGrid(recipe->stage("grid")->id);
    const Rounder& rounder = *findRounder(recipe->stage("round")->id);
    const LayerTask task{
        .name = "benchmark", .weights = weights.view(), .stats = &stats, .bits = 4};
    Status status;
    Gemm columns(Side, Side, Side / 2);            // rows * n^2 / 2 multiply-adds
    DoubleGemm factor(Side, Side, (Side + 5) / 6); // n^3 / 6
    const Pair pair = inTurn(
        context,
        [&] {
            LayerReport report;
            auto fit = grid.begin(Side, Side, 4, *recipe->stage("grid")->params);
            if (!fit) {
                status = fail(fit.error());
                return;
            }
            const auto done =
                rounder.round(task, **fit, *recipe->stage("round")->params, report, context);
            if (!done) status = fail(done.error());
        },
        [&] {
            const BlasThreads all;
            columns.run();
            factor.run();
        },
        2);
    BITSMITH_CHECK(status);
    const double n = Side;
    return withThreads(rate("gptq_4096", pair, (1.0 / 3 + 1) * n * n * n / 1e3, "GFLOP/s",
                            "OpenBLAS, as much sgemm and dgemm"));
}

// A network of the LLaMA kind, and how much text goes through it at once.
struct EvalShape {
    std::size_t hidden, intermediate, heads, kvHeads, tokens, sequences;
};
constexpr EvalShape LargeBlock{2048, 5632, 32, 8, 1024, 2};
constexpr EvalShape SmallBlock{192, 512, 6, 3, 1024, 4}; // of a model of 3 M parameters

// The products of a block as OpenBLAS would do them, of one matrix with another, nothing between.
struct BlockGemms {
    std::vector<Gemm> products;
    void add(std::size_t tokens, const LinearSpec& spec) {
        products.emplace_back(static_cast<int>(tokens), static_cast<int>(spec.out),
                              static_cast<int>(spec.in));
    }
    void run() {
        for (Gemm& product : products) product.run();
    }
    double multiplies() const {
        double sum = 0;
        for (const Gemm& g : products) sum += double(g.m) * double(g.n) * double(g.k);
        return sum;
    }
};

// One block, as evaluation runs it, beside sgemm of 2048 or of its own products.
Result<Row> evalBlock(std::string name, EvalShape shape, bool ownProducts, RunContext& context) {
    BITSMITH_TRY(const Architecture architecture,
                 describeArchitecture({{"model_type", "llama"},
                                       {"hidden_size", shape.hidden},
                                       {"intermediate_size", shape.intermediate},
                                       {"num_attention_heads", shape.heads},
                                       {"num_key_value_heads", shape.kvHeads},
                                       {"num_hidden_layers", 1},
                                       {"vocab_size", 32000},
                                       {"max_position_embeddings", 2048},
                                       {"rms_norm_eps", 1e-5}}));
    BlockWeights weights;
    weights.spec = &architecture.blocks.front();
    BlockGemms gemms;
    const auto fill = [&](LinearWeights& linear, const LinearSpec& spec) {
        if (!spec.present()) return;
        linear.matrix = denseWeights(randomMatrix(spec.out, spec.in, 0.02F));
        gemms.add(shape.tokens, spec);
    };
    const BlockSpec& spec = *weights.spec;
    fill(weights.q, spec.q);
    fill(weights.k, spec.k);
    fill(weights.v, spec.v);
    fill(weights.attentionOut, spec.attentionOut);
    fill(weights.gate, spec.gate);
    fill(weights.up, spec.up);
    fill(weights.down, spec.down);
    weights.attentionNorm.weight.assign(architecture.hidden, 1);
    weights.mlpNorm.weight.assign(architecture.hidden, 1);
    const std::size_t length = shape.tokens / shape.sequences;
    // Causal: half of all pairs of tokens, once for scores and once for values.
    const double multiplies =
        gemms.multiplies() +
        static_cast<double>(shape.tokens * length * architecture.heads * architecture.headDim);
    if (!ownProducts) {
        gemms.products.clear();
        gemms.products.emplace_back(2048, 2048, 2048);
    }
    const auto backend = makeCpuBackend();
    const RotaryTable rotary = makeRotaryTable(architecture.rotary, length);
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i <= shape.sequences; ++i) starts.push_back(i * length);
    const Matrix hidden = randomMatrix(shape.tokens, architecture.hidden, 1);
    const Pair pair = inTurn(
        context,
        [&] {
            Matrix x = hidden;
            runBlockOn({.architecture = architecture,
                        .backend = *backend,
                        .weights = weights,
                        .rotary = &rotary,
                        .starts = starts},
                       x.view());
        },
        [&] {
            const BlasThreads all;
            gemms.run();
        },
        3);
    const double mine = 2 * multiplies / pair.seconds;
    const double theirs = 2 * gemms.multiplies() / pair.baseline;
    return withThreads(
        {.name = std::move(name),
         .value = mine / 1e9,
         .unit = "GFLOP/s",
         .baseline = theirs / 1e9,
         .baselineName = ownProducts ? "OpenBLAS sgemm, its products" : "OpenBLAS sgemm, 2048",
         .ratio = mine / theirs});
}

// The matrices of one token, packed, too many for any cache.
Result<Row> generatePacked(RunContext& context) {
    constexpr std::size_t Matrices = 8;
    BITSMITH_TRY(const auto recipe, inGroups("rtn"));
    std::vector<std::shared_ptr<const WeightMatrix>> layers;
    for (std::size_t i = 0; i < Matrices; ++i) {
        const Matrix weights = randomMatrix(Side, Side, 0.02F);
        BITSMITH_TRY(const auto fit,
                     findGrid("affine")->begin(Side, Side, 4, *recipe->stage("grid")->params));
        layers.push_back(packedWeights(std::make_shared<const QuantizedMatrix>(
            roundNearest(weights.view(), {}, *fit, context))));
    }
    const auto stored = static_cast<std::size_t>(layers.front()->storedBytes()) * Matrices;
    const std::vector<std::byte> bytes(stored, std::byte{1});
    const auto backend = makeCpuBackend();
    const Matrix x = randomMatrix(1, Side, 1);
    Matrix y(1, Side);
    const Pair pair = inTurn(
        context,
        [&] {
            for (const auto& layer : layers) backend->linear(x.view(), *layer, {}, y.view());
        },
        Reader(bytes));
    return withThreads(rate("generate_q4_packed", pair, static_cast<double>(stored), "MB/s",
                            "reading as many bytes"));
}

} // namespace

std::vector<Benchmark> computeBenchmarks() {
    return {
        {"quantize_rtn_g128", quantizeRtn},
        {"gptq_4096", gptq},
        {"gram_4096", gram},
        {"eval_fp32", [](RunContext& c) { return evalBlock("eval_fp32", LargeBlock, false, c); }},
        {"eval_fp32_192",
         [](RunContext& c) { return evalBlock("eval_fp32_192", SmallBlock, false, c); }},
        {"eval_fp32_192_products",
         [](RunContext& c) { return evalBlock("eval_fp32_192_products", SmallBlock, true, c); }},
        {"generate_q4_packed", generatePacked}};
}

} // namespace bitsmith::bench
