// The thread never takes the device's lock: memory is reserved by who asks for the prefetch, and
// given back by callers. So a caller that holds the lock may wait for the thread.
#include "gpu/runtime/weight_cache.h"

#include "core/base/parallel.h"
#include "core/tensor/convert.h"
#include "core/tensor/direct_weights.h"
#include "core/tensor/levels.h"

#include <algorithm>
#include <cstring>

namespace bitsmith::gpu {
namespace {

// What can be multiplied with packed: codes of 2 to 8 bits on a grid that is a table or affine,
// with nothing beside them.
const QuantizedMatrix* packable(const DirectWeights* direct) {
    const QuantizedMatrix* m = direct ? direct->quantized() : nullptr;
    if (!m || m->bits < 2 || m->bits > 8 || !m->groupBits.empty() || m->columnScaled ||
        m->side.any())
        return nullptr;
    return m->grid == "affine" || m->grid == "float" ? m : nullptr;
}

// Stored as numbers that kernels read.
std::optional<WeightsOnDevice::Kind> plainKind(const DirectWeights* direct) {
    const auto view = direct ? direct->storedView() : std::nullopt;
    if (!view) return {};
    switch (view->dtype) {
    case DType::F32:
        return WeightsOnDevice::Kind::Floats;
    case DType::F16:
        return WeightsOnDevice::Kind::Halves;
    case DType::BF16:
        return WeightsOnDevice::Kind::Bfloats;
    default:
        return {};
    }
}

// About what a matrix takes on the device; parameters of packed ones are wider there.
std::size_t bytesThere(const WeightMatrix& weights) {
    const auto* direct = dynamic_cast<const DirectWeights*>(&weights);
    if (packable(direct) || plainKind(direct))
        return static_cast<std::size_t>(weights.storedBytes());
    return weights.rows() * weights.cols() * sizeof(float);
}

void uploadBytes(Staging& staging, std::span<const std::byte> bytes, void* to) {
    constexpr std::size_t Row = std::size_t{1} << 16;
    const auto part = [&](std::size_t at, std::size_t rows, std::size_t width) {
        staging.upload(rows, width, static_cast<std::byte*>(to) + at, width,
                       [&](std::size_t first, std::size_t count, std::byte* out) {
                           parallelFor(count, 8, [&](std::size_t begin, std::size_t end) {
                               std::memcpy(out + begin * width,
                                           bytes.data() + at + (first + begin) * width,
                                           (end - begin) * width);
                           });
                       });
    };
    const std::size_t whole = bytes.size() / Row * Row;
    if (whole > 0) part(0, whole / Row, Row);
    if (whole < bytes.size()) part(whole, 1, bytes.size() - whole);
}
template <class T>
void uploadValues(Staging& staging, std::span<const T> values, const DeviceBuffer& to) {
    uploadBytes(staging, std::as_bytes(values), to.as<void>());
}

void allocatePacked(const Device& device, const QuantizedMatrix& m, HeldWeights& held) {
    held.values = device.allocate(m.codes.size(), true);
    held.scales = device.allocateFor<float>(m.parameters(), true);
    PackedOnDevice& packed = held.view.packed;
    if (m.grid == "float") {
        held.levels = device.allocateFor<float>(std::size_t{1} << m.bits, true);
        packed.levels = held.levels.as<const float>();
    } else {
        held.zeros = device.allocateFor<float>(m.parameters(), true);
        packed.zeros = held.zeros.as<const float>();
    }
    if (m.columnGroups) {
        held.groups = device.allocateFor<std::uint32_t>(m.cols, true);
        packed.groupOfColumn = held.groups.as<const std::uint32_t>();
    }
    packed.codes = held.values.as<const std::uint8_t>();
    packed.scales = held.scales.as<const float>();
    packed.rows = m.rows;
    packed.cols = m.cols;
    packed.rowBytes = m.rowBytes();
    packed.groupSize = m.groupSize;
    packed.groups = m.groupsPerRow;
    packed.bits = m.bits;
    packed.sharedRows = m.parameterRows == 1;
    held.view.kind = WeightsOnDevice::Kind::Packed;
}

void copyPacked(Staging& staging, const QuantizedMatrix& m, HeldWeights& held) {
    uploadValues(staging, std::span(std::as_const(m.codes)), held.values);
    std::vector<float> values(m.parameters());
    toFloat(m.scaleType, m.scales, values);
    if (m.tensorScale != 1)
        for (float& scale : values) scale *= m.tensorScale;
    uploadValues(staging, std::span<const float>(values), held.scales);
    if (m.grid == "float") {
        uploadValues(staging, floatLevels(m.format), held.levels);
    } else {
        for (std::size_t p = 0; p < values.size(); ++p) values[p] = static_cast<float>(m.zero(p));
        uploadValues(staging, std::span<const float>(values), held.zeros);
    }
    if (m.columnGroups)
        uploadValues(staging, std::span(std::as_const(m.groupOfColumn)), held.groups);
}

// All copies are queued on the staging's stream when this returns.
void copyWeights(Staging& staging, const WeightMatrix& weights, HeldWeights& held,
                 cudaStream_t stream) {
    const auto* direct = dynamic_cast<const DirectWeights*>(&weights);
    if (const QuantizedMatrix* matrix = packable(direct)) {
        copyPacked(staging, *matrix, held);
    } else if (plainKind(direct)) {
        uploadBytes(staging, direct->storedView()->bytes, held.values.as<void>());
    } else {
        const std::size_t rowBytes = weights.cols() * sizeof(float);
        staging.upload(weights.rows(), rowBytes, held.values.as<void>(), rowBytes,
                       [&](std::size_t first, std::size_t count, std::byte* to) {
                           parallelFor(count, 16, [&](std::size_t begin, std::size_t end) {
                               weights.decodeRows(first + begin, end - begin,
                                                  reinterpret_cast<float*>(to + begin * rowBytes));
                           });
                       });
    }
    check(cudaEventRecord(held.ready, stream), "an event");
}

} // namespace

HeldWeights::~HeldWeights() {
    if (ready) (void)cudaEventDestroy(ready);
}

WeightCache::WeightCache(const Device& device, std::size_t capacity)
    : m_device(device), m_capacity(capacity), m_own(std::make_unique<Staging>(device.copies())),
      m_threads(std::make_unique<Staging>(device.copies())) {
    m_thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

WeightCache::~WeightCache() {
    m_thread.request_stop();
    m_thread.join();
    const Device::Use use(m_device);
    m_own.reset();
    m_threads.reset();
    m_jobs.clear();
    m_finished.clear();
    m_bySerial.clear();
    m_entries.clear();
}

std::shared_ptr<HeldWeights> WeightCache::reserve(const WeightMatrix& weights) {
    auto held = std::make_shared<HeldWeights>();
    check(cudaEventCreateWithFlags(&held->ready, cudaEventDisableTiming), "an event");
    held->view.rows = weights.rows();
    held->view.cols = weights.cols();
    const auto* direct = dynamic_cast<const DirectWeights*>(&weights);
    if (const QuantizedMatrix* matrix = packable(direct)) {
        allocatePacked(m_device, *matrix, *held);
        return held;
    }
    held->view.kind = plainKind(direct).value_or(WeightsOnDevice::Kind::Floats);
    const std::size_t size = held->view.kind == WeightsOnDevice::Kind::Floats ? 4 : 2;
    held->values = m_device.allocate(weights.rows() * weights.cols() * size, true);
    held->view.values = held->values.as<const void>();
    return held;
}

void WeightCache::insert(std::uint64_t serial, std::shared_ptr<HeldWeights> held) {
    m_bytes += held->bytes();
    m_entries.push_front({serial, std::move(held)});
    m_bySerial[serial] = m_entries.begin();
    ++m_uploads;
}

bool WeightCache::dropOldest() {
    const std::lock_guard lock(m_mutex);
    m_finished.clear();
    for (auto it = m_entries.rbegin(); it != m_entries.rend(); ++it) {
        if (!it->held->copied || it->held.use_count() > 1) continue; // in use
        // Its memory goes back in the order of the compute stream: not before it was written.
        (void)cudaStreamWaitEvent(m_device.compute(), it->held->ready);
        m_bytes -= it->held->bytes();
        m_bySerial.erase(it->serial);
        m_entries.erase(std::next(it).base());
        return true;
    }
    return false;
}

void WeightCache::makeFit(std::size_t bytes) {
    while (m_bytes + bytes > m_capacity && dropOldest()) {
    }
}

std::shared_ptr<const HeldWeights> WeightCache::get(const WeightMatrix& weights, bool keep) {
    const auto* direct = dynamic_cast<const DirectWeights*>(&weights);
    const auto use = [&](std::shared_ptr<const HeldWeights> held) {
        check(cudaStreamWaitEvent(m_device.compute(), held->ready), "waiting for a copy");
        return held;
    };
    if (direct)
        if (const auto it = m_bySerial.find(direct->serial()); it != m_bySerial.end()) {
            const auto held = it->second->held;
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [&] { return held->copied; });
            m_finished.clear();
            if (!held->failure) {
                m_entries.splice(m_entries.begin(), m_entries, it->second);
                return use(held);
            }
            (void)cudaStreamSynchronize(m_device.copies());
            m_bytes -= held->bytes(); // tried again below
            m_entries.erase(it->second);
            m_bySerial.erase(it);
        }
    makeFit(bytesThere(weights));
    auto held = reserve(weights);
    copyWeights(*m_own, weights, *held, m_device.copies());
    {
        const std::lock_guard lock(m_mutex);
        held->copied = true;
    }
    if (keep && direct && held->bytes() <= m_capacity)
        insert(direct->serial(), held);
    else
        ++m_uploads;
    return use(std::move(held));
}

void WeightCache::prefetch(std::shared_ptr<const WeightMatrix> weights) {
    const auto* direct = dynamic_cast<const DirectWeights*>(weights.get());
    if (!direct || m_bySerial.contains(direct->serial())) return;
    const auto bytes = bytesThere(*weights);
    if (bytes > m_capacity / 2) return;
    makeFit(bytes);
    if (m_bytes + bytes > m_capacity) return;
    std::shared_ptr<HeldWeights> held;
    try {
        held = reserve(*weights);
    } catch (const OutOfDeviceMemory&) {
        return;
    }
    insert(direct->serial(), held);
    const std::lock_guard lock(m_mutex);
    m_finished.clear();
    m_jobs.push_back({std::move(weights), std::move(held)});
    m_changed.notify_all();
}

void WeightCache::loop(const std::stop_token& stop) {
    (void)cudaSetDevice(m_device.ordinal());
    for (;;) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [&] { return !m_jobs.empty(); })) return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        std::exception_ptr failure;
        try {
            copyWeights(*m_threads, *job.weights, *job.held, m_device.copies());
        } catch (...) { // told to whoever wants the weights
            failure = std::current_exception();
        }
        job.weights.reset();
        const std::lock_guard lock(m_mutex);
        job.held->failure = failure;
        job.held->copied = true;
        m_finished.push_back(std::move(job.held));
        m_changed.notify_all();
    }
}

} // namespace bitsmith::gpu
