// Models for the tests of core/model: the golden ones, copies of them in other types, and small
// random ones written on the spot.
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/random.h"
#include "core/io/safetensors.h"
#include "core/tensor/convert.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace bitsmith::test {

namespace fs = std::filesystem;

inline fs::path goldenFolder() { return fs::path(BITSMITH_SOURCE_DIR) / "tests/golden/logits"; }

struct RawTensor {
    DType dtype = DType::F32;
    Shape shape;
    std::vector<std::byte> bytes;
};
using RawTensors = std::map<std::string, RawTensor>;

inline RawTensor floats(Shape shape, std::span<const float> values, DType dtype = DType::F32) {
    RawTensor tensor{dtype, std::move(shape), {}};
    tensor.bytes.resize(values.size() * byteSize(dtype));
    fromFloat(dtype, values, tensor.bytes);
    return tensor;
}

inline RawTensor randomTensor(Shape shape, std::string_view name, double deviation = 0.3) {
    std::vector<float> values(static_cast<std::size_t>(elementCount(shape)));
    Rng rng(7, name, "test");
    for (float& v : values) v = static_cast<float>(deviation * rng.normal());
    return floats(std::move(shape), values);
}

inline void writeTensors(const fs::path& file, const RawTensors& tensors) {
    std::vector<SafetensorsWriter::Declaration> declared;
    for (const auto& [name, tensor] : tensors)
        declared.push_back({name, tensor.dtype, tensor.shape});
    auto writer = SafetensorsWriter::create(file, declared, {});
    if (!writer) throw std::runtime_error(writer.error().message);
    for (const auto& [name, tensor] : tensors)
        if (const Status status = writer->write(tensor.bytes); !status)
            throw std::runtime_error(status.error().message);
    if (const Status status = writer->finish(); !status)
        throw std::runtime_error(status.error().message);
}

inline RawTensors readTensors(const fs::path& file) {
    auto opened = SafetensorsFile::open(file);
    if (!opened) throw std::runtime_error(opened.error().message);
    RawTensors tensors;
    for (const auto& entry : (*opened)->entries()) {
        const TensorView view = (*opened)->view(entry);
        tensors[entry.name] = {view.dtype, view.shape, {view.bytes.begin(), view.bytes.end()}};
    }
    return tensors;
}

inline std::vector<float> asFloats(const RawTensor& tensor) {
    std::vector<float> out(static_cast<std::size_t>(elementCount(tensor.shape)));
    toFloat(tensor.dtype, tensor.bytes, out);
    return out;
}

// Every value rounded to `precision`, stored as `stored`.
inline void convertTensors(RawTensors& tensors, DType precision, DType stored) {
    for (auto& [name, tensor] : tensors) {
        const auto rounded = floats(tensor.shape, asFloats(tensor), precision);
        tensor = floats(tensor.shape, asFloats(rounded), stored);
    }
}

inline void writeModel(const fs::path& folder, const std::string& config,
                       const RawTensors& tensors) {
    fs::create_directories(folder);
    if (const Status status = writeFileAtomically(folder / "config.json", config); !status)
        throw std::runtime_error(status.error().message);
    writeTensors(folder / "model.safetensors", tensors);
}

} // namespace bitsmith::test
