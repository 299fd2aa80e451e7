// What a study found, as sentences in the language of the window.
#pragma once

#include "core/pipeline/load_study.h"

#include <QString>

namespace bitsmith::ui {

// As LoadStudy::verdict().
QString loadVerdict(const LoadStudy& study);

} // namespace bitsmith::ui
