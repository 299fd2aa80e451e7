// bitsmith inspect MODEL [--tensor NAME]
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/analysis/tensor_statistics.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {
namespace {

Json tensorJson(const TensorInfo& t) {
    Json out = {{"name", t.name},
                {"shape", t.shape},
                {"dtype", t.dtype},
                {"bytes", t.bytes},
                {"role", t.role},
                {"block", t.block},
                {"quantizable", t.quantizable},
                {"on_request", t.onRequest}};
    if (t.layout && !t.layout->groupBits.empty()) out["group_bits"] = t.layout->groupBits;
    return out;
}

Json modelJson(const Model& model) {
    Json out = {{"name", model.name()},           {"path", model.path().string()},
                {"architecture", model.family()}, {"parameters", model.parameters()},
                {"bytes", model.bytes()},         {"runnable", model.architecture() != nullptr},
                {"format", model.format()}};
    if (const Architecture* a = model.architecture()) {
        out["blocks"] = a->blocks.size();
        out["hidden_size"] = a->hidden;
        out["heads"] = a->heads;
        out["kv_heads"] = a->kvHeads;
        out["vocabulary"] = a->vocabulary;
        out["context"] = a->maxPositions;
    } else {
        out["why_not_runnable"] = model.whyNotRunnable().message;
    }
    if (model.tokenizer())
        out["tokenizer"] = model.tokenizer()->kind();
    else
        out["why_no_tokenizer"] = model.whyNoTokenizer().message;
    out["tensors"] = Json::array();
    for (const TensorInfo& t : model.tensors()) out["tensors"].push_back(tensorJson(t));
    return out;
}

std::string modelText(const Model& model) {
    std::string out = fmt::format("{}: {}, {} parameters, {}\n", model.name(), model.family(),
                                  countText(model.parameters()), bytesText(model.bytes()));
    if (const Architecture* a = model.architecture())
        out += fmt::format(
            "{} blocks, hidden size {}, {} heads ({} for keys and values), vocabulary {}, "
            "context {}\n",
            a->blocks.size(), a->hidden, a->heads, a->kvHeads, a->vocabulary, a->maxPositions);
    else
        out += "Cannot be run: " + model.whyNotRunnable().message + "\n";
    out += model.tokenizer() ? fmt::format("Tokenizer: {}, {} tokens\n", model.tokenizer()->kind(),
                                           model.tokenizer()->vocabularySize())
                             : "No tokenizer: " + model.whyNoTokenizer().message + "\n";
    Table table({"tensor", ">shape", "type", ">size", "role", "quantizable"});
    for (const TensorInfo& t : model.tensors())
        table.add({t.name, shapeText(t.shape), t.dtype, bytesText(t.bytes), t.role,
                   t.quantizable ? "yes"
                   : t.onRequest ? "on request"
                                 : ""});
    return out + "\n" + table.text();
}

Status showTensor(const Session& session, const Model& model, const std::string& name) {
    const TensorInfo* info = model.find(name);
    if (!info)
        return fail(ErrorCode::Usage, "'{}' has no tensor '{}'; `bitsmith inspect` lists them",
                    model.name(), name);
    std::shared_ptr<const WeightMatrix> weights;
    if (info->rows > 0) {
        BITSMITH_TRY(weights, model.matrix(name));
    } else {
        BITSMITH_TRY(const auto values, model.values(name));
        Matrix row(1, values.size());
        std::ranges::copy(values, row.values().begin());
        weights = denseWeights(std::move(row));
    }
    BITSMITH_TRY(const auto s, session.run<TensorStatistics>(
                                   0, [&](RunContext& context) -> Result<TensorStatistics> {
                                       return tensorStatistics(*weights, 64, context);
                                   }));
    if (session.json()) {
        Json out = tensorJson(*info);
        out["statistics"] = {{"count", s.count},
                             {"zeros", s.zeros},
                             {"non_finite", s.nonFinite},
                             {"min", s.min},
                             {"max", s.max},
                             {"mean", s.mean},
                             {"standard_deviation", s.standardDeviation},
                             {"kurtosis", s.kurtosis},
                             {"mean_abs", s.absMean}};
        out["histogram"] = {
            {"min", s.histogramMin}, {"max", s.histogramMax}, {"counts", s.histogram}};
        session.print(out);
        return {};
    }
    std::string out = fmt::format("{}  {}  {}  {}\n", info->name, shapeText(info->shape),
                                  info->dtype, bytesText(info->bytes));
    if (info->layout && !info->layout->groupBits.empty())
        out += fmt::format("bits of its groups of {} columns: {}\n", info->layout->groupSize,
                           fmt::join(info->layout->groupBits, " "));
    out += fmt::format(
        "min {:.5g}  max {:.5g}  mean {:.5g}  standard deviation {:.5g}  kurtosis {:.4g}\n", s.min,
        s.max, s.mean, s.standardDeviation, s.kurtosis);
    out +=
        fmt::format("{} values, {} zeros, {} NaN or infinite\n\n", s.count, s.zeros, s.nonFinite);
    std::uint64_t most = 1;
    for (const auto count : s.histogram) most = std::max(most, count);
    for (std::size_t b = 0; b < s.histogram.size(); b += 2) {
        const double at = s.histogramMin + (s.histogramMax - s.histogramMin) *
                                               static_cast<double>(b) /
                                               static_cast<double>(s.histogram.size());
        const std::uint64_t count =
            s.histogram[b] + (b + 1 < s.histogram.size() ? s.histogram[b + 1] : 0);
        out += fmt::format("{:>11.4g}  {:<50}  {}\n", at,
                           std::string(static_cast<std::size_t>(25 * count / most), '#'), count);
    }
    session.print(out);
    return {};
}

} // namespace

Action declareInspect(CLI::App& app) {
    struct Options {
        std::string model, tensor;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model,
                   "Folder, .safetensors, .gguf or PyTorch file, container, or demo")
        ->required();
    app.add_option("--tensor", o->tensor, "Statistics and histogram of one tensor");
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const auto model, session.model(o->model));
        if (!o->tensor.empty()) return showTensor(session, *model, o->tensor);
        if (session.json())
            session.print(modelJson(*model));
        else
            session.print(modelText(*model));
        return {};
    };
}

} // namespace bitsmith::cli
