// A coded container as a whole: its directory and its byte strings. The checksums of the file are
// made right, so that what lies behind them is reached.
//
//   input := u16 length of the directory's JSON | JSON | byte strings; or a whole file
#include "core/base/hash.h"
#include "core/codec/coded_matrix.h"
#include "core/codec/coded_stream.h"
#include "core/io/container_file.h"
#include "core/io/container_parts.h"
#include "tests/fuzz/target.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <unistd.h>

namespace bitsmith::fuzz {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t FirstBlob = 16;
constexpr std::uint64_t MostBytes = std::uint64_t{1} << 22; // decoded, of one tensor

// In memory, where the machine has such a place.
const fs::path& folder() {
    static const fs::path Folder = [] {
        std::error_code error;
        const fs::path base =
            fs::is_directory("/dev/shm", error) ? "/dev/shm" : fs::temp_directory_path();
        fs::path path = base / ("bitsmith-fuzz-" + std::to_string(getpid()));
        fs::create_directories(path);
        return path;
    }();
    return Folder;
}

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void put(const char* name, std::string_view content) {
    std::ofstream(folder() / name, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
}

bool writeFromParts(std::span<const std::byte> input) {
    std::uint16_t length = 0;
    if (input.size() < sizeof length) return false;
    std::memcpy(&length, input.data(), sizeof length);
    input = input.subspan(sizeof length);
    if (length > input.size()) return false;
    const auto directory =
        nlohmann::ordered_json::parse(textOf(input.first(length)), nullptr, false);
    if (!directory.is_object()) return false;
    auto writer = BitsmithFileWriter::create(folder() / CodedContainerWeights);
    return writer && writer->write(input.subspan(length)) && writer->finish(directory);
}

// What the places of all tensors add up to.
std::uint64_t bytesOf(const nlohmann::json& directory) {
    std::uint64_t sum = 0;
    for (const char* list : {"tensors", "copied"})
        if (directory.contains(list) && directory[list].is_array())
            for (const auto& row : directory[list])
                if (row.is_object() && row.contains("at"))
                    if (const auto place = blobFromJson(row["at"])) sum += place->size;
    return sum;
}

} // namespace

void run(std::span<const std::byte> input) {
    if (!writeFromParts(input)) put(CodedContainerWeights, textOf(input));
    const auto file = BitsmithFile::open(folder() / CodedContainerWeights);
    if (!file) return;
    const nlohmann::json& directory = (*file)->directory();
    put(ContainerManifest,
        nlohmann::ordered_json{{"format", ContainerFormat},
                               {"version", ContainerVersion},
                               {"engine", "0"},
                               {"source", "fuzz"},
                               {"bytes", bytesOf(directory)},
                               {"files", {CodedContainerWeights}},
                               {"weights", CodedContainerWeights},
                               {"directory", Hasher().add(directory.dump()).hex()}}
            .dump());
    const auto container = openContainer(folder());
    if (!container) return;
    for (const ContainerTensor& tensor : (*container)->quantized()) {
        if (tensor.layout.storedBytes() > MostBytes) continue;
        const auto matrix = (*container)->load(tensor.name);
        check(!matrix || (*matrix)->layout() == tensor.layout);
        (void)(*container)->verify(tensor.name);
    }
    for (const ContainerCopy& copy : (*container)->copied()) {
        std::uint64_t elements = 1;
        for (const auto extent : copy.shape) elements *= static_cast<std::uint64_t>(extent);
        if (elements > MostBytes) continue;
        (void)(*container)->stored(copy);
    }
}

std::vector<Bytes> seeds() {
    QuantizedMatrix matrix;
    matrix.rows = 6;
    matrix.cols = matrix.groupSize = 10;
    matrix.groupsPerRow = matrix.parameterRows = 1;
    matrix.bits = 8;
    matrix.symmetric = true;
    matrix.scales.resize(2, std::byte{60});
    for (std::size_t i = 0; i < 60; ++i)
        matrix.codes.push_back(static_cast<std::byte>(120 + i % 17));
    const auto coded = encodeMatrix(matrix);
    const auto copied = encodeStream(matrix.codes, DType::BF16);
    ContainerTensor tensor = describeMatrix(matrix);
    tensor.name = "w";
    tensor.recipe = "ecq";
    tensor.coded = BitsmithBlob{FirstBlob, coded.size()};
    tensor.hash = codedHash(coded);
    const nlohmann::ordered_json directory{{"kind", "container"},
                                           {"tensors", {tensorToJson(tensor)}},
                                           {"copied",
                                            {{{"name", "n"},
                                              {"dtype", "BF16"},
                                              {"shape", {30}},
                                              {"at", {FirstBlob + coded.size(), copied.size()}},
                                              {"hash", codedHash(copied)}}}}};
    const std::string text = directory.dump();
    const auto length = static_cast<std::uint16_t>(text.size());
    Bytes seed(sizeof length);
    std::memcpy(seed.data(), &length, sizeof length);
    const auto json = std::as_bytes(std::span(text.data(), text.size()));
    seed.insert(seed.end(), json.begin(), json.end());
    seed.insert(seed.end(), coded.begin(), coded.end());
    seed.insert(seed.end(), copied.begin(), copied.end());
    // The whole file as well.
    check(writeFromParts(seed));
    const auto whole = MappedFile::open(folder() / CodedContainerWeights);
    check(whole.has_value());
    return {seed, Bytes((*whole)->bytes().begin(), (*whole)->bytes().end())};
}

} // namespace bitsmith::fuzz
