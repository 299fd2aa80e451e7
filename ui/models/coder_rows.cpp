#include "ui/models/coder_rows.h"

#include "ui/bridge/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace bitsmith::ui {
namespace {

QString translated(const char* text) { return QCoreApplication::translate("CoderRows", text); }

} // namespace

std::vector<FiguresColumn> coderColumns() {
    return {
        {translated("coder"), translated("What writes the codes, without their scales"), false},
        {translated("bytes"), translated("Tables included"), true},
        {translated("bits per code"), translated("Beside the entropy of these codes"), true},
        {translated("of packed"), translated("Relative to codes of a fixed width"), true},
        {translated("decoding"), translated("Codes per second on one core, measured now"), true}};
}

void showCoders(FiguresModel& model, const CoderSizes& sizes) {
    std::vector<QStringList> rows;
    int best = -1;
    for (const CoderSize& coder : sizes.coders) {
        if (best < 0 || coder.bytes < sizes.coders[static_cast<std::size_t>(best)].bytes)
            best = static_cast<int>(rows.size());
        rows.push_back(
            {qs(coder.title), bytesText(coder.bytes), QString::number(coder.bitsPerCode, 'f', 3),
             percentText(static_cast<double>(coder.bytes) / sizes.packedBytes),
             coder.decodeSeconds > 0 ? translated("%1/s").arg(countText(static_cast<std::uint64_t>(
                                           static_cast<double>(sizes.codes) / coder.decodeSeconds)))
                                     : translated("–")});
    }
    rows.push_back({translated("entropy"),
                    bytesText(static_cast<std::uint64_t>(sizes.entropy *
                                                         static_cast<double>(sizes.codes) / 8)),
                    QString::number(sizes.entropy, 'f', 3),
                    percentText(sizes.entropy * static_cast<double>(sizes.codes) / 8 /
                                std::max(1.0, sizes.packedBytes)),
                    translated("–")});
    model.setRows(std::move(rows), best);
}

} // namespace bitsmith::ui
