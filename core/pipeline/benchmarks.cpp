#include "core/pipeline/benchmarks.h"

#include "core/allocate/allocator.h"
#include "core/analysis/salience_map.h"
#include "core/analysis/tensor_statistics.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/codec/coded_matrix.h"
#include "core/codec/rans.h"
#include "core/codec/zstd.h"
#include "core/pipeline/benchmark_tools.h"
#include "core/quant/recipe.h"
#include "core/tensor/bit_packing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <iterator>
#include <regex>

namespace bitsmith {
namespace {

using bench::inTurn;
using bench::Pair;
using bench::rate;
using bench::Time;
using Row = BenchmarkRow;

constexpr std::size_t Codes = std::size_t{1} << 22;

// Codes as 128-column groups of normal weights, rounded to nearest with their full range, have
// them.
std::vector<std::uint8_t> makeCodes(int bits) {
    constexpr std::size_t Group = 128;
    const double most = std::pow(2.0, bits) - 1;
    std::vector<std::uint8_t> codes(Codes);
    std::vector<double> group(Group);
    Rng rng(2, "codes", "benchmark");
    for (std::size_t first = 0; first < Codes; first += Group) {
        for (double& w : group) w = rng.normal();
        const double low = std::min(0.0, *std::ranges::min_element(group));
        const double high = std::max(0.0, *std::ranges::max_element(group));
        for (std::size_t i = 0; i < Group; ++i)
            codes[first + i] =
                static_cast<std::uint8_t>(std::nearbyint((group[i] - low) / (high - low) * most));
    }
    return codes;
}

std::vector<std::byte> nibbles(const std::vector<std::uint8_t>& codes) {
    std::vector<std::byte> out((codes.size() + 1) / 2);
    packBits(codes, 4, out);
    return out;
}

struct Coded {
    std::vector<std::uint8_t> symbols; // a code each, or two
    RansTable table;
    std::vector<std::byte> payload, packed, zstd;
    int lanes = MostRansLanes;

    static Coded make(int bits, bool pairs = false) {
        Coded out;
        out.symbols = makeCodes(bits);
        out.packed = nibbles(out.symbols);
        if (pairs) {
            const auto* const bytes = reinterpret_cast<const std::uint8_t*>(out.packed.data());
            out.symbols.assign(bytes, bytes + out.packed.size());
        }
        std::array<std::uint64_t, 256> counts{};
        for (const std::uint8_t s : out.symbols) ++counts[s];
        out.table = RansTable::fromWeights(counts);
        out.payload = out.encode();
        out.zstd = zstdCompress(out.packed, 1);
        return out;
    }
    std::vector<std::byte> encode() const {
        RansEncoder encoder(lanes);
        encoder.add(table, symbols);
        return encoder.finish();
    }
    void decode(std::span<std::uint8_t> out) const {
        auto decoder = RansDecoder::open(payload, lanes);
        if (decoder) (void)decoder->decode(table, out);
    }
};

constexpr const char* ZstdName = "zstd -1 on packed nibbles";

// pairs: two codes as one symbol, as large matrices are coded.
Result<Row> ransDecode(int bits, bool pairs, RunContext& context) {
    const Coded coded = Coded::make(bits, pairs);
    std::vector<std::uint8_t> out(coded.symbols.size());
    std::vector<std::byte> packed(coded.packed.size());
    const Pair pair = inTurn(
        Time::OfThread, context, [&] { coded.decode(out); },
        [&] { (void)zstdDecompress(coded.zstd, packed); });
    if (out != coded.symbols || packed != coded.packed)
        return fail(ErrorCode::Failed, "a decoder did not give back the codes of {} bits", bits);
    return rate(fmt::format("rans_{}_{}bit", pairs ? "pairs" : "decode", bits), pair, Codes,
                "Mcodes/s", ZstdName);
}

Result<Row> ransSize(int bits, RunContext&) {
    const Coded coded = Coded::make(bits);
    ByteWriter table;
    coded.table.write(table);
    const double n = Codes, mine = 8 * static_cast<double>(coded.payload.size() + table.size()) / n;
    const double other = 8 * static_cast<double>(coded.zstd.size()) / n;
    return Row{
        fmt::format("rans_size_{}bit", bits), mine, "bits/code", other, ZstdName, other / mine};
}

Result<Row> ransEncode(RunContext& context) {
    const Coded coded = Coded::make(4);
    const Pair pair = inTurn(
        Time::OfThread, context, [&] { (void)coded.encode(); },
        [&] { (void)zstdCompress(coded.packed, 1); });
    return rate("rans_encode_4bit", pair, Codes, "Mcodes/s", ZstdName);
}

// The best kernel of this machine against the scalar one.
Result<Row> simdAgainstScalar(int bits, RunContext& context) {
    const Coded coded = Coded::make(bits);
    std::vector<std::uint8_t> out(Codes);
    const auto decode = [&](std::string_view kernel) {
        (void)useRansKernel(kernel);
        coded.decode(out);
    };
    const Pair pair = inTurn(
        Time::OfThread, context, [&] { decode(""); }, [&] { decode("scalar"); });
    (void)useRansKernel("");
    return rate(fmt::format("rans_simd_vs_scalar_{}bit", bits), pair, Codes, "Mcodes/s",
                fmt::format("scalar (this: {})", ransKernels().back()));
}

Result<Row> packing(int bits, bool unpack, RunContext& context) {
    const std::vector<std::uint8_t> codes = makeCodes(bits);
    std::vector<std::byte> packed(packedBytes(Codes, bits));
    packBits(codes, bits, packed);
    std::vector<std::uint8_t> out(Codes);
    const Pair pair = inTurn(
        Time::OfThread, context,
        [&] { unpack ? unpackBits(packed, bits, out) : packBits(codes, bits, packed); },
        [&] { std::memcpy(out.data(), codes.data(), Codes); });
    return rate(fmt::format("{}_{}bit", unpack ? "unpack" : "pack", bits), pair, Codes, "Mcodes/s",
                "memcpy of a byte per code");
}

Matrix makeWeights() {
    Matrix weights(2048, 2048);
    Rng rng(3, "weights", "benchmark");
    for (float& w : weights.values()) w = static_cast<float>(0.02 * rng.normal());
    return weights;
}

// memcpy of floats on all threads.
void copyParallel(const Matrix& from, Matrix& to) {
    parallelFor(from.rows(), 64, [&](std::size_t first, std::size_t last) {
        std::memcpy(to.data() + first * from.cols(), from.data() + first * from.cols(),
                    (last - first) * from.cols() * sizeof(float));
    });
}

Result<Row> decodeWeights(bool coded, RunContext& context) {
    const Matrix weights = makeWeights();
    Matrix values(weights.rows(), weights.cols()), copy = values;
    BITSMITH_TRY(const auto recipe, findRecipe("rtn"));
    BITSMITH_TRY(const auto done,
                 quantizeLayer({.name = "benchmark", .weights = weights.view(), .bits = 4}, *recipe,
                               nullptr, context));
    const QuantizedMatrix& matrix = *done.matrix;
    const double bytes = static_cast<double>(weights.values().size_bytes());
    if (coded) {
        const std::vector<std::byte> blob = encodeMatrix(matrix);
        const auto packed = std::span(matrix.codes);
        const std::vector<std::byte> zstd = zstdCompress(packed, 1);
        std::vector<std::byte> back(packed.size());
        const Pair pair = inTurn(
            context, [&] { (void)decodeMatrix(blob, matrix.layout(), matrix.tensorScale); },
            [&] { (void)zstdDecompress(zstd, back); });
        Row row = rate("coded_matrix_decode_4bit", pair, static_cast<double>(packed.size()), "MB/s",
                       "zstd -1 on one thread");
        row.threads = threads();
        return row;
    }
    const Pair pair = inTurn(
        context,
        [&] {
            parallelFor(matrix.rows, 64, [&](std::size_t first, std::size_t last) {
                matrix.decodeRows(first, last - first, values.data() + first * matrix.cols);
            });
        },
        [&] { copyParallel(weights, copy); });
    Row row = rate("dequantize_4bit_g128", pair, bytes, "MB/s", "memcpy of the floats");
    row.threads = threads();
    return row;
}

// A budget met anew for 1000 tensors of 8 widths, as a slider moves; less is better.
Result<Row> allocateThousand(RunContext& context) {
    AllocationProblem problem;
    Rng rng(4, "losses", "benchmark");
    std::vector<double> losses;
    for (std::size_t i = 0; i < 1000; ++i) {
        AllocationItem item;
        item.weights = static_cast<double>((i % 7 + 1) << 22);
        const double sensitivity = std::exp2(6 * rng.uniform());
        for (int bits = 2; bits < 10; ++bits) {
            losses.push_back(sensitivity * std::exp2(-2 * bits));
            item.choices.push_back({static_cast<std::uint64_t>(item.weights * bits / 8),
                                    losses.back(), static_cast<double>(bits)});
            if (bits == 4) problem.budget += item.choices.back().bytes;
        }
        problem.items.push_back(std::move(item));
    }
    BITSMITH_TRY(const Allocator* allocator, findAllocator(DefaultAllocator));
    BITSMITH_CHECK(allocator->allocate(problem));
    const Pair pair = inTurn(
        context, [&] { (void)allocator->allocate(problem); },
        [&] {
            auto copy = losses;
            std::ranges::sort(copy);
        });
    return Row{.name = "allocate_1000x8",
               .value = 1e3 * pair.seconds,
               .unit = "ms",
               .baseline = 1e3 * pair.baseline,
               .baselineName = "sorting the 8000 losses",
               .ratio = pair.baseline / pair.seconds};
}

// A salience map with its numbers and its picture, against the histogram of the Weights page.
Result<Row> salienceMap(RunContext& context) {
    Matrix values(4096, 1024);
    Rng rng(5, "weights", "benchmark");
    for (float& w : values.values()) w = static_cast<float>(0.02 * rng.normal());
    const double count = static_cast<double>(values.values().size());
    const auto weights = denseWeights(std::move(values));
    BITSMITH_TRY(const auto factors,
                 findSalience("magnitude")->prepare(nullptr, weights->cols(), {}, context));
    const Pair pair = inTurn(
        context, [&] { (void)SalienceMap::build(weights, factors, context); },
        [&] { (void)tensorStatistics(*weights, 160, context); });
    Row row = rate("salience_map", pair, count, "M weights/s", "statistics and histogram");
    row.threads = threads();
    return row;
}

using bench::Benchmark;

std::vector<Benchmark> all() {
    std::vector<Benchmark> out = bench::computeBenchmarks();
    const auto add = [&](std::string name, std::function<Result<Row>(RunContext&)> run) {
        out.push_back({std::move(name), std::move(run)});
    };
    for (const int bits : {2, 3, 4}) {
        add(fmt::format("rans_decode_{}bit", bits),
            [bits](RunContext& c) { return ransDecode(bits, false, c); });
        add(fmt::format("rans_pairs_{}bit", bits),
            [bits](RunContext& c) { return ransDecode(bits, true, c); });
        add(fmt::format("rans_size_{}bit", bits),
            [bits](RunContext& c) { return ransSize(bits, c); });
    }
    for (int bits = 2; bits <= 8; ++bits)
        add(fmt::format("rans_simd_vs_scalar_{}bit", bits),
            [bits](RunContext& c) { return simdAgainstScalar(bits, c); });
    add("rans_encode_4bit", ransEncode);
    for (const int bits : {2, 3, 4}) {
        add(fmt::format("pack_{}bit", bits),
            [bits](RunContext& c) { return packing(bits, false, c); });
        add(fmt::format("unpack_{}bit", bits),
            [bits](RunContext& c) { return packing(bits, true, c); });
    }
    add("dequantize_4bit_g128", [](RunContext& c) { return decodeWeights(false, c); });
    add("coded_matrix_decode_4bit", [](RunContext& c) { return decodeWeights(true, c); });
    add("allocate_1000x8", allocateThousand);
    add("salience_map", salienceMap);
    std::ranges::move(bench::recipeBenchmarks(), std::back_inserter(out));
    return out;
}

} // namespace

std::vector<std::string> benchmarkNames() {
    std::vector<std::string> out;
    for (const Benchmark& benchmark : all()) out.push_back(benchmark.name);
    return out;
}

Result<std::vector<BenchmarkRow>> runBenchmarks(const std::string& filter, RunContext& context) {
    std::vector<Benchmark> chosen = all();
    try {
        const std::regex expression(filter);
        std::erase_if(chosen, [&](const Benchmark& benchmark) {
            return !filter.empty() && !std::regex_search(benchmark.name, expression);
        });
    } catch (const std::regex_error&) {
        return fail(ErrorCode::Usage, "'{}' is no regular expression", filter);
    }
    if (chosen.empty())
        return fail(ErrorCode::Usage, "no benchmark matches '{}'; there are: {}", filter,
                    fmt::join(benchmarkNames(), ", "));
    std::vector<BenchmarkRow> rows;
    const double count = static_cast<double>(chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        context.beginStep(chosen[i].name, static_cast<double>(i) / count,
                          static_cast<double>(i + 1) / count);
        BITSMITH_TRY(BenchmarkRow row, chosen[i].run(context));
        context.publish(row);
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace bitsmith
