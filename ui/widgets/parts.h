// Parts that dialogs repeat: a named push button, a label of sentences.
#pragma once

#include <QString>

class QLabel;
class QPushButton;

namespace bitsmith::ui {

// Not the answer to Enter unless it is made the default.
QPushButton* makeButton(const QString& name, const QString& text, const QString& tip);
// Wraps; `copied`: its text can be selected.
QLabel* makeLabel(const QString& name, bool copied = false);

} // namespace bitsmith::ui
