// bitsmith generate MODEL --prompt TEXT [...]
#include "core/model/generate.h"
#include "app/cli/session.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {

Action declareGenerate(CLI::App& app) {
    struct Options {
        std::string model, prompt;
        SamplingOptions sampling;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model,
                   "Folder, .safetensors, .gguf or PyTorch file, container, or demo")
        ->required();
    app.add_option("--prompt", o->prompt, "Text to continue")->required();
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
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const auto model, session.model(o->model));
        if (!model->tokenizer()) return fail(model->whyNoTokenizer());
        BITSMITH_TRY(const Engine engine, session.engine(false));
        BITSMITH_TRY(ForwardPass pass, ForwardPass::create(model, engine.backend));
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
        if (live) {
            session.print(std::string("\n"));
            if (!session.globals().quiet)
                std::fprintf(stderr, "%zu tokens, %.0f tokens/s\n", g.tokens.size(), rate);
            return {};
        }
        Json ids = Json::array();
        for (const GeneratedToken& token : g.tokens) ids.push_back(token.id);
        session.print(Json{{"prompt", o->prompt},
                           {"text", g.text},
                           {"tokens", g.tokens.size()},
                           {"ids", ids},
                           {"prompt_tokens", g.promptTokens},
                           {"tokens_per_second", rate}});
        return {};
    };
}

} // namespace bitsmith::cli
