#include "core/io/zip_directory.h"

#include "core/io/text_checks.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_set>

namespace bitsmith {
namespace {

constexpr std::uint32_t EndMark = 0x06054b50, End64Mark = 0x06064b50, Locator64Mark = 0x07064b50,
                        CentralMark = 0x02014b50, LocalMark = 0x04034b50;
constexpr std::size_t EndBytes = 22, End64Bytes = 56, Locator64Bytes = 20, CentralBytes = 46,
                      LocalBytes = 30, LongestComment = 65535;

class Zip {
public:
    Zip(std::span<const std::byte> file, const std::string& where) : m_file(file), m_where(where) {}

    std::uint64_t size() const { return m_file.size(); }
    bool has(std::uint64_t at, std::uint64_t bytes) const {
        return at <= size() && bytes <= size() - at;
    }
    // Little-endian; has(at, sizeof(T)) must hold.
    template <class T>
    T get(std::uint64_t at) const {
        T value;
        std::memcpy(&value, m_file.data() + at, sizeof(T));
        return value;
    }
    std::string text(std::uint64_t at, std::size_t length) const {
        return {reinterpret_cast<const char*>(m_file.data()) + at, length};
    }
    std::span<const std::byte> bytes(std::uint64_t at, std::uint64_t length) const {
        return m_file.subspan(at, length);
    }
    tl::unexpected<Error> refuse(std::uint64_t at, std::string_view why) const {
        return fail(ErrorCode::BadInput,
                    "{}: {} (byte {}). The file is damaged or its download incomplete; get it "
                    "again",
                    m_where, why, at);
    }
    const std::string& where() const { return m_where; }

private:
    std::span<const std::byte> m_file;
    const std::string& m_where;
};

struct Directory {
    std::uint64_t begin = 0, bytes = 0, entries = 0;
};

// An entry and the whole of its place in the file, header included.
struct Placed {
    ZipEntry entry;
    std::uint64_t begin = 0, end = 0;
};

std::optional<std::uint64_t> findEnd(const Zip& zip) {
    if (zip.size() < EndBytes) return std::nullopt;
    const std::uint64_t last = zip.size() - EndBytes;
    const std::uint64_t first = last - std::min<std::uint64_t>(last, LongestComment);
    for (std::uint64_t at = last + 1; at-- > first;)
        if (zip.get<std::uint32_t>(at) == EndMark &&
            zip.get<std::uint16_t>(at + 20) == zip.size() - at - EndBytes)
            return at;
    return std::nullopt;
}

Result<Directory> findDirectory(const Zip& zip) {
    const auto end = findEnd(zip);
    if (!end)
        return fail(ErrorCode::BadInput,
                    "{}: the directory that should stand at the end of the file is missing. The "
                    "download is probably incomplete; get the file again",
                    zip.where());
    Directory directory{zip.get<std::uint32_t>(*end + 16), zip.get<std::uint32_t>(*end + 12),
                        zip.get<std::uint16_t>(*end + 10)};
    if (zip.get<std::uint16_t>(*end + 4) != 0 && zip.get<std::uint16_t>(*end + 4) != 0xFFFF)
        return zip.refuse(*end, "it is one volume of several");
    std::uint64_t limit = *end;
    const bool saturated = directory.begin == 0xFFFFFFFF || directory.bytes == 0xFFFFFFFF ||
                           directory.entries == 0xFFFF;
    if (saturated && *end >= Locator64Bytes &&
        zip.get<std::uint32_t>(*end - Locator64Bytes) == Locator64Mark) {
        const auto at = zip.get<std::uint64_t>(*end - Locator64Bytes + 8);
        if (!zip.has(at, End64Bytes) || at + End64Bytes > *end - Locator64Bytes ||
            zip.get<std::uint32_t>(at) != End64Mark)
            return zip.refuse(*end, "the ZIP64 directory is not where the file says");
        directory = {zip.get<std::uint64_t>(at + 48), zip.get<std::uint64_t>(at + 40),
                     zip.get<std::uint64_t>(at + 32)};
        limit = at;
    }
    if (directory.begin > limit || directory.bytes > limit - directory.begin)
        return zip.refuse(*end, "the directory leaves the file");
    if (directory.entries > directory.bytes / CentralBytes)
        return zip.refuse(*end, fmt::format("the directory claims {} entries in {} bytes",
                                            directory.entries, directory.bytes));
    return directory;
}

struct Central {
    std::string name;
    std::uint64_t packed = 0, bytes = 0, local = 0;
    std::uint64_t recordBytes = 0;
};

// Values that do not fit 32 bits stand in the extra field of id 1, in this order.
Status readZip64Extra(const Zip& zip, std::uint64_t at, std::uint64_t end, Central& central) {
    while (end - at >= 4) {
        const auto id = zip.get<std::uint16_t>(at), length = zip.get<std::uint16_t>(at + 2);
        at += 4;
        if (length > end - at) return zip.refuse(at, "an extra field leaves its record");
        if (id == 1) {
            std::uint64_t value = at;
            for (std::uint64_t* number : {&central.bytes, &central.packed, &central.local}) {
                if (*number != 0xFFFFFFFF) continue;
                if (at + length - value < 8)
                    return zip.refuse(at, "a ZIP64 field lacks one of its values");
                *number = zip.get<std::uint64_t>(value);
                value += 8;
            }
            return {};
        }
        at += length;
    }
    return {};
}

Result<Central> readCentral(const Zip& zip, std::uint64_t at, std::uint64_t end) {
    if (end - at < CentralBytes || zip.get<std::uint32_t>(at) != CentralMark)
        return zip.refuse(at, "a record of the directory is damaged");
    Central central;
    const auto flags = zip.get<std::uint16_t>(at + 8), method = zip.get<std::uint16_t>(at + 10);
    central.packed = zip.get<std::uint32_t>(at + 20);
    central.bytes = zip.get<std::uint32_t>(at + 24);
    central.local = zip.get<std::uint32_t>(at + 42);
    const std::uint64_t name = zip.get<std::uint16_t>(at + 28),
                        extra = zip.get<std::uint16_t>(at + 30),
                        comment = zip.get<std::uint16_t>(at + 32);
    central.recordBytes = CentralBytes + name + extra + comment;
    if (central.recordBytes > end - at)
        return zip.refuse(at, "a record of the directory leaves the directory");
    central.name = zip.text(at + CentralBytes, name);
    if (!isUtf8(central.name)) return zip.refuse(at, "the name of an entry is not UTF-8");
    BITSMITH_CHECK(
        readZip64Extra(zip, at + CentralBytes + name, at + CentralBytes + name + extra, central));
    const std::string quoted = quotedName(central.name);
    if (flags & 1) return zip.refuse(at, fmt::format("the entry {} is encrypted", quoted));
    if (method != 0)
        return fail(ErrorCode::BadInput,
                    "{}: the entry {} is compressed (method {}). torch.save never does that: a "
                    "program packed the file again; load and save it with torch",
                    zip.where(), quoted, method);
    if (central.packed != central.bytes)
        return zip.refuse(at, fmt::format("the entry {} has two sizes, {} and {}", quoted,
                                          central.packed, central.bytes));
    return central;
}

Result<Placed> place(const Zip& zip, const Central& central, std::uint64_t limit) {
    const std::string quoted = quotedName(central.name);
    const std::uint64_t at = central.local;
    if (at > limit || limit - at < LocalBytes || zip.get<std::uint32_t>(at) != LocalMark)
        return zip.refuse(at, fmt::format("the entry {} is not where the directory says", quoted));
    const std::uint64_t name = zip.get<std::uint16_t>(at + 26),
                        extra = zip.get<std::uint16_t>(at + 28);
    if (name + extra > limit - at - LocalBytes ||
        central.bytes > limit - at - LocalBytes - name - extra)
        return zip.refuse(
            at, fmt::format("the entry {} of {} bytes leaves the file", quoted, central.bytes));
    if (zip.get<std::uint16_t>(at + 8) != 0 || zip.text(at + LocalBytes, name) != central.name)
        return zip.refuse(at, fmt::format("the entry {} is another one in the directory", quoted));
    const std::uint64_t data = at + LocalBytes + name + extra;
    return Placed{{central.name, zip.bytes(data, central.bytes)}, at, data + central.bytes};
}

} // namespace

Result<std::vector<ZipEntry>> readZipDirectory(std::span<const std::byte> file,
                                               const std::string& where) {
    const Zip zip(file, where);
    BITSMITH_TRY(const Directory directory, findDirectory(zip));
    std::uint64_t at = directory.begin;
    const std::uint64_t end = directory.begin + directory.bytes;
    std::vector<Placed> placed;
    std::unordered_set<std::string> names;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
        BITSMITH_TRY(const Central central, readCentral(zip, at, end));
        if (!names.insert(central.name).second)
            return zip.refuse(at,
                              fmt::format("the entry {} is there twice", quotedName(central.name)));
        BITSMITH_TRY(Placed one, place(zip, central, directory.begin));
        placed.push_back(std::move(one));
        at += central.recordBytes;
    }
    std::ranges::sort(placed, {}, &Placed::begin);
    std::vector<ZipEntry> entries;
    for (std::size_t i = 0; i < placed.size(); ++i) {
        if (i > 0 && placed[i].begin < placed[i - 1].end)
            return zip.refuse(placed[i].begin, fmt::format("the entries {} and {} overlap",
                                                           quotedName(placed[i - 1].entry.name),
                                                           quotedName(placed[i].entry.name)));
        entries.push_back(placed[i].entry);
    }
    return entries;
}

} // namespace bitsmith
