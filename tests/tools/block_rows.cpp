// Writes and reads GGUF blocks for tests/golden/gguf/check.py, which compares them with ggml's.
//   block_rows encode TYPE COLS FLOATS BLOCKS [IMPORTANCE]
//   block_rows decode TYPE BLOCKS FLOATS
// FLOATS and IMPORTANCE: fp32 files, rows of COLS weights and one row.
#include "core/quant/blocks/encode.h"

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

using namespace bitsmith;

namespace {

template <class T>
std::vector<T> readAll(const char* path) {
    std::FILE* file = std::fopen(path, "rb");
    if (!file) throw std::string("cannot read ") + path;
    std::vector<T> out;
    T buffer[4096];
    while (const std::size_t n = std::fread(buffer, sizeof(T), 4096, file))
        out.insert(out.end(), buffer, buffer + n);
    std::fclose(file);
    return out;
}

template <class T>
void writeAll(const char* path, const std::vector<T>& values) {
    std::FILE* file = std::fopen(path, "wb");
    if (!file || std::fwrite(values.data(), sizeof(T), values.size(), file) != values.size() ||
        std::fclose(file) != 0)
        throw std::string("cannot write ") + path;
}

int run(int argc, char** argv) {
    const std::string verb = argc > 2 ? argv[1] : "";
    const BlockFormat* format = argc > 2 ? findBlockFormat(std::string_view(argv[2])) : nullptr;
    if (verb == "encode" && argc >= 6 && format && canEncode(*format)) {
        const std::size_t cols = std::stoul(argv[3]);
        const auto values = readAll<float>(argv[4]);
        const auto importance = argc > 6 ? readAll<float>(argv[6]) : std::vector<float>();
        const std::size_t rows = values.size() / cols;
        std::vector<std::byte> out(rows * format->rowBytes(cols));
        encodeBlocks(*format, {values.data(), rows, cols}, importance, out);
        writeAll(argv[5], out);
        return 0;
    }
    if (verb == "decode" && argc == 5 && format && format->decode) {
        const auto bytes = readAll<std::byte>(argv[3]);
        const std::size_t count = bytes.size() / format->blockBytes;
        std::vector<float> out(count * format->blockSize);
        format->decode(bytes.data(), count, out.data());
        writeAll(argv[4], out);
        return 0;
    }
    std::fputs(
        "block_rows encode TYPE COLS FLOATS BLOCKS [IMPORTANCE] | decode TYPE BLOCKS FLOATS\n",
        stderr);
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::string& message) {
        std::fprintf(stderr, "block_rows: %s\n", message.c_str());
        return 1;
    }
}
