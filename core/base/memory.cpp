#include "core/base/memory.h"

#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace bitsmith {

bool forgetPeakResident() {
    std::ofstream out("/proc/self/clear_refs");
    return static_cast<bool>(out << '5' << std::flush);
}

std::uint64_t peakResidentBytes() {
    // getrusage's mark never falls; this one does when it is told to forget.
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("VmHWM:")) // "VmHWM:     1234 kB"
            return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
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
