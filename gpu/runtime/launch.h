// Launching kernels and what their threads do together. For .cu files only. Compiled by nvcc, or as
// plain C++ against an emulation of the runtime (BITSMITH_CUDA_EMULATION, see tests/gpu).
#pragma once

#include "gpu/runtime/check.h"

#include <cstddef>

namespace bitsmith::gpu {

struct Shape {
    dim3 grid, block;
    std::size_t sharedBytes = 0;
};

#ifdef BITSMITH_CUDA_EMULATION
template <class... P, class... A>
void launch(void (*kernel)(P...), const Shape& shape, cudaStream_t, A... args) {
    emulation::run(shape.grid, shape.block, shape.sharedBytes,
                   [&] { kernel(static_cast<P>(args)...); });
}
#define BITSMITH_SHARED(type, name) type* name = static_cast<type*>(emulation::dynamicShared())
#else
template <class... P, class... A>
void launch(void (*kernel)(P...), const Shape& shape, cudaStream_t stream, A... args) {
    if (shape.sharedBytes > 48u << 10)
        check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   static_cast<int>(shape.sharedBytes)),
              "shared memory of a kernel");
    kernel<<<shape.grid, shape.block, shape.sharedBytes, stream>>>(static_cast<P>(args)...);
    check(cudaGetLastError(), "starting a kernel");
}
// The block's shared memory whose size the launch gives.
#define BITSMITH_SHARED(type, name)                                                                \
    extern __shared__ __align__(16) unsigned char dynamicSharedMemory[];                           \
    type* name = reinterpret_cast<type*>(dynamicSharedMemory)
#endif

constexpr unsigned BlockThreads = 256, WarpThreads = 32;

inline unsigned gridOf(std::size_t work, std::size_t perBlock) {
    constexpr std::size_t Most = 1u << 20; // kernels go over what is beyond in steps of the grid
    const std::size_t blocks = (work + perBlock - 1) / perBlock;
    return static_cast<unsigned>(blocks < 1 ? 1 : blocks > Most ? Most : blocks);
}
// One thread per element, in steps of the grid.
inline Shape elements(std::size_t count) { return {gridOf(count, BlockThreads), BlockThreads, 0}; }
// One block per row, in steps of the grid; as many threads as there are columns, at most 256.
inline Shape rowBlocks(std::size_t rows, std::size_t cols) {
    const std::size_t warps = (cols + WarpThreads - 1) / WarpThreads;
    const std::size_t most = BlockThreads / WarpThreads;
    return {gridOf(rows, 1),
            static_cast<unsigned>((warps < 1      ? 1
                                   : warps > most ? most
                                                  : warps) *
                                  WarpThreads),
            0};
}

__device__ inline std::size_t firstElement() {
    return static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ inline std::size_t elementStep() {
    return static_cast<std::size_t>(gridDim.x) * blockDim.x;
}

// op over the values of a warp's lanes; every lane gets the result. All lanes must call it.
template <class T, class Op>
__device__ T warpReduce(T value, Op op) {
    for (int distance = 16; distance > 0; distance /= 2)
        value = op(value, __shfl_xor_sync(0xffffffffu, value, distance));
    return value;
}

// op over the values of a block's threads, in the same order every time; every thread gets the
// result. All threads must call it. `slots`: 32 of shared memory.
template <class T, class Op>
__device__ T blockReduce(T value, Op op, T* slots) {
    value = warpReduce(value, op);
    __syncthreads(); // the slots may still be read from the call before
    if (threadIdx.x % WarpThreads == 0) slots[threadIdx.x / WarpThreads] = value;
    __syncthreads();
    value = slots[0];
    for (unsigned w = 1; w < blockDim.x / WarpThreads; ++w) value = op(value, slots[w]);
    return value;
}

struct Sum {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return a + b;
    }
};
// The larger, a number rather than NaN where `a` is one.
struct Larger {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return b > a ? b : a;
    }
};

} // namespace bitsmith::gpu
