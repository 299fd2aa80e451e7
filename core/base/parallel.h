// Parallel loops of one level over oneTBB. Everything that is computed in parallel is cut into
// pieces by size alone, never by thread count: the same seed gives the same bytes on any machine
// setting of --threads.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace bitsmith {

// Threads used by parallelFor from now on, process-wide; 0: all cores. Also pins BLAS to one thread
// per call: parallelism is ours.
void setThreads(int threads);
int threads();

// body(first, last) over [0, count) in pieces of at most `grain`, cut at multiples of `grain`.
// Exceptions thrown by body (Cancelled among them) reach the caller.
void parallelFor(std::size_t count, std::size_t grain,
                 const std::function<void(std::size_t, std::size_t)>& body);

// The BLAS behind dense products: its configuration and the kernel that it chose for this CPU.
std::string blasDescription();

} // namespace bitsmith
