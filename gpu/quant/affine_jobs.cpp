// Rounding on affine grids: the host's side of affine_kernels.cu.
#include "gpu/quant/affine_kernels.h"
#include "gpu/quant/cuda_accelerator.h"

#include "core/tensor/convert.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith::gpu {
namespace {

bool handled(const MatrixLayout& layout) {
    return layout.grid == "affine" && layout.bits >= 2 && layout.bits <= 8 &&
           layout.groupBits.empty() && !layout.columnScaled && !layout.side.any() &&
           layout.scaleType == DType::F16 && layout.parameterRows == layout.rows &&
           layout.rows > 0 && layout.cols > 0;
}

// Parameters of all groups, to be fitted.
struct Parameters {
    DeviceBuffer scales, zeros, halves, flagged;
    AffineParametersOnDevice view;

    Parameters(const Device& device, const MatrixLayout& layout) {
        const std::size_t count = layout.parameters();
        scales = device.allocateFor<float>(count);
        zeros = device.allocateFor<float>(count);
        halves = device.allocateFor<std::uint16_t>(count);
        flagged = device.zeroed(2 * sizeof(unsigned));
        view = {.scales = scales.as<float>(),
                .zeros = zeros.as<float>(),
                .halves = halves.as<std::uint16_t>(),
                .flagged = flagged.as<unsigned>(),
                .bits = layout.bits,
                .symmetric = layout.symmetric};
    }
};

// On the device groups come first, in files rows.
template <class T>
std::vector<T> transposed(const std::vector<T>& from, std::size_t rows, std::size_t cols) {
    std::vector<T> to(from.size());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < cols; ++c) to[c * rows + r] = from[r * cols + c];
    return to;
}

class Rounding {
public:
    Rounding(const Device& device, const AffineJob& job)
        : m_device(device), m_job(job), m_rows(job.weights.rows), m_cols(job.weights.cols),
          m_parameters(device, job.layout),
          m_codes(device.allocateFor<std::uint8_t>(m_rows * m_cols)) {
        if (job.searched)
            m_scratch = device.allocateFor<float>(m_rows * std::min(job.layout.groupSize, m_cols));
    }

    // All weights in the order of `order`, a column after the other.
    DeviceBuffer columns(const std::uint32_t* order, const std::uint8_t* dead) const {
        const DeviceMatrix rows = m_device.uploaded(m_job.weights);
        DeviceBuffer out = m_device.allocateFor<float>(m_rows * m_cols);
        gatherColumns(m_device.compute(), rows.view.data, m_rows, m_cols, order, dead,
                      out.as<float>());
        return out;
    }

    // importance: on the device, of the columns in the order of `at`; or null.
    void fit(const BlockErrors& at, std::size_t group, std::size_t column,
             const float* importance) const {
        fitGroup(m_device.compute(), at,
                 {.group = group,
                  .column = column,
                  .width = std::min(m_job.layout.groupSize, m_cols - column),
                  .searched = m_job.searched,
                  .importance = importance ? importance + column : nullptr,
                  .scratch = m_scratch.as<float>()},
                 m_parameters.view);
    }
    void round(const BlockErrors& at, ColumnRun run) const {
        run.codes = m_codes.as<std::uint8_t>();
        roundColumns(m_device.compute(), at, run, m_parameters.view);
    }

    void finish(AffineCodes* out) const {
        const MatrixLayout& layout = m_job.layout;
        const std::size_t rowBytes = layout.rowBytes(), groups = layout.groupsPerRow;
        const DeviceBuffer packed = m_device.allocate(m_rows * rowBytes);
        packColumns(m_device.compute(), m_codes.as<std::uint8_t>(), m_rows, m_cols, layout.bits,
                    rowBytes, packed.as<std::uint8_t>());
        AffineCodes result;
        result.codes.resize(m_rows * rowBytes);
        m_device.download(packed, std::span(result.codes));
        std::vector<std::uint16_t> halves(layout.parameters());
        m_device.download(m_parameters.halves, std::span(halves));
        halves = transposed(halves, groups, m_rows);
        const auto bytes = std::as_bytes(std::span(std::as_const(halves)));
        result.scales.assign(bytes.begin(), bytes.end());
        if (!layout.symmetric) {
            std::vector<float> zeros(layout.parameters());
            m_device.download(m_parameters.zeros, std::span(zeros));
            for (const float zero : transposed(zeros, groups, m_rows))
                result.zeros.push_back(static_cast<std::uint8_t>(zero));
        }
        unsigned flagged[2] = {0, 0};
        m_device.download(m_parameters.flagged, std::span<unsigned>(flagged));
        result.clipped = flagged[0];
        result.coarse = flagged[1];
        *out = std::move(result);
    }

private:
    const Device& m_device;
    AffineJob m_job; // borrows its arrays
    std::size_t m_rows, m_cols;
    Parameters m_parameters;
    DeviceBuffer m_codes, m_scratch;
};

std::vector<std::uint32_t> groupsInOrder(std::size_t cols, std::size_t groupSize) {
    std::vector<std::uint32_t> groups(cols);
    for (std::size_t j = 0; j < cols; ++j) groups[j] = static_cast<std::uint32_t>(j / groupSize);
    return groups;
}

} // namespace

bool CudaAccelerator::roundNearest(const AffineJob& job, AffineCodes* out) const {
    if (!handled(job.layout)) return false;
    return attempt(m_device, [&] {
        const std::size_t rows = job.weights.rows, cols = job.weights.cols;
        const Rounding rounding(m_device, job);
        const DeviceBuffer work = rounding.columns(nullptr, nullptr);
        const DeviceBuffer importance = m_device.uploaded(job.importance);
        const auto groupOf = groupsInOrder(cols, job.layout.groupSize);
        const DeviceBuffer groups = m_device.uploaded(std::span<const std::uint32_t>(groupOf));
        const BlockErrors at{.work = work.as<float>(), .rows = rows, .cols = cols};
        for (std::size_t g = 0; g < job.layout.groupsPerRow; ++g)
            rounding.fit(at, g, g * job.layout.groupSize, importance.as<const float>());
        rounding.round(at, {.column = 0, .end = cols, .groupOf = groups.as<std::uint32_t>()});
        rounding.finish(out);
    });
}

bool CudaAccelerator::gptq(const GptqJob& job, AffineCodes* out) const {
    if (!handled(job.layout) || job.blockSize == 0) return false;
    return attempt(m_device, [&] {
        const std::size_t rows = job.weights.rows, cols = job.weights.cols;
        const std::size_t size = job.layout.groupSize, block = std::min(job.blockSize, cols);
        const Rounding rounding(m_device, job);
        const DeviceBuffer order = m_device.uploaded(job.order), dead = m_device.uploaded(job.dead);
        const DeviceMatrix spread = m_device.uploaded(job.spread);
        const DeviceBuffer errors = m_device.allocateFor<float>(block * rows);
        const auto* const orderData = order.as<const std::uint32_t>();

        std::vector<std::uint32_t> groupOf = groupsInOrder(cols, size);
        std::vector<float> importance(job.importance.begin(), job.importance.end());
        if (job.staticGroups) {
            for (std::size_t j = 0; j < cols; ++j)
                groupOf[j] = static_cast<std::uint32_t>(job.order[j] / size);
        } else {
            for (std::size_t j = 0; j < importance.size(); ++j)
                importance[j] = job.importance[job.order[j]];
        }
        const DeviceBuffer groups = m_device.uploaded(std::span<const std::uint32_t>(groupOf));
        const DeviceBuffer weights = m_device.uploaded(std::span<const float>(importance));
        if (job.staticGroups) {
            const DeviceBuffer original = rounding.columns(nullptr, dead.as<const std::uint8_t>());
            const BlockErrors at{.work = original.as<float>(), .rows = rows, .cols = cols};
            for (std::size_t g = 0; g < job.layout.groupsPerRow; ++g)
                rounding.fit(at, g, g * size, weights.as<const float>());
        }

        const DeviceBuffer work = rounding.columns(orderData, dead.as<const std::uint8_t>());
        for (std::size_t first = 0; first < cols; first += block) {
            const std::size_t last = std::min(cols, first + block);
            BlockErrors at{.work = work.as<float>(),
                           .errors = errors.as<float>(),
                           .spread = spread.view.data,
                           .rows = rows,
                           .cols = cols,
                           .first = first,
                           .done = first};
            for (std::size_t j = first; j < last; j = at.done) {
                if (!job.staticGroups && j % size == 0)
                    rounding.fit(at, j / size, j, weights.as<const float>());
                const std::size_t end =
                    job.staticGroups ? last : std::min(last, (j / size + 1) * size);
                rounding.round(at, {.column = j,
                                    .end = end,
                                    .groupOf = groups.as<const std::uint32_t>(),
                                    .order = orderData,
                                    .errors = errors.as<float>()});
                at.done = end;
            }
            if (last == cols) break;
            // Later columns (rows x rest, column-major) += errors (rows x block) spread.
            const float one = 1;
            check(cublasGemmEx(m_device.blas(), CUBLAS_OP_N, CUBLAS_OP_T, static_cast<int>(rows),
                               static_cast<int>(cols - last), static_cast<int>(last - first), &one,
                               errors.as<float>(), CUDA_R_32F, static_cast<int>(rows),
                               spread.view.data + first * cols + last, CUDA_R_32F,
                               static_cast<int>(cols), &one, work.as<float>() + last * rows,
                               CUDA_R_32F, static_cast<int>(rows), CUBLAS_COMPUTE_32F,
                               CUBLAS_GEMM_DEFAULT),
                  "spreading errors");
        }
        rounding.finish(out);
    });
}

bool CudaAccelerator::descend(const DescentJob& job, std::vector<std::byte>* codes,
                              std::vector<double>* errors) const {
    const QuantizedMatrix& start = *job.start;
    if (!handled(start) || job.blockSize == 0) return false;
    return attempt(m_device, [&] {
        const std::size_t rows = start.rows, cols = start.cols;
        const std::size_t block = std::min(job.blockSize, cols), rowBytes = start.rowBytes();
        const cudaStream_t stream = m_device.compute();
        const Rounding rounding(m_device, {.weights = job.weights, .layout = start});
        const DeviceBuffer weights = rounding.columns(nullptr, nullptr);
        const DeviceMatrix gram = m_device.uploaded(job.gram);

        std::vector<float> scales(start.parameters()), zeros(start.parameters());
        toFloat(start.scaleType, start.scales, scales);
        for (std::size_t p = 0; p < zeros.size(); ++p) zeros[p] = static_cast<float>(start.zero(p));
        scales = transposed(scales, rows, start.groupsPerRow);
        zeros = transposed(zeros, rows, start.groupsPerRow);
        const DeviceBuffer scalesThere = m_device.uploaded(std::span<const float>(scales));
        const DeviceBuffer zerosThere = m_device.uploaded(std::span<const float>(zeros));
        const AffineParametersOnDevice parameters{.scales = scalesThere.as<float>(),
                                                  .zeros = zerosThere.as<float>(),
                                                  .bits = start.bits,
                                                  .symmetric = start.symmetric};
        const auto groupOf =
            start.columnGroups ? start.groupOfColumn : groupsInOrder(cols, start.groupSize);
        const DeviceBuffer groups = m_device.uploaded(std::span<const std::uint32_t>(groupOf));

        const DeviceBuffer packed = m_device.uploaded(std::span(start.codes));
        const DeviceBuffer unpacked = m_device.allocateFor<std::uint8_t>(rows * cols);
        unpackColumns(stream, packed.as<std::uint8_t>(), rows, cols, start.bits, rowBytes,
                      unpacked.as<std::uint8_t>());
        const DeviceBuffer differences = m_device.allocateFor<float>(rows * cols);
        differencesOf(stream, weights.as<float>(), unpacked.as<std::uint8_t>(), rows, cols,
                      groups.as<std::uint32_t>(), parameters, differences.as<float>());
        const DeviceBuffer product = m_device.allocateFor<float>(rows * block);
        const DeviceBuffer changes = m_device.allocateFor<float>(rows * block);

        // (W - V) G of the columns [first, last).
        const auto multiply = [&](std::size_t first, std::size_t last) {
            const float one = 1, zero = 0;
            check(cublasGemmEx(m_device.blas(), CUBLAS_OP_N, CUBLAS_OP_N, static_cast<int>(rows),
                               static_cast<int>(last - first), static_cast<int>(cols), &one,
                               differences.as<float>(), CUDA_R_32F, static_cast<int>(rows),
                               gram.view.data + first * cols, CUDA_R_32F, static_cast<int>(cols),
                               &zero, product.as<float>(), CUDA_R_32F, static_cast<int>(rows),
                               CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
                  "the gradient of a block");
        };
        const auto summed = [&](const DeviceBuffer& perRow) {
            std::vector<double> values(rows);
            m_device.download(perRow, std::span(values));
            return std::accumulate(values.begin(), values.end(), 0.0);
        };
        const auto blocks = [&](const auto& body) {
            for (std::size_t first = 0; first < cols; first += block) {
                const std::size_t last = std::min(cols, first + block);
                multiply(first, last);
                body(first, last);
            }
        };

        const DeviceBuffer energy = m_device.zeroed(rows * sizeof(double));
        blocks([&](std::size_t first, std::size_t last) {
            addProducts(stream, differences.as<float>() + first * rows, product.as<float>(), rows,
                        last - first, energy.as<double>());
        });
        std::vector<double> course{summed(energy)};
        for (int sweep = 0; sweep < job.sweeps && course.back() > 0; ++sweep) {
            const DeviceBuffer gained = m_device.zeroed(rows * sizeof(double));
            blocks([&](std::size_t first, std::size_t last) {
                descendColumns(stream,
                               {.rows = rows,
                                .cols = cols,
                                .first = first,
                                .end = last,
                                .gram = gram.view.data,
                                .product = product.as<float>(),
                                .weights = weights.as<float>(),
                                .differences = differences.as<float>(),
                                .changes = changes.as<float>(),
                                .codes = unpacked.as<std::uint8_t>(),
                                .groupOf = groups.as<std::uint32_t>(),
                                .gained = gained.as<double>()},
                               parameters);
            });
            const double gain = summed(gained), before = course.back();
            course.push_back(std::max(0.0, before - gain));
            if (gain <= job.tolerance * before) break;
        }
        packColumns(stream, unpacked.as<std::uint8_t>(), rows, cols, start.bits, rowBytes,
                    packed.as<std::uint8_t>());
        std::vector<std::byte> result(start.codes.size());
        m_device.download(packed, std::span(result));
        *codes = std::move(result);
        *errors = std::move(course);
    });
}

} // namespace bitsmith::gpu
