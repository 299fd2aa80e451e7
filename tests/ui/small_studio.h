// The real window on a small real model of random weights, for tests of its parts.
#pragma once

#include "tests/ui/small_model.h"
#include "ui/bridge/text.h"
#include "ui/panels/inspector_panel.h"
#include "ui/window/commands.h"
#include "ui/window/main_window.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

namespace bitsmith::test {

#ifdef __SANITIZE_THREAD__
constexpr int Slower = 8; // about
#else
constexpr int Slower = 1;
#endif
constexpr int Patience = 60000 * Slower, RunPatience = 200000 * Slower; // ms; a busy machine is
                                                                        // no failure

// Settings and data of a test's own, and a model with a text in a folder that goes with it.
class StudioFolder {
public:
    bool make() {
        for (const char* folder : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
            qputenv(folder, m_folder.filePath(QLatin1String(folder)).toUtf8());
        QCoreApplication::setOrganizationName(QStringLiteral("bitsmith-test"));
        QCoreApplication::setApplicationName(QStringLiteral("bitsmith-studio-test"));
        const SmallModel shape;
        return writeSmallModel(ui::toPath(model()), shape) &&
               writeFileAtomically(ui::toPath(text()), smallText(shape, 6000, 1));
    }
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    QString model() const { return path("small"); }
    QString text() const { return path("text.txt"); }

private:
    QTemporaryDir m_folder;
};

struct Studio {
    explicit Studio(const QString& database)
        : services(*makeEngine("cpu", ui::toPath(database))), window(services) {
        window.commands().setTheme(ui::Theme::Light);
        window.show();
    }
    bool open(const QString& path) {
        window.session().open(path);
        return QTest::qWaitFor(
                   [&] { return window.session().state() != ui::SessionState::Opening; },
                   Patience) &&
               window.session().state() == ui::SessionState::Open;
    }
    bool idle() {
        return QTest::qWaitFor([&] { return !services.jobs().anyUnfinished(); }, RunPatience);
    }
    const JobSnapshot& newest() const { return services.jobs().jobs().back(); }
    template <class W>
    W* find(const char* name) {
        return window.findChild<W*>(QLatin1String(name));
    }
    mutable ui::Services services;
    ui::MainWindow window;
};

} // namespace bitsmith::test
