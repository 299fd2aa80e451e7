#include "core/io/pytorch_parts.h"

#include "core/io/text_checks.h"
#include "core/io/zip_directory.h"

#include <array>
#include <cstring>

namespace bitsmith {
namespace {

constexpr std::string_view PickleEnding = "/data.pkl";
// PROTO 2, LONG1 of 10 bytes: 0x1950a86a20f9469cfc6c, STOP.
constexpr std::array<unsigned char, 15> LegacyMagic{0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                                                    0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};
constexpr std::int64_t LegacyVersion = 1001;

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

tl::unexpected<Error> otherByteOrder(const std::string& where) {
    return fail(ErrorCode::Unsupported,
                "{}: its data has the byte order of another machine (big-endian). Get the model as "
                "safetensors",
                where);
}

} // namespace

bool isLegacyPytorch(std::span<const std::byte> file) {
    return file.size() >= LegacyMagic.size() &&
           std::memcmp(file.data(), LegacyMagic.data(), LegacyMagic.size()) == 0;
}

// ROOT/data.pkl, ROOT/data/KEY per storage, perhaps ROOT/byteorder.
Result<PytorchParts> readPytorchZip(std::span<const std::byte> file, const std::string& where) {
    BITSMITH_TRY(const auto entries, readZipDirectory(file, where));
    const ZipEntry* pickle = nullptr;
    for (const ZipEntry& entry : entries) {
        if (!entry.name.ends_with(PickleEnding) ||
            entry.name.find('/') != entry.name.size() - PickleEnding.size())
            continue;
        if (pickle)
            return fail(ErrorCode::BadInput, "{}: it holds two lists of tensors, {} and {}", where,
                        quotedName(pickle->name), quotedName(entry.name));
        pickle = &entry;
    }
    if (!pickle)
        return fail(ErrorCode::BadInput,
                    "{}: it is a ZIP file without data.pkl, so torch.save did not write it", where);
    const std::string root = pickle->name.substr(0, pickle->name.size() - PickleEnding.size());
    PytorchParts parts;
    for (const ZipEntry& entry : entries) {
        if (entry.name.starts_with(root + "/data/"))
            parts.data.emplace(entry.name.substr(root.size() + 6), entry.bytes);
        if (entry.name == root + "/byteorder" && textOf(entry.bytes) != "little")
            return otherByteOrder(where);
    }
    const auto base = static_cast<std::size_t>(pickle->bytes.data() - file.data());
    BITSMITH_TRY(parts.pickle, readPickle(pickle->bytes, where, base));
    return parts;
}

// Pickles one after the other: magic number, version, machine, the objects, the keys of the
// storages; then for each key u64 elements and the data.
Result<PytorchParts> readLegacyPytorch(std::span<const std::byte> file, const std::string& where) {
    std::size_t at = LegacyMagic.size();
    const auto next = [&]() -> Result<Pickle> {
        auto pickle = readPickle(file.subspan(at), where, at);
        if (pickle) at += pickle->end;
        return pickle;
    };
    BITSMITH_TRY(const Pickle version, next());
    if (version[version.root].kind != PickleKind::Whole ||
        version[version.root].number != LegacyVersion)
        return fail(ErrorCode::Unsupported, "{}: a version of the older form that is not {}", where,
                    LegacyVersion);
    BITSMITH_TRY(const Pickle machine, next());
    const PickleValue* little = machine.find(machine[machine.root], "little_endian");
    if (!little || little->kind != PickleKind::Flag)
        return fail(ErrorCode::BadInput, "{}: it does not say its byte order", where);
    if (little->number == 0) return otherByteOrder(where);
    PytorchParts parts;
    BITSMITH_TRY(parts.pickle, next());
    BITSMITH_TRY(const Pickle keys, next());
    if (keys[keys.root].kind != PickleKind::List)
        return fail(ErrorCode::BadInput, "{}: the list of its data is damaged", where);

    std::map<std::string_view, const PickledStorage*> storages;
    for (const PickledStorage& storage : parts.pickle.storages) {
        const auto [known, isNew] = storages.emplace(storage.key, &storage);
        if (!isNew && known->second->dtype != storage.dtype)
            return fail(ErrorCode::BadInput, "{}: the storage {} is of two types", where,
                        quotedName(storage.key));
    }
    for (const PickleId id : keys[keys.root].items) {
        const PickleValue& key = keys[id];
        const auto known = key.kind == PickleKind::Text ? storages.find(key.text) : storages.end();
        if (known == storages.end())
            return fail(ErrorCode::BadInput, "{}: it holds data {} that no tensor refers to", where,
                        quotedName(key.text));
        std::uint64_t elements = 0, bytes = 0;
        const bool counted = file.size() - at >= sizeof(elements);
        if (counted) std::memcpy(&elements, file.data() + at, sizeof(elements));
        if (!counted || __builtin_mul_overflow(elements, byteSize(known->second->dtype), &bytes) ||
            bytes > file.size() - at - sizeof(elements))
            return fail(ErrorCode::BadInput,
                        "{}: the storage {} at byte {} leaves the file ({} bytes). The download is "
                        "probably incomplete; get the file again",
                        where, quotedName(key.text), at, file.size());
        at += sizeof(elements);
        if (!parts.data.emplace(std::string(key.text), file.subspan(at, bytes)).second)
            return fail(ErrorCode::BadInput, "{}: the storage {} is there twice", where,
                        quotedName(key.text));
        at += bytes;
    }
    return parts;
}

} // namespace bitsmith
