#include "core/text/sentencepiece_model.h"

#include "core/text/proto_wire.h"

#include <cstring>
#include <vector>

namespace bitsmith {

namespace {

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

Result<SentencePiece> readPiece(std::string_view bytes) {
    SentencePiece piece;
    for (ProtoReader reader(bytes); !reader.atEnd();) {
        BITSMITH_TRY(const ProtoField field, reader.next());
        if (field.number == 1) piece.text = field.content;
        if (field.number == 2 && field.content.size() == sizeof(piece.score))
            std::memcpy(&piece.score, field.content.data(), sizeof(piece.score));
        if (field.number == 3) piece.kind = static_cast<int>(field.value & 0xFF);
    }
    return piece;
}

Status notePiece(std::string_view bytes, SentencePieceModel& model) {
    BITSMITH_TRY(const SentencePiece piece, readPiece(bytes));
    const std::string_view text = piece.text;
    const int kind = piece.kind;
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
        if (field.number == 4) model.trimsSpaces = field.value != 0;
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
        if (field.number == 1) BITSMITH_CHECK(notePiece(field.content, model));
        if (field.number == 2) BITSMITH_CHECK(readTrainer(field.content, model));
        // 5 is the map back, for decoding.
        if (field.number == 3 || field.number == 5) {
            SentencePieceModel back;
            BITSMITH_CHECK(readNormalizer(field.content, field.number == 3 ? model : back));
        }
    }
    return model;
}

Result<std::vector<SentencePiece>> readSentencePieces(std::string_view bytes) {
    std::vector<SentencePiece> pieces;
    for (ProtoReader reader(bytes); !reader.atEnd();) {
        BITSMITH_TRY(const ProtoField field, reader.next());
        if (field.number != 1) continue;
        BITSMITH_TRY(SentencePiece piece, readPiece(field.content));
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

} // namespace bitsmith
