#include "core/text/sentencepiece_model.h"

#include <cstring>
#include <optional>
#include <vector>

namespace bitsmith {

namespace {

struct ProtoField {
    std::uint32_t number = 0;
    std::uint64_t value = 0;  // of numbers
    std::string_view content; // of texts and messages
};

// Protocol Buffers wire format: a key (number and kind), then a varint, fixed bytes or a length
// and that many bytes.
class ProtoReader {
public:
    explicit ProtoReader(std::string_view bytes) : m_bytes(bytes) {}
    bool atEnd() const { return m_at == m_bytes.size(); }

    Result<ProtoField> next() {
        const auto key = varint();
        if (!key) return broken();
        ProtoField field;
        field.number = static_cast<std::uint32_t>(*key >> 3);
        std::uint64_t size = 0;
        switch (*key & 7) {
        case 0: {
            const auto value = varint();
            if (!value) return broken();
            field.value = *value;
            return field;
        }
        case 1:
            size = 8;
            break;
        case 5:
            size = 4;
            break;
        case 2: {
            const auto length = varint();
            if (!length) return broken();
            size = *length;
            break;
        }
        default:
            return broken();
        }
        if (size > m_bytes.size() - m_at) return broken();
        field.content = m_bytes.substr(m_at, size);
        m_at += size;
        return field;
    }

private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64 && m_at < m_bytes.size(); shift += 7) {
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            value |= std::uint64_t{byte & 0x7Fu} << shift;
            if (byte < 0x80) return value;
        }
        return std::nullopt;
    }
    tl::unexpected<Error> broken() const {
        return fail(ErrorCode::BadInput, "no valid field at byte {} of {}", m_at, m_bytes.size());
    }
    std::string_view m_bytes;
    std::size_t m_at = 0;
};

// The map from characters to their replacements: a size, a double-array trie (Yata et al. 2007,
// as in the Darts-clone library) and the texts its leaves point to.
bool isSoundCharacterMap(std::string_view map) {
    std::uint32_t trieBytes = 0;
    if (map.size() < sizeof(trieBytes)) return false;
    std::memcpy(&trieBytes, map.data(), sizeof(trieBytes));
    map.remove_prefix(sizeof(trieBytes));
    if (trieBytes == 0 || trieBytes % 4 != 0 || trieBytes >= map.size() || map.back() != '\0')
        return false;
    std::vector<std::uint32_t> units(trieBytes / 4);
    std::memcpy(units.data(), map.data(), trieBytes);
    const std::size_t texts = map.size() - trieBytes;
    const auto offset = [](std::uint32_t unit) -> std::uint32_t {
        return (unit >> 10) << ((unit & 0x200u) >> 6);
    };
    // Every node that can be reached, and every place a lookup may read from there.
    std::vector<bool> seen(units.size(), false);
    std::vector<std::uint32_t> open;
    const auto visit = [&](std::uint32_t base) {
        if (base >= units.size()) return false;
        if (!seen[base]) {
            seen[base] = true;
            open.push_back(base);
        }
        return true;
    };
    if (!visit(offset(units[0]))) return false;
    while (!open.empty()) {
        const std::uint32_t base = open.back();
        open.pop_back();
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t place = base ^ byte;
            if (place >= units.size()) return false;
            const std::uint32_t unit = units[place];
            if ((unit & 0x800000FFu) != byte) continue;
            const std::uint32_t child = place ^ offset(unit);
            if (!visit(child)) return false;
            const bool hasLeaf = (unit >> 8) & 1;
            if (hasLeaf && (units[child] & 0x7FFFFFFFu) >= texts) return false;
        }
    }
    return true;
}

Status readPiece(std::string_view bytes, SentencePieceModel& model) {
    std::string_view text;
    std::uint64_t kind = 1;
    for (ProtoReader reader(bytes); !reader.atEnd();) {
        BITSMITH_TRY(const ProtoField field, reader.next());
        if (field.number == 1) text = field.content;
        if (field.number == 3) kind = field.value;
    }
    if (kind == 4) model.hasOwnSymbols = true;
    if (kind != 1) return {};
    if (text == SpaceMark) model.hasSpace = true;
    std::size_t at = 0;
    while (text.substr(at).starts_with(SpaceMark)) at += SpaceMark.size();
    if (text.find(SpaceMark, at) != std::string_view::npos) model.hasSpaceInMiddle = true;
    return {};
}

Status readTrainer(std::string_view bytes, SentencePieceModel& model) {
    for (ProtoReader reader(bytes); !reader.atEnd();) {
        BITSMITH_TRY(const ProtoField field, reader.next());
        if (field.number == 3) model.modelType = static_cast<int>(field.value & 0xFF);
        if (field.number == 24) model.spaceAsSuffix = field.value != 0;
    }
    return {};
}

Status readNormalizer(std::string_view bytes, SentencePieceModel& model) {
    for (ProtoReader reader(bytes); !reader.atEnd();) {
        BITSMITH_TRY(const ProtoField field, reader.next());
        if (field.number == 3) model.addDummyPrefix = field.value != 0;
        if (field.number == 5) model.escapeSpaces = field.value != 0;
        if (field.number != 2 || field.content.empty()) continue;
        model.hasCharacterMap = true;
        if (!isSoundCharacterMap(field.content))
            return fail(ErrorCode::BadInput, "its map of characters points outside itself");
    }
    return {};
}

} // namespace

Result<SentencePieceModel> readSentencePieceModel(std::string_view bytes) {
    SentencePieceModel model;
    for (ProtoReader reader(bytes); !reader.atEnd();) {
        BITSMITH_TRY(const ProtoField field, reader.next());
        if (field.number == 1) BITSMITH_CHECK(readPiece(field.content, model));
        if (field.number == 2) BITSMITH_CHECK(readTrainer(field.content, model));
        // 5 is the map back, for decoding.
        if (field.number == 3 || field.number == 5) {
            SentencePieceModel back;
            BITSMITH_CHECK(readNormalizer(field.content, field.number == 3 ? model : back));
        }
    }
    return model;
}

} // namespace bitsmith
