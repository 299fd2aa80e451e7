// PyTorch checkpoints made by hand, broken ones too: pickles opcode by opcode and a ZIP writer that
// checks nothing.
#pragma once

#include "tests/support/gguf_bytes.h"

#include <map>
#include <string>
#include <vector>

namespace bitsmith::test {

inline std::string u16(std::uint16_t value) { return raw(value); }

namespace pickle {

inline std::string text(const std::string& s) {
    return "X" + u32(static_cast<std::uint32_t>(s.size())) + s;
}
inline std::string whole(std::int32_t n) { return "J" + raw(n); }
inline std::string name(const std::string& module, const std::string& n) {
    return "c" + module + "\n" + n + "\n";
}
inline std::string tuple(const std::string& items) { return "(" + items + "t"; }
inline std::string wholes(const std::vector<std::int32_t>& numbers) {
    std::string items;
    for (const std::int32_t n : numbers) items += whole(n);
    return tuple(items);
}

// As torch writes it; every part can be replaced.
struct Tensor {
    std::string type = "FloatStorage", key = "0";
    std::int32_t stored = 4, offset = 0;
    std::vector<std::int32_t> shape{2, 2}, strides{2, 1};

    std::string storage() const {
        return tuple(text("storage") + name("torch", type) + text(key) + text("cpu") +
                     whole(stored)) +
               "Q";
    }
    std::string args() const {
        return tuple(storage() + whole(offset) + wholes(shape) + wholes(strides) + "\x89" +
                     name("collections", "OrderedDict") + ")R");
    }
    std::string bytes() const { return name("torch._utils", "_rebuild_tensor_v2") + args() + "R"; }
};

// {key: value, ...} as a whole pickle; items: keys and values one after the other.
inline std::string dict(const std::string& items) { return "\x80\x02}(" + items + "u."; }

} // namespace pickle

struct ZipPart {
    std::string name, data;
    std::uint16_t method = 0, flags = 0;
    std::uint32_t moreBytes = 0; // claimed beyond those that are there
    std::string localName;       // if another one
};

inline std::string zipBytes(const std::vector<ZipPart>& parts, bool zip64 = false) {
    std::string out, directory;
    for (const ZipPart& part : parts) {
        const auto at = static_cast<std::uint32_t>(out.size());
        const auto size = static_cast<std::uint32_t>(part.data.size()) + part.moreBytes;
        const std::string& local = part.localName.empty() ? part.name : part.localName;
        out += "PK\3\4" + u16(20) + u16(part.flags) + u16(part.method) + u32(0) + u32(0) +
               u32(size) + u32(size) + u16(static_cast<std::uint16_t>(local.size())) + u16(0) +
               local + part.data;
        const std::string extra =
            zip64 ? u16(1) + u16(24) + u64(size) + u64(size) + u64(at) : std::string();
        directory += "PK\1\2" + u16(20) + u16(20) + u16(part.flags) + u16(part.method) + u32(0) +
                     u32(0) + u32(zip64 ? 0xFFFFFFFF : size) + u32(zip64 ? 0xFFFFFFFF : size) +
                     u16(static_cast<std::uint16_t>(part.name.size())) +
                     u16(static_cast<std::uint16_t>(extra.size())) + u16(0) + u16(0) + u16(0) +
                     u32(0) + u32(zip64 ? 0xFFFFFFFF : at) + part.name + extra;
    }
    const auto begin = out.size();
    out += directory;
    const auto count = static_cast<std::uint16_t>(parts.size());
    if (zip64) {
        const auto at = out.size();
        out += "PK\6\6" + u64(44) + u16(45) + u16(45) + u32(0) + u32(0) + u64(count) + u64(count) +
               u64(directory.size()) + u64(begin);
        out += "PK\6\7" + u32(0) + u64(at) + u32(1);
    }
    return out + "PK\5\6" + u16(0) + u16(0) + u16(zip64 ? 0xFFFF : count) +
           u16(zip64 ? 0xFFFF : count) +
           u32(zip64 ? 0xFFFFFFFF : static_cast<std::uint32_t>(directory.size())) +
           u32(zip64 ? 0xFFFFFFFF : static_cast<std::uint32_t>(begin)) + u16(0);
}

// A checkpoint with this pickle and data per storage key.
inline std::vector<ZipPart> pytorchParts(const std::string& pickled,
                                         const std::map<std::string, std::string>& data) {
    std::vector<ZipPart> parts{{"m/data.pkl", pickled}};
    for (const auto& [key, bytes] : data) parts.push_back({"m/data/" + key, bytes});
    parts.push_back({"m/version", "3\n"});
    return parts;
}

} // namespace bitsmith::test
