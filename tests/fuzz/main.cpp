// libFuzzer's entry points. `fuzz_x --seeds=DIR` writes the target's seeds into DIR and ends.
#include "tests/fuzz/target.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerInitialize(int* argc, char*** argv) {
    constexpr std::string_view Option = "--seeds=";
    for (int i = 1; i < *argc; ++i) {
        const std::string_view argument = (*argv)[i];
        if (!argument.starts_with(Option)) continue;
        const std::string folder(argument.substr(Option.size()));
        const auto seeds = bitsmith::fuzz::seeds();
        for (std::size_t s = 0; s < seeds.size(); ++s) {
            std::ofstream out(folder + "/seed" + std::to_string(s), std::ios::binary);
            out.write(reinterpret_cast<const char*>(seeds[s].data()),
                      static_cast<std::streamsize>(seeds[s].size()));
            if (!out) {
                std::fprintf(stderr, "cannot write to %s\n", folder.c_str());
                std::exit(1);
            }
        }
        std::exit(0);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    bitsmith::fuzz::run(std::as_bytes(std::span(data, size)));
    return 0;
}
