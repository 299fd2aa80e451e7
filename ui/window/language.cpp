#include "ui/window/language.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

#include <algorithm>

namespace bitsmith::ui {
namespace {

const QString Folder = QStringLiteral(":/i18n");
const QString Stem = QStringLiteral("bitsmith_");
const QString English = QStringLiteral("en");

QTranslator* made(QCoreApplication& application, const char* name) {
    auto* translator = application.findChild<QTranslator*>(QLatin1String(name));
    if (translator) QCoreApplication::removeTranslator(translator);
    delete translator;
    translator = new QTranslator(&application);
    translator->setObjectName(QLatin1String(name));
    return translator;
}

} // namespace

QStringList languages() {
    QStringList out{English};
    const auto files =
        QDir(Folder).entryList({Stem + QStringLiteral("*.qm")}, QDir::Files, QDir::Name);
    for (const QString& file : files) out << file.mid(Stem.size()).chopped(3);
    return out;
}

QString languageName(const QString& code) {
    const QString name = QLocale(code).nativeLanguageName();
    // "American English": which English is not the question here.
    return code == English ? QStringLiteral("English") : name.isEmpty() ? code : name;
}

QString chosenLanguage(const QString& setting) {
    const QStringList known = languages();
    if (known.contains(setting)) return setting;
    const auto wishes = QLocale::system().uiLanguages(); // "de-AT", "de", "en-US", ...
    for (const QString& wish : wishes) {
        const QString code = wish.section(QLatin1Char('-'), 0, 0).toLower();
        if (known.contains(code)) return code;
    }
    return English;
}

void installLanguage(const QString& setting, QCoreApplication& application) {
    const QString code = chosenLanguage(setting);
    // Qt's own words (Cancel, Save) come with Qt, or beside a program that was moved.
    auto* qt = made(application, "qtTranslator");
    auto* own = made(application, "bitsmithTranslator");
    application.setProperty("bitsmithLanguage", code);
    if (code == English) return;
    const QStringList folders{QLibraryInfo::path(QLibraryInfo::TranslationsPath),
                              QCoreApplication::applicationDirPath() +
                                  QStringLiteral("/../share/bitsmith/translations")};
    const auto loaded = [&](const QString& folder) {
        return qt->load(QStringLiteral("qtbase_") + code, folder);
    };
    if (std::ranges::any_of(folders, loaded)) QCoreApplication::installTranslator(qt);
    if (own->load(Stem + code, Folder)) QCoreApplication::installTranslator(own);
}

} // namespace bitsmith::ui
