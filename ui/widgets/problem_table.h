// The list of what a target or a format says against a plan or a model: long sentences, so rows are
// as high as their text.
#pragma once

#include <QString>

class QTableView;

namespace bitsmith::ui {

class ProblemsModel;

// The model is not owned and must outlive the table.
QTableView* makeProblemTable(ProblemsModel& model, const QString& name, const QString& tip);

} // namespace bitsmith::ui
