// tokenizer.model, through the sentencepiece library (Kudo, Richardson 2018).
#include "core/text/loaders.h"
#include "core/text/sentencepiece_model.h"
#include "core/text/utf8.h"

#include <sentencepiece_processor.h>

namespace bitsmith {

namespace {

namespace sp = sentencepiece;

class SentencePieceTokenizer final : public Tokenizer {
public:
    static Result<TokenizerPtr> load(const TextFiles& files, const TokenizerConfig& config) {
        BITSMITH_TRY(const std::string bytes,
                     files.read("tokenizer.model", std::size_t{256} << 20));
        const std::string file = files.place("tokenizer.model");
        const auto model = readSentencePieceModel(bytes);
        if (!model)
            return fail(ErrorCode::BadInput, "{}: not a SentencePiece model: {}. {}", file,
                        model.error().message, "The file is damaged or incomplete.");
        auto out = std::make_shared<SentencePieceTokenizer>();
        out->m_cutsAtSpaces = model->cutsAtSpaces();
        const sp::util::Status status = out->m_processor.LoadFromSerializedProto(bytes);
        if (!status.ok())
            return fail(ErrorCode::BadInput,
                        "{}: not a SentencePiece model ({}). The file is damaged or incomplete.",
                        file, status.error_message());
        out->readConfig(config);
        return out;
    }

    std::vector<TokenId> encode(std::string_view text, bool addSpecial) const override {
        std::string replaced;
        if (!utf8::isValid(text)) text = replaced = utf8::replaceInvalid(text);
        std::vector<TokenId> ids;
        if (addSpecial && m_addBegin && m_begin) ids.push_back(*m_begin);
        while (!text.empty()) {
            const std::size_t end = partEnd(text);
            encodePart(text.substr(0, end), ids);
            // The space at the cut comes back as the prefix that the library puts before a text.
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        if (addSpecial && m_addEnd && m_end) ids.push_back(*m_end);
        return ids;
    }

    std::string decode(std::span<const TokenId> ids, bool keepSpecial) const override {
        std::string out;
        std::vector<int> run;
        const auto flush = [&] {
            std::string text;
            if (!run.empty() && m_processor.Decode(run, &text).ok()) out += text;
            run.clear();
        };
        for (const TokenId id : ids) {
            if (!isKnown(id)) continue;
            if (!m_processor.IsControl(id)) {
                run.push_back(id);
            } else if (keepSpecial) {
                flush();
                out += m_processor.IdToPiece(id);
            }
        }
        flush();
        return utf8::isValid(out) ? out : utf8::replaceInvalid(out);
    }

    std::string tokenBytes(TokenId id) const override {
        if (!isKnown(id)) return {};
        const std::string& piece = m_processor.IdToPiece(id);
        if (m_processor.IsByte(id))
            return std::string(1, static_cast<char>(std::stoi(piece.substr(3, 2), nullptr, 16)));
        std::string out;
        for (std::size_t at = 0; at < piece.size();) {
            if (piece.compare(at, SpaceMark.size(), SpaceMark) == 0) {
                out += ' ';
                at += SpaceMark.size();
            } else {
                out += piece[at++];
            }
        }
        return out;
    }

    std::size_t vocabularySize() const override {
        return static_cast<std::size_t>(m_processor.GetPieceSize());
    }
    std::optional<TokenId> beginToken() const override { return m_begin; }
    std::optional<TokenId> endToken() const override { return m_end; }
    std::string_view kind() const override { return "SentencePiece"; }

private:
    // The library takes some 150 bytes of memory for each byte of a text: long ones go in parts.
    static constexpr std::size_t PartBytes = 64 * 1024;

    // A space behind which a new part may begin: in front of a word, behind another. Behind a byte
    // 0x81 might stand the mark itself, which the library takes off the end of a text.
    std::size_t partEnd(std::string_view text) const {
        if (!m_cutsAtSpaces || text.size() <= PartBytes) return text.size();
        for (std::size_t at = PartBytes; at + 1 < text.size(); ++at)
            if (text[at] == ' ' && text[at - 1] != ' ' && text[at - 1] != '\x81' &&
                text[at + 1] != ' ')
                return at;
        return text.size();
    }

    void encodePart(std::string_view text, std::vector<TokenId>& ids) const {
        std::vector<int> pieces;
        const auto status =
            m_processor.Encode(absl::string_view(text.data(), text.size()), &pieces);
        // The library fails only where no model was loaded.
        if (status.ok()) ids.insert(ids.end(), pieces.begin(), pieces.end());
    }

    bool isKnown(TokenId id) const { return id >= 0 && id < m_processor.GetPieceSize(); }

    void readConfig(const TokenizerConfig& config) {
        const auto find = [&](const char* role, int otherwise) -> std::optional<TokenId> {
            const std::string text = config.specialText(role);
            const int id = text.empty() ? otherwise : m_processor.PieceToId(text);
            // The library answers "unknown" for a text that it does not have.
            if (id < 0 || (!text.empty() && m_processor.IdToPiece(id) != text)) return std::nullopt;
            return id;
        };
        m_begin = find("bos_token", m_processor.bos_id());
        m_end = find("eos_token", m_processor.eos_id());
        m_addBegin = config.addBegin.value_or(true);
        m_addEnd = config.addEnd.value_or(false);
    }

    sp::SentencePieceProcessor m_processor;
    std::optional<TokenId> m_begin, m_end;
    bool m_addBegin = true, m_addEnd = false, m_cutsAtSpaces = false;
};

} // namespace

Result<TokenizerPtr> loadSentencePiece(const TextFiles& files, const TokenizerConfig& config) {
    return SentencePieceTokenizer::load(files, config);
}

} // namespace bitsmith
