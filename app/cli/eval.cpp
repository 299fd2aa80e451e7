// bitsmith eval MODEL --text FILE [...]
#include "app/cli/precision_options.h"
#include "app/cli/session.h"
#include "core/io/container_file.h"
#include "core/pipeline/measure.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith::cli {
namespace {

Json toJson(const EvalResult& r) {
    Json out = {{"protocol", protocolName(r.protocol)},
                {"context", r.context},
                {"tokens", r.tokens},
                {"nll", r.nll},
                {"perplexity", r.perplexity},
                {"perplexity_error", r.perplexityError},
                {"seconds", r.seconds},
                {"tokens_per_second", r.tokensPerSecond},
                {"peak_rss_bytes", r.peakRssBytes}};
    if (r.stride > 0) out["stride"] = r.stride;
    if (!r.activations.empty()) out["activations"] = r.activations;
    if (!r.cache.empty())
        out["cache"] = {
            {"scheme", r.cache}, {"bytes", r.cacheBytes}, {"f16_bytes", r.cacheBytesF16}};
    if (!r.hasBaseline) return out;
    out["baseline_perplexity"] = r.baselinePerplexity;
    out["delta_perplexity"] = r.perplexity - r.baselinePerplexity;
    out["kl_mean"] = r.klMean;
    out["kl_p50"] = r.klP50;
    out["kl_p99"] = r.klP99;
    out["kl_p999"] = r.klP999;
    out["kl_max"] = r.klMax;
    out["same_top"] = r.sameTop;
    if (r.predictedKl >= 0) out["predicted_kl"] = r.predictedKl;
    if (r.predictedPerplexity >= 0) out["predicted_perplexity"] = r.predictedPerplexity;
    return out;
}

std::string toText(const EvalResult& r) {
    std::string out = fmt::format(
        "perplexity {:.4f} +- {:.4f}  (protocol {}, context {}{}, {} predicted tokens)\n",
        r.perplexity, r.perplexityError, protocolName(r.protocol), r.context,
        r.stride > 0 ? fmt::format(", stride {}", r.stride) : "", r.tokens);
    if (r.hasBaseline)
        out += fmt::format("baseline   {:.4f}, difference {:+.4f}\n"
                           "KL divergence mean {:.6f} nats, median {:.6f}, 99 % {:.6f}, 99.9 % "
                           "{:.6f}, max {:.6f}\n"
                           "same most likely token {:.2f} %\n",
                           r.baselinePerplexity, r.perplexity - r.baselinePerplexity, r.klMean,
                           r.klP50, r.klP99, r.klP999, r.klMax, 100 * r.sameTop);
    if (r.predictedKl >= 0)
        out +=
            fmt::format("predicted before the run: KL {:.6f} ({:+.0f} % off), perplexity {:.4f}\n",
                        r.predictedKl, 100 * (r.predictedKl / std::max(r.klMean, 1e-12) - 1),
                        r.predictedPerplexity);
    if (!r.activations.empty()) out += fmt::format("activations {}\n", r.activations);
    if (!r.cache.empty())
        out += fmt::format("cache {}: {} bytes for {} tokens; in 16 bits {}\n", r.cache,
                           r.cacheBytes, r.context, r.cacheBytesF16);
    return out + fmt::format("{:.1f} s, {:.0f} tokens/s\n", r.seconds, r.tokensPerSecond);
}

} // namespace

Action declareEval(CLI::App& app) {
    struct Options {
        std::string model, text, baseline, protocol = "windows", separator;
        EvalOptions eval;
        PrecisionOptions precision;
    };
    auto o = std::make_shared<Options>();
    o->separator = "\\n<|endoftext|>\\n";
    app.add_option("MODEL", o->model,
                   "Folder, .safetensors, .gguf or PyTorch file, container, or demo")
        ->required();
    app.add_option("--text", o->text, "Text to predict (UTF-8); for demo its own held-out text");
    app.add_option("--protocol", o->protocol, "How the text is cut")
        ->check(CLI::IsMember({"windows", "documents", "strided", "llamacpp"}))
        ->capture_default_str();
    app.add_option("--context", o->eval.context,
                   "Tokens per window; 0: the model's own, at most 2048");
    app.add_option("--stride", o->eval.stride,
                   "strided: tokens between windows; 0: half the context");
    app.add_option("--separator", o->separator,
                   "documents: what stands between them (\\n and \\t are understood)")
        ->capture_default_str();
    app.add_option("--limit-tokens", o->eval.limitTokens, "Use at most so many tokens of the text");
    app.add_option("--limit-documents", o->eval.limitDocuments, "documents: use at most so many");
    app.add_option("--baseline", o->baseline, "Full-precision model to compare with");
    o->precision.declare(app);
    return [o](Session& session) -> Status {
        std::filesystem::path text = o->text;
        if (o->text.empty()) {
            if (o->model != "demo")
                return fail(ErrorCode::Usage,
                            "--text is required (only demo has a text of its own)");
            BITSMITH_TRY(text, demoTextFile());
        }
        EvalOptions options = o->eval;
        options.protocol = *protocolFromName(o->protocol);
        options.separator.clear();
        for (std::size_t i = 0; i < o->separator.size(); ++i) {
            const bool escape = o->separator[i] == '\\' && i + 1 < o->separator.size();
            const char next = escape ? o->separator[i + 1] : '\0';
            if (next == 'n' || next == 't' || next == '\\') {
                options.separator += next == 'n' ? '\n' : next == 't' ? '\t' : '\\';
                ++i;
            } else {
                options.separator += o->separator[i];
            }
        }
        BITSMITH_TRY(const ModelPrecision precision, o->precision.read());
        BITSMITH_TRY(const auto model, session.model(o->model));
        std::shared_ptr<const Model> baseline;
        if (!o->baseline.empty()) {
            BITSMITH_TRY(baseline, session.model(o->baseline));
        }
        // A measurement is kept with the experiment that made the model; others need no database.
        BITSMITH_TRY(const Engine engine, session.engine(isContainer(model->path())));
        BITSMITH_TRY(const EvalResult r, session.run<EvalResult>(0, [&](RunContext& context) {
            return evaluateModel(model, baseline, text, options, engine, context, precision);
        }));
        if (session.json())
            session.print(toJson(r));
        else
            session.print(toText(r));
        return {};
    };
}

} // namespace bitsmith::cli
