#include "core/tensor/activation_scheme.h"

#include "core/tensor/levels.h"

#include <algorithm>
#include <charconv>
#include <fmt/ranges.h>
#include <optional>
#include <span>
#include <vector>

namespace bitsmith {
namespace {

constexpr std::array<std::string_view, ProductCount> Names = {"q",   "k",    "v",  "qk",  "pv",
                                                              "out", "gate", "up", "down"};
constexpr std::size_t LargestGroup = 1 << 20;

// Formats whose scale is a power of two, and what they are made of.
struct Blocks {
    std::string_view name, levels;
    std::size_t block;
    bool fixed; // the block is part of the format
};
constexpr Blocks PowerOfTwo[] = {
    {"bfp3", "bfp3", 16, false},
    {"bfp4", "bfp4", 16, false},
    {"bfp5", "bfp5", 16, false},
    {"bfp6", "bfp6", 16, false},
    {"bfp7", "bfp7", 16, false},
    {"bfp8", "bfp8", 16, false},
    {"block_minifloat4", "e2m1", 16, false},
    {"block_minifloat5", "e2m2", 16, false},
    {"block_minifloat6", "e3m2", 16, false},
    {"block_minifloat7", "e3m3", 16, false},
    {"block_minifloat8", "e4m3x", 16, false},
    {"mxfp4", "e2m1", 32, true},
    {"mxfp6", "e2m3", 32, true},
    {"mxfp6_e3m2", "e3m2", 32, true},
    {"mxfp8", "e4m3", 32, true},
    {"mxfp8_e5m2", "e5m2", 32, true},
    {"mxint8", "int8", 32, true},
};
constexpr std::string_view Floats[] = {"e2m1", "e2m2", "e2m3", "e3m2", "e3m3", "e4m3", "e5m2"};

const Blocks* blocksOf(std::string_view format) {
    const auto* found = std::ranges::find(PowerOfTwo, format, &Blocks::name);
    return found == std::end(PowerOfTwo) ? nullptr : found;
}

bool isFloat(std::string_view format) {
    return std::ranges::find(Floats, format) != std::end(Floats);
}

int wholeBits(std::string_view format) {
    if (format.size() != 4 || !format.starts_with("int")) return 0;
    const int bits = format[3] - '0';
    return bits >= 2 && bits <= 8 ? bits : 0;
}

std::vector<std::string_view> parts(std::string_view text, char mark) {
    std::vector<std::string_view> out;
    while (true) {
        const std::size_t end = text.find(mark);
        out.push_back(text.substr(0, end));
        if (end == text.npos) return out;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::size_t> countAfter(std::string_view text, std::string_view word) {
    if (!text.starts_with(word)) return std::nullopt;
    text.remove_prefix(word.size());
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0 ||
        value > LargestGroup)
        return std::nullopt;
    return value;
}

std::string allFormats() {
    std::string out = "int2 to int8";
    for (const std::string_view name : Floats) out += fmt::format(", {}", name);
    for (const Blocks& blocks : PowerOfTwo) out += fmt::format(", {}", blocks.name);
    return out;
}

// True where the word says what shares a scale.
Result<bool> readShared(ActivationScheme& scheme, std::string_view word) {
    const Blocks* blocks = blocksOf(scheme.format);
    auto count = countAfter(word, "group");
    if (!count) count = countAfter(word, "block");
    const bool scaled = word == "token" || word == "tensor" || word == "static";
    if (!count && !scaled && word != "unscaled") {
        if (!word.starts_with("group") && !word.starts_with("block")) return false;
        return fail(ErrorCode::Usage,
                    "activations '{}': '{}' wants a number from 1 to {} behind it, as in "
                    "'{}:group64'",
                    scheme.format, word, LargestGroup, scheme.format);
    }
    if (blocks && !count)
        return fail(ErrorCode::Usage,
                    "activations '{}': its scale is a power of two per block, not per '{}'. Use "
                    "'{}', or int8:{} for a scale of its own",
                    scheme.format, word, scheme.format, word == "unscaled" ? "token" : word);
    if (blocks && blocks->fixed && *count != blocks->block)
        return fail(ErrorCode::Usage,
                    "activations '{}': blocks of the OCP formats have {} values, not {}. Use '{}'",
                    scheme.format, blocks->block, *count, scheme.format);
    if (word == "unscaled" && !isFloat(scheme.format))
        return fail(
            ErrorCode::Usage,
            "activations '{}': whole numbers need a scale. Use '{}:token', or e4m3:unscaled",
            scheme.format, scheme.format);
    scheme.group = count.value_or(0);
    scheme.shared = count                ? ScaleShared::Group
                    : word == "tensor"   ? ScaleShared::Tensor
                    : word == "static"   ? ScaleShared::Static
                    : word == "unscaled" ? ScaleShared::Unscaled
                                         : ScaleShared::Token;
    return true;
}

bool isAttention(std::size_t i) {
    return i == std::size_t(Product::QK) || i == std::size_t(Product::PV);
}

Status readProducts(ActivationScheme& scheme, std::string_view words) {
    scheme.products.fill(false);
    for (const std::string_view word : parts(words, '+')) {
        bool known = false;
        for (std::size_t i = 0; i < ProductCount; ++i)
            if (word == "all" || word == Names[i] || (word == "attention" && isAttention(i)) ||
                (word == "linear" && !isAttention(i)))
                known = scheme.products[i] = true;
        if (!known)
            return fail(ErrorCode::Usage,
                        "activations '{}': '{}' is neither what shares a scale (token, tensor, "
                        "static, unscaled, groupN, blockN) nor a product: all, linear, attention, "
                        "or some of {} joined by +",
                        scheme.format, word, fmt::join(Names, ", "));
    }
    return {};
}

} // namespace

std::string_view productName(Product product) { return Names[static_cast<std::size_t>(product)]; }

bool ActivationScheme::powerOfTwo() const { return blocksOf(format) != nullptr; }
int ActivationScheme::integerBits() const { return wholeBits(format); }

const LevelFormat* ActivationScheme::levels() const {
    if (integerBits() > 0) return nullptr;
    const Blocks* blocks = blocksOf(format);
    return findLevelFormat(blocks ? blocks->levels : std::string_view(format));
}

int ActivationScheme::bits() const {
    const LevelFormat* table = levels();
    return table ? table->bits : integerBits();
}

double ActivationScheme::bitsPerValue(std::size_t width) const {
    const double scale = powerOfTwo() ? 8 : 16;
    const std::size_t n = std::max<std::size_t>(1, width);
    const std::size_t scales = shared == ScaleShared::Group   ? (n + group - 1) / group
                               : shared == ScaleShared::Token ? 1
                                                              : 0;
    return bits() + scale * static_cast<double>(scales) / static_cast<double>(n);
}

std::string ActivationScheme::text() const {
    std::string out = format;
    switch (shared) {
    case ScaleShared::Token:
        out += ":token";
        break;
    case ScaleShared::Tensor:
        out += ":tensor";
        break;
    case ScaleShared::Static:
        out += ":static";
        break;
    case ScaleShared::Unscaled:
        out += ":unscaled";
        break;
    case ScaleShared::Group:
        out += fmt::format(":{}{}", powerOfTwo() ? "block" : "group", group);
    }
    std::size_t linear = 0, attention = 0;
    std::string names;
    for (std::size_t i = 0; i < ProductCount; ++i) {
        if (!products[i]) continue;
        ++(isAttention(i) ? attention : linear);
        names += fmt::format("{}{}", names.empty() ? "" : "+", Names[i]);
    }
    if (linear == ProductCount - 2 && attention == 2) return out;
    if (linear == ProductCount - 2 && attention == 0) return out + ":linear";
    if (linear == 0 && attention == 2) return out + ":attention";
    return out + ":" + names;
}

Result<ActivationScheme> parseActivationScheme(std::string_view text) {
    const auto words = parts(text, ':');
    ActivationScheme scheme;
    scheme.format = words[0];
    scheme.products.fill(true);
    if (const Blocks* blocks = blocksOf(words[0])) {
        scheme.shared = ScaleShared::Group;
        scheme.group = blocks->block;
    } else if (wholeBits(words[0]) == 0 && !isFloat(words[0])) {
        return fail(ErrorCode::Usage, "activations '{}': there is no number format '{}'; known: {}",
                    text, words[0], allFormats());
    }
    std::size_t next = 1;
    if (words.size() > 1) {
        BITSMITH_TRY(const bool shared, readShared(scheme, words[1]));
        next += shared ? 1 : 0;
    }
    if (words.size() > next) BITSMITH_CHECK(readProducts(scheme, words[next++]));
    if (words.size() > next)
        return fail(ErrorCode::Usage,
                    "activations '{}': write FORMAT, FORMAT:SHARED or FORMAT:SHARED:PRODUCTS",
                    text);
    return scheme;
}

} // namespace bitsmith
