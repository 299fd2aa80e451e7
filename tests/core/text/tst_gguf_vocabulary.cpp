// The tokenizer of a GGUF: as files of a folder and back, and against what llama.cpp makes of real
// vocabularies.
#include "core/io/gguf_file.h"
#include "core/model/gguf/gguf_keys.h"
#include "core/text/gguf_cuts.h"
#include "core/text/gguf_vocabulary.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/tokenizer_files.h"
#include "tests/support/shared_files.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace bitsmith;
using test::Ids;

namespace {

std::string textOf(const std::filesystem::path& path) { return readTextFile(path).value(); }

std::vector<std::string> split(const std::string& text, const std::string& separator) {
    std::vector<std::string> out;
    std::size_t from = 0;
    for (std::size_t at; (at = text.find(separator, from)) != std::string::npos;
         from = at + separator.size())
        out.push_back(text.substr(from, at - from));
    out.push_back(text.substr(from));
    return out;
}

TextFiles inMemory(const GgufVocabulary& vocabulary) {
    auto made = tokenizerFiles(vocabulary);
    if (!made) qFatal("%s", made.error().message.c_str());
    TextFiles files("made");
    for (TokenizerFile& file : *made) files.add(file.name, std::move(file.content));
    return files;
}

std::shared_ptr<const Tokenizer> load(const GgufVocabulary& vocabulary) {
    auto tokenizer = loadTokenizer(inMemory(vocabulary));
    if (!tokenizer) qFatal("%s", tokenizer.error().message.c_str());
    return *tokenizer;
}

GgufVocabulary ofFile(const std::string& name) {
    const auto file =
        GgufFile::open(test::sharedFile("corpora/tokenizer-vectors/ggml-vocab-" + name + ".gguf"));
    return readGgufVocabulary((*file)->metadata()).value();
}

GgufVocabulary small() {
    GgufVocabulary v;
    v.model = "gpt2";
    v.pre = "gpt-2";
    for (int byte = 0; byte < 256; ++byte)
        v.tokens.push_back(byteLetter(byte));
    v.tokens.insert(v.tokens.end(), {"th", "the", "<|end|>", "[PAD259]"});
    v.types.assign(v.tokens.size(), GgufTokenType::Normal);
    v.types[258] = GgufTokenType::Control;
    v.types[259] = GgufTokenType::Unused;
    v.merges = {"t h", "th e"};
    v.begin = v.end = 258;
    return v;
}

} // namespace
