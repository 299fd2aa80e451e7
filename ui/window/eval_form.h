// The fields that say how to evaluate: text, protocol, context, and in which numbers the model is
// run. Used by both dialogs.
#pragma once

#include "core/pipeline/measure.h"

#include <QWidget>

class QComboBox;
class QSpinBox;

namespace bitsmith::ui {

class PathField;

class EvalForm final : public QWidget {
    Q_OBJECT
public:
    explicit EvalForm(QWidget* parent = nullptr);
    QString text() const;
    void setText(const QString& path);
    EvalOptions options() const;
    // Errors: what was typed is no scheme, with what is.
    Result<ModelPrecision> precision() const;

Q_SIGNALS:
    void changed();

private:
    PathField* m_text;
    QComboBox *m_protocol, *m_activations, *m_cache;
    QSpinBox *m_context, *m_stride, *m_limit;
};

} // namespace bitsmith::ui
