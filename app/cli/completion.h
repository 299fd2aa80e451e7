// The command that writes what a shell needs to complete the others; see completion.cpp.
#pragma once

#include "app/cli/session.h"

namespace bitsmith::cli {

Action declareCompletion(CLI::App& app); // of a subcommand: it describes its parent

} // namespace bitsmith::cli
