#include "ui/session/study_text.h"

#include "ui/bridge/text.h"

#include <QCoreApplication>

namespace bitsmith::ui {
namespace {

constexpr double NearlyCold = 0.05; // of a file's pages, still in memory

// A class, so that lupdate finds the texts.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(studies)
};
QString rate(double bytesPerSecond) {
    return Words::tr("%1 MB/s").arg(bytesPerSecond / 1e6, 0, 'f', 0);
}

} // namespace

QString loadVerdict(const LoadStudy& study) {
    const bool faster = study.coded.cold < study.raw.cold;
    const double times =
        faster ? study.raw.cold / study.coded.cold : study.coded.cold / study.raw.cold;
    const QString gain = (faster ? Words::tr("compression loads %1 times as fast")
                                 : Words::tr("compression loads %1 times as slowly"))
                             .arg(times, 0, 'f', 2);
    QString out = Words::tr("Cold, from %1: %2 s uncompressed, %3 s compressed to %4 %: %5.")
                      .arg(qs(study.medium.text()), QString::number(study.raw.cold, 'f', 2),
                           QString::number(study.coded.cold, 'f', 2),
                           QString::number(100 * study.fraction(), 'f', 1), gain);
    out += QLatin1Char(' ');
    out += study.breakEven() > 0
               ? Words::tr("This machine decodes %1 and reads %2 cold: compression pays on media "
                           "slower than %3.")
                     .arg(rate(study.bestDecode()), rate(study.coldBandwidth()),
                          rate(study.breakEven()))
               : Words::tr("This machine decodes %1 and reads %2 cold; but the file does not get "
                           "smaller.")
                     .arg(rate(study.bestDecode()), rate(study.coldBandwidth()));
    if (study.leftInCache > NearlyCold)
        out += QLatin1Char(' ') +
               Words::tr("%1 % of a file could not be dropped from the page cache, so that the "
                         "loads were not quite cold.")
                   .arg(100 * study.leftInCache, 0, 'f', 0);
    return out;
}

} // namespace bitsmith::ui
