// The version of this build, as the programs report it and containers record it.
#pragma once

namespace bitsmith {

const char* version(); // "0.1.0"

} // namespace bitsmith
