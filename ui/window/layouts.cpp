#include "ui/window/layouts.h"

#include <QDockWidget>
#include <QInputDialog>
#include <QMainWindow>
#include <QMenu>
#include <QSettings>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace bitsmith::ui {
namespace {

const QString Group = QStringLiteral("layouts");

// Any name as a key: a slash would open a group.
QString keyOf(const QString& name) { return QString::fromLatin1(QUrl::toPercentEncoding(name)); }
QString nameOf(const QString& key) { return QUrl::fromPercentEncoding(key.toLatin1()); }

// Where a layout puts a dock, and how large its places are.
enum class Place { Right, Bottom, Hidden };
struct Arrangement {
    int rightPercent, bottomPercent; // of the window
    const char* front;               // stem of the dock's name that is in front at the right
};

bool is(const QDockWidget* dock, const char* stem) {
    return dock->objectName().startsWith(QLatin1String(stem));
}

Arrangement arrangementOf(Layout layout) {
    switch (layout) {
    case Layout::Teacher:
        return {50, 34, "learn"};
    case Layout::Compact:
        return {48, 30, "inspector"};
    case Layout::Engineer:
        break;
    }
    return {40, 36, "inspector"};
}

Place placeOf(Layout layout, const QDockWidget* dock) {
    switch (layout) {
    case Layout::Teacher:
        if (is(dock, "log") || is(dock, "runs")) return Place::Hidden;
        return is(dock, "inspector") || is(dock, "learn") ? Place::Right : Place::Bottom;
    case Layout::Compact:
        return is(dock, "log") ? Place::Hidden : Place::Right;
    case Layout::Engineer:
        break;
    }
    return is(dock, "inspector") ? Place::Right : Place::Bottom;
}

} // namespace

Layouts::Layouts(QMainWindow& window, std::vector<QDockWidget*> docks)
    : QObject(&window), m_window(window), m_docks(std::move(docks)) {}

void Layouts::apply(Layout layout) {
    for (QDockWidget* dock : m_docks) {
        dock->setFloating(false);
        m_window.removeDockWidget(dock);
    }
    const Arrangement wish = arrangementOf(layout);
    QDockWidget *right = nullptr, *bottom = nullptr, *front = nullptr;
    for (QDockWidget* dock : m_docks) {
        const Place place = placeOf(layout, dock);
        QDockWidget*& last = place == Place::Right ? right : bottom;
        m_window.addDockWidget(
            place == Place::Right ? Qt::RightDockWidgetArea : Qt::BottomDockWidgetArea, dock);
        if (last) m_window.tabifyDockWidget(last, dock);
        dock->setVisible(place != Place::Hidden);
        if (place == Place::Hidden) continue; // but its place is with the others
        last = dock;
        if (is(dock, wish.front) && place == Place::Right) front = dock;
    }
    const auto raiseFirst = [this, layout](Place place) {
        for (QDockWidget* dock : m_docks)
            if (placeOf(layout, dock) == place) return dock->raise();
    };
    raiseFirst(Place::Bottom);
    if (front)
        front->raise();
    else
        raiseFirst(Place::Right);
    if (right)
        m_window.resizeDocks({right}, {m_window.width() * wish.rightPercent / 100}, Qt::Horizontal);
    if (bottom)
        m_window.resizeDocks({bottom}, {m_window.height() * wish.bottomPercent / 100},
                             Qt::Vertical);
}

QStringList Layouts::names() const {
    QSettings settings;
    settings.beginGroup(Group);
    QStringList out;
    const auto keys = settings.childKeys();
    for (const QString& key : keys) out << nameOf(key);
    out.sort(Qt::CaseInsensitive);
    return out;
}

void Layouts::save(const QString& name) {
    QSettings settings;
    settings.beginGroup(Group);
    settings.setValue(keyOf(name), m_window.saveState(Version));
}

bool Layouts::restore(const QString& name) {
    QSettings settings;
    settings.beginGroup(Group);
    return m_window.restoreState(settings.value(keyOf(name)).toByteArray(), Version);
}

void Layouts::remove(const QString& name) {
    QSettings settings;
    settings.beginGroup(Group);
    settings.remove(keyOf(name));
}

void Layouts::fill(QMenu& menu) {
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] { refill(menu); });
    refill(menu);
}

void Layouts::refill(QMenu& menu) {
    menu.clear();
    const auto add = [&](const char* name, const QString& text, const QString& tip, auto slot) {
        QAction* action = menu.addAction(text);
        action->setObjectName(QLatin1String(name));
        action->setStatusTip(tip);
        connect(action, &QAction::triggered, this, slot);
    };
    add("layoutEngineer", tr("&Engineer"), tr("The inspector at the right, all else in tabs below"),
        [this] { apply(Layout::Engineer); });
    add("layoutTeacher", tr("&Teacher"), tr("Lessons and inspector large, for a projector"),
        [this] { apply(Layout::Teacher); });
    add("layoutCompact", tr("&Compact"), tr("One column of tabs, for small screens and large text"),
        [this] { apply(Layout::Compact); });
    menu.addSeparator();
    const QStringList own = names();
    for (const QString& name : own) {
        QString shown = name;
        shown.replace(QLatin1Char('&'), QLatin1String("&&"));
        add("layoutOwn", shown, tr("Saved by you"), [this, name] {
            if (!restore(name))
                Q_EMIT failed(tr("The layout %1 is of a version with other panels. Arrange the "
                                 "panels anew and save it again.")
                                  .arg(name));
        });
    }
    if (!own.isEmpty()) menu.addSeparator();
    add("layoutSave", tr("&Save layout…"), tr("Keep the panels as they are now, under a name"),
        [this] { askForName(); });
    if (own.isEmpty()) return;
    QMenu* forget = menu.addMenu(tr("&Forget layout"));
    for (const QString& name : own) {
        QString shown = name;
        shown.replace(QLatin1Char('&'), QLatin1String("&&"));
        connect(forget->addAction(shown), &QAction::triggered, this,
                [this, name] { remove(name); });
    }
}

void Layouts::askForName() {
    auto* dialog = new QInputDialog(&m_window);
    dialog->setObjectName(QStringLiteral("layoutName"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save layout"));
    dialog->setLabelText(tr("Name of this arrangement of panels:"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& text) {
        if (const QString name = text.trimmed(); !name.isEmpty()) save(name);
    });
    dialog->show();
}

} // namespace bitsmith::ui
