// Shell-like patterns for tensor names: * any characters (dots too), ? exactly one.
#pragma once

#include <string_view>

namespace bitsmith {

// Linear in practice, at worst pattern.size() * text.size().
bool globMatches(std::string_view pattern, std::string_view text);

} // namespace bitsmith
