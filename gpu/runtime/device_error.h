// The error of a device that cannot go on.
#pragma once

#include <stdexcept>

namespace bitsmith::gpu {

// The device cannot go on: lost, without its libraries, or our own mistake.
class DeviceError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace bitsmith::gpu
