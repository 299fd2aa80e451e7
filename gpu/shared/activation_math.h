// Activation functions of one value; as core/compute/reference/activation.cpp, in fp32.
#pragma once

#include "core/compute/backend.h"
#include "gpu/shared/host_device.h"

#include <cmath>

namespace bitsmith::gpu {

BITSMITH_HD float activated(Activation kind, float x) {
    switch (kind) {
    case Activation::Silu:
        return x / (1 + expf(-x));
    case Activation::Gelu: // erfc keeps the digits of the negative tail
        return 0.5f * x * erfcf(-0.707106781f * x);
    case Activation::GeluTanh: // 0.5 (1 + tanh u) = sigmoid(2u)
        return x / (1 + expf(-1.59576912f * (x + 0.044715f * x * x * x)));
    case Activation::Relu:
        return x < 0 ? 0 : x;
    case Activation::QuickGelu:
        return x / (1 + expf(-1.702f * x));
    }
    return x;
}

} // namespace bitsmith::gpu
