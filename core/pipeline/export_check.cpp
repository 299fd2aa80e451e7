#include "core/pipeline/export_check.h"

#include "core/tensor/convert.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t PanelElements = std::size_t{1} << 20;
constexpr double BlockTolerance = 0.02; // of the tensor's norm, where dense became 8-bit blocks

bool same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// What a stretch of values must have become.
class Comparison {
public:
    Comparison(const TensorInfo& from, const TensorInfo& to) : m_name(from.name) {
        m_rounds = !from.layout && to.layout.has_value();
        if (!to.layout) m_dtype = dtypeFromName(to.dtype);
        if (m_dtype && (!isFloating(*m_dtype) || *m_dtype == DType::F64)) m_dtype.reset();
    }

    Status add(std::span<float> expected, std::span<const float> found) {
        if (m_rounds) {
            for (std::size_t i = 0; i < expected.size(); ++i) {
                const double e = double{expected[i]} - found[i];
                m_error += e * e;
                m_size += double{expected[i]} * expected[i];
            }
        } else {
            if (m_dtype && *m_dtype != DType::F32) {
                m_bytes.resize(expected.size() * byteSize(*m_dtype));
                fromFloat(*m_dtype, expected, m_bytes);
                toFloat(*m_dtype, m_bytes, expected);
            }
            for (std::size_t i = 0; i < expected.size(); ++i)
                if (!same(expected[i], found[i]))
                    return fail(ErrorCode::Failed,
                                "read back, '{}' differs: element {} is {} and should be {}",
                                m_name, m_at + i, found[i], expected[i]);
        }
        m_at += expected.size();
        return {};
    }

    Status finish() const {
        if (m_error <= BlockTolerance * BlockTolerance * m_size) return {};
        return fail(ErrorCode::Failed, "read back, '{}' differs by {:.2f} % of its size", m_name,
                    100 * std::sqrt(m_error / m_size));
    }

private:
    const std::string& m_name;
    std::optional<DType> m_dtype;
    bool m_rounds = false;
    std::vector<std::byte> m_bytes;
    std::size_t m_at = 0;
    double m_error = 0, m_size = 0;
};

Status compareMatrix(const Model& a, const Model& b, const TensorInfo& from, const TensorInfo& to,
                     RunContext& context) {
    BITSMITH_TRY(const auto expected, a.matrix(from.name));
    BITSMITH_TRY(const auto found, b.matrix(to.name));
    if (expected->rows() != found->rows() || expected->cols() != found->cols())
        return fail(ErrorCode::Failed, "read back, '{}' is {}x{} and should be {}x{}", from.name,
                    found->rows(), found->cols(), expected->rows(), expected->cols());
    const std::size_t cols = expected->cols();
    const std::size_t panel =
        std::max<std::size_t>(1, PanelElements / std::max<std::size_t>(cols, 1));
    std::vector<float> left(panel * cols), right(panel * cols);
    Comparison comparison(from, to);
    for (std::size_t row = 0; row < expected->rows(); row += panel) {
        context.checkpoint();
        const std::size_t count = std::min(panel, expected->rows() - row);
        expected->decodeRows(row, count, left.data());
        found->decodeRows(row, count, right.data());
        BITSMITH_CHECK(comparison.add(std::span(left).first(count * cols),
                                      std::span(right).first(count * cols)));
    }
    return comparison.finish();
}

Status compareValues(const Model& a, const Model& b, const TensorInfo& from, const TensorInfo& to) {
    BITSMITH_TRY(auto expected, a.values(from.name));
    BITSMITH_TRY(const auto found, b.values(to.name));
    if (expected.size() != found.size())
        return fail(ErrorCode::Failed, "read back, '{}' has {} elements and should have {}",
                    from.name, found.size(), expected.size());
    Comparison comparison(from, to);
    BITSMITH_CHECK(comparison.add(expected, found));
    return comparison.finish();
}

} // namespace

Result<std::size_t> compareExport(const Model& source, const std::filesystem::path& written,
                                  RunContext& context) {
    auto opened = openModel(written);
    if (!opened)
        return fail(ErrorCode::Failed, "the export cannot be read back: {}",
                    opened.error().message);
    const Model& result = **opened;
    std::size_t compared = 0;
    for (std::size_t i = 0; i < source.tensors().size(); ++i) {
        const TensorInfo& from = source.tensors()[i];
        context.checkpoint(static_cast<double>(i) / static_cast<double>(source.tensors().size()));
        const TensorInfo* to = result.find(from.name);
        if (!to) {
            // Buffers that no network computes with are left behind by some formats.
            if (from.role == "other" && source.architecture()) continue;
            return fail(ErrorCode::Failed, "the export lacks '{}'", from.name);
        }
        if (from.rows > 0 && to->rows > 0)
            BITSMITH_CHECK(compareMatrix(source, result, from, *to, context));
        else
            BITSMITH_CHECK(compareValues(source, result, from, *to));
        source.release(from.name);
        result.release(to->name);
        ++compared;
    }
    return compared;
}

} // namespace bitsmith
