#include "core/codec/symbol_rows.h"

#include "core/tensor/bit_packing.h"

#include <cstring>

namespace bitsmith {
namespace {

constexpr std::uint8_t WideEscape = 0; // of 16-bit codes: symbols 1..255 are -127..127
constexpr int WideCentre = 128, WideZero = 1 << 15;

} // namespace

std::uint8_t SymbolRows::centre() const {
    return static_cast<std::uint8_t>(packed() ? 1 << (bits() - 1) : WideCentre);
}

void SymbolRows::read(std::span<const std::byte> row, std::span<std::uint8_t> out,
                      std::vector<std::int16_t>* escaped) const {
    if (packed()) return unpackBits(row, bits(), out);
    if (!wide()) {
        std::memcpy(out.data(), row.data(), row.size());
        return;
    }
    for (std::size_t c = 0; c < out.size(); ++c) {
        std::uint16_t code;
        std::memcpy(&code, row.data() + 2 * c, sizeof code);
        const int k = code - WideZero;
        const bool direct = k >= -127 && k <= 127;
        out[c] = direct ? static_cast<std::uint8_t>(k + WideCentre) : WideEscape;
        if (!direct && escaped) escaped->push_back(static_cast<std::int16_t>(k));
    }
}

void SymbolRows::write(std::span<const std::uint8_t> symbols, std::span<std::byte> row,
                       std::span<const std::int16_t>& escaped) const {
    if (packed()) return packBits(symbols, bits(), row);
    if (!wide()) {
        std::memcpy(row.data(), symbols.data(), row.size());
        return;
    }
    for (std::size_t c = 0; c < symbols.size(); ++c) {
        int k = symbols[c] - WideCentre;
        if (symbols[c] == WideEscape && !escaped.empty()) {
            k = escaped.front();
            escaped = escaped.subspan(1);
        }
        const auto code = static_cast<std::uint16_t>(k + WideZero);
        std::memcpy(row.data() + 2 * c, &code, sizeof code);
    }
}

} // namespace bitsmith
