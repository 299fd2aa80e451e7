#include "core/base/blas_kernels.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <unistd.h>

extern "C" char* openblas_get_corename();

namespace bitsmith {
namespace {

constexpr std::array<std::string_view, 18> BeforeAvx{
    "unknown", "katmai",  "coppermine", "northwood",    "banias", "prescott",
    "core2",   "penryn",  "dunnington", "nehalem",      "atom",   "nano",
    "athlon",  "opteron", "barcelona",  "opteron_sse3", "bobcat", "generic"};

} // namespace

std::string betterBlasKernels(std::string_view now, bool avx2, bool avx512) {
    std::string name(now);
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (!avx2 || std::ranges::find(BeforeAvx, name) == BeforeAvx.end()) return {};
    return avx512 ? "SkylakeX" : "Haswell";
}

void chooseBlasKernels(char** argv) {
#if defined(__x86_64__)
    if (std::getenv("OPENBLAS_CORETYPE")) return;
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512cd");
    const std::string better = betterBlasKernels(openblas_get_corename(), avx2, avx512);
    // By its own path: the link would become the name of the process.
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (better.empty() || error || ::setenv("OPENBLAS_CORETYPE", better.c_str(), 0) != 0) return;
    ::execv(self.c_str(), argv);
#else
    (void)argv;
#endif
}

} // namespace bitsmith
