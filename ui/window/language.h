// The language of the window. Translations are compiled in (resources/i18n, one .ts file each);
// English is in the sources and needs none.
#pragma once

#include <QStringList>

class QCoreApplication;

namespace bitsmith::ui {

// Codes of the languages that there are: "en" first, then the translated ones ("de").
QStringList languages();
// "Deutsch", in the language itself.
QString languageName(const QString& code);
// Which of languages() a setting means: itself, or for "auto" the first that the desktop asks for;
// "en" where there is none.
QString chosenLanguage(const QString& setting);
// Translates what is made from now on: before the first widget. Again: replaces the language.
void installLanguage(const QString& setting, QCoreApplication& application);

} // namespace bitsmith::ui
