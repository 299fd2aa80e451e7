#include "core/io/safetensors_header.h"

#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <unordered_set>

namespace bitsmith {
namespace {

constexpr std::size_t MostDimensions = 64;
constexpr int DeepestLevel = 16; // inside keys that we do not know

// Receives the parser's events. Levels: 1 the header object, 2 one tensor or the metadata,
// 3 shape and data_offsets. The parser is iterative, so depth costs no stack.
class HeaderEvents final : public nlohmann::json_sax<nlohmann::json> {
public:
    SafetensorsHeader header;
    std::string error;

    bool null() override { return scalar("null"); }
    bool boolean(bool) override { return scalar("a boolean"); }
    bool number_integer(number_integer_t value) override {
        if (m_skip || m_level != 3) return scalar("a number");
        return refuse(
            fmt::format("{} of {} holds the negative number {}", m_field, tensor(), value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        if (m_skip || m_level != 3) return scalar("a number");
        if (m_field == "shape") {
            if (m_entry.shape.size() == MostDimensions)
                return refuse(
                    fmt::format("{} has more than {} dimensions", tensor(), MostDimensions));
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                return refuse(
                    fmt::format("the shape of {} holds the impossible extent {}", tensor(), value));
            m_entry.shape.push_back(static_cast<std::int64_t>(value));
            return true;
        }
        if (m_offsets == 2)
            return refuse(fmt::format("data_offsets of {} are not two numbers", tensor()));
        (m_offsets == 0 ? m_entry.begin : m_entry.end) = value;
        ++m_offsets;
        return true;
    }
    bool number_float(number_float_t, const string_t& text) override {
        if (m_skip || m_level != 3) return scalar("a number");
        return refuse(fmt::format("{} of {} holds {}, which is not a whole number of 64 bits",
                                  m_field, tensor(), quotedName(text)));
    }
    bool string(string_t& value) override {
        if (m_skip) return true;
        if (m_level == 2 && m_inMetadata) {
            header.metadata[m_field] = value;
            return true;
        }
        if (m_level == 2 && m_field == "dtype") return setDType(value);
        return scalar("a text");
    }
    bool binary(binary_t&) override { return scalar("binary data"); }

    bool start_object(std::size_t) override {
        if (m_skip || (m_level == 2 && !m_inMetadata && !isField())) return startSkipped();
        if (m_level == 2 && m_inMetadata) return scalar("an object");
        if (m_level >= 2) return scalar("an object");
        ++m_level;
        if (m_level == 2) {
            m_inMetadata = m_name == "__metadata__";
            m_seen.clear();
            m_entry = {};
            m_offsets = 0;
        }
        return true;
    }
    bool end_object() override {
        if (m_skip) return --m_skip, true;
        --m_level;
        if (m_level != 1 || m_inMetadata) return true;
        for (const char* field : {"dtype", "shape", "data_offsets"})
            if (!m_seen.contains(field))
                return refuse(fmt::format("{} has no {}", tensor(), field));
        if (m_offsets != 2)
            return refuse(fmt::format("data_offsets of {} are not two numbers", tensor()));
        m_entry.name = m_name;
        header.entries.push_back(std::move(m_entry));
        return true;
    }
    bool start_array(std::size_t) override {
        if (m_skip || (m_level == 2 && !m_inMetadata && !isField())) return startSkipped();
        if (m_level != 2 || m_inMetadata || m_field == "dtype") return scalar("a list");
        ++m_level;
        return true;
    }
    bool end_array() override {
        if (m_skip) return --m_skip, true;
        --m_level;
        return true;
    }
    bool key(string_t& name) override {
        if (m_skip) return true;
        if (m_level == 1) {
            m_name = name;
            if (m_names.insert(name).second) return true;
            return refuse(fmt::format("the tensor {} is in the header twice", quotedName(name)));
        }
        m_field = name;
        if (m_seen.insert(name).second) return true;
        return refuse(fmt::format("{} has the key {} twice", tensor(), quotedName(name)));
    }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::json::exception&) override {
        return refuse(fmt::format("the header is not valid JSON (near byte {} of it)", position));
    }

private:
    bool refuse(std::string why) {
        if (error.empty()) error = std::move(why);
        return false;
    }
    std::string tensor() const { return quotedName(m_name); }
    bool isField() const {
        return m_field == "dtype" || m_field == "shape" || m_field == "data_offsets";
    }
    // A value where this kind of value may not stand; or one of an unknown key, which is ignored.
    bool scalar(const char* kind) {
        if (m_skip) return true;
        if (m_level == 0) return refuse("the header is not a JSON object");
        if (m_level == 1)
            return refuse(
                fmt::format("the header's entry {} is {}, not an object", tensor(), kind));
        if (m_inMetadata)
            return refuse(fmt::format("__metadata__ {} is {}; only texts are allowed there",
                                      quotedName(m_field), kind));
        if (m_level == 2 && !isField()) return true;
        return refuse(fmt::format("{} of {} is or holds {}", m_field, tensor(), kind));
    }
    bool startSkipped() {
        if (++m_skip > DeepestLevel)
            return refuse(fmt::format("{} nests deeper than {} levels", tensor(), DeepestLevel));
        return true;
    }
    bool setDType(const std::string& name) {
        if (const auto dtype = dtypeFromName(name)) {
            m_entry.dtype = *dtype;
            return true;
        }
        static constexpr std::array Known{"F4",          "F6_E2M3",     "F6_E3M2",
                                          "F8_E4M3FNUZ", "F8_E5M2FNUZ", "C64"};
        const bool known = std::find(Known.begin(), Known.end(), name) != Known.end();
        unsupported = known;
        return refuse(
            known ? fmt::format("{} has the dtype {}, which is not supported yet", tensor(), name)
                  : fmt::format("{} has the unknown dtype {}", tensor(), quotedName(name)));
    }

    int m_level = 0, m_skip = 0;
    bool m_inMetadata = false;
    std::string m_name, m_field;
    SafetensorsEntry m_entry;
    int m_offsets = 0;
    std::unordered_set<std::string> m_names;
    std::set<std::string> m_seen; // keys of the present object

public:
    bool unsupported = false;
};

Status checkSizes(const SafetensorsEntry& e, std::uint64_t bufferBytes, const std::string& where) {
    const std::string name = quotedName(e.name);
    if (e.begin > e.end)
        return fail(ErrorCode::BadInput, "{}: {} begins at byte {} and ends before that, at {}",
                    where, name, e.begin, e.end);
    if (e.end > bufferBytes)
        return fail(ErrorCode::BadInput,
                    "{}: {} ends at byte {}, past the end of the data ({} bytes). The download is "
                    "probably incomplete; get the file again",
                    where, name, e.end, bufferBytes);
    const auto bytes = checkedTensorBytes(e.shape, e.dtype);
    if (!bytes)
        return fail(ErrorCode::BadInput, "{}: {} has the impossible shape {}", where, name,
                    shapeText(e.shape));
    if (*bytes != e.end - e.begin)
        return fail(ErrorCode::BadInput,
                    "{}: {} of shape {} and dtype {} needs {} bytes, but its data_offsets span {}",
                    where, name, shapeText(e.shape), dtypeName(e.dtype), *bytes, e.end - e.begin);
    return {};
}

Status checkTiling(const std::vector<SafetensorsEntry>& entries, std::uint64_t bufferBytes,
                   const std::string& where) {
    std::uint64_t end = 0;
    std::string previous = "the start of the data";
    for (const SafetensorsEntry& e : entries) {
        if (e.begin < end)
            return fail(ErrorCode::BadInput,
                        "{}: {} begins at byte {}, inside {}, which ends at {}", where,
                        quotedName(e.name), e.begin, previous, end);
        if (e.begin > end)
            return fail(ErrorCode::BadInput,
                        "{}: there is a hole of {} bytes between {} and {}, at byte {}", where,
                        e.begin - end, previous, quotedName(e.name), end);
        end = e.end;
        previous = quotedName(e.name);
    }
    if (end != bufferBytes)
        return fail(
            ErrorCode::BadInput,
            "{}: {} bytes follow the last tensor, which ends at byte {}. The file is damaged "
            "or was written by a broken program",
            where, bufferBytes - end, end);
    return {};
}

} // namespace

std::optional<std::uint64_t> checkedTensorBytes(const Shape& shape, DType dtype) {
    std::int64_t bytes = static_cast<std::int64_t>(byteSize(dtype));
    std::int64_t elements = 1;
    for (const std::int64_t extent : shape)
        if (extent < 0 || __builtin_mul_overflow(elements, extent, &elements)) return std::nullopt;
    if (__builtin_mul_overflow(bytes, elements, &bytes)) return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
}

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view text, std::uint64_t bufferBytes,
                                                 const std::string& where) {
    std::size_t bad = 0;
    if (!isUtf8(text, &bad))
        return fail(
            ErrorCode::BadInput,
            "{}: the header is not UTF-8 text (byte {} of it). This is no safetensors file, "
            "or it is damaged",
            where, bad);
    if (text.empty() || text.front() != '{')
        return fail(
            ErrorCode::BadInput,
            "{}: the header does not begin with '{{'. This is no safetensors file, or it is "
            "damaged",
            where);
    // The parser takes a zero byte for the end of its input and would ignore what follows.
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
        return fail(
            ErrorCode::BadInput,
            "{}: the header is not valid JSON (zero byte at {} of it). The file is damaged; "
            "get it again",
            where, zero);
    HeaderEvents events;
    const bool parsed = nlohmann::json::sax_parse(text.begin(), text.end(), &events);
    if (!parsed) {
        if (events.unsupported) return fail(ErrorCode::Unsupported, "{}: {}", where, events.error);
        return fail(ErrorCode::BadInput,
                    "{}: {}. The file is damaged or was written by a broken "
                    "program; get it again",
                    where, events.error);
    }
    auto& entries = events.header.entries;
    for (const SafetensorsEntry& e : entries) BITSMITH_CHECK(checkSizes(e, bufferBytes, where));
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    BITSMITH_CHECK(checkTiling(entries, bufferBytes, where));
    return std::move(events.header);
}

} // namespace bitsmith
