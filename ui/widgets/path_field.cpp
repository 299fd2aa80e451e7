#include "ui/widgets/path_field.h"

#include "ui/widgets/file_dialogs.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace bitsmith::ui {

PathField::PathField(const QString& name, Kind kind, const QString& tip, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_line(new QLineEdit) {
    m_line->setObjectName(name);
    m_line->setToolTip(tip);
    m_line->setClearButtonEnabled(true);
    auto* button = new QPushButton(tr("Browse…"));
    button->setObjectName(name + QStringLiteral("Browse"));
    button->setToolTip(tip);
    button->setAutoDefault(false);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_line, 1);
    row->addWidget(button);
    setFocusProxy(m_line);
    connect(m_line, &QLineEdit::textChanged, this, &PathField::changed);
    connect(button, &QPushButton::clicked, this, &PathField::browse);
}

QString PathField::path() const { return m_line->text().trimmed(); }
void PathField::setPath(const QString& path) { m_line->setText(path); }

void PathField::browse() {
    const auto chosen = [this](const QString& path) { setPath(path); };
    if (m_kind == Kind::Folder)
        chooseFolder(this, m_line->toolTip(), path(), chosen);
    else
        chooseFile(this, m_line->toolTip(), path(), {}, chosen);
}

} // namespace bitsmith::ui
