// Expected failures as values: Result<T> carries a T or an Error that a person can act on.
// Cancellation and exhaustion are exceptions (run_context.h); our own mistakes are assertions.
#pragma once

#include <fmt/format.h>

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace bitsmith {

// What kind of failure it is; the command line's exit code follows from it (exitCode).
enum class ErrorCode {
    Failed,      // the operation could not be done
    Usage,       // the request itself is wrong: unknown option, impossible combination
    BadInput,    // a file is broken, missing or not what it claims to be
    Unsupported, // a valid input that this version does not handle; also a bad input to the user
    Resources,   // memory or disk exhausted
};

// A message says what, where, and what to do.
struct Error {
    ErrorCode code = ErrorCode::Failed;
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

// return fail(ErrorCode::BadInput, "safetensors: '{}' ends at byte {}", name, end);
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> text,
                                         Args&&... args) {
    return tl::unexpected<Error>(Error{code, fmt::format(text, std::forward<Args>(args)...)});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

// Exit code of the command line: 1 failed, 2 usage, 3 bad input, 4 memory or disk.
int exitCode(ErrorCode code);

} // namespace bitsmith

#define BITSMITH_CONCAT_INNER(a, b) a##b
#define BITSMITH_CONCAT(a, b) BITSMITH_CONCAT_INNER(a, b)

// BITSMITH_TRY(auto file, openFile(path)); -- declares, or returns the error to the caller.
#define BITSMITH_TRY(declaration, expression)                                                      \
    auto BITSMITH_CONCAT(tryResult, __LINE__) = (expression);                                      \
    if (!BITSMITH_CONCAT(tryResult, __LINE__))                                                     \
        return ::bitsmith::fail(std::move(BITSMITH_CONCAT(tryResult, __LINE__)).error());          \
    declaration = *std::move(BITSMITH_CONCAT(tryResult, __LINE__))

// BITSMITH_CHECK(status()); -- returns the error to the caller.
#define BITSMITH_CHECK(expression)                                                                 \
    do {                                                                                           \
        if (auto checkResult = (expression); !checkResult)                                         \
            return ::bitsmith::fail(std::move(checkResult).error());                               \
    } while (false)
