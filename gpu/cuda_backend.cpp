#include "gpu/cuda_backend.h"

#include "gpu/ops/kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace bitsmith::gpu {
namespace {

// Of the memory that is free at the start: what weights may hold; the rest is for activations.
constexpr double WeightShare = 0.6;

// Fewer multiply-adds than this for each float that has to be copied, and the processor is faster:
// a core does about as many in the time that a float takes over the bus.
constexpr double WorthPerFloat = 64;

} // namespace

CudaBackend::CudaBackend(int ordinal, const CudaOptions& options)
    : m_name(fmt::format("cuda:{}", ordinal)), m_device(std::make_shared<Device>(ordinal, options)),
      m_weights(*m_device,
                static_cast<std::size_t>(WeightShare * static_cast<double>(m_device->freeBytes()))),
      m_resident(*m_device, m_weights), m_accelerator(*m_device, m_weights),
      m_cpu(makeCpuBackend()) {
    m_device->setMakeRoom([this] { return m_weights.dropOldest(); });
}

CudaBackend::~CudaBackend() { m_device->setMakeRoom({}); }

bool CudaBackend::mirrored(ConstMatrixView host) const {
    const std::lock_guard lock(m_mutex);
    return std::ranges::any_of(m_mirrors, [&](const auto& entry) {
        const ConstMatrixView& m = entry.second.host;
        return m.data == host.data && m.rows == host.rows && m.cols == host.cols &&
               m.stride == host.stride;
    });
}

CudaBackend::Input CudaBackend::input(ConstMatrixView host) const {
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [id, m] : m_mirrors)
            if (m.host.data == host.data && m.host.rows == host.rows && m.host.cols == host.cols &&
                m.host.stride == host.stride)
                return {{}, m.device};
    }
    Input out{m_device->uploaded(host), {}};
    out.view = out.copy.view;
    return out;
}

template <class There, class Here>
void CudaBackend::run(const char* operation, const There& there, const Here& here) const {
    try {
        const Device::Use use(*m_device);
        there();
        return;
    } catch (const OutOfDeviceMemory& error) {
        const std::string text =
            fmt::format("{}: '{}' runs on the processor where the device has no room ({})", m_name,
                        operation, error.what());
        const std::lock_guard lock(m_mutex);
        if (m_told.insert(operation).second) {
            if (m_device->options().notice)
                m_device->options().notice(text);
            else
                std::fprintf(stderr, "%s\n", text.c_str());
        }
    }
    here();
}

void CudaBackend::linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                         MatrixView y) const {
    if (x.rows == 0 || w.rows() == 0) return;
    run(
        "linear",
        [&] {
            const Input in = input(x);
            const DeviceMatrix out = m_device->matrix(y.rows, y.cols);
            m_resident.linear(in.view, w, bias, out.view);
            m_device->download(out.view, y);
        },
        [&] { m_cpu->linear(x, w, bias, y); });
}

void CudaBackend::embed(const WeightMatrix& table, std::span<const std::int32_t> ids,
                        MatrixView out) const {
    if (ids.empty() || out.cols == 0) return;
    if (!everything()) return m_cpu->embed(table, ids, out); // the rows would only be copied back
    run(
        "embed",
        [&] {
            const DeviceMatrix there = m_device->matrix(out.rows, out.cols);
            m_resident.embed(table, ids, there.view);
            m_device->download(there.view, out);
        },
        [&] { m_cpu->embed(table, ids, out); });
}

void CudaBackend::rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps,
                          MatrixView y) const {
    if (!everything()) return m_cpu->rmsNorm(x, weight, eps, y);
    run(
        "rms_norm",
        [&] {
            const Input in = input(x);
            const DeviceMatrix out = m_device->matrix(y.rows, y.cols);
            m_resident.rmsNorm(in.view, weight, eps, out.view);
            m_device->download(out.view, y);
        },
        [&] { m_cpu->rmsNorm(x, weight, eps, y); });
}

void CudaBackend::layerNorm(ConstMatrixView x, std::span<const float> weight,
                            std::span<const float> bias, float eps, MatrixView y) const {
    if (!everything()) return m_cpu->layerNorm(x, weight, bias, eps, y);
    run(
        "layer_norm",
        [&] {
            const Input in = input(x);
            const DeviceMatrix out = m_device->matrix(y.rows, y.cols);
            m_resident.layerNorm(in.view, weight, bias, eps, out.view);
            m_device->download(out.view, y);
        },
        [&] { m_cpu->layerNorm(x, weight, bias, eps, y); });
}

void CudaBackend::rotary(MatrixView x, std::size_t headDim, const RotaryTable& table,
                         std::size_t first) const {
    if (!everything()) return m_cpu->rotary(x, headDim, table, first);
    run(
        "rotary",
        [&] {
            const DeviceMatrix there = m_device->uploaded(x);
            m_resident.rotary(there.view, headDim, table, first);
            m_device->download(there.view, x);
        },
        [&] { m_cpu->rotary(x, headDim, table, first); });
}

void CudaBackend::attention(const AttentionArgs& args) const {
    if (args.query.rows == 0 || args.headDim == 0) return;
    // Both products against the floats that go over the bus.
    const double products = 2.0 * static_cast<double>(args.query.rows) *
                            static_cast<double>(args.keys.rows) *
                            static_cast<double>(args.heads * args.headDim);
    const double floats = static_cast<double>(2 * args.query.rows * args.query.cols +
                                              2 * args.keys.rows * args.keys.cols);
    if (!everything() && products < WorthPerFloat * floats) return m_cpu->attention(args);
    run(
        "attention",
        [&] {
            const Input query = input(args.query), keys = input(args.keys),
                        values = input(args.values);
            const DeviceMatrix out = m_device->matrix(args.out.rows, args.out.cols);
            AttentionArgs there = args;
            there.query = query.view;
            there.keys = keys.view;
            there.values = values.view;
            there.out = out.view;
            m_resident.attention(there);
            m_device->download(out.view, args.out);
        },
        [&] { m_cpu->attention(args); });
}

void CudaBackend::activate(Activation kind, MatrixView x) const {
    if (!everything()) return m_cpu->activate(kind, x);
    run(
        "activate",
        [&] {
            const DeviceMatrix there = m_device->uploaded(x);
            m_resident.activate(kind, there.view);
            m_device->download(there.view, x);
        },
        [&] { m_cpu->activate(kind, x); });
}

void CudaBackend::gate(Activation kind, MatrixView gate, ConstMatrixView up) const {
    if (!everything()) return m_cpu->gate(kind, gate, up);
    run(
        "gate",
        [&] {
            const DeviceMatrix there = m_device->uploaded(gate);
            const Input other = input(up);
            m_resident.gate(kind, there.view, other.view);
            m_device->download(there.view, gate);
        },
        [&] { m_cpu->gate(kind, gate, up); });
}

void CudaBackend::add(MatrixView x, ConstMatrixView y) const {
    if (!everything()) return m_cpu->add(x, y);
    run(
        "add",
        [&] {
            const DeviceMatrix there = m_device->uploaded(x);
            const Input other = input(y);
            m_resident.add(there.view, other.view);
            m_device->download(there.view, x);
        },
        [&] { m_cpu->add(x, y); });
}

void CudaBackend::gram(ConstMatrixView x, MatrixView gram) const {
    if (x.rows == 0 || x.cols == 0) return;
    run(
        "gram",
        [&] {
            const Input in = input(x);
            const DeviceMatrix there = m_device->uploaded(gram);
            m_resident.gram(in.view, there.view);
            m_device->download(there.view, gram);
        },
        [&] { m_cpu->gram(x, gram); });
}

void CudaBackend::channelStats(ConstMatrixView x, std::span<double> sumAbs,
                               std::span<float> maxAbs) const {
    if (!everything() && !mirrored(x)) return m_cpu->channelStats(x, sumAbs, maxAbs);
    run(
        "channel_stats",
        [&] {
            const Input in = input(x);
            m_resident.channelStats(in.view, sumAbs, maxAbs);
        },
        [&] { m_cpu->channelStats(x, sumAbs, maxAbs); });
}

void CudaBackend::logSoftmax(MatrixView x) const {
    if (!everything()) return m_cpu->logSoftmax(x);
    run(
        "log_softmax",
        [&] {
            const DeviceMatrix there = m_device->uploaded(x);
            m_resident.logSoftmax(there.view);
            m_device->download(there.view, x);
        },
        [&] { m_cpu->logSoftmax(x); });
}

std::shared_ptr<float> CudaBackend::allocate(std::size_t floats) const {
    const Device::Use use(*m_device);
    // The device outlives its memory, whoever holds that.
    auto buffer = std::make_shared<std::pair<std::shared_ptr<Device>, DeviceBuffer>>(
        m_device, m_device->allocateFor<float>(floats));
    return {buffer, buffer->second.as<float>()};
}

void CudaBackend::upload(ConstMatrixView host, MatrixView device) const {
    const Device::Use use(*m_device);
    m_device->upload(host, device);
}

void CudaBackend::download(ConstMatrixView device, MatrixView host) const {
    const Device::Use use(*m_device);
    m_device->download(device, host);
}

void CudaBackend::copy(ConstMatrixView from, MatrixView to) const {
    const Device::Use use(*m_device);
    gpu::copy(m_device->compute(), from, to);
}

void CudaBackend::sortHeads(MatrixView qkv, std::size_t heads, std::size_t headDim) const {
    const Device::Use use(*m_device);
    const DeviceMatrix sorted = m_device->matrix(qkv.rows, qkv.cols);
    gpu::sortHeads(m_device->compute(), qkv, heads, headDim, sorted.view);
    gpu::copy(m_device->compute(), sorted.view, qkv);
}

void CudaBackend::prefetch(std::shared_ptr<const WeightMatrix> weights) const {
    const Device::Use use(*m_device);
    m_weights.prefetch(std::move(weights));
}

std::shared_ptr<void> CudaBackend::mirror(ConstMatrixView host, ConstMatrixView device) const {
    const std::lock_guard lock(m_mutex);
    const int id = ++m_lastMirror;
    m_mirrors[id] = {host, device};
    return {nullptr, [this, id](void*) {
                const std::lock_guard again(m_mutex);
                m_mirrors.erase(id);
            }};
}

} // namespace bitsmith::gpu
