#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLayout>
#include <QPushButton>

namespace bitsmith::ui {

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
    // The underlined letter is set without kerning, which takes more than the label asks for.
    name->setContentsMargins(0, 0, name->fontMetrics().height() / 8, 0);
    row->addWidget(name);
    row->addWidget(field);
    return pair;
}

void resizeToContents(QWidget& dialog, int leastWidth) {
    const QSize hint = dialog.sizeHint();
    resizeWithin(dialog, hint.expandedTo({leastWidth, 0}));
    if (dialog.layout()->hasHeightForWidth())
        dialog.resize(dialog.width(), dialog.layout()->totalHeightForWidth(dialog.width()));
}

void resizeWithin(QWidget& dialog, QSize size) {
    const QWidget* parent = dialog.parentWidget();
    dialog.resize(parent ? size.boundedTo(parent->window()->size()) : size);
}

} // namespace bitsmith::ui
