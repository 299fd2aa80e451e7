// Weights on the device, as they are stored: copied when they are first used, or before, by a
// thread of its own on the copy stream while the device computes; the least recently used go when
// room is needed. Called by one thread at a time, which holds a Device::Use.
#pragma once

#include "core/tensor/weight_matrix.h"
#include "gpu/ops/products.h"
#include "gpu/runtime/device.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace bitsmith::gpu {

struct HeldWeights {
    WeightsOnDevice view;
    DeviceBuffer values, scales, zeros, levels, groups;
    cudaEvent_t ready = nullptr; // recorded after the last copy
    bool copied = false;         // all copies are queued; guarded by the cache's mutex
    std::exception_ptr failure;
    std::size_t bytes() const {
        return values.bytes() + scales.bytes() + zeros.bytes() + levels.bytes() + groups.bytes();
    }
    ~HeldWeights();
};

class WeightCache {
public:
    // capacity: bytes that are held at most between operations.
    WeightCache(const Device& device, std::size_t capacity);
    ~WeightCache();
    WeightCache(const WeightCache&) = delete;
    WeightCache& operator=(const WeightCache&) = delete;

    // For work on the compute stream, which waits for the copy where it must. The caller keeps the
    // result until that work is queued. keep: for the next time. Throws OutOfDeviceMemory.
    std::shared_ptr<const HeldWeights> get(const WeightMatrix& weights, bool keep = true);
    // Nothing where there is no room, or where the kind of weights cannot be told apart.
    void prefetch(std::shared_ptr<const WeightMatrix> weights);
    // Gives back the least recently used weights; false: there are none.
    bool dropOldest();
    std::size_t heldBytes() const { return m_bytes; }
    std::size_t uploads() const { return m_uploads; } // of whole matrices, for tests

private:
    struct Job {
        std::shared_ptr<const WeightMatrix> weights;
        std::shared_ptr<HeldWeights> held;
    };
    struct Entry {
        std::uint64_t serial;
        std::shared_ptr<HeldWeights> held;
    };
    std::shared_ptr<HeldWeights> reserve(const WeightMatrix& weights);
    void insert(std::uint64_t serial, std::shared_ptr<HeldWeights> held);
    void makeFit(std::size_t bytes);
    void loop(const std::stop_token& stop);

    const Device& m_device;
    std::size_t m_capacity, m_bytes = 0, m_uploads = 0;
    std::list<Entry> m_entries; // the most recently used first
    std::map<std::uint64_t, std::list<Entry>::iterator> m_bySerial;
    std::unique_ptr<Staging> m_own;     // of the calling thread
    std::unique_ptr<Staging> m_threads; // of the prefetching one

    std::mutex m_mutex; // guards what follows, and HeldWeights::copied and failure
    std::condition_variable_any m_changed;
    std::deque<Job> m_jobs;
    std::vector<std::shared_ptr<HeldWeights>> m_finished; // dropped by callers, not by the thread
    std::jthread m_thread;                                // last: uses everything above
};

} // namespace bitsmith::gpu
