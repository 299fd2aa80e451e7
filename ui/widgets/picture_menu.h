// Saving a picture: as PNG at twice the screen's resolution, as a drawing (SVG), as numbers (CSV).
// From the context menu (right click, menu key, Shift+F10), and by Ctrl+S, which asks for a name
// and goes by its suffix.
#pragma once

#include <QObject>
#include <QPoint>
#include <QString>

#include <functional>

class QMenu;
class QPainter;
class QWidget;

namespace bitsmith::ui {

class PictureMenu final : public QObject {
    Q_OBJECT
public:
    // Owned by the widget. name: stem of suggested file names.
    PictureMenu(QWidget* widget, const QString& name);
    void setName(const QString& name) { m_name = name; }
    const QString& name() const { return m_name; }
    // The numbers behind the picture; without them nothing is offered.
    void setCsv(std::function<QString()> csv) { m_csv = std::move(csv); }
    bool hasCsv() const { return static_cast<bool>(m_csv); }
    // Whether there is something to save; always, where it is not set.
    void setFilled(std::function<bool()> filled) { m_filled = std::move(filled); }
    // Entries above those for saving.
    void setExtra(std::function<void(QMenu&)> extra) { m_extra = std::move(extra); }
    // How it is drawn, in the widget's own coordinates; where it is not set, as on the screen.
    void setDraw(std::function<void(QPainter&)> draw) { m_draw = std::move(draw); }

    void popup(const QPoint& globalPosition);
    // By the suffix: .png, .svg or .csv. False: another one, nothing there, or not writable.
    bool save(const QString& path) const;

private:
    void ask(const QString& title, const QString& suffix, const QString& filter);
    void askAny();
    bool filled() const { return !m_filled || m_filled(); }
    bool savePng(const QString& path) const;
    bool saveSvg(const QString& path) const;
    bool saveCsv(const QString& path) const;

    QWidget* m_widget;
    QString m_name;
    std::function<QString()> m_csv;
    std::function<bool()> m_filled;
    std::function<void(QMenu&)> m_extra;
    std::function<void(QPainter&)> m_draw;
};

} // namespace bitsmith::ui
