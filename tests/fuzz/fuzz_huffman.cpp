// Tables and payloads of the Huffman coder.
//
//   input := table | varint symbols | payload
#include "core/codec/huffman.h"
#include "tests/fuzz/target.h"

namespace bitsmith::fuzz {
namespace {

constexpr std::size_t MostSymbols = 20000;

Status tryOne(std::span<const std::byte> input) {
    ByteReader in(input);
    BITSMITH_TRY(const HuffmanTable table, HuffmanTable::read(in));
    ByteWriter again;
    table.write(again);
    ByteReader back(again.bytes());
    const auto same = HuffmanTable::read(back);
    check(same && *same == table && back.atEnd());
    BITSMITH_TRY(const std::uint64_t count, in.takeVarint());
    std::vector<std::uint8_t> symbols(static_cast<std::size_t>(count % MostSymbols));
    const std::vector<std::byte> payload(in.rest().begin(), in.rest().end()); // ends at its end
    // A payload that decodes to its end is the only one of these symbols.
    if (huffmanDecode(table, payload, symbols)) check(huffmanEncode(table, symbols) == payload);
    return {};
}

} // namespace

void run(std::span<const std::byte> input) { (void)tryOne(input); }

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    for (const unsigned alphabet : {1U, 2U, 9U, 60U, 256U})
        for (const unsigned n : {0U, 1U, 30U, 1000U}) {
            std::uint32_t state = alphabet;
            std::vector<std::uint8_t> symbols;
            std::vector<std::uint64_t> counts(256);
            for (unsigned i = 0; i < n; ++i) {
                state = state * 1664525U + 1013904223U;
                const double x = state * 0x1p-32;
                symbols.push_back(static_cast<std::uint8_t>(x * x * x * alphabet));
                ++counts[symbols.back()];
            }
            ++counts[0];
            const HuffmanTable table = HuffmanTable::fromWeights(counts);
            ByteWriter bytes;
            table.write(bytes);
            bytes.putVarint(symbols.size());
            bytes.putBytes(huffmanEncode(table, symbols));
            out.push_back(bytes.take());
        }
    return out;
}

} // namespace bitsmith::fuzz
