#include "ui/widgets/parts.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLayout>
#include <QPushButton>
#include <QScreen>

namespace bitsmith::ui {
namespace {

constexpr int LeastCharacters = 6;
constexpr int LineHeight = 15; // of the type that sizes are given for

} // namespace

QPushButton* makeButton(const QString& name, const QString& text, const QString& tip) {
    auto* button = new QPushButton(text);
    button->setObjectName(name);
    button->setToolTip(tip);
    button->setAutoDefault(false);
    return button;
}

QLabel* makeLabel(const QString& name, bool copied) {
    auto* label = new QLabel;
    label->setObjectName(name);
    label->setWordWrap(true);
    if (copied) label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QWidget* makePair(const QString& label, QWidget* field) {
    auto* pair = new QWidget;
    auto* row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 0, 0, 0);
    auto* name = new QLabel(label);
    name->setBuddy(field);
    row->addWidget(name);
    row->addWidget(field);
    return pair;
}

void shrinkable(QComboBox& box) {
    box.setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box.setMinimumContentsLength(LeastCharacters);
    box.setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void shrinkable(QAbstractSpinBox& box) {
    // More than the digits: the buttons.
    box.setMinimumWidth(box.fontMetrics().averageCharWidth() * (LeastCharacters + 4));
}

void resizeToContents(QWidget& dialog, int leastWidth) {
    const QSize hint = dialog.sizeHint();
    resizeWithin(dialog, hint.expandedTo({leastWidth, 0}));
    if (dialog.layout()->hasHeightForWidth())
        dialog.resize(dialog.width(), dialog.layout()->totalHeightForWidth(dialog.width()));
}

void growToContents(QWidget& dialog) {
    const int needed = dialog.layout()->totalHeightForWidth(dialog.width());
    if (needed > dialog.height()) resizeWithin(dialog, {dialog.width(), needed});
}

void resizeWithin(QWidget& dialog, QSize size) {
    const QWidget* parent = dialog.parentWidget();
    dialog.resize(size.boundedTo(parent ? parent->window()->size()
                                        : dialog.screen()->availableGeometry().size()));
}

QSize inType(const QWidget& dialog, QSize size) {
    return (size * dialog.fontMetrics().height() / LineHeight).expandedTo(size);
}

} // namespace bitsmith::ui
