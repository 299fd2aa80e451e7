// Writing and reading GGUF blocks. Where BITSMITH_GGML_LIBRARY names a libggml-base.so (pip install
// llama-cpp-python brings one), the baseline is ggml's own code on the same weights, with as many
// threads; else copying the weights.
#include "core/base/parallel.h"
#include "core/quant/blocks/encode.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace bitsmith::bench {
namespace {

constexpr std::size_t Rows = 1024, Cols = 4096, Grain = 16; // rows per piece

using QuantizeChunk = std::size_t (*)(int type, const float* from, void* to, std::int64_t start,
                                      std::int64_t rows, std::int64_t cols,
                                      const float* importance);
using Dequantize = void (*)(const void* from, float* to, std::int64_t count);

// A function of ggml's library; null without one.
template <class Function>
Function ggmlFunction(const std::string& name) {
    static void* const library = [] {
        const char* path = std::getenv("BITSMITH_GGML_LIBRARY");
        void* handle = path ? dlopen(path, RTLD_NOW) : nullptr;
        if (path && !handle) throw std::runtime_error(dlerror());
        return handle;
    }();
    return library ? reinterpret_cast<Function>(dlsym(library, name.c_str())) : nullptr;
}

struct Data {
    Matrix weights{Rows, Cols};
    std::vector<float> decoded = std::vector<float>(Rows * Cols);
};

// work(first, last) over all rows, in one thread or in all.
template <class Body>
Work overRows(bool allThreads, Body body) {
    return {double(Rows * Cols * sizeof(float)), [allThreads, body] {
                if (allThreads)
                    parallelFor(Rows, Grain, body);
                else
                    body(0, Rows);
                benchmark::ClobberMemory();
            }};
}

void addFormat(const BlockFormat& format, const std::string& name, const std::string& ggmlName,
               const std::shared_ptr<Data>& data) {
    const std::size_t rowBytes = format.rowBytes(Cols);
    const auto quantizeChunk = ggmlFunction<QuantizeChunk>("ggml_quantize_chunk");
    const auto dequantize = ggmlFunction<Dequantize>("dequantize_row_" + ggmlName);
    for (const bool all : {false, true}) {
        const std::string threads = all ? "all threads" : "one thread";
        const auto encode = [=, &format](std::size_t first, std::size_t last) {
            std::vector<std::byte> blocks((last - first) * rowBytes);
            encodeBlocks(format, data->weights.view().rowRange(first, last - first), {}, blocks);
            benchmark::DoNotOptimize(blocks.data());
        };
        const auto ggmlEncode = [=, &format](std::size_t first, std::size_t last) {
            std::vector<std::byte> blocks((last - first) * rowBytes);
            const float* from = data->weights.data() + first * Cols;
            if (quantizeChunk)
                quantizeChunk(static_cast<int>(format.ggufType), from, blocks.data(), 0,
                              static_cast<std::int64_t>(last - first), Cols, nullptr);
            else
                std::memcpy(data->decoded.data() + first * Cols, from,
                            (last - first) * Cols * sizeof(float));
            benchmark::DoNotOptimize(blocks.data());
        };
        compare(fmt::format("gguf_encode_{}{}", name, all ? "" : "_1thread"), overRows(all, encode),
                (quantizeChunk ? "ggml, " : "memcpy, ") + threads, overRows(all, ggmlEncode));
    }

    auto blocks = std::make_shared<std::vector<std::byte>>(Rows * rowBytes);
    encodeBlocks(format, data->weights.view(), {}, *blocks);
    const auto decode = [=, &format](std::size_t first, std::size_t last) {
        format.decode(blocks->data() + first * rowBytes, (last - first) * (Cols / format.blockSize),
                      data->decoded.data() + first * Cols);
    };
    const auto ggmlDecode = [=](std::size_t first, std::size_t last) {
        float* to = data->decoded.data() + first * Cols;
        if (dequantize)
            dequantize(blocks->data() + first * rowBytes, to,
                       static_cast<std::int64_t>((last - first) * Cols));
        else
            std::memcpy(to, data->weights.data() + first * Cols,
                        (last - first) * Cols * sizeof(float));
    };
    compare("gguf_decode_" + name, overRows(false, decode),
            dequantize ? "ggml, one thread" : "memcpy, one thread", overRows(false, ggmlDecode));
}

} // namespace

void addBlockBenches() {
    const auto data = std::make_shared<Data>();
    std::uint64_t state = 1;
    for (float& w : data->weights.values()) { // bell-shaped: a sum of four uniforms
        float sum = 0;
        for (int i = 0; i < 4; ++i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            sum += static_cast<float>(state >> 40) / float(1 << 24) - 0.5f;
        }
        w = 0.02f * sum;
    }
    addFormat(*findBlockFormat("Q4_0"), "q4_0", "q4_0", data);
    addFormat(*findBlockFormat("Q8_0"), "q8_0", "q8_0", data);
    addFormat(*findBlockFormat("Q4_K"), "q4_k", "q4_K", data);
    addFormat(*findBlockFormat("Q6_K"), "q6_k", "q6_K", data);
    addFormat(*findBlockFormat("IQ4_XS"), "iq4_xs", "iq4_xs", data);
}

} // namespace bitsmith::bench
