#include "core/base/version.h"

namespace bitsmith {

const char* version() { return BITSMITH_VERSION; }

} // namespace bitsmith
