// Bits and predicted sizes of a plan as a user reads them: entropy-coded recipes know their size
// only when they are done, and lattices have rates instead of widths.
#pragma once

#include "core/plan/plan.h"

#include <QString>

namespace bitsmith::ui {

enum class SizeCertainty {
    Exact,  // fixed widths: what will be written
    AtMost, // fixed widths that an entropy coder makes smaller
    About   // a lattice: the rate that is aimed at
};
SizeCertainty sizeCertainty(const Recipe& recipe);
SizeCertainty sizeCertainty(const Plan& plan); // the least certain of its rows

QString sizeText(std::uint64_t bytes, SizeCertainty certainty); // "41 kB", "≤ 41 kB", "≈ 41 kB"
QString widthText(const TensorPlan& row);                       // "4"; "3.48" where a rate is given
// "2.1 MB · 4.25 bits per weight · 3.8× smaller", with "about" or "at most" where it is.
QString planSummary(const Plan& plan);

} // namespace bitsmith::ui
