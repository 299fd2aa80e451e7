// Arrangements of the docks: three of ours, and the user's own, kept by name in the settings.
#pragma once

#include <QObject>
#include <QStringList>

#include <vector>

class QDockWidget;
class QMainWindow;
class QMenu;

namespace bitsmith::ui {

enum class Layout {
    Engineer, // the inspector at the right, everything else in tabs below
    Teacher,  // lessons and inspector large, experiments and playground below
    Compact   // one column of tabs at the right; for small screens and large text
};

class Layouts final : public QObject {
    Q_OBJECT
public:
    // docks: in the order of their tabs, the inspector first.
    Layouts(QMainWindow& window, std::vector<QDockWidget*> docks);

    void apply(Layout layout);
    // Of the user's own. save() replaces one of that name; restore() is false where there is none,
    // or where it is of a version with other docks.
    QStringList names() const;
    void save(const QString& name);
    bool restore(const QString& name);
    void remove(const QString& name);
    void fill(QMenu& menu); // entries for all of these; kept up to date

    // What QMainWindow's state is saved with: raised when docks change.
    static constexpr int Version = 1;

Q_SIGNALS:
    void failed(const QString& problem);

private:
    void refill(QMenu& menu);
    void askForName();
    QMainWindow& m_window;
    std::vector<QDockWidget*> m_docks;
};

} // namespace bitsmith::ui
