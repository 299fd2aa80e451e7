#include "core/pipeline/device_benchmarks.h"

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/compute/accelerator.h"
#include "core/quant/recipe.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <regex>

namespace bitsmith {
namespace {

using Row = BenchmarkRow;

constexpr std::size_t Width = 4096, Tokens = 2048;

Matrix random(std::size_t rows, std::size_t cols) {
    Rng rng(1, "device", "benchmark");
    Matrix out(rows, cols);
    // Cheap and without pattern: normal numbers for tens of millions of values take too long.
    for (float& value : out.values()) value = static_cast<float>(rng.uniform() - 0.5);
    return out;
}

// The fastest of a few runs, after one that warms up.
double seconds(RunContext& context, const std::function<void()>& work) {
    constexpr int Runs = 3;
    work();
    double best = 1e300;
    for (int i = 0; i < Runs; ++i) {
        context.checkpoint();
        const auto start = std::chrono::steady_clock::now();
        work();
        best = std::min(
            best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

// amount: of the unit, times 1e9.
Row compared(std::string name, double amount, std::string unit, double mine, double other,
             std::string baseline) {
    return {.name = std::move(name),
            .value = amount / 1e9 / mine,
            .unit = std::move(unit),
            .baseline = amount / 1e9 / other,
            .baselineName = std::move(baseline),
            .ratio = other / mine,
            .threads = threads()};
}

// A matrix in the device's memory.
struct There {
    std::shared_ptr<float> memory;
    MatrixView view;
};
There there(const DeviceBackend& device, ConstMatrixView host) {
    There out{device.allocate(host.rows * host.cols), {}};
    out.view = {out.memory.get(), host.rows, host.cols};
    device.upload(host, out.view);
    return out;
}
// Reads one number, so that all work has ended.
void finish(const DeviceBackend& device, ConstMatrixView x) {
    float last = 0;
    device.download(x.rowRange(x.rows - 1, 1).columnRange(x.cols - 1, 1), {&last, 1, 1});
}

constexpr const char* Processor = "the processor's backend";

Result<Row> linear(const DeviceBackend& device, std::size_t tokens, bool copies,
                   RunContext& context) {
    const auto weights = denseWeights(random(Width, Width));
    const Matrix x = random(tokens, Width);
    Matrix y(tokens, Width);
    const There input = there(device, x.view()), output = there(device, y.view());
    const auto cpu = makeCpuBackend();
    const double amount = 2.0 * double(tokens) * double(Width) * double(Width);
    const double mine = seconds(context, [&] {
        if (copies) return device.linear(x.view(), *weights, {}, y.view());
        device.resident().linear(input.view, *weights, {}, output.view);
        finish(device, output.view);
    });
    const double other = seconds(context, [&] { cpu->linear(x.view(), *weights, {}, y.view()); });
    return compared(fmt::format("device_linear_{}{}", tokens, copies ? "_with_copies" : ""), amount,
                    "GFLOP/s", mine, other, Processor);
}

Result<Row> gram(const DeviceBackend& device, RunContext& context) {
    const Matrix x = random(Tokens, Width);
    Matrix sum(Width, Width);
    const auto cpu = makeCpuBackend();
    const double mine = seconds(context, [&] { device.gram(x.view(), sum.view()); });
    const double other = seconds(context, [&] { cpu->gram(x.view(), sum.view()); });
    return compared("device_gram_with_copies", double(Tokens) * double(Width) * double(Width),
                    "GFLOP/s", mine, other, Processor);
}

Result<Row> attention(const DeviceBackend& device, RunContext& context) {
    constexpr std::size_t Heads = 32, Dim = 128;
    const Matrix x = random(Tokens, Heads * Dim);
    Matrix out(Tokens, Heads * Dim);
    const auto run = [&](const Backend& backend, ConstMatrixView from, MatrixView to) {
        backend.attention({.query = from,
                           .keys = from,
                           .values = from,
                           .heads = Heads,
                           .kvHeads = Heads,
                           .headDim = Dim,
                           .scale = 1 / std::sqrt(float(Dim)),
                           .out = to});
    };
    const There input = there(device, x.view()), output = there(device, out.view());
    const auto cpu = makeCpuBackend();
    const double mine = seconds(context, [&] {
        run(device.resident(), input.view, output.view);
        finish(device, output.view);
    });
    const double other = seconds(context, [&] { run(*cpu, x.view(), out.view()); });
    return compared("device_attention", 2.0 * double(Heads * Dim) * double(Tokens) * double(Tokens),
                    "GFLOP/s", mine, other, Processor);
}

// Bytes of weights read for one token, which bound generation.
Result<Row> packed(const DeviceBackend& device, int bits, RunContext& context) {
    const Matrix values = random(Width, Width);
    BITSMITH_TRY(const auto recipe, findRecipe("rtn"));
    BITSMITH_TRY(const auto done,
                 quantizeLayer({.name = "benchmark", .weights = values.view(), .bits = bits},
                               *recipe, nullptr, context));
    const auto weights = packedWeights(done.matrix);
    const auto dense = denseWeights(values);
    const Matrix x = random(1, Width);
    Matrix y(1, Width);
    const There input = there(device, x.view()), output = there(device, y.view());
    const auto run = [&](const WeightMatrix& w) {
        return seconds(context, [&] {
            // Many, so that starting one does not count.
            for (int i = 0; i < 100; ++i) device.resident().linear(input.view, w, {}, output.view);
            finish(device, output.view);
        });
    };
    const double mine = run(*weights), other = run(*dense);
    return compared(fmt::format("device_packed_{}bit", bits),
                    100.0 * double(done.matrix->storedBytes()), "GB/s", mine, other,
                    "fp32 weights on the device");
}

Result<Row> gptq(const DeviceBackend& device, RunContext& context) {
    constexpr std::size_t Size = 2048;
    const Accelerator* accelerator = device.accelerator();
    if (!accelerator) return fail(ErrorCode::Failed, "the device does not quantize");
    const Matrix weights = random(Size, Size), x = random(Size + 64, Size);
    LayerStats stats;
    stats.gram = Matrix(Size, Size);
    makeCpuBackend()->gram(x.view(), stats.gram.view());
    stats.tokens = x.rows();
    BITSMITH_TRY(const auto recipe, findRecipe("gptq"));
    Error problem;
    const auto run = [&](const Accelerator* with) {
        return seconds(context, [&] {
            auto done = quantizeLayer({.name = "benchmark",
                                       .weights = weights.view(),
                                       .stats = &stats,
                                       .bits = 4,
                                       .accelerator = with},
                                      *recipe, nullptr, context);
            if (!done) problem = done.error();
        });
    };
    const double mine = run(accelerator), other = run(nullptr);
    if (!problem.message.empty()) return fail(problem);
    return compared("device_gptq_2048x2048", 1e3 * double(Size) * double(Size), "Mweights/s", mine,
                    other, Processor);
}

} // namespace

Result<std::vector<BenchmarkRow>>
runDeviceBenchmarks(const DeviceBackend& device, const std::string& filter, RunContext& context) {
    struct Benchmark {
        std::string name;
        std::function<Result<Row>(RunContext&)> run;
    };
    std::vector<Benchmark> chosen{
        {"device_linear_2048", [&](RunContext& c) { return linear(device, Tokens, false, c); }},
        {"device_linear_2048_with_copies",
         [&](RunContext& c) { return linear(device, Tokens, true, c); }},
        {"device_linear_1", [&](RunContext& c) { return linear(device, 1, false, c); }},
        {"device_gram_with_copies", [&](RunContext& c) { return gram(device, c); }},
        {"device_attention", [&](RunContext& c) { return attention(device, c); }},
        {"device_gptq_2048x2048", [&](RunContext& c) { return gptq(device, c); }}};
    for (const int bits : {2, 3, 4, 8})
        chosen.push_back({fmt::format("device_packed_{}bit", bits),
                          [&device, bits](RunContext& c) { return packed(device, bits, c); }});
    try {
        const std::regex expression(filter);
        std::erase_if(chosen, [&](const Benchmark& benchmark) {
            return !filter.empty() && !std::regex_search(benchmark.name, expression);
        });
    } catch (const std::regex_error&) {
        return fail(ErrorCode::Usage, "'{}' is no regular expression", filter);
    }
    if (chosen.empty()) return fail(ErrorCode::Usage, "no device benchmark matches '{}'", filter);
    std::vector<Row> rows;
    const double count = double(chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        context.beginStep(chosen[i].name, double(i) / count, double(i + 1) / count);
        BITSMITH_TRY(Row row, chosen[i].run(context));
        context.publish(row);
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace bitsmith
