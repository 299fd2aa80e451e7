#include "core/base/result.h"

namespace bitsmith {

int exitCode(ErrorCode code) {
    switch (code) {
    case ErrorCode::Failed:
        return 1;
    case ErrorCode::Usage:
        return 2;
    case ErrorCode::BadInput:
    case ErrorCode::Unsupported:
        return 3;
    case ErrorCode::Resources:
        return 4;
    }
    return 1;
}

} // namespace bitsmith
