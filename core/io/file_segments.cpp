#include "core/io/file_segments.h"

#include "core/io/gguf_header.h"
#include "core/io/safetensors.h"
#include "core/io/safetensors_header.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

// Ranges below this join a neighbour of the same layout: their index entry would cost more than
// tables of their own save.
constexpr std::uint64_t SmallRange = 4096;
// Longer ranges are cut, at whole units: what is coded at once stays in memory.
constexpr std::uint64_t LongestSegment = std::uint64_t{16} << 20;
constexpr std::size_t SamplePieces = 4, SampleBytes = std::size_t{1} << 16;
constexpr double ClearlyLess = 0.995; // of two layouts the later one must be better by this

// 32-bit words may be numbers, or codes of any width: of GPTQ (3 bits: down the columns), AWQ, or
// compressed-tensors (until 0.18 codes did not straddle words).
std::vector<SymbolLayout> wordLayouts(std::span<const std::int64_t> shape) {
    std::vector<SymbolLayout> layouts = {SymbolLayout::bytePlanes(4), SymbolLayout::packed(4),
                                         SymbolLayout::packed(2), SymbolLayout::bytes()};
    const auto row = shape.empty() ? 0 : static_cast<std::uint64_t>(shape.back()) * 4;
    if (shape.size() == 2 && shape[0] % 3 == 0 && row > 0 && row <= SymbolLayout::MostRowBytes / 3)
        layouts.push_back(SymbolLayout::wordColumns(3, row));
    for (const int bits : {3, 5, 6, 7}) {
        if (row <= SymbolLayout::MostRowBytes) layouts.push_back(SymbolLayout::packed(bits, row));
        layouts.push_back(SymbolLayout::packed(bits, 4));
    }
    return layouts;
}

std::vector<SymbolLayout> layoutsOf(DType dtype, std::span<const std::int64_t> shape) {
    if (dtype == DType::I32 || dtype == DType::U32) return wordLayouts(shape);
    if (dtype == DType::U8) // also codes of MXFP4, NVFP4 and bitsandbytes
        return {SymbolLayout::bytes(), SymbolLayout::packed(4), SymbolLayout::packed(2)};
    return {SymbolLayout::ofDType(dtype)};
}

class Segments {
public:
    explicit Segments(std::uint64_t fileBytes) : m_fileBytes(fileBytes) {}

    void add(std::uint64_t begin, std::uint64_t size, std::string_view what,
             std::vector<SymbolLayout> layouts) {
        if (begin > m_at) put(m_at, begin - m_at, "padding", {SymbolLayout::bytes()});
        put(begin, size, what, std::move(layouts));
        m_at = begin + size;
    }
    std::vector<FileSegment> finish() {
        if (m_fileBytes > m_at) put(m_at, m_fileBytes - m_at, "padding", {SymbolLayout::bytes()});
        std::vector<FileSegment> cut;
        for (const FileSegment& segment : m_all) {
            // The largest unit is that of whole rows, where the others begin anew.
            std::uint64_t grain = 1;
            for (const SymbolLayout& layout : segment.layouts)
                grain = std::max<std::uint64_t>(grain, layout.unitBytes());
            const std::uint64_t step = LongestSegment / grain * grain;
            for (std::uint64_t at = 0; at < segment.size; at += step) {
                FileSegment part = segment;
                part.begin += at;
                part.size = std::min(step, segment.size - at);
                cut.push_back(std::move(part));
            }
        }
        return cut;
    }

private:
    void put(std::uint64_t begin, std::uint64_t size, std::string_view what,
             std::vector<SymbolLayout> layouts) {
        if (size == 0) return;
        if (!m_all.empty()) {
            FileSegment& last = m_all.back();
            const bool small = size < SmallRange || last.size < SmallRange;
            if (small && last.layouts == layouts && last.what == what &&
                last.size % layouts.front().unitBytes() == 0) {
                last.size += size;
                return;
            }
        }
        m_all.push_back({begin, size, std::string(what), std::move(layouts)});
    }

    std::uint64_t m_fileBytes, m_at = 0;
    std::vector<FileSegment> m_all;
};

Result<SegmentedFile> segmentsOfGguf(const MappedFile& file) {
    const std::string where = fmt::format("GGUF '{}'", file.path().string());
    BITSMITH_TRY(const GgufHeader header, parseGgufHeader(file.bytes(), where));
    std::vector<const GgufTensor*> order;
    for (const GgufTensor& tensor : header.tensors) order.push_back(&tensor);
    std::ranges::stable_sort(order, {}, &GgufTensor::offset);
    Segments segments(file.bytes().size());
    segments.add(0, std::min<std::uint64_t>(header.dataStart, file.bytes().size()), "header",
                 {SymbolLayout::bytes()});
    for (const GgufTensor* tensor : order)
        segments.add(header.dataStart + tensor->offset,
                     *checkedBlockBytes(tensor->dims, *tensor->format), tensor->format->name,
                     {SymbolLayout::ofBlocks(*tensor->format)});
    return SegmentedFile{"gguf", segments.finish()};
}

Result<SegmentedFile> segmentsOfSafetensors(const MappedFile& file) {
    BITSMITH_TRY(const auto opened, SafetensorsFile::open(file.path()));
    const auto bytes = opened->file()->bytes();
    if (bytes.size() != file.bytes().size())
        return fail(ErrorCode::Failed, "'{}' changed while it was opened", file.path().string());
    Segments segments(bytes.size());
    const auto& entries = opened->entries();
    std::uint64_t data = bytes.size();
    if (!entries.empty()) data -= entries.back().end;
    segments.add(0, data, "header", {SymbolLayout::bytes()});
    for (const SafetensorsEntry& entry : entries)
        segments.add(data + entry.begin, entry.end - entry.begin, dtypeName(entry.dtype),
                     layoutsOf(entry.dtype, entry.shape));
    return SegmentedFile{"safetensors", segments.finish()};
}

// Bits per byte when each plane is coded by its own frequencies, a table for each added.
double entropyOf(std::span<const std::byte> bytes, const SymbolLayout& layout) {
    const std::size_t unit = layout.unitBytes();
    const std::size_t piece = std::max(unit, SampleBytes / unit * unit);
    const std::size_t pieces = std::clamp<std::size_t>(bytes.size() / piece, 1, SamplePieces);
    std::vector<std::array<double, 256>> counts(layout.planes());
    SymbolPlanes planes;
    std::size_t sampled = 0;
    for (std::size_t k = 0; k < pieces; ++k) {
        const std::size_t at = bytes.size() / pieces * k / unit * unit;
        const auto chunk = bytes.subspan(at, std::min(piece, bytes.size() - at));
        layout.split(chunk, planes);
        sampled += chunk.size();
        for (std::size_t p = 0; p < planes.size(); ++p)
            for (const std::uint8_t s : planes[p]) ++counts[p][s];
    }
    double bits = 0, tables = 0;
    for (const auto& plane : counts) {
        const double total = std::accumulate(plane.begin(), plane.end(), 0.0);
        for (const double c : plane)
            if (c > 0) {
                bits += c * std::log2(total / c);
                tables += 12;
            }
    }
    return bits / static_cast<double>(std::max<std::size_t>(1, sampled)) +
           tables / static_cast<double>(std::max<std::size_t>(1, bytes.size()));
}

} // namespace

Result<SegmentedFile> segmentsOf(const std::shared_ptr<const MappedFile>& file) {
    const auto bytes = file->bytes();
    const std::string_view start(reinterpret_cast<const char*>(bytes.data()),
                                 std::min<std::size_t>(bytes.size(), 8));
    if (start.starts_with("GGUF")) return segmentsOfGguf(*file);
    if (start.starts_with("PK") || file->path().extension() == ".bin" ||
        file->path().extension() == ".pth" || file->path().extension() == ".pt")
        return fail(ErrorCode::Unsupported,
                    "'{}' is neither a safetensors nor a GGUF file. PyTorch files can be written "
                    "as safetensors first: bitsmith export '{}' --format safetensors -o FOLDER",
                    file->path().string(), file->path().string());
    return segmentsOfSafetensors(*file);
}

SymbolLayout bestLayout(std::span<const std::byte> bytes, std::span<const SymbolLayout> layouts) {
    SymbolLayout best = layouts.front();
    if (layouts.size() == 1) return best;
    double least = entropyOf(bytes, best);
    for (const SymbolLayout& layout : layouts.subspan(1))
        if (const double bits = entropyOf(bytes, layout); bits < least * ClearlyLess) {
            least = bits;
            best = layout;
        }
    return best;
}

} // namespace bitsmith
