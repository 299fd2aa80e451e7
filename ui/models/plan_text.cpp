#include "ui/models/plan_text.h"

#include "ui/bridge/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace bitsmith::ui {
namespace {

// A class, so that lupdate finds the texts.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(plan)
};

} // namespace

SizeCertainty sizeCertainty(const Recipe& recipe) {
    const StageChoice* choice = recipe.stage("grid");
    const Grid* grid = choice ? findGrid(choice->id) : nullptr;
    if (grid && grid->unbounded()) return SizeCertainty::About;
    return recipe.entropyCoded() ? SizeCertainty::AtMost : SizeCertainty::Exact;
}

SizeCertainty sizeCertainty(const Plan& plan) {
    auto out = SizeCertainty::Exact;
    for (const auto& row : plan.tensors)
        if (row->recipe) out = std::max(out, sizeCertainty(*row->recipe));
    return out;
}

QString sizeText(std::uint64_t bytes, SizeCertainty certainty) {
    const QString size = bytesText(bytes);
    switch (certainty) {
    case SizeCertainty::About:
        return QStringLiteral("≈ ") + size;
    case SizeCertainty::AtMost:
        return QStringLiteral("≤ ") + size;
    case SizeCertainty::Exact:
        break;
    }
    return size;
}

QString widthText(const TensorPlan& row) {
    if (!row.recipe) return {};
    const StageChoice* choice = row.recipe->stage("grid");
    const Grid* grid = choice ? findGrid(choice->id) : nullptr;
    const double rate = grid ? grid->rate(row.bits, *choice->params) : 0;
    return rate > 0 ? QString::number(rate, 'g', 3) : QString::number(row.bits);
}

QString planSummary(const Plan& plan) {
    std::uint64_t original = 0;
    for (const auto& tensor : plan.model_tensors) original += tensor.bytes;
    const double ratio =
        plan.bytes ? static_cast<double>(original) / static_cast<double>(plan.bytes) : 0;
    const QString text = Words::tr("%1 · %2 bits per weight · %3× smaller")
                             .arg(bytesText(plan.bytes), bitsText(plan.bitsPerWeight()),
                                  QString::number(ratio, 'f', 2));
    switch (sizeCertainty(plan)) {
    case SizeCertainty::About:
        return Words::tr("about %1").arg(text);
    case SizeCertainty::AtMost:
        return Words::tr("at most %1").arg(text);
    case SizeCertainty::Exact:
        break;
    }
    return text;
}

} // namespace bitsmith::ui
