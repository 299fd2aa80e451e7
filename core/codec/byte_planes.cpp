#include "core/codec/byte_planes.h"

#include "core/codec/rans.h"
#include "core/codec/row_classes.h"

#include <algorithm>
#include <array>

namespace bitsmith {
namespace {

enum Form : std::uint8_t { Constant, Plain, Run };

std::array<std::uint64_t, 256> countsOf(const BytePlane& plane) {
    std::array<std::uint64_t, 256> counts{};
    for (const std::uint8_t byte : plane) ++counts[byte];
    return counts;
}

// Half of the symbols are not larger.
std::uint8_t median(const BytePlane& plane) {
    BytePlane sorted = plane;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle;
}

std::size_t runSymbols(std::span<const BytePlane> planes, std::span<const Form> forms) {
    std::size_t symbols = 0;
    for (std::size_t p = 0; p < planes.size(); ++p)
        if (forms[p] == Run) symbols += planes[p].size();
    return symbols;
}

} // namespace

std::vector<BytePlane> splitBytes(std::span<const std::byte> bytes, std::size_t width) {
    std::vector<BytePlane> planes(width, BytePlane(bytes.size() / width));
    for (std::size_t i = 0; i < bytes.size() / width; ++i)
        for (std::size_t b = 0; b < width; ++b)
            planes[b][i] = static_cast<std::uint8_t>(bytes[i * width + b]);
    return planes;
}

void joinBytes(std::span<const BytePlane> planes, std::span<std::byte> out) {
    for (std::size_t b = 0; b < planes.size(); ++b)
        for (std::size_t i = 0; i < planes[b].size(); ++i)
            out[i * planes.size() + b] = static_cast<std::byte>(planes[b][i]);
}

void writePlanes(std::span<const BytePlane> planes, ByteWriter& out) {
    std::vector<Form> forms;
    std::vector<CodedTable> tables(planes.size());
    for (std::size_t p = 0; p < planes.size(); ++p) {
        const BytePlane& plane = planes[p];
        if (std::ranges::all_of(plane, [&](auto byte) { return byte == plane[0]; })) {
            forms.push_back(Constant);
            continue;
        }
        const auto counts = countsOf(plane);
        tables[p] = cheapestTable(counts, median(plane));
        // The states of a stream of its own would be 4 bytes.
        const double coded =
            tables[p].table.bits(counts) / 8 + static_cast<double>(tables[p].storedBytes()) + 5;
        forms.push_back(coded < static_cast<double>(plane.size()) ? Run : Plain);
    }
    const int lanes = ransLanes(runSymbols(planes, forms));
    RansEncoder encoder(lanes);
    for (std::size_t p = 0; p < planes.size(); ++p) {
        out.put(static_cast<std::uint8_t>(forms[p]));
        if (forms[p] == Constant) out.put(planes[p].empty() ? std::uint8_t{0} : planes[p][0]);
        if (forms[p] == Plain) out.putBytes(std::as_bytes(std::span(planes[p])));
        if (forms[p] != Run) continue;
        out.put(median(planes[p]));
        writeTable(tables[p], out);
        encoder.add(tables[p].table, planes[p]);
    }
    if (std::ranges::find(forms, Run) == forms.end()) return;
    const auto payload = encoder.finish();
    out.put(static_cast<std::uint8_t>(lanes));
    out.putVarint(payload.size());
    out.putBytes(payload);
}

Result<std::vector<BytePlane>> readPlanes(std::span<const std::size_t> sizes, ByteReader& in) {
    std::vector<BytePlane> planes(sizes.size());
    std::vector<std::pair<std::size_t, RansTable>> runs;
    for (std::size_t p = 0; p < sizes.size(); ++p) {
        BITSMITH_TRY(const auto form, in.take<std::uint8_t>());
        if (form == Constant) {
            BITSMITH_TRY(const auto byte, in.take<std::uint8_t>());
            planes[p].assign(sizes[p], byte);
        } else if (form == Plain) {
            BITSMITH_TRY(const auto bytes, in.takeBytes(sizes[p]));
            planes[p].resize(bytes.size());
            std::ranges::transform(bytes, planes[p].begin(),
                                   [](std::byte b) { return static_cast<std::uint8_t>(b); });
        } else if (form == Run) {
            BITSMITH_TRY(const auto centre, in.take<std::uint8_t>());
            BITSMITH_TRY(RansTable table, readTable(centre, in));
            runs.emplace_back(p, std::move(table));
        } else {
            return fail(ErrorCode::BadInput, "a plane of unknown form {}", form);
        }
    }
    if (runs.empty()) return planes;
    BITSMITH_TRY(const auto lanes, in.take<std::uint8_t>());
    BITSMITH_TRY(const auto size, in.takeVarint());
    BITSMITH_TRY(const auto payload, in.takeBytes(size));
    BITSMITH_TRY(RansDecoder decoder, RansDecoder::open(payload, lanes));
    for (const auto& [p, table] : runs) {
        planes[p].resize(sizes[p]);
        BITSMITH_CHECK(decoder.decode(table, planes[p]));
    }
    BITSMITH_CHECK(decoder.finish());
    return planes;
}

} // namespace bitsmith
