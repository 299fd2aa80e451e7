// What this process and machine have: for bounded-memory decisions and reports.
#pragma once

#include <cstdint>

namespace bitsmith {

std::uint64_t peakResidentBytes(); // high-water mark of this process
bool forgetPeakResident();         // begins a new mark; false where the system has no such thing
std::uint64_t
availableMemoryBytes(); // what the machine could give now (MemAvailable); 0 if unknown

} // namespace bitsmith
