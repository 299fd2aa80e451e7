// The CUDA backends, one per device: the only thing that gpu/ exports. Declared alike in builds
// without CUDA, where there are no devices and the functions say so.
#pragma once

#include "core/base/result.h"
#include "core/compute/device_backend.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// What products of matrices are computed in; sums are always fp32, and everything else too.
enum class Precision {
    Fp32, // as the processor
    Tf32, // factors cut to 10 bits of fraction
    Bf16, // to 7
    Fp16  // to 10, and to +-65504
};
std::optional<Precision> precisionFromName(std::string_view name); // "fp32", "tf32", ...
std::string_view precisionName(Precision precision);

struct CudaOptions {
    Precision precision = Precision::Fp32;
    // Whether operations run on the device even where copying their arguments takes longer than
    // the processor would: for tests of the kernels.
    bool everything = false;
    // Gets sentences for the user, each once: operations that went to the processor, and why. May
    // be called by any thread. Empty: standard error.
    std::function<void(const std::string&)> notice;
};

struct CudaStatus {
    bool built = false;               // whether this program contains the CUDA backend
    std::vector<std::string> devices; // "NVIDIA H100 PCIe, 79 GiB, compute 9.0"
    std::string text;                 // a sentence: what there is, or why there is none
};
CudaStatus cudaStatus();

// Errors: Usage, no such device; Failed, it does not answer.
Result<std::shared_ptr<const DeviceBackend>> makeCudaBackend(int ordinal, CudaOptions options = {});
// All devices that answer.
std::vector<std::shared_ptr<const DeviceBackend>> makeCudaBackends(const CudaOptions& options = {});

} // namespace bitsmith
