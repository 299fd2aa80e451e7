// vocab.json + merges.txt: GPT-2's own files. They hold only the model; how the text is cut follows
// from the tokenizer class, which tokenizer_config.json names.
#include "core/text/bpe.h"
#include "core/text/loaders.h"
#include "core/text/pipeline_tokenizer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace bitsmith {

namespace {

enum class Family { Gpt2, Qwen2, Roberta };

std::optional<Family> familyOf(std::string_view tokenizerClass) {
    static constexpr std::pair<std::string_view, Family> Known[] = {
        {"", Family::Gpt2},
        {"GPT2Tokenizer", Family::Gpt2},
        {"GPTNeoXTokenizer", Family::Gpt2},
        {"CodeGenTokenizer", Family::Gpt2},
        {"PreTrainedTokenizer", Family::Gpt2},
        {"Qwen2Tokenizer", Family::Qwen2},
        {"RobertaTokenizer", Family::Roberta},
        {"BartTokenizer", Family::Roberta}};
    for (const auto& [name, family] : Known)
        if (name == tokenizerClass) return family;
    return std::nullopt;
}

std::optional<TokenId> idOf(const TokenizerParts& parts, const std::string& text) {
    if (const auto added = parts.added.find(text)) return added;
    const TokenId id = parts.model->vocabulary().find(text);
    return id == Vocabulary::None ? std::nullopt : std::optional(id);
}

Status addTokens(const TokenizerConfig& config, TokenizerParts& parts) {
    const Vocabulary& vocabulary = parts.model->vocabulary();
    for (const auto& [id, token] : config.added)
        BITSMITH_CHECK(parts.added.add(token, id, vocabulary));
    for (const auto& [role, token] : config.special)
        if (!parts.added.find(token.content))
            if (const TokenId id = vocabulary.find(token.content); id != Vocabulary::None)
                BITSMITH_CHECK(parts.added.add(token, id, vocabulary));
    return {};
}

} // namespace

Result<MergeList> readMergesFile(const TextFiles& files) {
    BITSMITH_TRY(const std::string text, files.read("merges.txt", std::size_t{256} << 20));
    MergeList merges;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = std::string_view(text).substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with("#version")) continue;
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos)
            return fail(ErrorCode::BadInput,
                        "{}: line {}: expected two tokens with one space between them",
                        files.place("merges.txt"), number);
        merges.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    return merges;
}

Result<TokenizerPtr> loadVocabularyAndMerges(const TextFiles& files, const TokenizerConfig& given) {
    const std::string vocabularyFile = files.place("vocab.json");
    TokenizerConfig config = given;
    const auto family = familyOf(config.tokenizerClass);
    if (!family)
        return fail(ErrorCode::Unsupported,
                    "{}: how the tokenizer class '{}' cuts a text is not known. Save the tokenizer "
                    "as tokenizer.json, which says it.",
                    vocabularyFile, config.tokenizerClass);
    // The defaults of the classes, for folders without the small files.
    const std::string end = *family == Family::Roberta ? "</s>" : "<|endoftext|>";
    const std::string begin = *family == Family::Roberta ? "<s>" : "<|endoftext|>";
    config.special.try_emplace("eos_token", AddedToken{.content = end, .special = true});
    if (*family != Family::Qwen2)
        config.special.try_emplace("bos_token", AddedToken{.content = begin, .special = true});

    BITSMITH_TRY(const nlohmann::json document, readJsonFile(files, "vocab.json"));
    BITSMITH_TRY(Vocabulary vocabulary, readVocabulary(JsonPlace(document, vocabularyFile)));
    BITSMITH_TRY(const Bpe::Merges merges, readMergesFile(files));
    auto bpe = Bpe::create(std::move(vocabulary), merges, {});
    if (!bpe)
        return fail(ErrorCode::BadInput, "{}: {} (vocab.json)", files.place("merges.txt"),
                    bpe.error().message);
    TokenizerParts parts;
    parts.model = *std::move(bpe);
    if (const Status added = addTokens(config, parts); !added)
        return fail(ErrorCode::BadInput, "{}: {} (from the files beside it)", vocabularyFile,
                    added.error().message);
    if (*family == Family::Qwen2) {
        parts.normalizer = makeUnicodeNormalizer(unicode::NormalForm::Nfc);
        std::vector<PreTokenizerPtr> steps;
        steps.push_back(makeRegexPreTokenizer(Qwen2Regex));
        steps.push_back(makeByteLevelPreTokenizer(config.addPrefixSpace, false));
        parts.preTokenizer = makeSequencePreTokenizer(std::move(steps));
    } else {
        parts.preTokenizer = makeByteLevelPreTokenizer(config.addPrefixSpace, true);
    }
    parts.decoder = makeByteLevelDecoder();
    parts.added.finish(parts.normalizer.get());
    parts.begin = idOf(parts, config.specialText("bos_token"));
    parts.end = idOf(parts, config.specialText("eos_token"));
    const bool isRoberta = *family == Family::Roberta;
    if (config.addBegin.value_or(isRoberta) && parts.begin) parts.post.before = {*parts.begin};
    if (config.addEnd.value_or(isRoberta) && parts.end) parts.post.after = {*parts.end};
    parts.kind = "byte-level BPE";
    return std::make_shared<const PipelineTokenizer>(std::move(parts));
}

} // namespace bitsmith
