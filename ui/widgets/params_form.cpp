#include "ui/widgets/params_form.h"

#include "ui/bridge/text.h"
#include "ui/widgets/parts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>

#include <limits>

namespace bitsmith::ui {

ParamsForm::ParamsForm(const QString& name, QWidget* parent)
    : QWidget(parent), m_form(new QFormLayout(this)) {
    setObjectName(name);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setRowWrapPolicy(QFormLayout::WrapLongRows);
}

void ParamsForm::setParams(std::unique_ptr<Params> params) {
    while (m_form->rowCount() > 0) m_form->removeRow(0);
    m_params = std::move(params);
    m_fields = 0;
    if (!m_params) return;
    for (const Field& field : m_params->fields()) {
        QWidget* widget = fieldOf(field);
        widget->setObjectName(objectName() + QLatin1Char('_') + qs(field.id));
        widget->setToolTip(engineText(field.info.help));
        if (qobject_cast<QCheckBox*>(widget)) // says its title itself, and may need the whole width
            m_form->addRow(widget);
        else
            m_form->addRow(engineText(field.info.title), widget);
        ++m_fields;
    }
}

std::shared_ptr<const Params> ParamsForm::params() const {
    return m_params ? std::shared_ptr<const Params>(m_params->clone()) : nullptr;
}

QWidget* ParamsForm::fieldOf(const Field& field) {
    const bool ranged = field.info.max > field.info.min;
    if (const bool* on = std::get_if<bool>(&field.value)) {
        auto* box = new QCheckBox(engineText(field.info.title));
        box->setChecked(*on);
        connect(box, &QCheckBox::toggled, this, [this, id = field.id](bool now) { set(id, now); });
        return box;
    }
    if (const int* number = std::get_if<int>(&field.value)) {
        auto* spin = new QSpinBox;
        shrinkable(*spin);
        spin->setRange(ranged ? static_cast<int>(field.info.min) : std::numeric_limits<int>::min(),
                       ranged ? static_cast<int>(field.info.max) : std::numeric_limits<int>::max());
        spin->setValue(*number);
        connect(spin, &QSpinBox::valueChanged, this,
                [this, id = field.id](int now) { set(id, now); });
        return spin;
    }
    if (const double* number = std::get_if<double>(&field.value)) {
        auto* spin = new QDoubleSpinBox;
        shrinkable(*spin);
        spin->setDecimals(6);
        spin->setRange(ranged ? field.info.min : -1e12, ranged ? field.info.max : 1e12);
        spin->setValue(*number);
        connect(spin, &QDoubleSpinBox::valueChanged, this,
                [this, id = field.id](double now) { set(id, now); });
        return spin;
    }
    const std::string& text = std::get<std::string>(field.value);
    if (!field.info.choices.empty()) {
        auto* box = new QComboBox;
        shrinkable(*box);
        for (const std::string& choice : field.info.choices) box->addItem(qs(choice));
        box->setCurrentText(qs(text));
        connect(box, &QComboBox::currentTextChanged, this,
                [this, id = field.id](const QString& now) { set(id, now.toStdString()); });
        return box;
    }
    auto* line = new QLineEdit(qs(text));
    connect(line, &QLineEdit::textChanged, this,
            [this, id = field.id](const QString& now) { set(id, now.toStdString()); });
    return line;
}

void ParamsForm::set(const std::string& id, const FieldValue& value) {
    // The widgets keep to the ranges; a text that is refused leaves the last good one.
    if (m_params && m_params->set(id, value)) Q_EMIT changed();
}

} // namespace bitsmith::ui
