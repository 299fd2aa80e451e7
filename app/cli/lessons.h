// bitsmith lessons.
#pragma once

#include "app/cli/session.h"

namespace bitsmith::cli {

Action declareLessons(CLI::App& app);

} // namespace bitsmith::cli
