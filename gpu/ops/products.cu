// Every kind of weights is a reader with two functions: one element, and eight neighbouring ones.
// Kernels are written once over readers.
#include "gpu/ops/products.h"

#include "gpu/runtime/launch.h"
#include "gpu/shared/number_formats.h"
#include "gpu/shared/packed_codes.h"

#include <type_traits>
#include <utility>

namespace bitsmith::gpu {
namespace {

struct Floats {
    const float* values;
    std::size_t cols;
    __device__ float one(std::size_t r, std::size_t c) const { return values[r * cols + c]; }
    __device__ void eight(std::size_t r, std::size_t c, float* out) const {
        for (int i = 0; i < 8; ++i) out[i] = values[r * cols + c + i];
    }
};
struct Halves {
    const std::uint16_t* values;
    std::size_t cols;
    __device__ float one(std::size_t r, std::size_t c) const {
        return halfValue(values[r * cols + c]);
    }
    __device__ void eight(std::size_t r, std::size_t c, float* out) const {
        for (int i = 0; i < 8; ++i) out[i] = halfValue(values[r * cols + c + i]);
    }
};
struct Bfloats {
    const std::uint16_t* values;
    std::size_t cols;
    __device__ float one(std::size_t r, std::size_t c) const {
        return bfloatValue(values[r * cols + c]);
    }
    __device__ void eight(std::size_t r, std::size_t c, float* out) const {
        for (int i = 0; i < 8; ++i) out[i] = bfloatValue(values[r * cols + c + i]);
    }
};

// Bits 0: known at run time only.
template <int Bits>
struct Packed {
    PackedOnDevice w;
    __device__ int bits() const { return Bits ? Bits : w.bits; }
    __device__ std::size_t parameter(std::size_t r, std::size_t c) const {
        const std::size_t g = w.groupOfColumn ? w.groupOfColumn[c] : c / w.groupSize;
        return (w.sharedRows ? 0 : r * w.groups) + g;
    }
    __device__ float value(unsigned code, std::size_t p) const {
        return w.levels ? w.scales[p] * w.levels[code]
                        : w.scales[p] * (static_cast<float>(code) - w.zeros[p]);
    }
    __device__ float one(std::size_t r, std::size_t c) const {
        return value(codeAt(w.codes + r * w.rowBytes, c, bits()), parameter(r, c));
    }
    __device__ void eight(std::size_t r, std::size_t c, float* out) const {
        const std::uint64_t codes =
            eightCodes(w.codes + r * w.rowBytes + c / 8 * static_cast<std::size_t>(bits()), bits());
        if (w.groupOfColumn || w.groupSize % 8 != 0) {
            for (int i = 0; i < 8; ++i)
                out[i] = value(codeOf(codes, i, bits()), parameter(r, c + i));
            return;
        }
        const std::size_t p = parameter(r, c);
        const float scale = w.scales[p];
        if (w.levels) {
            for (int i = 0; i < 8; ++i) out[i] = scale * w.levels[codeOf(codes, i, bits())];
        } else {
            const float zero = w.zeros[p];
            for (int i = 0; i < 8; ++i)
                out[i] = scale * (static_cast<float>(codeOf(codes, i, bits())) - zero);
        }
    }
};

// A warp per row: lane l takes columns 8l .. 8l + 7 of every 256, and one by one what is left.
template <int Tokens, class Reader>
__global__ void multiplyFewKernel(ConstMatrixView x, Reader w, std::size_t rows, std::size_t cols,
                                  const float* bias, MatrixView y) {
    const std::size_t lane = threadIdx.x % WarpThreads, whole = cols / 8 * 8;
    const std::size_t warps = elementStep() / WarpThreads;
    // Whole warps leave the loop together.
    for (std::size_t r = firstElement() / WarpThreads; r < rows; r += warps) {
        float sums[Tokens] = {};
        for (std::size_t c = 8 * lane; c < whole; c += 8 * WarpThreads) {
            float values[8];
            w.eight(r, c, values);
            for (int t = 0; t < Tokens; ++t) {
                const float* from = x.data + static_cast<std::size_t>(t) * x.stride + c;
                for (int i = 0; i < 8; ++i) sums[t] += from[i] * values[i];
            }
        }
        if (const std::size_t c = whole + lane; c < cols) {
            const float value = w.one(r, c);
            for (int t = 0; t < Tokens; ++t)
                sums[t] += x.data[static_cast<std::size_t>(t) * x.stride + c] * value;
        }
        for (int t = 0; t < Tokens; ++t) {
            const float sum = warpReduce(sums[t], Sum());
            if (lane == 0)
                y.data[static_cast<std::size_t>(t) * y.stride + r] = sum + (bias ? bias[r] : 0.0f);
        }
    }
}

template <class Reader>
__global__ void decodeKernel(Reader w, std::size_t first, std::size_t rows, std::size_t cols,
                             float* out) {
    const std::size_t octets = (cols + 7) / 8;
    for (std::size_t i = firstElement(); i < rows * octets; i += elementStep()) {
        const std::size_t r = i / octets, c = i % octets * 8;
        float* to = out + r * cols + c;
        if (c + 8 <= cols)
            w.eight(first + r, c, to);
        else
            for (std::size_t k = 0; c + k < cols; ++k) to[k] = w.one(first + r, c + k);
    }
}

template <class Reader>
__global__ void gatherKernel(Reader w, const std::int32_t* ids, MatrixView out) {
    for (std::size_t i = firstElement(); i < out.rows * out.cols; i += elementStep()) {
        const std::size_t r = i / out.cols, c = i % out.cols;
        out.data[r * out.stride + c] = w.one(static_cast<std::size_t>(ids[r]), c);
    }
}

template <class Body>
void withReader(const WeightsOnDevice& w, const Body& body) {
    switch (w.kind) {
    case WeightsOnDevice::Kind::Floats:
        return body(Floats{static_cast<const float*>(w.values), w.cols});
    case WeightsOnDevice::Kind::Halves:
        return body(Halves{static_cast<const std::uint16_t*>(w.values), w.cols});
    case WeightsOnDevice::Kind::Bfloats:
        return body(Bfloats{static_cast<const std::uint16_t*>(w.values), w.cols});
    case WeightsOnDevice::Kind::Packed:
        break;
    }
    switch (w.packed.bits) {
    case 2:
        return body(Packed<2>{w.packed});
    case 3:
        return body(Packed<3>{w.packed});
    case 4:
        return body(Packed<4>{w.packed});
    case 8:
        return body(Packed<8>{w.packed});
    default:
        return body(Packed<0>{w.packed});
    }
}

template <int Tokens, class Reader>
void multiply(cudaStream_t stream, ConstMatrixView x, const Reader& reader,
              const WeightsOnDevice& w, const float* bias, MatrixView y) {
    launch(multiplyFewKernel<Tokens, Reader>, elements(w.rows * WarpThreads), stream, x, reader,
           w.rows, w.cols, bias, y);
}

} // namespace

void multiplyFew(cudaStream_t stream, ConstMatrixView x, const WeightsOnDevice& w,
                 const float* bias, MatrixView y) {
    if (w.rows == 0) return;
    withReader(w, [&](const auto& reader) {
        // In parts of 4, 2 and 1 tokens; the weights of the later ones come from the cache.
        std::size_t t = 0;
        const auto part = [&](std::size_t count) {
            return std::pair(x.rowRange(t, count), y.rowRange(t, count));
        };
        for (; t + 8 <= x.rows; t += 8)
            multiply<8>(stream, part(8).first, reader, w, bias, part(8).second);
        for (; t + 4 <= x.rows; t += 4)
            multiply<4>(stream, part(4).first, reader, w, bias, part(4).second);
        for (; t + 2 <= x.rows; t += 2)
            multiply<2>(stream, part(2).first, reader, w, bias, part(2).second);
        for (; t < x.rows; ++t) multiply<1>(stream, part(1).first, reader, w, bias, part(1).second);
    });
}

void decodeRows(cudaStream_t stream, const WeightsOnDevice& w, std::size_t first, std::size_t count,
                float* out) {
    if (count == 0 || w.cols == 0) return;
    withReader(w, [&](const auto& reader) {
        using Reader = std::decay_t<decltype(reader)>;
        launch(decodeKernel<Reader>, elements(count * ((w.cols + 7) / 8)), stream, reader, first,
               count, w.cols, out);
    });
}

void gatherRows(cudaStream_t stream, const WeightsOnDevice& w, const std::int32_t* ids,
                MatrixView out) {
    if (out.rows == 0 || out.cols == 0) return;
    withReader(w, [&](const auto& reader) {
        using Reader = std::decay_t<decltype(reader)>;
        launch(gatherKernel<Reader>, elements(out.rows * out.cols), stream, reader, ids, out);
    });
}

} // namespace bitsmith::gpu
