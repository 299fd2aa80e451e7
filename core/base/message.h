// Sentences that the engine composes for people: "AWQ holds 4 bits, not {}"_message(bits) is the
// formatted text. Every pattern that is used so is listed by itself (messagePatterns), so that a
// window can recognise a message and say it in another language (ui/bridge/engine_message.h); here
// and on the command line they stay English. For problems, remedies and notes; errors, which name
// files and byte positions, are made by fail() (result.h).
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// All patterns of this program, as fmt knows them, in alphabetical order.
std::vector<std::string_view> messagePatterns();

namespace message_detail {

template <std::size_t Size>
struct Literal {
    char text[Size] = {};
    // NOLINTNEXTLINE(google-explicit-constructor): the compiler makes one of a literal
    consteval Literal(const char (&from)[Size]) { std::copy_n(from, Size, text); }
    constexpr std::string_view view() const { return {text, Size - 1}; }
};

struct Listed { // puts a pattern into the list before main() begins
    explicit Listed(std::string_view pattern);
};

template <Literal Pattern>
struct Message {
    template <class... Args>
    std::string operator()(const Args&... args) const {
        static_cast<void>(&Entry); // which makes the compiler construct it
        return fmt::format(fmt::format_string<const Args&...>(Pattern.view()), args...);
    }
    static inline const Listed Entry{Pattern.view()};
};

} // namespace message_detail

template <message_detail::Literal Pattern>
constexpr message_detail::Message<Pattern> operator""_message() {
    return {};
}

} // namespace bitsmith
