#include "ui/delegates/cell_delegates.h"

#include "ui/bridge/text.h"
#include "ui/charts/chart_view.h"
#include "ui/models/layers_model.h"

#include <QApplication>
#include <QComboBox>
#include <QPainter>
#include <QStyle>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr int FewestBits = 2, MostBits = 8;
constexpr int RowRoom = 6; // above and below a row's text

// Opens its list as soon as it is shown and commits the choice without a further key.
QComboBox* makeCombo(QWidget* parent, const QStyledItemDelegate* delegate) {
    auto* combo = new QComboBox(parent);
    auto* self = const_cast<QStyledItemDelegate*>(delegate);
    QObject::connect(combo, &QComboBox::activated, self, [self, combo] {
        Q_EMIT self->commitData(combo);
        Q_EMIT self->closeEditor(combo);
    });
    return combo;
}

} // namespace

QWidget* BitsDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                    const QModelIndex&) const {
    QComboBox* combo = makeCombo(parent, this);
    combo->setObjectName(QStringLiteral("bitsEditor"));
    combo->setToolTip(tr("Bits of a code. Changes all selected rows."));
    for (int bits = FewestBits; bits <= MostBits; ++bits)
        combo->addItem(QString::number(bits), bits);
    return combo;
}

void BitsDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
    auto* combo = static_cast<QComboBox*>(editor);
    combo->setCurrentIndex(combo->findData(index.data(Qt::EditRole).toInt()));
}

void BitsDelegate::setModelData(QWidget* editor, QAbstractItemModel* model,
                                const QModelIndex& index) const {
    const auto* combo = static_cast<QComboBox*>(editor);
    const QVariant chosen = combo->currentData();
    if (chosen.isValid() && chosen.toInt() != index.data(Qt::EditRole).toInt())
        model->setData(index, chosen, Qt::EditRole);
}

QWidget* RecipeDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                      const QModelIndex&) const {
    QComboBox* combo = makeCombo(parent, this);
    combo->setObjectName(QStringLiteral("recipeEditor"));
    combo->setToolTip(tr("How these tensors are quantized. Changes all selected rows."));
    combo->addItem(tr("as stored"), QString());
    for (const auto& recipe : offeredRecipes()) {
        combo->addItem(qs(recipe->id), qs(recipe->id));
        combo->setItemData(
            combo->count() - 1,
            QStringLiteral("%1. %2").arg(engineText(recipe->title), engineText(recipe->summary)),
            Qt::ToolTipRole);
    }
    return combo;
}

void RecipeDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
    auto* combo = static_cast<QComboBox*>(editor);
    combo->setCurrentIndex(combo->findData(index.data(Qt::EditRole).toString()));
}

void RecipeDelegate::setModelData(QWidget* editor, QAbstractItemModel* model,
                                  const QModelIndex& index) const {
    const auto* combo = static_cast<QComboBox*>(editor);
    const QVariant chosen = combo->currentData();
    if (chosen.isValid() && chosen.toString() != index.data(Qt::EditRole).toString())
        model->setData(index, chosen, Qt::EditRole);
}

double errorBarLength(double relativeError) {
    if (!(relativeError > 0)) return 0;
    return std::clamp(std::log10(relativeError) / 4.0 + 1.0, 0.0, 1.0);
}

void ErrorBarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = std::exchange(cell.text, QString());
    QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    const double length = errorBarLength(index.data(m_role).toDouble());
    const QRect area = cell.rect.adjusted(2, 3, -2, -3);
    if (length > 0) {
        QColor color = chartColors(cell.palette).second;
        color.setAlphaF(0.45F);
        const int width = static_cast<int>(length * area.width());
        painter->fillRect(QRect(area.left(), area.top(), width, area.height()), color);
    }
    const bool selected = cell.state & QStyle::State_Selected;
    painter->setPen(cell.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    painter->drawText(cell.rect.adjusted(4, 0, -4, 0), Qt::AlignRight | Qt::AlignVCenter, text);
}

QSize ErrorBarDelegate::sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
    const QFontMetrics metrics(option.font);
    const int widest = metrics.horizontalAdvance(QStringLiteral("100.0 %"));
    return {std::max(widest + 8, QStyledItemDelegate::sizeHint(option, index).width()),
            metrics.height() + RowRoom};
}

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index);
    const double fraction = std::clamp(index.data(m_role).toDouble(), 0.0, 1.0);
    QStyleOptionProgressBar bar;
    bar.rect = option.rect.adjusted(3, 2, -3, -2);
    bar.palette = option.palette;
    bar.state = option.state | QStyle::State_Horizontal | QStyle::State_Enabled;
    bar.minimum = 0;
    bar.maximum = 1000;
    bar.progress = static_cast<int>(std::lround(fraction * 1000));
    bar.text = tr("%1 %").arg(static_cast<int>(fraction * 100));
    bar.textVisible = true;
    bar.textAlignment = Qt::AlignCenter;
    QApplication::style()->drawControl(QStyle::CE_ProgressBar, &bar, painter, option.widget);
}

} // namespace bitsmith::ui
