// Widths of a matrix's groups of input columns, as a strip along the input axis: the wider, the
// darker. What they are is also said in words, above it and for the group under the mouse.
#pragma once

#include "ui/widgets/picture_menu.h"

#include <QWidget>

#include <cstdint>
#include <vector>

namespace bitsmith::ui {

struct GroupWidths {
    std::vector<std::uint8_t> bits; // of each group; empty: nothing to show
    std::size_t groupSize = 1, cols = 0;
};

// "16 groups of 32 input columns: 4 of 1 bit, 8 of 2 bits, 4 of 3 bits".
QString widthsText(const GroupWidths& widths);

class WidthStrip final : public QWidget {
    Q_OBJECT
public:
    explicit WidthStrip(const QString& name, QWidget* parent = nullptr);
    // Hides itself where there is nothing to show.
    void setWidths(GroupWidths widths);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }
    // The group that is drawn at this horizontal position; -1: none.
    int groupAt(int x) const;
    PictureMenu& saving() { return *m_saving; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QRect cell(std::size_t group) const;
    QString csv() const;
    GroupWidths m_widths;
    PictureMenu* m_saving;
};

} // namespace bitsmith::ui
