// BITSMITH_VECTOR_CLONES(name, (parameters), (arguments), body) defines `name` as a loop that is
// compiled twice, for the base instruction set and for AVX2, and picks one at run time.
// Not GCC's target_clones: its resolvers run before the sanitizers are set up and crash under them.
// Only for loops without floating sums: both copies must give the same bytes (no FMA here).
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)
#define BITSMITH_VECTOR_CLONES(name, parameters, arguments, ...)                                   \
    void name##Base parameters __VA_ARGS__ __attribute__((                                         \
        target("avx2"))) void name##Avx2 parameters __VA_ARGS__ void name parameters {             \
        static const bool avx2 = __builtin_cpu_supports("avx2");                                   \
        avx2 ? name##Avx2 arguments : name##Base arguments;                                        \
    }
#else
#define BITSMITH_VECTOR_CLONES(name, parameters, arguments, ...) void name parameters __VA_ARGS__
#endif

// For what such loops call: inlined into each copy.
#define BITSMITH_INLINE inline __attribute__((always_inline))
