#include "ui/models/coder_rows.h"

#include "ui/bridge/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace bitsmith::ui {
namespace {

// A class, so that lupdate finds the texts.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(CoderRows)
};

} // namespace

std::vector<FiguresColumn> coderColumns() {
    return {{Words::tr("coder"), Words::tr("What writes the codes, without their scales"), false},
            {Words::tr("bytes"), Words::tr("Tables included"), true},
            {Words::tr("bits per code"), Words::tr("Beside the entropy of these codes"), true},
            {Words::tr("of packed"), Words::tr("Relative to codes of a fixed width"), true},
            {Words::tr("decoding"), Words::tr("Codes per second on one core, measured now"), true}};
}

void showCoders(FiguresModel& model, const CoderSizes& sizes) {
    std::vector<QStringList> rows;
    int best = -1;
    for (const CoderSize& coder : sizes.coders) {
        if (best < 0 || coder.bytes < sizes.coders[static_cast<std::size_t>(best)].bytes)
            best = static_cast<int>(rows.size());
        rows.push_back({engineText(coder.title), bytesText(coder.bytes),
                        QString::number(coder.bitsPerCode, 'f', 3),
                        percentText(static_cast<double>(coder.bytes) / sizes.packedBytes),
                        coder.decodeSeconds > 0
                            ? Words::tr("%1/s").arg(countText(static_cast<std::uint64_t>(
                                  static_cast<double>(sizes.codes) / coder.decodeSeconds)))
                            : Words::tr("–")});
    }
    rows.push_back({Words::tr("entropy"),
                    bytesText(static_cast<std::uint64_t>(sizes.entropy *
                                                         static_cast<double>(sizes.codes) / 8)),
                    QString::number(sizes.entropy, 'f', 3),
                    percentText(sizes.entropy * static_cast<double>(sizes.codes) / 8 /
                                std::max(1.0, sizes.packedBytes)),
                    Words::tr("–")});
    model.setRows(std::move(rows), best);
}

} // namespace bitsmith::ui
