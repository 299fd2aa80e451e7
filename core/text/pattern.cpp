#include "core/text/pattern.h"

#include <nlohmann/json.hpp>

namespace bitsmith {

namespace {

std::vector<TextRange> findLiteral(std::string_view text, std::string_view literal) {
    std::vector<TextRange> found;
    for (std::size_t at = text.find(literal); at != std::string_view::npos;
         at = text.find(literal, at + literal.size()))
        found.push_back({at, at + literal.size()});
    return found;
}

// What the regular expression ^ +| +$ finds.
std::vector<TextRange> findLineEndSpaces(std::string_view text) {
    std::vector<TextRange> found;
    for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at)) {
        const std::size_t end = std::min(text.find_first_not_of(' ', at), text.size());
        if (at == 0 || text[at - 1] == '\n' || end == text.size() || text[end] == '\n')
            found.push_back({at, end});
        at = end;
    }
    return found;
}

} // namespace

Result<Pattern> Pattern::read(const JsonPlace& place) {
    if (const auto literal = place.find("String")) {
        BITSMITH_TRY(std::string text, literal->string());
        if (text.empty()) return literal->bad("an empty text can not be searched for");
        return Pattern(std::move(text));
    }
    const auto regex = place.find("Regex");
    if (!regex) return place.bad("expected a pattern: {{\"String\": ...}} or {{\"Regex\": ...}}");
    BITSMITH_TRY(const std::string text, regex->string());
    if (text == "^ +| +$") {
        Pattern trim{std::string()};
        trim.m_kind = LineTrim{};
        return trim;
    }
    auto compiled = Regex::compile(text);
    if (!compiled) return regex->complaint(compiled.error().code, compiled.error().message);
    return Pattern(*std::move(compiled));
}

std::vector<TextRange> Pattern::findAll(std::string_view text) const {
    if (const auto* literal = std::get_if<std::string>(&m_kind)) return findLiteral(text, *literal);
    if (const auto* regex = std::get_if<Regex>(&m_kind)) return regex->findAll(text);
    return findLineEndSpaces(text);
}

} // namespace bitsmith
