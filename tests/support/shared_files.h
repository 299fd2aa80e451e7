// Real models and texts that some tests use where they are present. A user's machine has none: the
// test then skips with a clear message.
//
//   BITSMITH_NEEDS_SHARED("models/stories260K/hf");
#pragma once

#include <QTest>

#include <cstdlib>
#include <filesystem>

namespace bitsmith::test {

inline std::filesystem::path sharedFile(const std::filesystem::path& relative) {
    const char* chosen = std::getenv("BITSMITH_SHARED_DIR");
    return std::filesystem::path(chosen && *chosen ? chosen : BITSMITH_SHARED_DIR) / relative;
}

} // namespace bitsmith::test

#define BITSMITH_NEEDS_SHARED(relative)                                                            \
    do {                                                                                           \
        if (!std::filesystem::exists(bitsmith::test::sharedFile(relative)))                        \
            QSKIP("needs " relative " in the shared folder of real models, which is absent");      \
    } while (false)
