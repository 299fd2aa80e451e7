// Fibers, guarded memory and the few runtime functions of cuda_runtime.h.
#include "tests/gpu/emulation/cuda_runtime.h"

#include <ucontext.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
extern "C" void __sanitizer_start_switch_fiber(void** fake, const void* stack, std::size_t bytes);
extern "C" void __sanitizer_finish_switch_fiber(void* fake, const void** stack, std::size_t* bytes);
#endif

dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace emulation {
namespace {

[[noreturn]] void stop(const char* reason) {
    std::fprintf(stderr, "emulated device: %s (block %u,%u,%u thread %u)\n", reason, blockIdx.x,
                 blockIdx.y, blockIdx.z, threadIdx.x);
    std::abort();
}

// ---- Memory

constexpr std::size_t Guard = 256; // bytes before and after; keeps the alignment of a device
constexpr unsigned char GuardByte = 0xA5;

std::mutex memoryMutex;
std::map<void*, std::size_t> blocks;
std::size_t limit = std::size_t{1} << 30, allocated = 0, launchCount = 0;
int deviceCount = 1;

void checkGuards(const unsigned char* data, std::size_t bytes) {
    for (std::size_t i = 0; i < Guard; ++i)
        if (data[-1 - static_cast<std::ptrdiff_t>(i)] != GuardByte || data[bytes + i] != GuardByte)
            stop("something wrote outside of its memory");
}

// ---- Fibers

constexpr std::size_t StackBytes = 64 << 10;

struct Fiber {
    ucontext_t context;
    std::vector<char> stack = std::vector<char>(StackBytes);
    dim3 index;
    bool done = false;
    int barrier = 0;         // passed __syncthreads() so far
    std::uint64_t round = 0; // shuffles so far
    int waiting = 0;         // 0: can run, 1: barrier, 2: shuffle
#if defined(__SANITIZE_ADDRESS__)
    void* fake = nullptr;
#endif
};

struct Warp {
    std::uint64_t values[2][32];
    std::uint64_t arrived[2] = {0, 0}; // lanes that reached rounds of this parity
};

std::vector<std::unique_ptr<Fiber>> fibers;
std::vector<Warp> warps;
std::vector<std::uint64_t> shared;
ucontext_t scheduler;
Fiber* current = nullptr;
const std::function<void()>* body = nullptr;
unsigned liveThreads = 0;
std::mutex runMutex; // one kernel at a time
#if defined(__SANITIZE_ADDRESS__)
void* schedulerFake = nullptr;
const void* schedulerStack = nullptr;
std::size_t schedulerBytes = 0;
#endif

void toScheduler([[maybe_unused]] bool last) {
    Fiber* self = current;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(last ? nullptr : &self->fake, schedulerStack, schedulerBytes);
#endif
    swapcontext(&self->context, &scheduler);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(self->fake, &schedulerStack, &schedulerBytes);
#endif
}

void enter() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &schedulerStack, &schedulerBytes);
#endif
    (*body)();
    current->done = true;
    --liveThreads;
    toScheduler(true);
}

void resume(Fiber& fiber) {
    current = &fiber;
    threadIdx = fiber.index;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&schedulerFake, fiber.stack.data(), StackBytes);
#endif
    swapcontext(&scheduler, &fiber.context);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(schedulerFake, nullptr, nullptr);
#endif
}

unsigned threadNumber() {
    return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
}

// Apart from loops: the compiler counts getcontext() among the calls that return twice.
[[gnu::noinline]] void prepareContext(Fiber& fiber) {
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.data();
    fiber.context.uc_stack.ss_size = StackBytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, enter, 0);
}

void runBlock(unsigned threads, std::mt19937& random) {
    std::memset(shared.data(), 0xFF, shared.size() * sizeof(shared[0]));
    warps.assign((threads + 31) / 32, Warp{});
    std::vector<unsigned> order(threads);
    std::iota(order.begin(), order.end(), 0U);
    liveThreads = threads;
    for (unsigned t = 0; t < threads; ++t) {
        Fiber& fiber = *fibers[t];
        fiber.done = false;
        fiber.barrier = 0;
        fiber.round = 0;
        fiber.waiting = 0;
        fiber.index = {t % blockDim.x, t / blockDim.x % blockDim.y, t / blockDim.x / blockDim.y};
        prepareContext(fiber);
    }
    while (liveThreads > 0) {
        std::shuffle(order.begin(), order.end(), random);
        unsigned ran = 0;
        for (const unsigned t : order)
            if (!fibers[t]->done && fibers[t]->waiting == 0) {
                ++ran;
                resume(*fibers[t]);
            }
        // Whole warps go on from a shuffle, whole blocks from a barrier.
        unsigned released = 0;
        for (std::size_t w = 0; w < warps.size(); ++w) {
            bool all = true;
            for (unsigned t = static_cast<unsigned>(32 * w); t < 32 * (w + 1); ++t)
                all = all && t < threads && !fibers[t]->done && fibers[t]->waiting == 2 &&
                      fibers[t]->round == fibers[32 * w]->round;
            if (!all) continue;
            for (std::size_t t = 32 * w; t < 32 * (w + 1); ++t) fibers[t]->waiting = 0;
            released += 32;
        }
        bool all = true;
        for (unsigned t = 0; t < threads; ++t) all = all && fibers[t]->waiting == 1;
        if (all && liveThreads == threads) {
            for (unsigned t = 0; t < threads; ++t) fibers[t]->waiting = 0;
            released += threads;
        }
        if (ran == 0 && released == 0) stop("a barrier or shuffle that not all threads reached");
    }
}

} // namespace

unsigned lane() { return threadNumber() % 32; }

std::uint64_t shuffle(std::uint64_t value, unsigned from) {
    Warp& warp = warps[threadNumber() / 32];
    const unsigned own = lane();
    auto& values = warp.values[current->round++ % 2];
    values[own] = value;
    current->waiting = 2;
    toScheduler(false);
    return values[from];
}

void* dynamicShared() { return shared.data(); }

void run(dim3 grid, dim3 block, std::size_t sharedBytes, const std::function<void()>& thread) {
    const std::lock_guard lock(runMutex);
    ++launchCount;
    const unsigned threads = block.x * block.y * block.z;
    if (threads == 0 || threads > 1024 || grid.x == 0 || grid.y == 0 || grid.z == 0 ||
        grid.y > 65535 || grid.z > 65535 || sharedBytes > (227U << 10))
        stop("a launch that a device refuses");
    gridDim = grid;
    blockDim = block;
    body = &thread;
    shared.resize(sharedBytes / 8 + 2);
    while (fibers.size() < threads) fibers.push_back(std::make_unique<Fiber>());
    std::mt19937 random(1);
    for (blockIdx.z = 0; blockIdx.z < grid.z; ++blockIdx.z)
        for (blockIdx.y = 0; blockIdx.y < grid.y; ++blockIdx.y)
            for (blockIdx.x = 0; blockIdx.x < grid.x; ++blockIdx.x) runBlock(threads, random);
    const std::lock_guard memory(memoryMutex);
    for (const auto& [data, bytes] : blocks)
        checkGuards(static_cast<const unsigned char*>(data), bytes);
}

void reset(std::size_t memoryBytes, int devices) {
    const std::lock_guard lock(memoryMutex);
    limit = memoryBytes;
    deviceCount = devices;
}
std::size_t allocatedBytes() {
    const std::lock_guard lock(memoryMutex);
    return allocated;
}
std::size_t launches() { return launchCount; }

} // namespace emulation

using namespace emulation;

void __syncthreads() {
    ++current->barrier;
    current->waiting = 1;
    toScheduler(false);
}

unsigned __ballot_sync(unsigned, int predicate) {
    unsigned mask = 0;
    for (unsigned from = 0; from < 32; ++from)
        mask |= static_cast<unsigned>(shuffle(predicate != 0, from)) << from;
    return mask;
}

cudaError_t cudaGetDeviceCount(int* count) {
    if (deviceCount == 0) return cudaErrorInsufficientDriver; // leaves the count as it was
    *count = deviceCount;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int) { return cudaSuccess; }
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    *properties = {};
    std::strcpy(properties->name, "emulated device");
    properties->totalGlobalMem = limit;
    properties->major = 9;
    properties->multiProcessorCount = 4;
    return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
    *value = attribute == cudaDevAttrMaxSharedMemoryPerBlockOptin ? 227 << 10 : 4;
    return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int* version) {
    *version = 13000;
    return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) { return cudaDriverGetVersion(version); }
const char* cudaGetErrorString(cudaError_t error) {
    return error == cudaErrorMemoryAllocation ? "out of memory" : "an emulated error";
}
cudaError_t cudaGetLastError() { return cudaSuccess; }
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
    const std::lock_guard lock(memoryMutex);
    *free = limit - std::min(limit, allocated);
    *total = limit;
    return cudaSuccess;
}
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int) {
    *pool = nullptr;
    return cudaSuccess;
}
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) { return cudaSuccess; }
cudaError_t cudaMemPoolTrimTo(cudaMemPool_t, std::size_t) { return cudaSuccess; }

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
    const std::lock_guard lock(memoryMutex);
    if (allocated + bytes > limit) return cudaErrorMemoryAllocation;
    const std::size_t whole = (bytes + 2 * Guard + 255) / 256 * 256;
    auto* const raw = static_cast<unsigned char*>(std::aligned_alloc(256, whole));
    std::memset(raw, GuardByte, Guard);
    std::memset(raw + Guard, 0xFF, bytes); // NaN
    std::memset(raw + Guard + bytes, GuardByte, whole - Guard - bytes);
    *memory = raw + Guard;
    blocks[*memory] = bytes;
    allocated += bytes;
    return cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
    if (!memory) return cudaSuccess;
    const std::lock_guard lock(memoryMutex);
    const auto it = blocks.find(memory);
    if (it == blocks.end()) stop("memory is freed that was never allocated");
    checkGuards(static_cast<const unsigned char*>(memory), it->second);
    allocated -= it->second;
    blocks.erase(it);
    std::free(static_cast<unsigned char*>(memory) - Guard);
    return cudaSuccess;
}
cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t) {
    return cudaMalloc(memory, bytes);
}
cudaError_t cudaFreeAsync(void* memory, cudaStream_t) { return cudaFree(memory); }
cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) {
    *memory = std::malloc(bytes);
    return cudaSuccess;
}
cudaError_t cudaFreeHost(void* memory) {
    std::free(memory);
    return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind,
                            cudaStream_t) {
    if (bytes > 0) std::memmove(to, from, bytes);
    return cudaSuccess;
}
cudaError_t cudaMemcpy2DAsync(void* to, std::size_t toPitch, const void* from,
                              std::size_t fromPitch, std::size_t width, std::size_t height,
                              cudaMemcpyKind, cudaStream_t) {
    if (width > toPitch || width > fromPitch) return cudaErrorInvalidValue;
    for (std::size_t r = 0; r < height; ++r)
        std::memmove(static_cast<char*>(to) + r * toPitch,
                     static_cast<const char*>(from) + r * fromPitch, width);
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t) {
    if (bytes > 0) std::memset(memory, value, bytes);
    return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    *stream = nullptr;
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    *event = nullptr;
    return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t) { return cudaSuccess; }
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
