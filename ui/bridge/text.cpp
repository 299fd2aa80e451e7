#include "ui/bridge/text.h"

#include <QCoreApplication>

#include <array>
#include <cmath>

namespace bitsmith::ui {
namespace {

// A class, so that lupdate finds the texts.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(text)
};

// Three significant digits, no exponent.
QString threeDigits(double value) {
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return QString::number(value, 'f', decimals);
}

QString scaled(double value, const std::array<const char*, 5>& units) {
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const QString number = unit == 0 ? QString::number(value, 'f', 0) : threeDigits(value);
    const QString suffix = QLatin1String(units[unit]);
    return suffix.isEmpty() ? number : number + QLatin1Char(' ') + suffix;
}

} // namespace

QString engineText(std::string_view text) {
    if (text.empty()) return {}; // translate() would answer with the catalogue's header
    return QCoreApplication::translate("engine", std::string(text).c_str());
}

std::string windowLanguage() {
    const auto* application = QCoreApplication::instance();
    const QString code =
        application ? application->property("bitsmithLanguage").toString() : QString();
    return code.isEmpty() ? "en" : code.toStdString();
}

QString bytesText(std::uint64_t bytes) {
    return scaled(static_cast<double>(bytes), {"B", "kB", "MB", "GB", "TB"});
}

QString countText(std::uint64_t number) {
    return scaled(static_cast<double>(number), {"", "k", "M", "G", "T"});
}

QString secondsText(double seconds) {
    if (seconds < 0 || !std::isfinite(seconds)) return {};
    if (seconds < 0.1) return Words::tr("%1 ms").arg(std::llround(seconds * 1000));
    if (seconds < 10) return Words::tr("%1 s").arg(seconds, 0, 'f', 1);
    const auto whole = std::llround(seconds);
    if (whole < 60) return Words::tr("%1 s").arg(whole);
    if (whole < 3600)
        return Words::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    return Words::tr("%1 h %2 min")
        .arg(whole / 3600)
        .arg(whole % 3600 / 60, 2, 10, QLatin1Char('0'));
}

QString numberText(double value) {
    if (!std::isfinite(value)) return Words::tr("not finite");
    return QString::number(value, 'g', 4);
}

QString percentText(double fraction) {
    if (fraction < 0 || !std::isfinite(fraction)) return {};
    if (fraction == 0) return Words::tr("0 %").replace(QLatin1Char(' '), QChar::Nbsp);
    const double percent = fraction * 100;
    const bool tiny = percent > 0 && percent < 0.001;
    QString text = tiny ? Words::tr("< 0.001 %")
                        : Words::tr("%1 %").arg(QString::number(percent, 'f',
                                                                percent < 0.1  ? 3
                                                                : percent < 10 ? 2
                                                                               : 1));
    return text.replace(QLatin1Char(' '), QChar::Nbsp); // no line ends between number and sign
}

QString bitsText(double bitsPerWeight) { return QString::number(bitsPerWeight, 'f', 2); }

TextFilter::TextFilter(const QString& filter)
    : m_filter(filter),
      m_glob(filter.contains(QLatin1Char('*')) || filter.contains(QLatin1Char('?'))) {
    if (!m_glob) return;
    m_expression = QRegularExpression(QRegularExpression::wildcardToRegularExpression(filter),
                                      QRegularExpression::CaseInsensitiveOption);
    m_expression.optimize(); // now: it is matched with many texts
}

bool TextFilter::matches(const QString& text) const {
    if (!m_glob) return text.contains(m_filter, Qt::CaseInsensitive);
    return m_expression.isValid() && m_expression.match(text).hasMatch();
}

bool matchesFilter(const QString& text, const QString& filter) {
    return TextFilter(filter).matches(text);
}

} // namespace bitsmith::ui
