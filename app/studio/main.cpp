// bitsmith-studio: makes the engine and the window, nothing else.
#include "app/studio/screenshots.h"
#include "core/base/version.h"
#include "ui/bridge/services.h"
#include "ui/bridge/text.h"
#include "ui/window/commands.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>
#include <QTemporaryDir>

#include <cstdio>
#include <cstring>
#include <memory>

namespace {

using namespace bitsmith;
using namespace bitsmith::ui;

struct Options {
    QString model, database, screenshots;
    Theme theme = Theme::System;
};

Options parse(const QApplication& application) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Bitsmith Studio: a workbench for quantizing neural networks"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("MODEL"),
        QStringLiteral("Folder, .safetensors, .gguf or PyTorch file, or 'demo'; opened at once"),
        QStringLiteral("[MODEL]"));
    const QCommandLineOption database(QStringLiteral("db"), QStringLiteral("Experiment database"),
                                      QStringLiteral("FILE"), pathText(Store::defaultPath()));
    const QCommandLineOption screenshots(
        QStringLiteral("screenshots"),
        QStringLiteral("Drive the program on the demo model without a screen, save "
                       "pictures to DIR, and exit"),
        QStringLiteral("DIR"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light, dark or system"),
                                   QStringLiteral("NAME"),
                                   QSettings().value(QStringLiteral("theme")).toString());
    parser.addOptions({database, screenshots, theme});
    parser.process(application);
    if (parser.positionalArguments().size() > 1) {
        std::fputs("bitsmith-studio: only one MODEL can be given\n", stderr);
        std::exit(2);
    }
    Options out{.model = parser.positionalArguments().value(0),
                .database = parser.value(database),
                .screenshots = parser.value(screenshots),
                .theme = themeFromName(parser.value(theme))};
    if (parser.isSet(theme) && out.theme == Theme::System &&
        parser.value(theme) != QLatin1String("system")) {
        std::fputs("bitsmith-studio: --theme must be light, dark or system\n", stderr);
        std::exit(2);
    }
    return out;
}

// Without a usable database the program still works; results are then not recorded.
Engine makeStudioEngine(const QString& database, QString& problem) {
    auto engine = makeEngine("cpu", toPath(database));
    if (!engine) {
        problem = qs(engine.error().message);
        engine = makeEngine("cpu", {});
    }
    return engine ? *std::move(engine) : Engine();
}

bool wantsScreenshots(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::strncmp(argv[i], "--screenshots", std::strlen("--screenshots")) == 0) return true;
    return false;
}

} // namespace

int main(int argc, char** argv) {
    // Pictures are made without a screen, and leave no trace in the user's settings and data.
    std::unique_ptr<QTemporaryDir> scratch;
    if (wantsScreenshots(argc, argv)) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        scratch = std::make_unique<QTemporaryDir>();
        for (const char* folder : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
            qputenv(folder, scratch->path().toUtf8());
    }
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("bitsmith"));
    QApplication::setApplicationName(QStringLiteral("bitsmith-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("Bitsmith Studio"));
    QApplication::setApplicationVersion(qs(version()));
    const Options options = parse(application);

    QString problem;
    Services services(makeStudioEngine(options.database, problem));
    MainWindow window(services);
    window.commands().setTheme(options.theme);
    if (!problem.isEmpty())
        services.messages().fail(QApplication::translate("main", "Experiments are not recorded"),
                                 problem);
    if (!options.screenshots.isEmpty())
        return takeScreenshots(services, window, options.screenshots);
    window.show();
    if (options.model == QLatin1String("demo"))
        window.session().openDemo();
    else if (!options.model.isEmpty())
        window.session().open(options.model);
    return QApplication::exec();
}
