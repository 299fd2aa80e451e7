// Short benchmarks of a device beside the processor's backend, for users' machines: what `bench
// --device` shows. A product with weights that are there already, what copying adds, a Gram matrix,
// attention, packed weights, GPTQ.
#pragma once

#include "core/compute/device_backend.h"
#include "core/pipeline/benchmarks.h"

namespace bitsmith {

// As runBenchmarks(): the filter is a regular expression on the names; publishes each row. Errors
// (Usage): no such expression; it matches nothing.
Result<std::vector<BenchmarkRow>>
runDeviceBenchmarks(const DeviceBackend& device, const std::string& filter, RunContext& context);

} // namespace bitsmith
