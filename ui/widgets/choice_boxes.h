// Check boxes in a grid, one per value: any of them may be chosen.
#pragma once

#include <QStringList>
#include <QWidget>

class QCheckBox;

namespace bitsmith::ui {

class ChoiceBoxes final : public QWidget {
    Q_OBJECT
public:
    // The boxes are called name + "-" + value.
    ChoiceBoxes(const QString& name, const QStringList& values, int columns, const QString& tip,
                QWidget* parent = nullptr);
    QStringList chosen() const; // in the order of the values
    void choose(const QStringList& values);
    QCheckBox* box(const QString& value) const; // nullptr: no such value

Q_SIGNALS:
    void changed();

private:
    QList<QCheckBox*> m_boxes;
};

} // namespace bitsmith::ui
