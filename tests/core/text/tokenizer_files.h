// Tokenizer folders for tests: the small ones of tests/golden/tokenizers, and ones written on the
// spot.
#pragma once

#include "core/base/atomic_file.h"
#include "core/text/tokenizer.h"

#include <QTemporaryDir>
#include <QTest>

#include <string>

namespace bitsmith::test {

inline std::filesystem::path goldenFolder(const std::string& name) {
    return std::filesystem::path(BITSMITH_SOURCE_DIR) / "tests/golden/tokenizers" / name;
}

// A folder that lasts as long as the object.
class TokenizerFolder {
public:
    TokenizerFolder& write(const char* name, std::string_view text) {
        const Status written = writeFileAtomically(path() / name, text);
        if (!written) qFatal("%s", written.error().message.c_str());
        return *this;
    }
    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    Result<std::shared_ptr<const Tokenizer>> load() const { return loadTokenizer(path()); }

private:
    QTemporaryDir m_folder;
};

inline Result<std::shared_ptr<const Tokenizer>> loadJson(std::string_view text) {
    TokenizerFolder folder;
    return folder.write("tokenizer.json", text).load();
}

using Ids = std::vector<TokenId>;

} // namespace bitsmith::test
