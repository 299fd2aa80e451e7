// One CUDA device: its streams and library handles, memory, and copies through pinned buffers.
// Functions throw DeviceError or OutOfDeviceMemory (check.h). One thread at a time holds a Use.
#pragma once

#include "core/tensor/matrix.h"
#include "gpu/cuda_backends.h"
#include "gpu/runtime/check.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace bitsmith::gpu {

class Device;

// Memory of a device; given back in the order of the compute stream.
class DeviceBuffer {
public:
    DeviceBuffer() = default;
    DeviceBuffer(const Device* device, void* data, std::size_t bytes)
        : m_device(device), m_data(data), m_bytes(bytes) {}
    DeviceBuffer(DeviceBuffer&& other) noexcept { swap(other); }
    DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
        swap(other);
        return *this;
    }
    ~DeviceBuffer();
    std::size_t bytes() const { return m_bytes; }
    template <class T>
    T* as() const {
        return static_cast<T*>(m_data);
    }

private:
    void swap(DeviceBuffer& other) {
        std::swap(m_device, other.m_device);
        std::swap(m_data, other.m_data);
        std::swap(m_bytes, other.m_bytes);
    }
    const Device* m_device = nullptr;
    void* m_data = nullptr;
    std::size_t m_bytes = 0;
};

// A matrix on the device.
struct DeviceMatrix {
    DeviceBuffer memory;
    MatrixView view; // pointers of the device
};

// Two pinned buffers in turn: while one is copied by the device, the other is filled or read.
class Staging {
public:
    Staging(cudaStream_t stream) : m_stream(stream) {}
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    ~Staging();
    // fill(first, count, to): writes rows [first, first + count), rowBytes each, contiguous.
    // to: rows on the device, `pitch` bytes apart. Returns before the last copies end.
    using Fill = std::function<void(std::size_t first, std::size_t count, std::byte* to)>;
    void upload(std::size_t rows, std::size_t rowBytes, void* to, std::size_t pitch,
                const Fill& fill);
    // take(first, count, from): all rows in order. Returns when they are there.
    using Take = std::function<void(std::size_t first, std::size_t count, const std::byte* from)>;
    void download(std::size_t rows, std::size_t rowBytes, const void* from, std::size_t pitch,
                  const Take& take);

private:
    static constexpr std::size_t ChunkBytes = std::size_t{4} << 20;
    struct Half {
        std::byte* data = nullptr;
        std::size_t bytes = 0;
        cudaEvent_t done = nullptr;
    };
    Half& ready(std::size_t chunk, std::size_t bytes); // waits for its last copy
    cudaStream_t m_stream;
    Half m_halves[2];
};

class Device {
public:
    // Throws DeviceError where the device does not answer.
    Device(int ordinal, CudaOptions options);
    ~Device();
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    // Makes the device the calling thread's and keeps others out while it lives. May nest.
    class Use {
    public:
        explicit Use(const Device& device);

    private:
        std::unique_lock<std::recursive_mutex> m_lock;
    };

    int ordinal() const { return m_ordinal; }
    const CudaOptions& options() const { return m_options; }
    cudaStream_t compute() const { return m_compute; }
    cudaStream_t copies() const { return m_copies; }
    cublasHandle_t blas() const { return m_blas; }
    cusolverDnHandle_t solver() const; // made on first use
    int multiprocessors() const { return m_multiprocessors; }

    // `onCopies`: for the copy stream. makeRoom() is asked for memory before this gives up; it
    // returns false when it has none.
    DeviceBuffer allocate(std::size_t bytes, bool onCopies = false) const;
    template <class T>
    DeviceBuffer allocateFor(std::size_t count, bool onCopies = false) const {
        return allocate(count * sizeof(T), onCopies);
    }
    void setMakeRoom(std::function<bool()> makeRoom) { m_makeRoom = std::move(makeRoom); }
    std::size_t freeBytes() const;

    DeviceMatrix matrix(std::size_t rows, std::size_t cols) const;
    DeviceMatrix uploaded(ConstMatrixView host) const;
    void upload(ConstMatrixView host, MatrixView device) const;
    void download(ConstMatrixView device, MatrixView host) const;
    // Arrays; from and to ordinary memory, which may go as soon as this returns.
    template <class T>
    DeviceBuffer uploaded(std::span<const T> host) const {
        DeviceBuffer out = allocate(host.size_bytes());
        uploadBytes(host.data(), host.size_bytes(), out.as<void>());
        return out;
    }
    template <class T>
    void download(const DeviceBuffer& device, std::span<T> host) const {
        downloadBytes(device.as<void>(), host.size_bytes(), host.data());
    }
    DeviceBuffer zeroed(std::size_t bytes) const;
    void uploadBytes(const void* host, std::size_t bytes, void* device) const;
    void downloadBytes(const void* device, std::size_t bytes, void* host) const;
    void synchronize() const;

private:
    friend class DeviceBuffer;
    int m_ordinal;
    CudaOptions m_options;
    int m_multiprocessors = 1;
    bool m_pools = false; // stream-ordered memory
    cudaStream_t m_compute = nullptr, m_copies = nullptr;
    cublasHandle_t m_blas = nullptr;
    mutable cusolverDnHandle_t m_solver = nullptr;
    mutable std::recursive_mutex m_mutex;
    std::function<bool()> m_makeRoom;
    mutable std::unique_ptr<Staging> m_staging;
};

// "NVIDIA H100 PCIe, 79 GiB, compute 9.0" of each device; empty without any.
std::vector<std::string> deviceDescriptions();

} // namespace bitsmith::gpu
