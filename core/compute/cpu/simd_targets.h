// Which instruction sets Highway compiles each kernel for; include before any Highway header.
// AVX2 and AVX-512 are what people have; anything older runs the portable code. Each further set
// costs one more compilation of every kernel.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
