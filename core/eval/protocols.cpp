#include "core/eval/protocols.h"

#include <algorithm>

namespace bitsmith {
namespace {

using Tokens = std::vector<TokenId>;

std::vector<ScoredWindow> cutWindows(const Tokens& tokens, std::size_t context) {
    std::vector<ScoredWindow> out;
    for (std::size_t at = 0; at + context <= tokens.size(); at += context)
        out.push_back({Tokens(tokens.begin() + long(at), tokens.begin() + long(at + context)), 1});
    return out;
}

// Window k covers [k*stride, k*stride + context); only targets that no earlier window scored count.
std::vector<ScoredWindow> cutStrided(const Tokens& tokens, std::size_t context,
                                     std::size_t stride) {
    std::vector<ScoredWindow> out;
    std::size_t scored = 1; // the very first token has no context
    for (std::size_t at = 0; scored < tokens.size(); at += stride) {
        const std::size_t end = std::min(tokens.size(), at + context);
        out.push_back({Tokens(tokens.begin() + long(at), tokens.begin() + long(end)), scored - at});
        scored = end;
    }
    return out;
}

// llama.cpp's perplexity tool: the first token of each chunk is replaced by BOS where the model
// wants one, and only the second half is scored.
std::vector<ScoredWindow> cutLlamaCpp(const Tokens& tokens, std::size_t context,
                                      std::optional<TokenId> begin) {
    std::vector<ScoredWindow> out = cutWindows(tokens, context);
    for (ScoredWindow& window : out) {
        if (begin) window.tokens[0] = *begin;
        window.firstTarget = context / 2 + 1;
    }
    return out;
}

std::vector<ScoredWindow> cutDocuments(const Tokenizer& tokenizer, std::string_view text,
                                       const EvalOptions& options) {
    std::vector<ScoredWindow> out;
    std::size_t used = 0;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = options.separator.empty()
                                    ? text.size()
                                    : std::min(text.find(options.separator, at), text.size());
        const std::string_view document = text.substr(at, end - at);
        at = end + std::max<std::size_t>(1, options.separator.size());
        if (document.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
        if (options.limitDocuments > 0 && out.size() >= options.limitDocuments) break;
        Tokens tokens = tokenizer.encode(document);
        if (tokens.size() > options.context) tokens.resize(options.context);
        if (options.limitTokens > 0 && used + tokens.size() > options.limitTokens) break;
        used += tokens.size();
        if (tokens.size() >= 2) out.push_back({std::move(tokens), 1});
    }
    return out;
}

} // namespace

std::string_view protocolName(Protocol protocol) {
    switch (protocol) {
    case Protocol::Windows:
        return "windows";
    case Protocol::Documents:
        return "documents";
    case Protocol::Strided:
        return "strided";
    case Protocol::LlamaCpp:
        return "llamacpp";
    }
    return "";
}

std::optional<Protocol> protocolFromName(std::string_view name) {
    for (const Protocol p :
         {Protocol::Windows, Protocol::Documents, Protocol::Strided, Protocol::LlamaCpp})
        if (protocolName(p) == name) return p;
    return std::nullopt;
}

Result<std::vector<ScoredWindow>> cutText(const Tokenizer& tokenizer, std::string_view text,
                                          const EvalOptions& options) {
    std::vector<ScoredWindow> out;
    std::size_t have = 0;
    if (options.protocol == Protocol::Documents) {
        out = cutDocuments(tokenizer, text, options);
    } else {
        Tokens tokens = tokenizer.encode(text);
        if (options.limitTokens > 0 && tokens.size() > options.limitTokens)
            tokens.resize(options.limitTokens);
        have = tokens.size();
        if (options.protocol == Protocol::Windows) out = cutWindows(tokens, options.context);
        if (options.protocol == Protocol::Strided)
            out = cutStrided(tokens, options.context, options.stride);
        if (options.protocol == Protocol::LlamaCpp) {
            const bool adds = tokenizer.beginToken() && !tokenizer.encode("").empty();
            out =
                cutLlamaCpp(tokens, options.context, adds ? tokenizer.beginToken() : std::nullopt);
        }
    }
    std::erase_if(out, [](const ScoredWindow& w) { return w.tokens.size() <= w.firstTarget; });
    if (!out.empty()) return out;
    if (options.protocol == Protocol::Documents)
        return fail(ErrorCode::BadInput,
                    "the text holds no document of two tokens or more; check --separator");
    return fail(ErrorCode::BadInput,
                "the text is too short: it has {} tokens and one {} context needs {}. Use a longer "
                "text or a smaller --context",
                have, protocolName(options.protocol), options.context);
}

} // namespace bitsmith
