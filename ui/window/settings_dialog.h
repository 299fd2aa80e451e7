// Settings: what holds at once (colours, text size, threads), and what holds from the next start
// (language, device, memory, data folder).
#pragma once

#include "ui/bridge/preferences.h"
#include "ui/window/theme.h"

#include <QDialog>

class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace bitsmith::ui {

class Commands;
class PathField;

class SettingsDialog final : public QDialog {
    Q_OBJECT
public:
    explicit SettingsDialog(Commands& commands, QWidget* parent = nullptr);

private:
    QWidget* buildNow();
    QWidget* buildLater();
    void fill(const Preferences& preferences, Theme theme, int zoom);
    Preferences shown() const;
    void check(); // whether the data folder can be used
    void save();

    Commands& m_commands;
    QComboBox *m_theme, *m_zoom, *m_language, *m_device;
    QSpinBox* m_threads;
    QDoubleSpinBox* m_memory;
    PathField* m_folder;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
};

} // namespace bitsmith::ui
