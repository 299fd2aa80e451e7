// Character classes, case and normal forms (utf8proc), named as the tokenizers need them.
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace bitsmith::unicode {

enum class NormalForm { Nfc, Nfd, Nfkc, Nfkd };

// `text` is valid UTF-8; so is the result.
std::string normalize(std::string_view text, NormalForm form);
std::string toLower(std::string_view text);

bool isWhitespace(char32_t c);     // property White_Space
bool isNumeric(char32_t c);        // categories Nd, Nl, No
bool isPunctuation(char32_t c);    // category P, or ASCII punctuation (symbols such as $ included)
bool isMark(char32_t c);           // categories Mn, Mc, Me
bool isNonspacingMark(char32_t c); // category Mn
bool isControl(char32_t c);        // categories Cc, Cf, Cs, Co
bool isWordCharacter(char32_t c);  // \w of UTS 18: letters, marks, decimal digits, connectors

} // namespace bitsmith::unicode
