#include "core/text/bpe.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <optional>

namespace bitsmith {

namespace {

constexpr std::size_t ShortSymbols = 32; // up to here a scan beats a heap
constexpr std::size_t LongPiece = 24;    // bytes from which cutting pays

bool isByteToken(std::string_view text) {
    return text.size() == 6 && text.starts_with("<0x") && text.back() == '>';
}

} // namespace

std::string byteToken(unsigned char byte) { return fmt::format("<0x{:02X}>", byte); }

// Pieces that were seen before in the same call: where in the output their ids stand. One entry
// per slot, a newer piece takes its place.
class Bpe::Cache {
public:
    struct Slot {
        const char* data = nullptr;
        std::size_t size = 0, firstId = 0, idCount = 0;
    };

    // Starts small and grows with use, so that a short text does not pay for a large table.
    Slot& slot(std::string_view piece) {
        if (++m_asked > m_slots.size() && m_slots.size() < MaxSlots) {
            const std::vector<Slot> old = std::move(m_slots);
            m_slots.assign(old.size() * 4, {});
            for (const Slot& entry : old)
                if (entry.data) place({entry.data, entry.size}) = entry;
        }
        return place(piece);
    }

private:
    static constexpr std::size_t MaxSlots = std::size_t{1} << 16;
    Slot& place(std::string_view piece) { return m_slots[hash64(piece) & (m_slots.size() - 1)]; }
    std::vector<Slot> m_slots{64};
    std::size_t m_asked = 0;
};

Bpe::Bpe(Vocabulary vocabulary, BpeOptions options)
    : TokenModel(std::move(vocabulary)), m_options(std::move(options)) {
    if (!m_options.unknownToken.empty())
        m_unknown = this->vocabulary().find(m_options.unknownToken);
    for (std::size_t i = 0; i < m_bytes.size(); ++i)
        m_bytes[i] = this->vocabulary().find(byteToken(static_cast<unsigned char>(i)));
    for (std::size_t i = 0; i < m_characters.size(); ++i)
        m_characters[i] = this->vocabulary().find(utf8::encode(static_cast<char32_t>(i)));
}

Result<std::unique_ptr<Bpe>> Bpe::create(Vocabulary vocabulary, const Merges& merges,
                                         BpeOptions options) {
    std::unique_ptr<Bpe> bpe(new Bpe(std::move(vocabulary), std::move(options)));
    BITSMITH_CHECK(bpe->readMerges(merges));
    bpe->findJoints(merges);
    return bpe;
}

Status Bpe::readMerges(const Merges& merges) {
    m_merges = PairTable<Merge>(merges.size());
    const std::size_t prefix = m_options.continuationPrefix.size();
    for (std::size_t rank = 0; rank < merges.size(); ++rank) {
        const auto& [left, right] = merges[rank];
        const std::string joined = left + (right.size() >= prefix ? right.substr(prefix) : "");
        for (const std::string* part : {&left, &right, &joined})
            if (vocabulary().find(*part) == Vocabulary::None)
                return fail(
                    ErrorCode::BadInput,
                    "merge {} ('{}' + '{}') needs the token '{}', which the vocabulary lacks", rank,
                    left, right, *part);
        m_merges.put(m_merges.key(static_cast<std::uint32_t>(vocabulary().find(left)),
                                  static_cast<std::uint32_t>(vocabulary().find(right))),
                     {static_cast<std::uint32_t>(rank), vocabulary().find(joined)});
    }
    return {};
}

void Bpe::findJoints(const Merges& merges) {
    // With prefixes, suffixes, merged byte tokens or merged unknown tokens the symbols' texts are
    // not the piece's text.
    m_cuttable = m_options.continuationPrefix.empty() && m_options.endSuffix.empty();
    std::vector<std::uint64_t> pairs;
    for (const auto& [left, right] : merges) {
        for (const std::string* part : {&left, &right})
            if (isByteToken(*part) || *part == m_options.unknownToken) m_cuttable = false;
        if (!m_cuttable || left.empty() || right.empty()) continue;
        // Deeper pairs inside either part were joined by an earlier merge of the list or never.
        std::size_t last = left.size() - 1;
        while (last > 0 && (static_cast<unsigned char>(left[last]) & 0xC0) == 0x80) --last;
        const char32_t a = utf8::decodeAt(left, last).codePoint;
        const char32_t b = utf8::decodeAt(right, 0).codePoint;
        if (a < 128 && b < 128)
            m_asciiJoints.set(a * 128 + b);
        else
            pairs.push_back(m_joints.key(a, b));
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    m_joints = PairTable<bool>(pairs.size());
    for (const std::uint64_t pair : pairs) m_joints.put(pair, true);
}

bool Bpe::canCut(char32_t left, char32_t right) const {
    if (left < 128 && right < 128) return !m_asciiJoints.test(left * 128 + right);
    return !m_joints.find(m_joints.key(left, right));
}

TokenId Bpe::characterId(std::string_view character, char32_t codePoint) const {
    return codePoint < m_characters.size() ? m_characters[codePoint] : vocabulary().find(character);
}

std::string_view Bpe::kind() const { return "BPE"; }

void Bpe::encode(const Pieces& pieces, std::vector<TokenId>& ids) const {
    Cache cache;
    for (const TextRange range : pieces.ranges) encodePiece(slice(pieces.text, range), cache, ids);
}

void Bpe::encodePiece(std::string_view piece, Cache& cache, std::vector<TokenId>& ids) const {
    if (m_options.ignoreMerges)
        if (const TokenId whole = vocabulary().find(piece); whole != Vocabulary::None) {
            ids.push_back(whole);
            return;
        }
    if (!m_cuttable || piece.size() < LongPiece) return encodeCached(piece, cache, ids);
    std::size_t start = 0;
    std::optional<char32_t> previous;
    for (std::size_t at = 0; at < piece.size();) {
        const utf8::Decoded next = utf8::decodeAt(piece, at);
        const bool isKnown =
            characterId(piece.substr(at, next.length), next.codePoint) != Vocabulary::None;
        // Only in front of a known character: unknown ones may be fused with those before.
        if (isKnown && previous && canCut(*previous, next.codePoint)) {
            encodeCached(piece.substr(start, at - start), cache, ids);
            start = at;
        }
        // A character that is dropped lets its neighbours meet.
        if (isKnown || m_unknown != Vocabulary::None) previous = next.codePoint;
        at += next.length;
    }
    encodeCached(piece.substr(start), cache, ids);
}

void Bpe::encodeCached(std::string_view piece, Cache& cache, std::vector<TokenId>& ids) const {
    Cache::Slot& slot = cache.slot(piece);
    if (slot.data && piece == std::string_view(slot.data, slot.size)) {
        for (std::size_t i = 0; i < slot.idCount; ++i) {
            const TokenId id = ids[slot.firstId + i];
            ids.push_back(id);
        }
        return;
    }
    thread_local std::vector<TokenId> symbols;
    symbols.clear();
    split(piece, symbols);
    if (symbols.size() <= ShortSymbols)
        mergeShort(symbols);
    else
        mergeLong(symbols);
    slot = {piece.data(), piece.size(), ids.size(), symbols.size()};
    ids.insert(ids.end(), symbols.begin(), symbols.end());
}

void Bpe::split(std::string_view piece, std::vector<TokenId>& symbols) const {
    const bool decorated = !m_options.continuationPrefix.empty() || !m_options.endSuffix.empty();
    bool pending = false; // an unknown token that later unknown characters may join
    for (std::size_t at = 0; at < piece.size();) {
        const utf8::Decoded next = utf8::decodeAt(piece, at);
        std::string_view text = piece.substr(at, next.length);
        std::string owned;
        const bool isFirst = at == 0;
        at += next.length;
        if (decorated) {
            if (!isFirst) owned = m_options.continuationPrefix;
            owned += text;
            if (at == piece.size()) owned += m_options.endSuffix;
            text = owned;
        }
        const TokenId id = decorated ? vocabulary().find(text) : characterId(text, next.codePoint);
        if (id != Vocabulary::None) {
            if (pending) symbols.push_back(m_unknown);
            pending = false;
            symbols.push_back(id);
            continue;
        }
        const auto byteId = [&](char c) { return m_bytes[static_cast<unsigned char>(c)]; };
        if (m_options.byteFallback && std::all_of(text.begin(), text.end(), [&](char c) {
                return byteId(c) != Vocabulary::None;
            })) {
            // A pending unknown token stays pending, as in the reference: it comes out behind.
            for (const char c : text) symbols.push_back(byteId(c));
        } else if (m_unknown != Vocabulary::None) {
            if (pending && !m_options.fuseUnknown) symbols.push_back(m_unknown);
            pending = true;
        }
    }
    if (pending) symbols.push_back(m_unknown);
}

} // namespace bitsmith
