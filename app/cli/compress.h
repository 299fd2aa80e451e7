// The commands around coded files.
#pragma once

#include "app/cli/session.h"

namespace bitsmith::cli {

Action declareCompress(CLI::App& app);
Action declareDecompress(CLI::App& app);

} // namespace bitsmith::cli
