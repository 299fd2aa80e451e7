#include "ui/widgets/parts.h"

#include <QLabel>
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

} // namespace bitsmith::ui
