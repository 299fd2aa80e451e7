// For allocators without a parameter.
#pragma once

namespace bitsmith {

struct NoAllocatorParams {
    void describe(auto&&) {}
};

} // namespace bitsmith
