// What a user could not read: widgets beyond their parents, texts without room, words of charts
// that are shortened or lie on each other.
#pragma once

#include "ui/charts/chart_view.h"

#include <QAbstractScrollArea>
#include <QCheckBox>
#include <QFontMetricsF>
#include <QGraphicsTextItem>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStringList>
#include <QtCharts/QAbstractAxis>
#include <QtCharts/QLegend>

namespace bitsmith::test {

// Whether a scroll area above it lets one see all of it.
inline bool scrolls(const QWidget* widget, const QWidget* top) {
    for (const QWidget* at = widget->parentWidget(); at && at != top; at = at->parentWidget())
        if (qobject_cast<const QAbstractScrollArea*>(at)) return true;
    return false;
}

// Titles of axes that Qt would end in dots, and entries of legends in one place or out of sight.
inline QStringList clippedWords(const ui::ChartView& view) {
    QStringList out;
    const QChart* chart = view.chart();
    const auto axes = chart->axes(Qt::Vertical);
    for (const QAbstractAxis* axis : axes)
        if (axis->isTitleVisible() &&
            QFontMetricsF(axis->titleFont()).horizontalAdvance(axis->titleText()) >
                chart->plotArea().height())
            out += QStringLiteral("title: ") + axis->titleText();
    QLegend* legend = chart->legend();
    if (!legend->isVisible() || !legend->isAttachedToChart()) return out;
    QList<QRectF> taken;
    const auto items = view.scene()->items();
    for (const QGraphicsItem* item : items) {
        const auto* text = dynamic_cast<const QGraphicsTextItem*>(item);
        if (!text || !legend->isAncestorOf(item) || !item->parentItem()->isVisible()) continue;
        const QRectF place = text->sceneBoundingRect();
        const QString words = text->toPlainText();
        if (!text->isVisible()) out += QStringLiteral("legend, hidden: ") + words;
        if (words.isEmpty()) out += QStringLiteral("legend, an entry without words");
        if (words.endsWith(QStringLiteral("..."))) out += QStringLiteral("legend, cut: ") + words;
        for (const QRectF& other : taken) {
            const QRectF both = place.intersected(other);
            if (both.height() > place.height() / 2 && both.width() > 1)
                out += QStringLiteral("legend, on another: ") + words;
        }
        taken += place;
    }
    return out;
}

// The widgets in `top` that are cut off by their parents, or have more text than room.
inline QStringList clippedIn(QWidget* top) {
    QStringList out;
    const auto all = top->findChildren<QWidget*>();
    for (QWidget* widget : all) {
        if (!widget->isVisible() || widget->isWindow() || widget->visibleRegion().isEmpty())
            continue;
        const QString name = QStringLiteral("%1 %2").arg(
            QLatin1String(widget->metaObject()->className()), widget->objectName());
        const QWidget* parent = widget->parentWidget();
        const bool inside = parent->rect().contains(widget->geometry());
        if (!inside && !scrolls(widget, top)) out += QStringLiteral("outside: ") + name;
        if (auto* label = qobject_cast<QLabel*>(widget); label && !label->text().isEmpty()) {
            const int needed = label->wordWrap() ? label->heightForWidth(label->width())
                                                 : label->sizeHint().height();
            if (needed > label->height() + 1)
                out += QStringLiteral("too low: %1 %2 < %3 '%4'")
                           .arg(name)
                           .arg(label->height())
                           .arg(needed)
                           .arg(label->text());
            if (!label->wordWrap() && label->sizeHint().width() > label->width() + 1)
                out += QStringLiteral("too narrow: %1 '%2'").arg(name, label->text());
        }
        if (qobject_cast<QPushButton*>(widget) || qobject_cast<QCheckBox*>(widget))
            if (widget->sizeHint().width() > widget->width() + 1)
                out += QStringLiteral("too narrow: ") + name;
        if (const auto* header = qobject_cast<QHeaderView*>(widget);
            header && header->orientation() == Qt::Horizontal)
            for (int section = 0; section < header->count(); ++section)
                if (!header->isSectionHidden(section) &&
                    header->sectionSize(section) < header->sectionSizeHint(section))
                    out += QStringLiteral("heading %1 of %2: %3 < %4")
                               .arg(section)
                               .arg(header->parent()->objectName())
                               .arg(header->sectionSize(section))
                               .arg(header->sectionSizeHint(section));
        if (const auto* chart = qobject_cast<const ui::ChartView*>(widget))
            for (const QString& words : clippedWords(*chart)) out += name + u' ' + words;
    }
    return out;
}

} // namespace bitsmith::test
