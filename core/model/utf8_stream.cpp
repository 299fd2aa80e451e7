#include "core/model/utf8_stream.h"

#include "core/text/utf8.h"

namespace bitsmith {
namespace {

// Bytes at the end that the next token may complete to a character: a lead byte that asks for more
// than follows it.
std::size_t unfinishedTail(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if (byte < 0x80) return 0;
        if (byte < 0xC0) continue;
        const std::size_t wanted = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF8 ? 4 : 1;
        return back < wanted ? back : 0;
    }
    return 0;
}

} // namespace

std::string Utf8Stream::push(std::string_view bytes) {
    m_pending += bytes;
    const std::size_t whole = m_pending.size() - unfinishedTail(m_pending);
    std::string out = utf8::replaceInvalid(std::string_view(m_pending).substr(0, whole));
    m_pending.erase(0, whole);
    return out;
}

std::string Utf8Stream::finish() {
    std::string out = utf8::replaceInvalid(m_pending);
    m_pending.clear();
    return out;
}

} // namespace bitsmith
