// Imatrix files of the older form. i32 entries; each: i32 length, name, i32 calls, i32 values,
// f32[values] (mean of x^2, times calls); then i32 chunks, i32 length, name of the data set, which
// the first versions of the form did not have.
#include "core/base/atomic_file.h"
#include "core/io/imatrix_forms.h"
#include "core/io/text_checks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace bitsmith {
namespace {

constexpr std::size_t LongestName = 4096;
constexpr std::size_t LeastEntry = 3 * sizeof(std::int32_t) + 1 + sizeof(float);

class Reader {
public:
    Reader(std::span<const std::byte> bytes, const std::string& where)
        : m_bytes(bytes), m_where(where) {}

    std::size_t remaining() const { return m_bytes.size() - m_at; }

    // A number in [0, most]; what: for messages.
    Result<std::size_t> count(const std::string& what, std::size_t most) {
        std::int32_t value = 0;
        if (remaining() < sizeof(value)) return atEnd(what);
        std::memcpy(&value, m_bytes.data() + m_at, sizeof(value));
        if (value < 0 || static_cast<std::size_t>(value) > most)
            return fail(ErrorCode::BadInput,
                        "{}: {} at byte {} is {}; at most {} are possible here. This is no "
                        "imatrix, or it is damaged",
                        m_where, what, m_at, value, most);
        m_at += sizeof(value);
        return static_cast<std::size_t>(value);
    }

    Result<std::span<const std::byte>> take(const std::string& what, std::size_t bytes) {
        if (remaining() < bytes) return atEnd(what);
        m_at += bytes;
        return m_bytes.subspan(m_at - bytes, bytes);
    }

    Result<std::string> text(const std::string& what) {
        BITSMITH_TRY(const std::size_t length, count("the length of " + what, LongestName));
        BITSMITH_TRY(const auto bytes, take(what, length));
        return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

private:
    tl::unexpected<Error> atEnd(const std::string& what) const {
        return fail(ErrorCode::BadInput,
                    "{}: the file ends after {} bytes, inside {}. It is no imatrix, or incomplete; "
                    "get it again",
                    m_where, m_bytes.size(), what);
    }

    std::span<const std::byte> m_bytes;
    const std::string& m_where;
    std::size_t m_at = 0;
};

void append32(std::string& out, std::size_t value) {
    const auto number = static_cast<std::uint32_t>(
        std::min<std::size_t>(value, std::numeric_limits<std::int32_t>::max()));
    for (int shift = 0; shift < 32; shift += 8)
        out.push_back(static_cast<char>((number >> shift) & 0xFF));
}

} // namespace

Result<Imatrix> readImatrixDat(const MappedFile& file, const std::string& where) {
    Reader reader(file.bytes(), where);
    Imatrix imatrix;
    BITSMITH_TRY(const std::size_t entries,
                 reader.count("the number of tensors", file.bytes().size() / LeastEntry));
    for (std::size_t i = 0; i < entries; ++i) {
        ImatrixEntry entry;
        BITSMITH_TRY(entry.tensor, reader.text(fmt::format("the name of tensor {}", i + 1)));
        const std::string name = quotedName(entry.tensor);
        constexpr std::size_t MostCalls = std::numeric_limits<std::int32_t>::max();
        BITSMITH_TRY(const std::size_t calls, reader.count("the calls of " + name, MostCalls));
        BITSMITH_TRY(const std::size_t values, reader.count("the number of values of " + name,
                                                            reader.remaining() / sizeof(float)));
        BITSMITH_TRY(const auto bytes,
                     reader.take("the values of " + name, values * sizeof(float)));
        entry.count = static_cast<double>(calls);
        entry.sumSquares.resize(values);
        if (values > 0) std::memcpy(entry.sumSquares.data(), bytes.data(), bytes.size());
        imatrix.entries.push_back(std::move(entry));
    }
    if (reader.remaining() == 0) return imatrix;
    BITSMITH_TRY(imatrix.chunks,
                 reader.count("the number of chunks", std::numeric_limits<std::int32_t>::max()));
    BITSMITH_TRY(std::string dataset, reader.text("the name of the data set"));
    if (!dataset.empty()) imatrix.datasets.push_back(std::move(dataset));
    return imatrix;
}

Status writeImatrixDat(const std::filesystem::path& path, const Imatrix& imatrix) {
    std::string out;
    append32(out, imatrix.entries.size());
    const std::size_t calls = std::max<std::size_t>(imatrix.chunks, 1);
    for (const ImatrixEntry& entry : imatrix.entries) {
        if (entry.tensor.size() > LongestName)
            return fail(ErrorCode::Failed, "cannot write the imatrix '{}': the name {} is too long",
                        path.string(), quotedName(entry.tensor));
        append32(out, entry.tensor.size());
        out += entry.tensor;
        append32(out, calls);
        append32(out, entry.sumSquares.size());
        std::vector<float> values = entry.meanSquares();
        for (float& value : values) value *= static_cast<float>(calls);
        out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    }
    append32(out, imatrix.chunks);
    const std::string dataset = imatrix.datasets.empty() ? "" : imatrix.datasets.front();
    append32(out, dataset.size());
    out += dataset;
    return writeFileAtomically(path, out);
}

} // namespace bitsmith
