// The command `rewrite`, declared as those of session.h are.
#pragma once

#include "app/cli/session.h"

namespace bitsmith::cli {

Action declareRewrite(CLI::App& app);

} // namespace bitsmith::cli
