// Factorisations, transforms and searches: the host's side of search_kernels.cu and of cuSOLVER.
#include "gpu/ops/kernels.h"
#include "gpu/quant/cuda_accelerator.h"
#include "gpu/quant/search_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

namespace bitsmith::gpu {

// Row-major lower triangles are column-major upper ones: a = U^T U, and U X = I.
bool CudaAccelerator::invertedCholesky(std::span<double> a, std::size_t n, bool* definite) const {
    assert(a.size() == n * n);
    constexpr std::size_t Most = 46340; // n * n fits the libraries' int
    if (n == 0 || n > Most) return false;
    return attempt(m_device, [&] {
        const int size = static_cast<int>(n);
        const DeviceBuffer factor = m_device.uploaded(std::span<const double>(a));
        const DeviceBuffer info = m_device.zeroed(sizeof(int));
        int doubles = 0;
        check(cusolverDnDpotrf_bufferSize(m_device.solver(), CUBLAS_FILL_MODE_UPPER, size,
                                          factor.as<double>(), size, &doubles),
              "a factorisation");
        int failed = 0;
        {
            const DeviceBuffer work =
                m_device.allocateFor<double>(static_cast<std::size_t>(std::max(doubles, 1)));
            check(cusolverDnDpotrf(m_device.solver(), CUBLAS_FILL_MODE_UPPER, size,
                                   factor.as<double>(), size, work.as<double>(), doubles,
                                   info.as<int>()),
                  "a factorisation");
            m_device.download(info, std::span(&failed, 1));
        }
        *definite = failed == 0;
        if (!*definite) return;
        const DeviceBuffer inverse = m_device.zeroed(n * n * sizeof(double));
        setDiagonal(m_device.compute(), inverse.as<double>(), n);
        const double one = 1;
        check(cublasDtrsm(m_device.blas(), CUBLAS_SIDE_LEFT, CUBLAS_FILL_MODE_UPPER, CUBLAS_OP_N,
                          CUBLAS_DIAG_NON_UNIT, size, size, &one, factor.as<double>(), size,
                          inverse.as<double>(), size),
              "a triangular inverse");
        std::vector<double> diagonal(n);
        const DeviceBuffer there = m_device.allocateFor<double>(n);
        readDiagonal(m_device.compute(), inverse.as<double>(), n, there.as<double>());
        m_device.download(there, std::span(diagonal));
        *definite =
            std::ranges::all_of(diagonal, [](double d) { return std::isfinite(d) && d > 0; });
        if (*definite) m_device.download(inverse, a);
    });
}

bool CudaAccelerator::decode(const QuantizedMatrix& matrix, std::span<float> out) const {
    assert(out.size() == matrix.rows * matrix.cols);
    const auto weights = packedWeights({std::shared_ptr<void>(), &matrix}); // borrowed
    return attempt(m_device, [&] {
        const auto held = m_weights.get(*weights, false);
        const DeviceBuffer values = m_device.allocateFor<float>(out.size());
        const void* from = held->view.values;
        if (held->view.kind != WeightsOnDevice::Kind::Floats) {
            decodeRows(m_device.compute(), held->view, 0, matrix.rows, values.as<float>());
            from = values.as<void>();
        }
        m_device.downloadBytes(from, out.size_bytes(), out.data());
    });
}

bool CudaAccelerator::hadamard(MatrixView x, std::size_t size) const {
    constexpr std::size_t Most = 8192;
    if (size == 0 || !std::has_single_bit(size) || size > Most || x.cols % size != 0) return false;
    return attempt(m_device, [&] {
        const DeviceMatrix there = m_device.uploaded(x);
        gpu::hadamard(m_device.compute(), there.view, size);
        m_device.download(there.view, x);
    });
}

bool CudaAccelerator::histogram(std::span<const float> values, float low, float high,
                                std::span<std::uint64_t> counts) const {
    constexpr std::size_t Most = 4096;
    if (counts.empty() || counts.size() > Most || !(low < high)) return false;
    return attempt(m_device, [&] {
        const DeviceBuffer there = m_device.uploaded(values);
        const DeviceBuffer bins = m_device.zeroed(counts.size_bytes());
        gpu::histogram(m_device.compute(), there.as<float>(), values.size(), low, high,
                       bins.as<unsigned long long>(), counts.size());
        m_device.download(bins, counts);
    });
}

// The key of the last that is taken, eight bits at a time from above; then the indices, each
// stretch of values from an offset that the counts of those before it give.
bool CudaAccelerator::largest(std::span<const float> values, std::size_t count,
                              std::vector<std::uint32_t>* indices) const {
    constexpr std::size_t Most = std::size_t{1} << 32;
    if (count > values.size() || values.size() >= Most) return false;
    if (count == 0) {
        indices->clear();
        return true;
    }
    return attempt(m_device, [&] {
        const cudaStream_t stream = m_device.compute();
        const DeviceBuffer there = m_device.uploaded(values);
        std::uint32_t key = 0;
        std::uint64_t wanted = count; // of the keys with this prefix
        for (int shift = 24; shift >= 0; shift -= 8) {
            std::vector<unsigned long long> counts(256);
            const DeviceBuffer bins = m_device.zeroed(256 * sizeof(unsigned long long));
            countKeys(stream, there.as<float>(), values.size(), key, static_cast<unsigned>(shift),
                      bins.as<unsigned long long>());
            m_device.download(bins, std::span(counts));
            std::uint32_t digit = 255;
            for (; digit > 0 && counts[digit] < wanted; --digit) wanted -= counts[digit];
            key |= digit << shift;
        }
        const std::size_t stretches = (values.size() + KeyStretch - 1) / KeyStretch;
        const DeviceBuffer largerThere = m_device.allocateFor<std::uint32_t>(stretches);
        const DeviceBuffer equalThere = m_device.allocateFor<std::uint32_t>(stretches);
        countStretches(stream, there.as<float>(), values.size(), key,
                       largerThere.as<std::uint32_t>(), equalThere.as<std::uint32_t>());
        std::vector<std::uint32_t> larger(stretches), take(stretches);
        m_device.download(largerThere, std::span(larger));
        m_device.download(equalThere, std::span(take));
        std::uint32_t offset = 0;
        for (std::size_t s = 0; s < stretches; ++s) {
            take[s] = static_cast<std::uint32_t>(std::min<std::uint64_t>(take[s], wanted));
            wanted -= take[s];
            const std::uint32_t own = larger[s] + take[s];
            larger[s] = offset; // now where it writes to
            offset += own;
        }
        const DeviceBuffer offsets = m_device.uploaded(std::span<const std::uint32_t>(larger));
        const DeviceBuffer takes = m_device.uploaded(std::span<const std::uint32_t>(take));
        const DeviceBuffer found = m_device.allocateFor<std::uint32_t>(count);
        writeIndices(stream, there.as<float>(), values.size(), key, offsets.as<std::uint32_t>(),
                     takes.as<std::uint32_t>(), found.as<std::uint32_t>());
        std::vector<std::uint32_t> result(count);
        m_device.download(found, std::span(result));
        *indices = std::move(result);
    });
}

bool CudaAccelerator::kMeans(std::span<const float> values, std::span<const float> weights,
                             std::span<float> centroids, int rounds) const {
    constexpr std::size_t Most = 256;
    if (centroids.empty() || centroids.size() > Most || values.empty()) return false;
    return attempt(m_device, [&] {
        double largestTerm = 0, largestWeight = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double w = weights.empty() ? 1 : static_cast<double>(weights[i]);
            largestWeight = std::max(largestWeight, w);
            largestTerm = std::max(largestTerm, w * std::abs(static_cast<double>(values[i])));
        }
        // As many bits below the largest term as leave room for the sum of all.
        const int bits = std::min(40, 62 - static_cast<int>(std::bit_width(values.size())));
        const auto factor = [&](double most) {
            return most > 0 ? std::ldexp(1.0, bits - std::ilogb(most)) / 2 : 1.0;
        };
        const DeviceBuffer there = m_device.uploaded(values);
        const DeviceBuffer weightsThere = m_device.uploaded(weights);
        const DeviceBuffer codes = m_device.zeroed(values.size());
        std::vector<float> centres(centroids.begin(), centroids.end());
        for (int round = 0; round < rounds; ++round) {
            const DeviceBuffer now = m_device.uploaded(std::span<const float>(centres));
            const DeviceBuffer counts =
                m_device.zeroed((2 * Most + 1) * sizeof(unsigned long long));
            LloydRound run{.values = there.as<float>(),
                           .weights = weightsThere.as<float>(),
                           .count = values.size(),
                           .centroids = now.as<float>(),
                           .centroidCount = static_cast<unsigned>(centres.size()),
                           .valueFactor = factor(largestTerm),
                           .massFactor = factor(largestWeight),
                           .codes = codes.as<std::uint8_t>()};
            run.sums = counts.as<unsigned long long>();
            run.masses = run.sums + Most;
            run.changed = run.sums + 2 * Most;
            lloydRound(m_device.compute(), run);
            std::vector<unsigned long long> sums(2 * Most + 1);
            m_device.download(counts, std::span(sums));
            if (round > 0 && sums[2 * Most] == 0) break;
            for (std::size_t c = 0; c < centres.size(); ++c) {
                const auto mass = static_cast<double>(sums[Most + c]) / run.massFactor;
                if (mass > 0) // an empty one stays
                    centres[c] =
                        static_cast<float>(static_cast<double>(static_cast<long long>(sums[c])) /
                                           run.valueFactor / mass);
            }
            std::ranges::sort(centres);
        }
        std::ranges::copy(centres, centroids.begin());
    });
}

bool CudaAccelerator::decodeRans(std::span<const RansJob> jobs, std::span<std::uint8_t> ok) const {
    constexpr std::size_t Slots = 4096;
    const auto sound = [](const RansJob& job) {
        return job.lanes >= 1 && job.lanes <= 64 &&
               std::has_single_bit(static_cast<unsigned>(job.lanes)) && job.slots.size() == Slots;
    };
    assert(jobs.size() == ok.size());
    if (!std::ranges::all_of(jobs, sound)) return false;
    return attempt(m_device, [&] {
        std::map<const std::uint32_t*, std::size_t> tables; // equal tables are copied once
        std::size_t payloadBytes = 0, symbols = 0;
        for (const RansJob& job : jobs) {
            tables.emplace(job.slots.data(), tables.size());
            payloadBytes += job.payload.size();
            symbols += job.out.size();
        }
        std::vector<std::uint32_t> slots(tables.size() * Slots);
        for (const auto& [from, at] : tables) std::copy_n(from, Slots, slots.data() + at * Slots);
        std::vector<std::byte> payloads;
        payloads.reserve(payloadBytes);
        for (const RansJob& job : jobs)
            payloads.insert(payloads.end(), job.payload.begin(), job.payload.end());
        const DeviceBuffer slotsThere = m_device.uploaded(std::span<const std::uint32_t>(slots));
        const DeviceBuffer payloadsThere = m_device.uploaded(std::span<const std::byte>(payloads));
        const DeviceBuffer out = m_device.allocate(symbols), flags = m_device.zeroed(jobs.size());
        std::vector<RansStream> streams;
        std::vector<std::size_t> ids; // of the jobs that have a stream
        std::size_t from = 0, to = 0;
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            const RansJob& job = jobs[i];
            // Shorter than its states: no stream, and not in order.
            if (job.payload.size() >= 4 * static_cast<std::size_t>(job.lanes)) {
                streams.push_back(
                    {.slots = slotsThere.as<std::uint32_t>() + tables.at(job.slots.data()) * Slots,
                     .payload = payloadsThere.as<std::uint8_t>() + from,
                     .out = out.as<std::uint8_t>() + to,
                     .payloadBytes = job.payload.size(),
                     .count = job.out.size(),
                     .lanes = static_cast<unsigned>(job.lanes)});
                ids.push_back(i);
            }
            from += job.payload.size();
            to += job.out.size();
        }
        const DeviceBuffer streamsThere = m_device.uploaded(std::span<const RansStream>(streams));
        gpu::decodeRans(m_device.compute(), streamsThere.as<RansStream>(), streams.size(),
                        flags.as<std::uint8_t>());
        std::vector<std::uint8_t> values(symbols), good(jobs.size());
        m_device.download(out, std::span(values));
        m_device.download(flags, std::span(good));
        std::ranges::fill(ok, std::uint8_t{0});
        for (std::size_t s = 0; s < ids.size(); ++s) ok[ids[s]] = good[s];
        to = 0;
        for (const RansJob& job : jobs) {
            std::copy_n(values.data() + to, job.out.size(), job.out.data());
            to += job.out.size();
        }
    });
}

} // namespace bitsmith::gpu
