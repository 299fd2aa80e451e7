// bitsmith-studio: makes the engine and the window, nothing else.
#include "app/device.h"
#include "app/studio/screenshots.h"
#include "core/base/blas_kernels.h"
#include "core/base/parallel.h"
#include "core/base/version.h"
#include "ui/bridge/preferences.h"
#include "ui/bridge/services.h"
#include "ui/bridge/text.h"
#include "ui/window/commands.h"
#include "ui/window/language.h"
#include "ui/window/learn.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>
#include <cstring>
#include <memory>

namespace {

using namespace bitsmith;
using namespace bitsmith::ui;

struct Options {
    QString model, database, lesson, language, device, precision;
    PictureWishes pictures;
    Theme theme = Theme::System;
    bool quitWhenShown = false;
};

[[noreturn]] void refuse(const std::string& problem) {
    std::fprintf(stderr, "bitsmith-studio: %s\n", problem.c_str());
    std::exit(2);
}

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
                                      QStringLiteral("FILE"),
                                      dataFolder() + QStringLiteral("/experiments.db"));
    const QCommandLineOption screenshots(
        QStringLiteral("screenshots"),
        QStringLiteral("Drive the program on the demo model without a screen, save "
                       "pictures to DIR, and exit"),
        QStringLiteral("DIR"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light, dark or system"),
                                   QStringLiteral("NAME"),
                                   QSettings().value(QStringLiteral("theme")).toString());
    const QCommandLineOption lesson(
        QStringLiteral("lesson"),
        QStringLiteral("Open a lesson: its id (see 'bitsmith lessons'), or a .md file. With "
                       "--screenshots: pictures of that lesson only, or of 'all'"),
        QStringLiteral("ID"));
    QCommandLineOption quit(QStringLiteral("quit-when-shown"),
                            QStringLiteral("Exit once the window can be used; for measurements"));
    quit.setFlags(QCommandLineOption::HiddenFromHelp);
    const QCommandLineOption language(QStringLiteral("language"),
                                      QStringLiteral("Language of the window for this start: %1")
                                          .arg(languages().join(QStringLiteral(", "))),
                                      QStringLiteral("CODE"));
    const QCommandLineOption part(
        QStringLiteral("part"),
        QStringLiteral("With --screenshots: window (every panel, page and dialog, light and dark, "
                       "at 1280x800, 1920x1080 and at twice the size), or manual (a few)"),
        QStringLiteral("NAME"));
    const QCommandLineOption size(QStringLiteral("size"),
                                  QStringLiteral("With --part window: this size only"),
                                  QStringLiteral("WIDTHxHEIGHT"));
    const QCommandLineOption zoom(QStringLiteral("zoom"),
                                  QStringLiteral("With --part window: this size of text only"),
                                  QStringLiteral("PERCENT"));
    const QCommandLineOption device(
        QStringLiteral("device"),
        QStringLiteral(
            "cpu, cuda (the first device, or the processor where there is none), cuda:N"),
        QStringLiteral("NAME"), QString());
    const QCommandLineOption precision(
        QStringLiteral("precision"),
        QStringLiteral("What a CUDA device computes products in: fp32, tf32, bf16 or fp16"),
        QStringLiteral("NAME"), QStringLiteral("fp32"));
    parser.addOptions({database, screenshots, theme, language, lesson, quit, part, size, zoom,
                       device, precision});
    parser.process(application);
    if (parser.positionalArguments().size() > 1) refuse("only one MODEL can be given");
    Options out{.model = parser.positionalArguments().value(0),
                .database = parser.value(database),
                .lesson = parser.value(lesson),
                .language = parser.value(language),
                .device = parser.value(device),
                .precision = parser.value(precision),
                .pictures = {},
                .theme = themeFromName(parser.value(theme)),
                .quitWhenShown = parser.isSet(quit)};
    if (parser.isSet(theme) && out.theme == Theme::System &&
        parser.value(theme) != QLatin1String("system"))
        refuse("--theme must be light, dark or system");
    if (!out.language.isEmpty() && !languages().contains(out.language))
        refuse(fmt::format("--language must be one of {}",
                           languages().join(QStringLiteral(", ")).toStdString()));
    auto pictures = pictureWishes(parser.value(screenshots), parser.value(part), parser.value(size),
                                  parser.value(zoom));
    if (!pictures) refuse(pictures.error().message);
    if (!parser.isSet(screenshots))
        for (const auto* option : {&part, &size, &zoom})
            if (parser.isSet(*option))
                refuse("--" + option->names().constFirst().toStdString() +
                       " only goes with --screenshots");
    out.pictures = *std::move(pictures);
    out.pictures.lesson = out.lesson;
    if (parser.isSet(theme) && out.theme != Theme::System) out.pictures.theme = out.theme;
    return out;
}

// A wrong device ends the program, as every wrong option.
std::shared_ptr<const Backend> chosenBackend(const QString& device, const QString& precision) {
    const auto notice = [](const std::string& text) {
        std::fprintf(stderr, "bitsmith-studio: %s\n", text.c_str());
    };
    auto backend = makeBackend(device.toStdString(), precision.toStdString(), notice);
    if (backend) return *std::move(backend);
    notice(backend.error().message);
    std::exit(2);
}

// Without a usable database the program still works; results are then not recorded.
Engine makeStudioEngine(const Preferences& preferences, const Options& options, QString& problem) {
    const auto backend = chosenBackend(
        options.device.isEmpty() ? preferences.device : options.device, options.precision);
    auto engine = makeEngine(backend, toPath(options.database));
    if (!engine) {
        problem = qs(engine.error().message);
        engine = makeEngine(backend, {});
    }
    constexpr double GiB = 1U << 30U;
    if (engine) engine->memoryLimit = static_cast<std::uint64_t>(preferences.memoryGiB * GiB);
    return engine ? *std::move(engine) : Engine();
}

bool wantsScreenshots(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::strncmp(argv[i], "--screenshots", std::strlen("--screenshots")) == 0) return true;
    return false;
}

} // namespace

int main(int argc, char** argv) {
    chooseBlasKernels(argv);
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
    QGuiApplication::setDesktopFileName(QStringLiteral("bitsmith-studio"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/bitsmith-studio.svg")));
    const Preferences preferences = loadPreferences();
    setThreads(preferences.threads);
    const Options options = parse(application);
    installLanguage(options.language.isEmpty() ? preferences.language : options.language,
                    application);

    QString problem;
    Services services(makeStudioEngine(preferences, options, problem));
    MainWindow window(services);
    window.commands().setTheme(options.theme);
    if (!problem.isEmpty())
        services.messages().fail(QApplication::translate("main", "Experiments are not recorded"),
                                 problem);
    if (!options.pictures.folder.isEmpty())
        return takeScreenshots(services, window, options.pictures);
    window.show();
    if (!options.lesson.isEmpty()) {
        const Status opened = window.learn().open(options.lesson);
        if (!opened) {
            std::fprintf(stderr, "bitsmith-studio: %s\n", opened.error().message.c_str());
            return exitCode(opened.error().code);
        }
    }
    if (options.model == QLatin1String("demo"))
        window.session().openDemo();
    else if (!options.model.isEmpty())
        window.session().open(options.model);
    // After everything that showing the window has put off.
    if (options.quitWhenShown) QTimer::singleShot(0, &window, [] { QApplication::quit(); });
    return QApplication::exec();
}
