// What coders make of a matrix's codes, as rows of a table.
#pragma once

#include "core/analysis/coder_sizes.h"
#include "ui/models/figures_model.h"

namespace bitsmith::ui {

std::vector<FiguresColumn> coderColumns();
// A row per coder, then what the entropy would be; the smallest one is strong.
void showCoders(FiguresModel& model, const CoderSizes& sizes);

} // namespace bitsmith::ui
