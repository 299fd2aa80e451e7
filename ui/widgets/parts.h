// Parts that dialogs repeat: a named push button, a label of sentences.
#pragma once

#include <QString>

class QAbstractSpinBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSize;
class QWidget;

namespace bitsmith::ui {

// Not the answer to Enter unless it is made the default.
QPushButton* makeButton(const QString& name, const QString& text, const QString& tip);
// Wraps; `copied`: its text can be selected.
QLabel* makeLabel(const QString& name, bool copied = false);
// A field with its label before it; they stay together where lines wrap.
QWidget* makePair(const QString& label, QWidget* field);
// As narrow as half a dozen characters where there is no room for its longest entry.
void shrinkable(QComboBox& box);
void shrinkable(QAbstractSpinBox& box);
// So large, but no larger than the window it belongs to, or else the screen.
void resizeWithin(QWidget& dialog, QSize size);
// So large where a line of its text takes 15 pixels, and as much larger as its text is.
QSize inType(const QWidget& dialog, QSize size);
// As wide as its contents like to be, at least so wide, and as high as they are then; within the
// same bounds.
void resizeToContents(QWidget& dialog, int leastWidth);
// Higher where its texts need it, within the same bounds.
void growToContents(QWidget& dialog);

} // namespace bitsmith::ui
