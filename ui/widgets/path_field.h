// A line for a file or folder with a Browse button; paths can also be dropped on it.
#pragma once

#include <QWidget>

class QLineEdit;

namespace bitsmith::ui {

class PathField final : public QWidget {
    Q_OBJECT
public:
    enum class Kind { ExistingFile, Folder };
    PathField(const QString& name, Kind kind, const QString& tip, QWidget* parent = nullptr);
    QString path() const;
    void setPath(const QString& path);
    QLineEdit* line() { return m_line; }

Q_SIGNALS:
    void changed();

private:
    void browse();
    Kind m_kind;
    QLineEdit* m_line;
};

} // namespace bitsmith::ui
