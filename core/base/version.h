#pragma once

namespace bitsmith {

const char* version(); // "0.1.0"

} // namespace bitsmith
