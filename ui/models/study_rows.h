// The figures of a compressibility study as rows of tables, numbers to sort by beside their texts.
#pragma once

#include "core/pipeline/compressibility.h"
#include "ui/models/figures_model.h"

namespace bitsmith::ui {

// A row per setting, its id the setting's index; settings that no tensor takes are left out.
std::vector<FiguresColumn> settingColumns();
std::vector<FiguresRow> settingRows(const StudyResult& study);
inline constexpr int OutputErrorColumn = 9; // of settings: only with a text

// What one setting makes of each tensor; the id is the tensor's index.
std::vector<FiguresColumn> studyTensorColumns();
std::vector<FiguresRow> studyTensorRows(const StudyResult& study, int setting);

// All inputs together first.
std::vector<FiguresColumn> activationColumns();
std::vector<FiguresRow> activationRows(const StudyResult& study);

// What a quantized model holds; the id is the tensor's index.
std::vector<FiguresColumn> codesColumns();
std::vector<FiguresRow> codesRows(const QuantizedModelCodes& codes);

// Mean over the tensors whose error on the calibration text was measured, weighted by weights; -1:
// none.
double outputErrorOf(const StudyResult& study, int setting);

} // namespace bitsmith::ui
