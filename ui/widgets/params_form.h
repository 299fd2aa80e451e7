// A form made from parameters that are described once (core/base/params.h): a field per parameter,
// of its kind, with its range and its sentence.
#pragma once

#include "core/base/params.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

class QFormLayout;

namespace bitsmith::ui {

class ParamsForm final : public QWidget {
    Q_OBJECT
public:
    // name: begins the objectNames of the fields.
    explicit ParamsForm(const QString& name, QWidget* parent = nullptr);
    // New fields with these values.
    void setParams(std::unique_ptr<Params> params);
    // What the fields say now; null before setParams.
    std::shared_ptr<const Params> params() const;
    bool empty() const { return m_fields == 0; }

Q_SIGNALS:
    void changed();

private:
    QWidget* fieldOf(const Field& field);
    void set(const std::string& id, const FieldValue& value);

    std::unique_ptr<Params> m_params;
    QFormLayout* m_form;
    int m_fields = 0;
};

} // namespace bitsmith::ui
