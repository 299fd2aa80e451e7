// Model folders for tests: copies of a model with other number formats, with one byte or key
// changed.
#pragma once

#include "core/io/safetensors.h"
#include "core/tensor/convert.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace bitsmith::test {

inline void copyFolder(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::create_directories(to);
    for (const auto& entry : std::filesystem::directory_iterator(from))
        if (entry.is_regular_file())
            std::filesystem::copy_file(entry.path(), to / entry.path().filename(),
                                       std::filesystem::copy_options::overwrite_existing);
}

// Called per tensor: may change the values (as floats) before they are written as `dtype`.
using TensorChange = std::function<void(const SafetensorsEntry&, std::vector<float>&)>;

// Rewrites `from`'s model.safetensors into `to` (a copy of the folder) with every tensor as dtype.
inline Status convertModel(const std::filesystem::path& from, const std::filesystem::path& to,
                           DType dtype, const TensorChange& change = {}) {
    copyFolder(from, to);
    BITSMITH_TRY(const auto file, SafetensorsFile::open(from / "model.safetensors"));
    std::vector<SafetensorsWriter::Declaration> tensors;
    for (const auto& entry : file->entries()) tensors.push_back({entry.name, dtype, entry.shape});
    BITSMITH_TRY(auto writer,
                 SafetensorsWriter::create(to / "model.safetensors", tensors, {{"format", "pt"}}));
    for (const auto& entry : file->entries()) {
        const TensorView view = file->view(entry);
        std::vector<float> values(static_cast<std::size_t>(elementCount(entry.shape)));
        toFloat(view.dtype, view.bytes, values);
        if (change) change(entry, values);
        std::vector<std::byte> bytes(values.size() * byteSize(dtype));
        fromFloat(dtype, values, bytes);
        BITSMITH_CHECK(writer.write(bytes));
    }
    return writer.finish();
}

inline std::string fileText(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void writeText(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

// name -> bytes of every file below a folder: two equal maps are byte-identical outputs.
inline std::map<std::string, std::string> folderBytes(const std::filesystem::path& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            out[std::filesystem::relative(entry.path(), folder).string()] = fileText(entry.path());
    return out;
}

} // namespace bitsmith::test
