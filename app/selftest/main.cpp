// bitsmith_selftest: every operation of every backend of this machine against the reference. Needs
// neither Qt nor a model, so that it can be run on a server with a CUDA device.
#include "core/base/blas_kernels.h"
#include "core/base/parallel.h"
#include "core/base/version.h"
#include "core/compute/selftest.h"
#include "gpu/cuda_backends.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace {

using namespace bitsmith;

struct Options {
    bool quick = false, all = false;
};

// A line for each operation: how many cases, and the worst of them. Returns how many were wrong.
int report(const std::string& backend, const std::vector<OpCheck>& checks, bool all) {
    std::vector<std::string> ops;
    for (const OpCheck& check : checks)
        if (std::ranges::find(ops, check.op) == ops.end()) ops.push_back(check.op);
    int wrong = 0;
    for (const std::string& op : ops) {
        const OpCheck* worst = nullptr;
        std::size_t cases = 0;
        for (const OpCheck& check : checks) {
            if (check.op != op) continue;
            ++cases;
            const bool worse = worst && check.maxError / (check.tolerance + 1e-300) >
                                            worst->maxError / (worst->tolerance + 1e-300);
            if (!worst || worse) worst = &check;
            if (all || !check.ok)
                fmt::print("{:<20} {:<18} {:<46} {:.2e} of {:.0e} {}\n", backend, op, check.shape,
                           check.maxError, check.tolerance, check.ok ? "ok" : "WRONG");
            wrong += !check.ok;
        }
        fmt::print("{:<20} {:<18} {:>3} cases, worst {:.2e} of {:.0e} at {}\n", backend, op, cases,
                   worst->maxError, worst->tolerance, worst->shape);
    }
    std::fflush(stdout);
    return wrong;
}

int checkCuda(const Options& options) {
    const CudaStatus status = cudaStatus();
    if (status.devices.empty()) {
        fmt::print("cuda: skipped. {}\n", status.text);
        return 0;
    }
    struct Run {
        Precision precision;
        double tolerance;
        SelfTestSize size;
    };
    const SelfTestSize full = options.quick ? SelfTestSize::Small : SelfTestSize::Full;
    int wrong = 0;
    for (std::size_t i = 0; i < status.devices.size(); ++i) {
        fmt::print("cuda:{}: {}\n", i, status.devices[i]);
        for (const Run& run :
             {Run{Precision::Fp32, 1e-5, full}, Run{Precision::Tf32, 1e-2, SelfTestSize::Small},
              Run{Precision::Bf16, 0.1, SelfTestSize::Small},
              Run{Precision::Fp16, 0.02, SelfTestSize::Small}}) {
            const auto backend =
                makeCudaBackend(static_cast<int>(i),
                                {.precision = run.precision, .everything = true, .notice = {}});
            if (!backend) {
                fmt::print("cuda:{}: {}\n", i, backend.error().message);
                ++wrong;
                break;
            }
            wrong += report(fmt::format("cuda:{} {}", i, precisionName(run.precision)),
                            checkBackend(**backend, run.size, run.tolerance), options.all);
        }
    }
    return wrong;
}

} // namespace

int main(int argc, char** argv) {
    chooseBlasKernels(argv);
    CLI::App app("Every operation of every backend against the reference.", "bitsmith_selftest");
    Options options;
    app.add_flag("--quick", options.quick, "Fewer shapes");
    app.add_flag("--all", options.all, "A line for each case");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error, std::cout, std::cerr) == 0 ? 0 : 2;
    }
    setThreads(0);
    fmt::print("Bitsmith {}, {}\n", version(), blasDescription());
    int wrong = 0;
    try {
        wrong += report("cpu",
                        checkBackend(*makeCpuBackend(),
                                     options.quick ? SelfTestSize::Small : SelfTestSize::Full),
                        options.all);
        wrong += checkCuda(options);
    } catch (const std::exception& error) {
        fmt::print("stopped: {}\n", error.what());
        return 1;
    }
    fmt::print("{}\n", wrong == 0 ? "all right" : fmt::format("{} cases are WRONG", wrong));
    return wrong == 0 ? 0 : 1;
}
