#include "core/base/memory.h"

#include <sys/resource.h>

#include <fstream>
#include <string>

namespace bitsmith {

std::uint64_t peakResidentBytes() {
    struct ::rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::uint64_t availableMemoryBytes() {
    std::ifstream in("/proc/meminfo");
    std::string key;
    std::uint64_t kib = 0;
    std::string unit;
    while (in >> key >> kib && std::getline(in, unit))
        if (key == "MemAvailable:") return kib * 1024;
    return 0;
}

} // namespace bitsmith
