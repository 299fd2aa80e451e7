#include "gpu/runtime/device.h"

#include "core/base/parallel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace bitsmith::gpu {
namespace {

constexpr std::size_t RowsPerTask = 64; // of a parallel copy

void copyRows(std::size_t rows, std::size_t rowBytes, const std::byte* from, std::size_t fromPitch,
              std::byte* to, std::size_t toPitch) {
    const std::size_t grain = std::max<std::size_t>(1, (std::size_t{1} << 18) / (rowBytes + 1));
    parallelFor(rows, std::max(grain, RowsPerTask / 16), [&](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r)
            std::memcpy(to + r * toPitch, from + r * fromPitch, rowBytes);
    });
}

} // namespace

DeviceBuffer::~DeviceBuffer() {
    if (!m_data) return;
    const Device::Use use(*m_device);
    if (m_device->m_pools)
        (void)cudaFreeAsync(m_data, m_device->compute());
    else
        (void)cudaFree(m_data); // waits for the device
}

// ---- Staging

Staging::~Staging() {
    for (Half& half : m_halves) {
        if (half.done) {
            (void)cudaEventSynchronize(half.done);
            (void)cudaEventDestroy(half.done);
        }
        if (half.data) (void)cudaFreeHost(half.data);
    }
}

Staging::Half& Staging::ready(std::size_t chunk, std::size_t bytes) {
    Half& half = m_halves[chunk % 2];
    if (half.bytes > 0) check(cudaEventSynchronize(half.done), "waiting for a copy");
    if (half.bytes < bytes) {
        if (half.data) check(cudaFreeHost(std::exchange(half.data, nullptr)), "cudaFreeHost");
        half.bytes = 0;
        const std::size_t wanted = std::max(bytes, ChunkBytes);
        void* data = nullptr;
        check(cudaHostAlloc(&data, wanted, cudaHostAllocDefault), "pinned memory");
        half.data = static_cast<std::byte*>(data);
        if (!half.done)
            check(cudaEventCreateWithFlags(&half.done, cudaEventDisableTiming), "an event");
        half.bytes = wanted;
    }
    return half;
}

void Staging::upload(std::size_t rows, std::size_t rowBytes, void* to, std::size_t pitch,
                     const Fill& fill) {
    if (rows == 0 || rowBytes == 0) return;
    const std::size_t most = std::max<std::size_t>(1, ChunkBytes / rowBytes);
    for (std::size_t first = 0, chunk = 0; first < rows; first += most, ++chunk) {
        const std::size_t count = std::min(most, rows - first);
        Half& half = ready(chunk, count * rowBytes);
        fill(first, count, half.data);
        check(cudaMemcpy2DAsync(static_cast<std::byte*>(to) + first * pitch, pitch, half.data,
                                rowBytes, rowBytes, count, cudaMemcpyHostToDevice, m_stream),
              "a copy to the device");
        check(cudaEventRecord(half.done, m_stream), "an event");
    }
}

void Staging::download(std::size_t rows, std::size_t rowBytes, const void* from, std::size_t pitch,
                       const Take& take) {
    if (rows == 0 || rowBytes == 0) return;
    const std::size_t most = std::max<std::size_t>(1, ChunkBytes / rowBytes);
    const std::size_t chunks = (rows + most - 1) / most;
    const auto count = [&](std::size_t chunk) { return std::min(most, rows - chunk * most); };
    // Chunk i is copied while chunk i - 1 is taken.
    for (std::size_t chunk = 0; chunk <= chunks; ++chunk) {
        if (chunk < chunks) {
            Half& half = ready(chunk, count(chunk) * rowBytes);
            check(cudaMemcpy2DAsync(half.data, rowBytes,
                                    static_cast<const std::byte*>(from) + chunk * most * pitch,
                                    pitch, rowBytes, count(chunk), cudaMemcpyDeviceToHost,
                                    m_stream),
                  "a copy from the device");
            check(cudaEventRecord(half.done, m_stream), "an event");
        }
        if (chunk > 0) {
            const Half& half = ready(chunk - 1, 0);
            take((chunk - 1) * most, count(chunk - 1), half.data);
        }
    }
}

// ---- Device

Device::Device(int ordinal, CudaOptions options)
    : m_ordinal(ordinal), m_options(std::move(options)) {
    check(cudaSetDevice(ordinal), "choosing the device");
    check(cudaDeviceGetAttribute(&m_multiprocessors, cudaDevAttrMultiProcessorCount, ordinal),
          "the device's properties");
    int pools = 0;
    check(cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, ordinal),
          "the device's properties");
    m_pools = pools != 0;
    if (m_pools) { // memory that was given back stays with the process
        cudaMemPool_t pool = nullptr;
        check(cudaDeviceGetDefaultMemPool(&pool, ordinal), "the memory pool");
        std::uint64_t keep = std::numeric_limits<std::uint64_t>::max();
        check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &keep),
              "the memory pool");
    }
    check(cudaStreamCreateWithFlags(&m_compute, cudaStreamNonBlocking), "a stream");
    check(cudaStreamCreateWithFlags(&m_copies, cudaStreamNonBlocking), "a stream");
    check(cublasCreate(&m_blas), "starting cuBLAS");
    check(cublasSetStream(m_blas, m_compute), "starting cuBLAS");
    m_staging = std::make_unique<Staging>(m_compute);
}

Device::~Device() {
    const Use use(*this);
    (void)cudaStreamSynchronize(m_copies);
    (void)cudaStreamSynchronize(m_compute);
    m_staging.reset();
    if (m_solver) (void)cusolverDnDestroy(m_solver);
    (void)cublasDestroy(m_blas);
    (void)cudaStreamDestroy(m_copies);
    (void)cudaStreamDestroy(m_compute);
}

Device::Use::Use(const Device& device) : m_lock(device.m_mutex) {
    (void)cudaSetDevice(device.m_ordinal);
}

cusolverDnHandle_t Device::solver() const {
    if (!m_solver) {
        check(cusolverDnCreate(&m_solver), "starting cuSOLVER");
        check(cusolverDnSetStream(m_solver, m_compute), "starting cuSOLVER");
    }
    return m_solver;
}

DeviceBuffer Device::allocate(std::size_t bytes, bool onCopies) const {
    if (bytes == 0) return {};
    for (;;) {
        void* data = nullptr;
        const cudaError_t error =
            m_pools ? cudaMallocAsync(&data, bytes, onCopies ? m_copies : m_compute)
                    : cudaMalloc(&data, bytes);
        if (error == cudaSuccess) return {this, data, bytes};
        (void)cudaGetLastError();
        if (error != cudaErrorMemoryAllocation) check(error, "device memory");
        if (!m_makeRoom || !m_makeRoom()) throw OutOfDeviceMemory(bytes);
        // What was given back is free once the streams have come so far.
        check(cudaStreamSynchronize(m_copies), "waiting for the device");
        check(cudaStreamSynchronize(m_compute), "waiting for the device");
        if (m_pools) {
            cudaMemPool_t pool = nullptr;
            check(cudaDeviceGetDefaultMemPool(&pool, m_ordinal), "the memory pool");
            check(cudaMemPoolTrimTo(pool, 0), "the memory pool");
        }
    }
}

std::size_t Device::freeBytes() const {
    std::size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "the device's memory");
    return free;
}

DeviceMatrix Device::matrix(std::size_t rows, std::size_t cols) const {
    DeviceMatrix out{allocateFor<float>(rows * cols), {}};
    out.view = MatrixView(out.memory.as<float>(), rows, cols);
    return out;
}

DeviceMatrix Device::uploaded(ConstMatrixView host) const {
    DeviceMatrix out = matrix(host.rows, host.cols);
    upload(host, out.view);
    return out;
}

void Device::upload(ConstMatrixView host, MatrixView device) const {
    assert(host.rows == device.rows && host.cols == device.cols);
    m_staging->upload(host.rows, host.cols * sizeof(float), device.data,
                      device.stride * sizeof(float),
                      [&](std::size_t first, std::size_t count, std::byte* to) {
                          copyRows(count, host.cols * sizeof(float),
                                   reinterpret_cast<const std::byte*>(host.row(first).data()),
                                   host.stride * sizeof(float), to, host.cols * sizeof(float));
                      });
}

void Device::download(ConstMatrixView device, MatrixView host) const {
    assert(host.rows == device.rows && host.cols == device.cols);
    m_staging->download(
        host.rows, host.cols * sizeof(float), device.data, device.stride * sizeof(float),
        [&](std::size_t first, std::size_t count, const std::byte* from) {
            copyRows(count, host.cols * sizeof(float), from, host.cols * sizeof(float),
                     reinterpret_cast<std::byte*>(host.row(first).data()),
                     host.stride * sizeof(float));
        });
}

namespace {

// Byte strings as rows, the last of them apart.
constexpr std::size_t ByteRow = std::size_t{1} << 16;

template <class Rows>
void asRows(std::size_t bytes, const Rows& rows) {
    const std::size_t whole = bytes / ByteRow, rest = bytes % ByteRow;
    if (whole > 0) rows(std::size_t{0}, whole, ByteRow);
    if (rest > 0) rows(whole * ByteRow, std::size_t{1}, rest);
}

} // namespace

void Device::uploadBytes(const void* host, std::size_t bytes, void* device) const {
    asRows(bytes, [&](std::size_t at, std::size_t rows, std::size_t width) {
        const std::byte* from = static_cast<const std::byte*>(host) + at;
        m_staging->upload(rows, width, static_cast<std::byte*>(device) + at, width,
                          [&](std::size_t first, std::size_t count, std::byte* to) {
                              copyRows(count, width, from + first * width, width, to, width);
                          });
    });
}

void Device::downloadBytes(const void* device, std::size_t bytes, void* host) const {
    asRows(bytes, [&](std::size_t at, std::size_t rows, std::size_t width) {
        std::byte* to = static_cast<std::byte*>(host) + at;
        m_staging->download(rows, width, static_cast<const std::byte*>(device) + at, width,
                            [&](std::size_t first, std::size_t count, const std::byte* from) {
                                copyRows(count, width, from, width, to + first * width, width);
                            });
    });
}

DeviceBuffer Device::zeroed(std::size_t bytes) const {
    DeviceBuffer out = allocate(bytes);
    if (bytes > 0) check(cudaMemsetAsync(out.as<void>(), 0, bytes, m_compute), "clearing memory");
    return out;
}

void Device::synchronize() const {
    check(cudaStreamSynchronize(m_compute), "running the operation");
}

std::vector<std::string> deviceDescriptions() {
    int count = 0; // not written where there is no driver
    if (cudaGetDeviceCount(&count) != cudaSuccess) {
        (void)cudaGetLastError();
        return {};
    }
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) {
        cudaDeviceProp properties{};
        check(cudaGetDeviceProperties(&properties, i), "the device's properties");
        out.push_back(fmt::format("{}, {:.0f} GiB, compute {}.{}",
                                  static_cast<const char*>(properties.name),
                                  static_cast<double>(properties.totalGlobalMem) / (1 << 30),
                                  properties.major, properties.minor));
    }
    return out;
}

} // namespace bitsmith::gpu
