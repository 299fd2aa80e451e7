// A backend with memory of its own: activations can stay there from one operation to the next, and
// weights are copied before they are needed. As a plain Backend it takes host matrices and copies.
#pragma once

#include "core/compute/backend.h"

#include <memory>
#include <new>

namespace bitsmith {

class Accelerator;

// The device has no room: the processor may still have.
class DeviceMemoryExhausted : public std::bad_alloc {};

class DeviceBackend : public Backend {
public:
    // The same operations on matrices that lie in the device's memory. Their weights, biases,
    // tables and ids lie on the host, as always.
    virtual const Backend& resident() const = 0;

    // Memory of the device, not initialised; given back with the last owner. Throws
    // DeviceMemoryExhausted, as the operations of resident() do.
    virtual std::shared_ptr<float> allocate(std::size_t floats) const = 0;
    virtual void upload(ConstMatrixView host, MatrixView device) const = 0;
    virtual void download(ConstMatrixView device, MatrixView host) const = 0;
    virtual void copy(ConstMatrixView from, MatrixView to) const = 0; // both on the device
    // (q, k, v) of head 0, of head 1, ... becomes q | k | v within each row of qkv, on the device.
    virtual void sortHeads(MatrixView qkv, std::size_t heads, std::size_t headDim) const = 0;

    // Begins to copy weights that will be needed, and returns at once. A promise of nothing: where
    // there is no memory they are copied when they are used.
    virtual void prefetch(std::shared_ptr<const WeightMatrix> weights) const = 0;

    // Tells that `host` and `device` hold the same while the result lives: operations that read
    // exactly `host` then take the device's copy.
    virtual std::shared_ptr<void> mirror(ConstMatrixView host, ConstMatrixView device) const = 0;

    // What the device does for quantizers; nullptr: nothing.
    virtual const Accelerator* accelerator() const { return nullptr; }
};

// Of a backend that has one; else nullptr.
inline const Accelerator* acceleratorOf(const Backend& backend) {
    const auto* device = dynamic_cast<const DeviceBackend*>(&backend);
    return device ? device->accelerator() : nullptr;
}

} // namespace bitsmith
