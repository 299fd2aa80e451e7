// Turns a stream of tokens' bytes into a stream of whole characters: a token may end in the middle
// of one. What never becomes a character is shown as U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace bitsmith {

class Utf8Stream {
public:
    // The characters completed by `bytes`; valid UTF-8, possibly empty.
    std::string push(std::string_view bytes);
    // What is left at the end.
    std::string finish();

private:
    std::string m_pending; // at most 3 bytes between calls
};

} // namespace bitsmith
