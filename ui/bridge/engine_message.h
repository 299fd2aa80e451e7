// A message that the engine composed, in the language of the window.
#pragma once

#include <QString>

#include <string_view>

namespace bitsmith::ui {

// Finds the patterns (core/base/message.h) that the message was made of and puts its numbers and
// names into their translations. What is of no pattern, such as most errors, stays as it is.
QString engineMessage(std::string_view message);

} // namespace bitsmith::ui
