#include "core/io/gguf_values.h"

#include <array>
#include <cstring>
#include <utility>

namespace bitsmith {
namespace {

constexpr std::uint64_t LongestArray = std::uint64_t{1} << 30; // of the format
constexpr std::array<std::string_view, 13> Names{
    "u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "string", "array", "u64", "i64", "f64"};

// fn(T{}) with the type's representation in the file; bool stands for itself.
template <class Fn>
auto withNumber(GgufType type, Fn fn) {
    switch (type) {
    case GgufType::U8:
        return fn(std::uint8_t{});
    case GgufType::I8:
        return fn(std::int8_t{});
    case GgufType::U16:
        return fn(std::uint16_t{});
    case GgufType::I16:
        return fn(std::int16_t{});
    case GgufType::U32:
        return fn(std::uint32_t{});
    case GgufType::I32:
        return fn(std::int32_t{});
    case GgufType::F32:
        return fn(float{});
    case GgufType::U64:
        return fn(std::uint64_t{});
    case GgufType::I64:
        return fn(std::int64_t{});
    case GgufType::F64:
        return fn(double{});
    default:
        return fn(false);
    }
}

// uint64_t, int64_t, double or bool: what a number of the file becomes here.
template <class T>
using Widened = std::conditional_t<
    std::is_same_v<T, bool>, bool,
    std::conditional_t<std::is_floating_point_v<T>, double,
                       std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>>;

template <class T>
Result<Widened<T>> readNumber(GgufCursor& cursor) {
    if constexpr (std::is_same_v<T, bool>) {
        BITSMITH_TRY(const auto byte, cursor.read<std::uint8_t>());
        if (byte > 1) return cursor.refuse(fmt::format("is a bool with the value {}", byte));
        return byte == 1;
    } else {
        BITSMITH_TRY(const T value, cursor.read<T>());
        return static_cast<Widened<T>>(value);
    }
}

Result<GgufType> readType(GgufCursor& cursor) {
    BITSMITH_TRY(const auto type, cursor.read<std::uint32_t>());
    if (type >= Names.size())
        return cursor.refuse(fmt::format("has the unknown type {}; types are 0 to 12", type));
    return static_cast<GgufType>(type);
}

Result<GgufValue> readArray(GgufCursor& cursor, std::uint64_t& room) {
    BITSMITH_TRY(const GgufType type, readType(cursor));
    if (type == GgufType::Array) return cursor.refuse("is an array of arrays");
    BITSMITH_TRY(const std::uint64_t count, cursor.readCount());
    if (count > LongestArray)
        return cursor.refuse(
            fmt::format("is an array of {} elements; the format allows {}", count, LongestArray));
    const std::size_t least = type == GgufType::String
                                  ? cursor.countBytes()
                                  : withNumber(type, [](auto number) { return sizeof(number); });
    BITSMITH_CHECK(cursor.checkCount(count, least));
    if (count > room)
        return fail(ErrorCode::Unsupported,
                    "{}: its metadata holds arrays of more elements than are read here ({} more "
                    "where {} are left). No model needs that many; the file is probably damaged",
                    cursor.where(), count, room);
    room -= count;
    if (type == GgufType::String) {
        std::vector<std::string> texts;
        texts.reserve(count);
        for (std::uint64_t i = 0; i < count; ++i) {
            BITSMITH_TRY(const std::string_view text, cursor.readText());
            texts.emplace_back(text);
        }
        return GgufValue{type, std::move(texts)};
    }
    return withNumber(type, [&](auto number) -> Result<GgufValue> {
        using T = decltype(number);
        std::vector<Widened<T>> values;
        values.reserve(count);
        for (std::uint64_t i = 0; i < count; ++i) {
            BITSMITH_TRY(const Widened<T> value, readNumber<T>(cursor));
            values.push_back(value);
        }
        return GgufValue{type, std::move(values)};
    });
}

template <class T>
void appendRaw(std::string& out, T value) {
    std::array<char, sizeof(T)> bytes;
    std::memcpy(bytes.data(), &value, sizeof(T));
    out.append(bytes.data(), bytes.size());
}

template <class T>
bool appendNumber(std::string& out, Widened<T> value) {
    if constexpr (std::is_same_v<T, bool>)
        out.push_back(value ? '\1' : '\0');
    else {
        if constexpr (std::is_integral_v<T>)
            if (!std::in_range<T>(value)) return false;
        appendRaw(out, static_cast<T>(value));
    }
    return true;
}

// One value or an array of them; false where they are not what the type says.
template <class Held, class Append>
bool appendAll(std::string& out, const GgufValue& value, Append append) {
    if (const auto* one = std::get_if<Held>(&value.value)) return append(out, *one);
    const auto* many = std::get_if<std::vector<Held>>(&value.value);
    if (!many) return false;
    for (const Held& element : *many)
        if (!append(out, element)) return false;
    return true;
}

} // namespace

std::string_view ggufTypeName(GgufType type) {
    return Names[static_cast<std::size_t>(type) % Names.size()];
}

Result<GgufValue> readGgufValue(GgufCursor& cursor, std::uint64_t& room) {
    BITSMITH_TRY(const GgufType type, readType(cursor));
    if (type == GgufType::Array) return readArray(cursor, room);
    if (type == GgufType::String) {
        BITSMITH_TRY(const std::string_view text, cursor.readText());
        return GgufValue::text(std::string(text));
    }
    return withNumber(type, [&](auto number) -> Result<GgufValue> {
        BITSMITH_TRY(const auto value, readNumber<decltype(number)>(cursor));
        return GgufValue{type, value};
    });
}

void appendGgufText(std::string& out, std::string_view text) {
    appendRaw(out, static_cast<std::uint64_t>(text.size()));
    out += text;
}

Status appendGgufValue(std::string& out, std::string_view key, const GgufValue& value) {
    if (value.isArray()) {
        appendRaw(out, static_cast<std::uint32_t>(GgufType::Array));
        appendRaw(out, static_cast<std::uint32_t>(value.type));
        appendRaw(out, std::visit(
                           [](const auto& held) {
                               if constexpr (requires { held.begin(); })
                                   return static_cast<std::uint64_t>(held.size());
                               else
                                   return std::uint64_t{0};
                           },
                           value.value));
    } else {
        appendRaw(out, static_cast<std::uint32_t>(value.type));
    }
    const bool written =
        value.type == GgufType::String ? appendAll<std::string>(out, value,
                                                                [](auto& o, const auto& text) {
                                                                    appendGgufText(o, text);
                                                                    return true;
                                                                })
        : value.type == GgufType::Array
            ? false
            : withNumber(value.type, [&](auto number) {
                  using T = decltype(number);
                  return appendAll<Widened<T>>(out, value, [](auto& o, Widened<T> held) {
                      return appendNumber<T>(o, held);
                  });
              });
    if (!written)
        return fail(ErrorCode::Failed,
                    "the metadata key '{}' holds a value that its type {} cannot", key,
                    ggufTypeName(value.type));
    return {};
}

} // namespace bitsmith
