// bitsmith generate MODEL --prompt TEXT [--baseline MODEL] [...]
#include "core/model/generate.h"
#include "app/cli/precision_options.h"
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/eval/token_divergence.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cmath>

namespace bitsmith::cli {
namespace {

constexpr std::size_t MostLikely = 10;

Json likelyJson(const std::vector<LikelyToken>& tokens) {
    Json out = Json::array();
    for (const LikelyToken& one : tokens)
        out.push_back({{"id", one.id}, {"text", one.bytes}, {"probability", one.probability}});
    return out;
}

Json comparedJson(const std::vector<TokenDivergence>& tokens) {
    Json out = Json::array();
    for (const TokenDivergence& one : tokens)
        out.push_back({{"id", one.id},
                       {"text", one.bytes},
                       {"kl", one.kl},
                       {"log_probability", one.logProbability[1]},
                       {"baseline_log_probability", one.logProbability[0]},
                       {"top", likelyJson(one.top[1])},
                       {"baseline_top", likelyJson(one.top[0])}});
    return out;
}

std::string comparedText(const std::vector<TokenDivergence>& tokens) {
    Table table({"token", ">KL, nats", ">probability", ">baseline's", "most likely", "baseline's"});
    // On one line, whatever a token holds.
    const auto word = [](const std::string& bytes) {
        return Json(bytes).dump(-1, ' ', false, Json::error_handler_t::replace);
    };
    const auto percent = [](float logProbability) {
        return fmt::format("{:.1f} %", 100 * std::exp(logProbability));
    };
    for (const TokenDivergence& one : tokens)
        table.add({word(one.bytes), fmt::format("{:.3f}", one.kl), percent(one.logProbability[1]),
                   percent(one.logProbability[0]), word(one.top[1].front().bytes),
                   word(one.top[0].front().bytes)});
    return table.text();
}

// The generated tokens under both models.
Result<std::vector<TokenDivergence>> compared(Session& session, const ForwardPass& pass,
                                              const std::string& baselineName, const Engine& engine,
                                              const std::string& prompt, const Generation& g) {
    BITSMITH_TRY(const auto baseline, session.model(baselineName));
    BITSMITH_TRY(const ForwardPass other, ForwardPass::create(baseline, engine.backend));
    std::vector<TokenId> tokens = pass.model().tokenizer()->encode(prompt, true);
    if (tokens.empty()) return fail(ErrorCode::Usage, "--baseline needs a prompt");
    const std::size_t first = tokens.size();
    for (const GeneratedToken& token : g.tokens) tokens.push_back(token.id);
    return session.run<std::vector<TokenDivergence>>(0, [&](RunContext& context) {
        return compareTokens(other, pass, tokens, first, MostLikely, context);
    });
}

} // namespace

Action declareGenerate(CLI::App& app) {
    struct Options {
        std::string model, prompt, baseline;
        SamplingOptions sampling;
        PrecisionOptions precision;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model,
                   "Folder, .safetensors, .gguf or PyTorch file, container, or demo")
        ->required();
    app.add_option("--prompt", o->prompt, "Text to continue")->required();
    app.add_option("--baseline", o->baseline,
                   "Compare with this model, token by token (usually the original)");
    app.add_option("--tokens", o->sampling.tokens, "At most so many new tokens")
        ->capture_default_str();
    app.add_option("--seed", o->sampling.seed, "Same seed, same text")->capture_default_str();
    app.add_option("--temperature", o->sampling.temperature, "0: always the most likely token")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
    app.add_option("--top-p", o->sampling.topP,
                   "Sample from the most likely tokens of this total probability")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--top-k", o->sampling.topK, "Sample from the k most likely tokens; 0: all")
        ->check(CLI::Range(0, 1 << 30))
        ->capture_default_str();
    o->precision.declare(app);
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const ModelPrecision precision, o->precision.read());
        BITSMITH_TRY(const auto model, session.model(o->model));
        if (!model->tokenizer()) return fail(model->whyNoTokenizer());
        BITSMITH_TRY(const Engine engine, session.engine(false));
        BITSMITH_TRY(ForwardPass pass, ForwardPass::create(model, engine.backend));
        RunContext measuring;
        BITSMITH_CHECK(applyPrecision(pass, precision, measuring));
        pass.keepBlocks(weightBudget(engine));
        const bool live = !session.json();
        if (live) session.print(o->prompt);
        BITSMITH_TRY(const Generation g,
                     session.run<Generation>(o->sampling.seed, [&](RunContext& context) {
                         return generate(pass, o->prompt, o->sampling, context,
                                         [&](const GeneratedToken& token) {
                                             if (live) session.print(token.bytes);
                                         });
                     }));
        const double rate = g.seconds > 0 ? static_cast<double>(g.tokens.size()) / g.seconds : 0;
        std::vector<TokenDivergence> tokens;
        if (!o->baseline.empty()) {
            BITSMITH_TRY(tokens, compared(session, pass, o->baseline, engine, o->prompt, g));
        }
        if (live) {
            session.print(std::string("\n"));
            if (!tokens.empty()) session.print("\n" + comparedText(tokens));
            if (!session.globals().quiet)
                std::fprintf(stderr, "%zu tokens, %.0f tokens/s; keys and values %llu bytes%s\n",
                             g.tokens.size(), rate, static_cast<unsigned long long>(g.cacheBytes),
                             pass.cacheScheme()
                                 ? fmt::format(" ({}; in 16 bits {})", pass.cacheScheme()->text(),
                                               g.cacheBytesF16)
                                       .c_str()
                                 : "");
            return {};
        }
        Json ids = Json::array();
        for (const GeneratedToken& token : g.tokens) ids.push_back(token.id);
        Json out{{"prompt", o->prompt},
                 {"text", g.text},
                 {"tokens", g.tokens.size()},
                 {"ids", ids},
                 {"prompt_tokens", g.promptTokens},
                 {"cache_bytes", g.cacheBytes},
                 {"cache_f16_bytes", g.cacheBytesF16},
                 {"tokens_per_second", rate}};
        if (!o->baseline.empty()) out["compared"] = comparedJson(tokens);
        session.print(out);
        return {};
    };
}

} // namespace bitsmith::cli
