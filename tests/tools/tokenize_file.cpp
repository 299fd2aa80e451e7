// For comparing with other tokenizers: encodes whole files and writes the ids as 32-bit integers,
// least byte first, to standard output; what it measured goes to standard error.
//
//   tokenize_file [--no-special] [--decode] FOLDER FILE
//   tokenize_file --lines FOLDER FILE     each line of FILE is one text, as a JSON string; prints
//                                         one JSON object per text: ids, plain ids, decoded text
#include "core/base/atomic_file.h"
#include "core/text/tokenizer.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace bitsmith;

namespace {

int complain(const std::string& message) {
    fmt::print(stderr, "{}\n", message);
    return 3;
}

int printLines(const Tokenizer& tokenizer, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const auto line = nlohmann::json::parse(text.substr(at, end - at)).get<std::string>();
        at = end + 1;
        const std::vector<TokenId> ids = tokenizer.encode(line);
        nlohmann::ordered_json out;
        out["ids"] = ids;
        out["plain"] = tokenizer.encode(line, false);
        out["decoded"] = tokenizer.decode(ids);
        out["decoded_special"] = tokenizer.decode(ids, true);
        fmt::print("{}\n", out.dump());
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    bool special = true, decode = false, lines = false;
    std::vector<std::string> paths;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--no-special")
            special = false;
        else if (word == "--decode")
            decode = true;
        else if (word == "--lines")
            lines = true;
        else
            paths.push_back(word);
    }
    if (paths.size() != 2)
        return complain("usage: tokenize_file [--no-special] [--decode] [--lines] FOLDER FILE");
    const auto started = std::chrono::steady_clock::now();
    const auto tokenizer = loadTokenizer(paths[0]);
    if (!tokenizer) return complain(tokenizer.error().message);
    if (!*tokenizer) return complain(paths[0] + ": no tokenizer");
    const auto text = readTextFile(paths[1]);
    if (!text) return complain(text.error().message);
    if (lines) return printLines(**tokenizer, *text);
    const auto loaded = std::chrono::steady_clock::now();
    const std::vector<TokenId> ids = (*tokenizer)->encode(*text, special);
    const auto done = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(done - loaded).count();
    fmt::print(stderr, "{}: loaded in {:.3f} s; {} tokens in {:.3f} s, {:.1f} MB/s\n",
               (*tokenizer)->kind(), std::chrono::duration<double>(loaded - started).count(),
               ids.size(), seconds, static_cast<double>(text->size()) / 1e6 / seconds);
    if (decode) {
        const std::string back = (*tokenizer)->decode(ids);
        return std::fwrite(back.data(), 1, back.size(), stdout) == back.size() ? 0 : 1;
    }
    return std::fwrite(ids.data(), sizeof(TokenId), ids.size(), stdout) == ids.size() ? 0 : 1;
}
