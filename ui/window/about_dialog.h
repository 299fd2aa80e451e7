// About: which version this is, what it computes with, where it keeps things, whose work it uses.
#pragma once

#include "ui/bridge/services.h"

#include <QDialog>

namespace bitsmith::ui {

class AboutDialog final : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(Services& services, QWidget* parent = nullptr);
    // What a report of an error should have: one fact per line, without markup.
    static QString details(const Services& services);
};

} // namespace bitsmith::ui
