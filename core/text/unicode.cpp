#include "core/text/unicode.h"

#include "core/text/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace bitsmith::unicode {

namespace {

utf8proc_category_t category(char32_t c) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

bool isAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// utf8proc orders marks by insertion: quadratic in the length of a run of them, which a hostile
// text can make as long as itself. Ordering long runs first leaves it nothing to move.
std::string orderLongMarkRuns(std::string_view text) {
    constexpr std::size_t LongRun = 32;
    std::string out;
    std::vector<std::pair<utf8proc_propval_t, char32_t>> run;
    const auto flush = [&] {
        if (run.size() > LongRun)
            std::stable_sort(run.begin(), run.end(),
                             [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [order, c] : run) utf8::append(out, c);
        run.clear();
    };
    for (std::size_t i = 0; i < text.size();) {
        const utf8::Decoded next = utf8::decodeAt(text, i);
        i += next.length;
        const auto order =
            utf8proc_get_property(static_cast<utf8proc_int32_t>(next.codePoint))->combining_class;
        if (order == 0) flush();
        run.emplace_back(order, next.codePoint);
        if (order == 0) flush();
    }
    flush();
    return out;
}

void normalizePart(std::string_view text, utf8proc_option_t options, std::string& out) {
    const std::string ordered = orderLongMarkRuns(text);
    utf8proc_uint8_t* raw = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(ordered.data()),
                                     static_cast<utf8proc_ssize_t>(ordered.size()), &raw, options);
    const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(raw, std::free);
    if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
    if (length < 0)
        out.append(text); // valid UTF-8 has no other failure
    else
        out.append(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

} // namespace

std::string normalize(std::string_view text, NormalForm form) {
    int options = UTF8PROC_STABLE;
    const bool compose = form == NormalForm::Nfc || form == NormalForm::Nfkc;
    options |= compose ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
    if (form == NormalForm::Nfkc || form == NormalForm::Nfkd) options |= UTF8PROC_COMPAT;
    std::string out;
    out.reserve(text.size());
    // An ASCII character never changes and never joins what stands before it, so the text can be
    // cut in front of each: only the others, with the one they follow, need the library.
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at;
        while (end < text.size() && isAscii(text[end])) ++end;
        if (end == text.size()) {
            out.append(text.substr(at));
            break;
        }
        const std::size_t first = end > at ? end - 1 : end;
        out.append(text.substr(at, first - at));
        while (end < text.size() && !isAscii(text[end])) ++end;
        normalizePart(text.substr(first, end - first), static_cast<utf8proc_option_t>(options),
                      out);
        at = end;
    }
    return out;
}

std::string toLower(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const utf8::Decoded next = utf8::decodeAt(text, i);
        i += next.length;
        utf8::append(out, static_cast<char32_t>(
                              utf8proc_tolower(static_cast<utf8proc_int32_t>(next.codePoint))));
        // The only character whose full lower case is two characters (SpecialCasing.txt).
        if (next.codePoint == 0x130) utf8::append(out, 0x307);
    }
    return out;
}

bool isWhitespace(char32_t c) {
    if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool isNumeric(char32_t c) {
    const auto kind = category(c);
    return kind == UTF8PROC_CATEGORY_ND || kind == UTF8PROC_CATEGORY_NL ||
           kind == UTF8PROC_CATEGORY_NO;
}

bool isPunctuation(char32_t c) {
    if (c < 0x80)
        return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
               (c >= 123 && c <= 126);
    const auto kind = category(c);
    return kind >= UTF8PROC_CATEGORY_PC && kind <= UTF8PROC_CATEGORY_PO;
}

bool isMark(char32_t c) {
    const auto kind = category(c);
    return kind >= UTF8PROC_CATEGORY_MN && kind <= UTF8PROC_CATEGORY_ME;
}

bool isNonspacingMark(char32_t c) { return category(c) == UTF8PROC_CATEGORY_MN; }

bool isControl(char32_t c) {
    const auto kind = category(c);
    return kind >= UTF8PROC_CATEGORY_CC;
}

bool isWordCharacter(char32_t c) {
    if (c == 0x200C || c == 0x200D) return true; // Join_Control
    if (c >= 0x24B6 && c <= 0x24E9) return true; // circled letters are Alphabetic though symbols
    const auto kind = category(c);
    return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
           (kind >= UTF8PROC_CATEGORY_MN && kind <= UTF8PROC_CATEGORY_NL) ||
           kind == UTF8PROC_CATEGORY_PC;
}

} // namespace bitsmith::unicode
