// bitsmith: the command line. All that the Studio does, without Qt.
#include "app/cli/completion.h"
#include "app/cli/compress.h"
#include "app/cli/lessons.h"
#include "app/cli/rewrite.h"
#include "app/cli/session.h"
#include "core/base/blas_kernels.h"
#include "core/base/parallel.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>
#include <new>

namespace {

using namespace bitsmith;
using namespace bitsmith::cli;

struct Command {
    const char* name;
    const char* help;
    Action (*declare)(CLI::App&);
};

constexpr Command Commands[] = {
    {"inspect", "Architecture, tensors and sizes of a model; reads headers only", declareInspect},
    {"eval", "Perplexity of a model on a text; with a baseline also KL divergence", declareEval},
    {"tasks", "Multiple-choice accuracy", declareTasks},
    {"generate", "Continue a prompt", declareGenerate},
    {"recipes", "The quantization recipes, or one of them in full", declareRecipes},
    {"lessons", "What quantizing does, in short lessons; the Studio has them with live pictures",
     declareLessons},
    {"calibrate", "Capture layer statistics from a text, for later commands", declareCalibrate},
    {"targets", "The programs that results can be made for", declareTargets},
    {"plan", "Write a plan: recipe and bits per tensor, with the exact size", declarePlan},
    {"quantize", "Quantize a model, into a Bitsmith container or the format of another program",
     declareQuantize},
    {"rewrite", "Write the same network in weights that are easier to quantize", declareRewrite},
    {"export", "Write a finished quantization, or any model, in another program's format",
     declareExport},
    {"compress", "Code a safetensors or GGUF file of anyone's without loss", declareCompress},
    {"decompress", "Give the original of a compressed file back, bit for bit", declareDecompress},
    {"verify", "Check a container, an export or any model to the last byte", declareVerify},
    {"experiments", "The store of finished quantizations and their measurements",
     declareExperiments},
    {"analyze", "What is in a model's tensors: --what says what to find out", declareAnalyze},
    {"sweep", "Try a grid of recipes and measure each point; goes on where it stopped",
     declareSweep},
    {"bench", "Short benchmarks with their baselines; what loading a model takes", declareBench},
    {"completion", "Completion for a shell, or the manual page, on standard output",
     declareCompletion},
    {"doctor", "What was found on this machine, and a self-check of each backend", declareDoctor},
};

int report(const Error& error) {
    std::fprintf(stderr, "bitsmith: %s\n", error.message.c_str());
    return exitCode(error.code);
}

int runCommand(const Action& action, const Globals& globals) {
    setThreads(globals.threads);
    Session session(globals);
    try {
        const Status status = action(session);
        return status ? 0 : report(status.error());
    } catch (const Cancelled&) {
        std::fprintf(stderr, "bitsmith: cancelled\n");
        return 130;
    } catch (const std::bad_alloc&) {
        return report(
            {ErrorCode::Resources,
             "out of memory; use fewer calibration samples, a smaller --context or --memory"});
    } catch (const std::exception& error) {
        return report({ErrorCode::Failed, error.what()});
    }
}

} // namespace

int main(int argc, char** argv) {
    chooseBlasKernels(argv);
    CLI::App app("Bitsmith " + std::string(version()) +
                     ": quantize neural networks and see what it cost.",
                 "bitsmith");
    app.set_version_flag("--version", std::string("bitsmith ") + version());
    app.require_subcommand(1);
    app.fallthrough();

    Globals globals;
    app.add_flag("--json", globals.json, "Print one JSON document on standard output");
    app.add_option("--db", globals.database,
                   "Experiment database (default: $XDG_DATA_HOME/bitsmith/experiments.db)");
    app.add_option("--threads", globals.threads, "Threads to use; 0: all cores")
        ->check(CLI::Range(0, 1024));
    app.add_option("--device", globals.device,
                   "cpu, cuda (the first device, or the processor where there is none), cuda:N, or "
                   "reference (slow, for checks)");
    app.add_option("--precision", globals.precision,
                   "What a CUDA device computes products in: fp32, tf32, bf16 or fp16")
        ->check(CLI::IsMember({"fp32", "tf32", "bf16", "fp16"}));
    app.add_option("--memory", globals.memoryGiB,
                   "GiB of weights that may be held in memory; 0: half of what is free")
        ->check(CLI::Range(0.0, 65536.0));
    app.add_flag("--quiet", globals.quiet, "No progress on standard error");

    Action chosen;
    for (const Command& command : Commands) {
        CLI::App* sub = app.add_subcommand(command.name, command.help);
        Action action = command.declare(*sub);
        sub->callback([&chosen, action] { chosen = action; });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Help and version end well; every other parse error is wrong usage.
        return app.exit(error, std::cout, std::cerr) == 0 ? 0 : 2;
    }
    return runCommand(chosen, globals);
}
