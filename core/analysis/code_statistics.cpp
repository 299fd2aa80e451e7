#include "core/analysis/code_statistics.h"

#include "core/analysis/matrix_codes.h"
#include "core/base/parallel.h"
#include "core/tensor/width_parts.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numbers>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::size_t StripCodes = std::size_t{1} << 18; // work is cut by size alone
constexpr std::size_t PairKinds = 256;

// n * H of a context, corrected for its size.
double contextBits(std::span<const std::uint64_t> counts) {
    std::uint64_t n = 0, kinds = 0;
    for (const std::uint64_t c : counts) {
        n += c;
        kinds += c > 0;
    }
    if (n == 0) return 0;
    return static_cast<double>(n) * entropyBits(counts) +
           static_cast<double>(kinds - 1) / (2 * std::numbers::ln2);
}

// Small contexts, one after the other: only the symbols that occurred are looked at.
class ContextCounter {
public:
    explicit ContextCounter(std::size_t symbols) : m_counts(symbols) {}
    void add(std::uint16_t code) {
        if (m_counts[code]++ == 0) m_seen.push_back(code);
        ++m_total;
    }
    // Bits of the context's codes by its own distribution; begins the next one.
    double finish() {
        if (m_total == 0) return 0;
        const double n = static_cast<double>(m_total);
        double bits = n * std::log2(n);
        for (const std::uint16_t code : m_seen) {
            const double c = m_counts[code];
            bits -= c * std::log2(c);
            m_counts[code] = 0;
        }
        bits += static_cast<double>(m_seen.size() - 1) / (2 * std::numbers::ln2);
        m_seen.clear();
        m_total = 0;
        return bits;
    }

private:
    std::vector<std::uint32_t> m_counts;
    std::vector<std::uint16_t> m_seen;
    std::uint64_t m_total = 0;
};

void addRange(RangeStatistics& to, float largest, double squares, std::size_t count) {
    if (!(largest > 0) || !std::isfinite(squares)) return;
    const double bits =
        std::max(0.0, std::log2(largest / std::sqrt(squares / static_cast<double>(count))));
    ++to.groups;
    to.mean += bits; // a sum until finish
    to.max = std::max(to.max, bits);
    const auto bin = static_cast<std::size_t>(bits / RangeStatistics::Step);
    if (bin >= to.histogram.size()) to.histogram.resize(bin + 1);
    ++to.histogram[bin];
}

void merge(RangeStatistics& to, const RangeStatistics& from) {
    to.groups += from.groups;
    to.mean += from.mean;
    to.max = std::max(to.max, from.max);
    if (to.histogram.size() < from.histogram.size()) to.histogram.resize(from.histogram.size());
    for (std::size_t i = 0; i < from.histogram.size(); ++i) to.histogram[i] += from.histogram[i];
}

void finishRanges(RangeStatistics& ranges) {
    if (ranges.groups > 0) ranges.mean /= static_cast<double>(ranges.groups);
}

void addRowRanges(RangeStatistics& to, std::span<const float> row, std::size_t groupSize) {
    for (std::size_t first = 0; first < row.size(); first += groupSize) {
        const auto group = row.subspan(first, std::min(groupSize, row.size() - first));
        float largest = 0;
        double squares = 0;
        for (const float w : group) {
            largest = std::max(largest, std::abs(w));
            squares += double{w} * w;
        }
        addRange(to, largest, squares, group.size());
    }
}

// What one strip of rows adds. Counts go straight into the shared histograms (whole numbers: the
// order does not matter), sums of floating point are combined in the order of strips.
struct StripSums {
    double rowBits = 0, groupBits = 0;
    RangeStatistics ranges;
};

class CodePass {
public:
    CodePass(const QuantizedMatrix& matrix, const CodeForm& form)
        : m_matrix(matrix), m_form(form), m_kinds(std::min(form.symbols, PairKinds)),
          m_shift((form.symbols - m_kinds) / 2), m_histogram(form.symbols),
          m_pairs(m_kinds * m_kinds) {
        if (!matrix.columnGroups) return;
        m_order.resize(matrix.cols);
        std::iota(m_order.begin(), m_order.end(), 0U);
        std::ranges::stable_sort(m_order, {}, [&](auto c) { return matrix.groupOfColumn[c]; });
    }

    StripSums strip(std::size_t first, std::size_t count) {
        StripSums sums;
        const std::size_t cols = m_matrix.cols;
        std::vector<std::uint16_t> codes(count * cols);
        std::vector<float> values(count * cols);
        std::vector<std::uint64_t> histogram(m_histogram.size()), pairs(m_pairs.size());
        ContextCounter context(m_form.symbols);
        readCodes(m_matrix, first, count, codes.data());
        m_matrix.decodeCodes(first, count, values.data());
        for (std::size_t r = 0; r < count; ++r) {
            const auto row = std::span(codes).subspan(r * cols, cols);
            for (const std::uint16_t code : row) context.add(code);
            sums.rowBits += context.finish();
            for (const std::uint16_t code : row) ++histogram[code];
            std::size_t previous = pairKind(row[0]);
            for (std::size_t c = 1; c < cols; ++c) {
                const std::size_t kind = pairKind(row[c]);
                ++pairs[previous * m_kinds + kind];
                previous = kind;
            }
            groups(row, std::span(values).subspan(r * cols, cols), context, sums);
        }
        const std::lock_guard lock(m_mutex);
        for (std::size_t i = 0; i < histogram.size(); ++i) m_histogram[i] += histogram[i];
        for (std::size_t i = 0; i < pairs.size(); ++i) m_pairs[i] += pairs[i];
        return sums;
    }

    std::vector<std::uint64_t>& histogram() { return m_histogram; }

    double previousEntropy() const {
        double bits = 0;
        std::uint64_t count = 0;
        for (std::size_t k = 0; k < m_kinds; ++k) {
            const auto context = std::span(m_pairs).subspan(k * m_kinds, m_kinds);
            bits += contextBits(context);
            count += std::accumulate(context.begin(), context.end(), std::uint64_t{0});
        }
        return count ? bits / static_cast<double>(count) : 0;
    }

private:
    std::size_t pairKind(std::uint16_t code) const {
        return std::clamp<std::size_t>(code, m_shift, m_shift + m_kinds - 1) - m_shift;
    }

    void groups(std::span<const std::uint16_t> codes, std::span<const float> values,
                ContextCounter& context, StripSums& sums) const {
        const std::size_t size = m_form.groupSize;
        if (!m_matrix.columnGroups) {
            for (std::size_t first = 0; first < codes.size(); first += size) {
                const std::size_t last = std::min(codes.size(), first + size);
                for (std::size_t c = first; c < last; ++c) context.add(codes[c]);
                sums.groupBits += context.finish();
            }
            addRowRanges(sums.ranges, values, size);
            return;
        }
        float largest = 0;
        double squares = 0;
        std::size_t count = 0;
        for (std::size_t i = 0; i < m_order.size(); ++i) {
            const std::uint32_t c = m_order[i];
            context.add(codes[c]);
            largest = std::max(largest, std::abs(values[c]));
            squares += double{values[c]} * values[c];
            ++count;
            if (i + 1 < m_order.size() &&
                m_matrix.groupOfColumn[c] == m_matrix.groupOfColumn[m_order[i + 1]])
                continue;
            sums.groupBits += context.finish();
            addRange(sums.ranges, largest, squares, count);
            largest = 0;
            squares = 0;
            count = 0;
        }
    }

    const QuantizedMatrix& m_matrix;
    CodeForm m_form;
    std::size_t m_kinds, m_shift;       // of pairs: the kinds around the middle
    std::vector<std::uint32_t> m_order; // columns by group, where the groups are scattered
    std::mutex m_mutex;
    std::vector<std::uint64_t> m_histogram, m_pairs; // pairs: (previous, code)
};

void parameterEntropies(const QuantizedMatrix& matrix, CodeStatistics& out) {
    const auto planes = parameterPlanes(matrix);
    std::vector<std::vector<std::uint64_t>> counts(planes.size(), std::vector<std::uint64_t>(256));
    readParameters(matrix,
                   [&](std::size_t plane, std::uint8_t symbol) { ++counts[plane][symbol]; });
    for (std::size_t p = 0; p < planes.size(); ++p) {
        const auto n = std::accumulate(counts[p].begin(), counts[p].end(), std::uint64_t{0});
        const double number = static_cast<double>(n);
        (planes[p].zeros ? out.paid.zeros : out.paid.scales) += number * planes[p].bits;
        (planes[p].zeros ? out.needed.zeros : out.needed.scales) += number * entropyBits(counts[p]);
        std::uint64_t& most = planes[p].zeros ? out.zeros : out.scales;
        most = std::max(most, n);
    }
    if (out.scales) out.scaleEntropy = out.needed.scales / static_cast<double>(out.scales);
    if (out.zeros) out.zeroEntropy = out.needed.zeros / static_cast<double>(out.zeros);
    if (matrix.columnGroups) {
        std::vector<std::uint64_t> groups(matrix.groupsPerRow);
        for (const std::uint32_t g : matrix.groupOfColumn) ++groups[g];
        const double cols = static_cast<double>(matrix.cols);
        out.paid.index = 8.0 * sizeof(std::uint32_t) * cols;
        out.needed.index = cols * entropyBits(groups);
    }
}

// Of what is kept beside the codes (side_parts.h): no coder is tried on it.
double besideBits(const QuantizedMatrix& matrix) {
    return 8.0 * static_cast<double>(matrix.sideBytes.size());
}

// Codes of each width by themselves: whoever decodes them knows the widths.
Result<CodeStatistics> mixedStatistics(const QuantizedMatrix& matrix, RunContext& context) {
    CodeStatistics out;
    out.histogram.resize(std::size_t{1} << matrix.widest());
    RangeStatistics ranges;
    for (const QuantizedMatrix& part : splitWidths(matrix)) {
        BITSMITH_TRY(const CodeStatistics own, codeStatistics(part, context));
        addTo(out, own);
        for (std::size_t code = 0; code < own.histogram.size(); ++code)
            out.histogram[code] += own.histogram[code];
        RangeStatistics sums = own.ranges;
        sums.mean *= static_cast<double>(sums.groups);
        merge(ranges, sums);
    }
    finishRanges(ranges);
    out.ranges = std::move(ranges);
    out.layout = matrix.layout();
    out.codeBits = matrix.widest();
    out.groupSize = matrix.groupSize;
    // Padding is that of the whole, not of the parts.
    out.paid.zeros = 8.0 * static_cast<double>(matrix.zeroBytes());
    out.paid.index = 8.0 * static_cast<double>(matrix.groupBits.size()) + besideBits(matrix);
    out.needed.index = out.paid.index;
    out.paid.codes = 8.0 * static_cast<double>(matrix.rows * matrix.rowBytes());
    return out;
}

} // namespace

double entropyBits(std::span<const std::uint64_t> counts) {
    std::uint64_t total = 0;
    double sum = 0; // of c log2 c
    for (const std::uint64_t c : counts) {
        total += c;
        if (c > 1) sum += static_cast<double>(c) * std::log2(static_cast<double>(c));
    }
    if (total == 0) return 0;
    const double n = static_cast<double>(total);
    return std::max(0.0, std::log2(n) - sum / n);
}

RangeStatistics rangeStatistics(ConstMatrixView weights, std::size_t groupSize) {
    const std::size_t stripRows =
        std::max<std::size_t>(1, StripCodes / std::max<std::size_t>(1, weights.cols));
    std::vector<RangeStatistics> strips((weights.rows + stripRows - 1) / stripRows);
    parallelFor(weights.rows, stripRows, [&](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r)
            addRowRanges(strips[first / stripRows], weights.row(r),
                         std::max<std::size_t>(1, groupSize));
    });
    RangeStatistics total;
    for (const RangeStatistics& strip : strips) merge(total, strip);
    finishRanges(total);
    return total;
}

Result<CodeStatistics> codeStatistics(const QuantizedMatrix& matrix, RunContext& context) {
    if (matrix.grid == "mixed") return mixedStatistics(matrix, context);
    BITSMITH_TRY(const CodeForm form, codeForm(matrix));
    CodeStatistics out;
    out.layout = matrix.layout();
    out.codeBits = form.bits;
    out.groupSize = form.groupSize;
    out.codes = std::uint64_t{matrix.rows} * matrix.cols;
    out.histogram.assign(form.symbols, 0);
    if (out.codes == 0) return out;

    CodePass pass(matrix, form);
    const std::size_t stripRows = std::max<std::size_t>(1, StripCodes / matrix.cols);
    std::vector<StripSums> strips((matrix.rows + stripRows - 1) / stripRows);
    parallelFor(matrix.rows, stripRows, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        strips[first / stripRows] = pass.strip(first, last - first);
    });
    double rowBits = 0, groupBits = 0;
    for (const StripSums& strip : strips) {
        rowBits += strip.rowBits;
        groupBits += strip.groupBits;
        merge(out.ranges, strip.ranges);
    }
    finishRanges(out.ranges);
    const double n = static_cast<double>(out.codes);
    out.histogram = std::move(pass.histogram());
    out.entropy = entropyBits(out.histogram);
    out.entropyGivenRow = std::min(out.entropy, rowBits / n);
    out.entropyGivenGroup = std::min(out.entropy, groupBits / n);
    out.entropyGivenPrevious =
        matrix.cols > 1 ? std::min(out.entropy, pass.previousEntropy()) : out.entropy;
    out.needed.codes = n * out.entropy;
    parameterEntropies(matrix, out);
    out.paid.index += besideBits(matrix);
    out.needed.index += besideBits(matrix);
    const double stored = 8.0 * static_cast<double>(matrix.storedBytes());
    if (!matrix.zeros.empty()) // the last byte of the packed zeros counts whole
        out.paid.zeros = 8.0 * static_cast<double>(matrix.zeroBytes());
    out.paid.codes = stored - out.paid.scales - out.paid.zeros - out.paid.index;
    return out;
}

void addTo(CodeStatistics& total, const CodeStatistics& matrix) {
    const double before = static_cast<double>(total.codes),
                 more = static_cast<double>(matrix.codes);
    if (before + more == 0) return;
    const auto mean = [&](double& value, double other, double weight, double otherWeight) {
        if (weight + otherWeight > 0)
            value = (value * weight + other * otherWeight) / (weight + otherWeight);
    };
    mean(total.entropy, matrix.entropy, before, more);
    mean(total.entropyGivenRow, matrix.entropyGivenRow, before, more);
    mean(total.entropyGivenGroup, matrix.entropyGivenGroup, before, more);
    mean(total.entropyGivenPrevious, matrix.entropyGivenPrevious, before, more);
    mean(total.scaleEntropy, matrix.scaleEntropy, static_cast<double>(total.scales),
         static_cast<double>(matrix.scales));
    mean(total.zeroEntropy, matrix.zeroEntropy, static_cast<double>(total.zeros),
         static_cast<double>(matrix.zeros));
    mean(total.ranges.mean, matrix.ranges.mean, static_cast<double>(total.ranges.groups),
         static_cast<double>(matrix.ranges.groups));
    total.ranges.groups += matrix.ranges.groups;
    total.ranges.max = std::max(total.ranges.max, matrix.ranges.max);
    total.codes += matrix.codes;
    total.scales += matrix.scales;
    total.zeros += matrix.zeros;
    for (const auto part :
         {&BitsSplit::codes, &BitsSplit::scales, &BitsSplit::zeros, &BitsSplit::index}) {
        total.paid.*part += matrix.paid.*part;
        total.needed.*part += matrix.needed.*part;
    }
}

} // namespace bitsmith
