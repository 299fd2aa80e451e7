#include "app/device.h"

#include "gpu/cuda_backends.h"

#include <charconv>

namespace bitsmith {

Result<std::shared_ptr<const Backend>>
makeBackend(const std::string& device, const std::string& precision,
            const std::function<void(const std::string&)>& notice) {
    if (device == "cpu") return makeCpuBackend();
    if (device == "reference") return makeReferenceBackend();
    const auto chosen = precisionFromName(precision);
    if (!chosen)
        return fail(ErrorCode::Usage, "unknown precision '{}'; there are fp32, tf32, bf16 and fp16",
                    precision);
    const CudaOptions options{.precision = *chosen, .notice = notice};
    if (device == "cuda") {
        auto backend = makeCudaBackend(0, options);
        if (backend) return *std::move(backend);
        notice(backend.error().message + ". The processor does the work");
        return makeCpuBackend();
    }
    constexpr std::string_view Prefix = "cuda:";
    int ordinal = -1;
    if (device.starts_with(Prefix)) {
        const char* end = device.data() + device.size();
        const auto parsed = std::from_chars(device.data() + Prefix.size(), end, ordinal);
        if (parsed.ec == std::errc() && parsed.ptr == end) {
            BITSMITH_TRY(auto backend, makeCudaBackend(ordinal, options));
            return backend;
        }
    }
    return fail(ErrorCode::Usage, "unknown device '{}'; there are cpu, cuda, cuda:N and reference",
                device);
}

} // namespace bitsmith
