// Tables and payloads of rANS: never out of bounds, and all kernels of this machine agree.
//
//   input := u8 log2 of the lanes | u8 runs | runs x (table, varint symbols) | payload
#include "core/codec/rans.h"
#include "tests/fuzz/target.h"

namespace bitsmith::fuzz {
namespace {

constexpr std::size_t MostSymbols = 20000; // of a run
constexpr std::uint8_t MostRuns = 6;

struct Run {
    RansTable table;
    std::size_t symbols;
};

struct Outcome {
    bool opened = false, finished = false;
    std::vector<std::vector<std::uint8_t>> runs;
    bool operator==(const Outcome&) const = default;
};

Outcome decode(std::string_view kernel, std::span<const std::byte> payload, int lanes,
               const std::vector<Run>& runs) {
    check(useRansKernel(kernel).has_value());
    Outcome outcome;
    auto decoder = RansDecoder::open(payload, lanes);
    outcome.opened = decoder.has_value();
    if (!decoder) return outcome;
    for (const Run& run : runs) {
        std::vector<std::uint8_t> out(run.symbols);
        if (!decoder->decode(run.table, out)) return outcome;
        outcome.runs.push_back(std::move(out));
    }
    outcome.finished = decoder->finish().has_value();
    return outcome;
}

Status tryOne(std::span<const std::byte> input) {
    ByteReader in(input);
    BITSMITH_TRY(const auto log2, in.take<std::uint8_t>());
    BITSMITH_TRY(const auto count, in.take<std::uint8_t>());
    const int lanes = log2 > 7 ? log2 : 1 << log2;
    std::vector<Run> runs;
    for (int r = 0; r < count % (MostRuns + 1); ++r) {
        BITSMITH_TRY(const RansTable table, RansTable::read(in));
        ByteWriter again;
        table.write(again);
        ByteReader back(again.bytes());
        const auto same = RansTable::read(back);
        check(same && *same == table && back.atEnd());
        BITSMITH_TRY(const std::uint64_t symbols, in.takeVarint());
        runs.push_back({table, static_cast<std::size_t>(symbols % MostSymbols)});
    }
    const std::vector<std::byte> payload(in.rest().begin(), in.rest().end()); // ends at its end
    const Outcome first = decode("scalar", payload, lanes, runs);
    for (const std::string_view kernel : ransKernels())
        check(decode(kernel, payload, lanes, runs) == first);
    if (!first.finished) return {};
    // What decodes to its end is what the encoder writes of these symbols.
    RansEncoder encoder(lanes);
    for (std::size_t r = 0; r < runs.size(); ++r) encoder.add(runs[r].table, first.runs[r]);
    (void)encoder.finish();
    return {};
}

} // namespace

void run(std::span<const std::byte> input) { (void)tryOne(input); }

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    for (int log2 = 0; log2 <= 6; ++log2)
        for (const unsigned alphabet : {1U, 3U, 20U, 60U, 256U}) {
            std::uint32_t state = alphabet;
            std::vector<std::vector<std::uint8_t>> runs{{}, {}};
            ByteWriter bytes;
            bytes.put(static_cast<std::uint8_t>(log2));
            bytes.put(std::uint8_t{2});
            RansEncoder encoder(1 << log2);
            for (auto& symbols : runs) {
                std::vector<std::uint64_t> counts(256);
                for (unsigned i = 0; i < 40U << log2; ++i) {
                    state = state * 1664525U + 1013904223U;
                    const double x = state * 0x1p-32;
                    symbols.push_back(static_cast<std::uint8_t>(x * x * x * alphabet));
                    ++counts[symbols.back()];
                }
                counts[0] += 2000; // so that rare symbols are escaped
                const RansTable table = RansTable::fromWeights(counts);
                table.write(bytes);
                bytes.putVarint(symbols.size());
                encoder.add(table, symbols);
            }
            bytes.putBytes(encoder.finish());
            out.push_back(bytes.take());
        }
    return out;
}

} // namespace bitsmith::fuzz
