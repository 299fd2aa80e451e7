// File dialogs that do not block: the answer comes as a call.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace bitsmith::ui {

// `save` writes the chosen file and says whether that worked; a message tells of failure.
void saveFile(QWidget* parent, const QString& title, const QString& name, const QString& filter,
              std::function<bool(const QString&)> save);
void chooseFolder(QWidget* parent, const QString& title, const QString& start,
                  std::function<void(const QString&)> chosen);
void chooseFile(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                std::function<void(const QString&)> chosen);

} // namespace bitsmith::ui
