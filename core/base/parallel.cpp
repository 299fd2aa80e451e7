#include "core/base/parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

extern "C" {
void openblas_set_num_threads(int);
char* openblas_get_config();
char* openblas_get_corename();
}

namespace bitsmith {
namespace {

std::mutex controlMutex;
std::unique_ptr<tbb::global_control> control;
int wanted = 0;

// OpenBLAS must not start threads of its own, even when setThreads was never called.
const bool blasIsSerial = [] {
    openblas_set_num_threads(1);
    return true;
}();

// body(piece) of all pieces, in any order.
#ifdef __SANITIZE_THREAD__
// ThreadSanitizer cannot see how oneTBB, built without it, orders its threads.
void eachPiece(std::size_t pieces, const std::function<void(std::size_t)>& body) {
    std::atomic<std::size_t> next = 0;
    std::exception_ptr thrown;
    std::mutex mutex;
    const auto work = [&] {
        try {
            for (std::size_t piece = next++; piece < pieces; piece = next++) body(piece);
        } catch (...) {
            next = pieces;
            const std::lock_guard lock(mutex);
            thrown = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        const auto most = std::min(pieces, static_cast<std::size_t>(threads()));
        for (std::size_t i = 1; i < most; ++i) others.emplace_back(work);
        work();
    }
    if (thrown) std::rethrow_exception(thrown);
}
#else
template <class Body>
void eachPiece(std::size_t pieces, const Body& body) {
    tbb::parallel_for(std::size_t{0}, pieces, body);
}
#endif

} // namespace

void setThreads(int count) {
    const std::lock_guard lock(controlMutex);
    wanted = std::max(0, count);
    control.reset();
    if (wanted > 0)
        control = std::make_unique<tbb::global_control>(
            tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(wanted));
}

int threads() {
    const std::lock_guard lock(controlMutex);
    return wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallelFor(std::size_t count, std::size_t grain,
                 const std::function<void(std::size_t, std::size_t)>& body) {
    (void)blasIsSerial;
    if (count == 0) return;
    grain = std::max<std::size_t>(1, grain);
    const std::size_t pieces = (count + grain - 1) / grain;
    if (pieces == 1) return body(0, count);
    eachPiece(pieces, [&](std::size_t piece) {
        const std::size_t first = piece * grain;
        body(first, std::min(count, first + grain));
    });
}

std::string blasDescription() {
    return std::string(openblas_get_config()) + " on " + openblas_get_corename();
}

} // namespace bitsmith
