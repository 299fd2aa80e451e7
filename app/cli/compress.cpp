// bitsmith compress IN -o OUT [--coder C] [--replace]; bitsmith decompress IN -o OUT [--replace]
#include "core/pipeline/compress.h"
#include "app/cli/compress.h"
#include "app/cli/table.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <map>

namespace bitsmith::cli {
namespace {

double megabytesPerSecond(std::uint64_t bytes, double seconds) {
    return seconds > 0 ? static_cast<double>(bytes) / 1e6 / seconds : 0;
}

Json resultJson(const CompressResult& r) {
    return Json{{"output", r.output.string()},
                {"format", r.format},
                {"bytes_in", r.bytesIn},
                {"bytes_out", r.bytesOut},
                {"ratio", r.ratio()},
                {"decode_mb_s", megabytesPerSecond(r.bytesIn, r.decodeSeconds)}};
}

const std::map<std::string, StreamCoder> Coders = {{"auto", StreamCoder::Auto},
                                                   {"rans", StreamCoder::Rans},
                                                   {"zstd", StreamCoder::Zstd},
                                                   {"plain", StreamCoder::Plain}};

} // namespace

Action declareCompress(CLI::App& app) {
    struct Options {
        std::string input, output;
        CompressOptions options;
    };
    auto o = std::make_shared<Options>();
    app.add_option("IN", o->input, "A safetensors or GGUF file")->required();
    app.add_option("-o,--output", o->output, "The coded file, or a folder for it")->required();
    app.add_option("--coder", o->options.coder,
                   "How symbols are coded: auto (the smallest, part by part), rans, zstd (of the "
                   "bytes as they are), plain")
        ->transform(CLI::CheckedTransformer(Coders, CLI::ignore_case));
    app.add_flag("--replace", o->options.replace, "Replace a file at the output");
    return [o](Session& session) -> Status {
        o->options.input = o->input;
        o->options.output = o->output;
        BITSMITH_TRY(const auto r, session.run<CompressResult>(0, [&](RunContext& context) {
            return compressFile(o->options, context);
        }));
        if (session.json()) {
            Json json = resultJson(r);
            json["encode_mb_s"] = megabytesPerSecond(r.bytesIn, r.encodeSeconds);
            Json kinds = Json::array();
            for (const CompressedKind& kind : r.kinds)
                kinds.push_back({{"what", kind.what},
                                 {"bytes_in", kind.bytesIn},
                                 {"bytes_out", kind.bytesOut}});
            json["kinds"] = std::move(kinds);
            session.print(json);
            return {};
        }
        Table table({"what", ">before", ">after", ">of it"});
        for (const CompressedKind& kind : r.kinds)
            table.add({kind.what, bytesText(kind.bytesIn), bytesText(kind.bytesOut),
                       fmt::format("{:.1f} %", 100.0 * static_cast<double>(kind.bytesOut) /
                                                   static_cast<double>(kind.bytesIn))});
        session.print(table.text() +
                      fmt::format("\n{}: {} instead of {} ({:.1f} % saved), read back and equal; "
                                  "{:.0f} MB/s coded, {:.0f} MB/s decoded\n",
                                  r.output.string(), bytesText(r.bytesOut), bytesText(r.bytesIn),
                                  100 * (1 - r.ratio()),
                                  megabytesPerSecond(r.bytesIn, r.encodeSeconds),
                                  megabytesPerSecond(r.bytesIn, r.decodeSeconds)));
        return {};
    };
}

Action declareDecompress(CLI::App& app) {
    struct Options {
        std::string input, output;
        bool replace = false;
    };
    auto o = std::make_shared<Options>();
    app.add_option("IN", o->input, "A file that `bitsmith compress` wrote")->required();
    app.add_option("-o,--output", o->output,
                   "The original again, or a folder where it gets its old name")
        ->required();
    app.add_flag("--replace", o->replace, "Replace a file at the output");
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const auto r, session.run<CompressResult>(0, [&](RunContext& context) {
            return decompressFile(o->input, o->output, o->replace, context);
        }));
        if (session.json())
            session.print(resultJson(r));
        else
            session.print(fmt::format("{}: {}, every checksum right, {:.0f} MB/s\n",
                                      r.output.string(), bytesText(r.bytesIn),
                                      megabytesPerSecond(r.bytesIn, r.decodeSeconds)));
        return {};
    };
}

} // namespace bitsmith::cli
