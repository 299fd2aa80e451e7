#include "ui/widgets/choice_boxes.h"

#include <QCheckBox>
#include <QGridLayout>

namespace bitsmith::ui {

ChoiceBoxes::ChoiceBoxes(const QString& name, const QStringList& values, int columns,
                         const QString& tip, QWidget* parent)
    : QWidget(parent) {
    setObjectName(name);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(2);
    for (const QString& value : values) {
        auto* box = new QCheckBox(value);
        box->setObjectName(name + QLatin1Char('-') + value);
        box->setToolTip(tip);
        const int at = static_cast<int>(m_boxes.size());
        grid->addWidget(box, at / columns, at % columns);
        connect(box, &QCheckBox::toggled, this, &ChoiceBoxes::changed);
        m_boxes.append(box);
    }
    grid->setColumnStretch(columns, 1);
    if (!m_boxes.isEmpty()) setFocusProxy(m_boxes.front());
}

QStringList ChoiceBoxes::chosen() const {
    QStringList out;
    for (const QCheckBox* box : m_boxes)
        if (box->isChecked()) out << box->text();
    return out;
}

void ChoiceBoxes::choose(const QStringList& values) {
    for (QCheckBox* box : std::as_const(m_boxes)) box->setChecked(values.contains(box->text()));
}

QCheckBox* ChoiceBoxes::box(const QString& value) const {
    for (QCheckBox* box : m_boxes)
        if (box->text() == value) return box;
    return nullptr;
}

} // namespace bitsmith::ui
