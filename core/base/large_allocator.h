// Memory for large arrays: on huge pages where the system grants them, since asking for a page at a
// time costs as much as filling it, and not filled unless told to.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

namespace bitsmith {

// resize(n) leaves new elements as they come, resize(n, T()) fills them.
template <class T>
struct LargeAllocator {
    using value_type = T;
    static constexpr std::size_t HugePage = std::size_t(1) << 21, Large = 2 * HugePage; // bytes

    LargeAllocator() = default;
    template <class U>
    LargeAllocator(const LargeAllocator<U>&) {}

    T* allocate(std::size_t count) {
        if (count > std::size_t(-1) / 2 / sizeof(T)) throw std::bad_array_new_length();
        const std::size_t bytes = count * sizeof(T);
        if (bytes < Large) return static_cast<T*>(::operator new(bytes));
        const std::size_t whole = (bytes + HugePage - 1) / HugePage * HugePage;
        void* memory = std::aligned_alloc(HugePage, whole);
        if (!memory) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
        ::madvise(memory, bytes / HugePage * HugePage, MADV_HUGEPAGE); // advice: may be declined
#endif
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) {
        if (count * sizeof(T) < Large)
            ::operator delete(memory);
        else
            std::free(memory);
    }
    template <class U, class... Args>
    void construct(U* at, Args&&... args) {
        if constexpr (sizeof...(Args) == 0)
            ::new (static_cast<void*>(at)) U;
        else
            ::new (static_cast<void*>(at)) U(std::forward<Args>(args)...);
    }
    friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

} // namespace bitsmith
