// For translators: prints every text of the engine that the Studio looks up, as a source that
// lupdate reads (./dev translate).
#include "core/pipeline/registered_texts.h"

#include <cstdio>

namespace {

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

} // namespace

int main() {
    for (const auto& [text, where] : bitsmith::registeredTexts())
        std::printf("//: %s\nQT_TRANSLATE_NOOP(\"engine\", \"%s\")\n", where.c_str(),
                    escaped(text).c_str());
    return 0;
}
