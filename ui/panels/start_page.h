// What an empty window shows: what to do, and the ways to do it.
#pragma once

#include <QWidget>

class QListWidget;

namespace bitsmith::ui {

class RecentModels;

class StartPage final : public QWidget {
    Q_OBJECT
public:
    explicit StartPage(RecentModels& recent, QWidget* parent = nullptr);

Q_SIGNALS:
    void openFolder();
    void openFile();
    void openDemo();
    void openPath(const QString& path);
    void openLessons();

private:
    void showRecent();
    RecentModels& m_recent;
    QWidget* m_recentBox;
    QListWidget* m_list;
};

} // namespace bitsmith::ui
