// Widgets in lines like words: as many side by side as fit, the rest below. Those that expand share
// what their line leaves.
#pragma once

#include <QLayout>
#include <QList>

namespace bitsmith::ui {

class FlowLayout final : public QLayout {
    Q_OBJECT
public:
    explicit FlowLayout(QWidget* parent = nullptr);
    ~FlowLayout() override;
    void addItem(QLayoutItem* item) override { m_items.append(item); }
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize minimumSize() const override;
    QSize sizeHint() const override;
    void setGeometry(const QRect& rect) override;

private:
    int arrange(const QRect& rect, bool move) const; // the height
    // In room's place and width; the height that they need.
    int placeLine(const QRect& room, const QList<QLayoutItem*>& line, bool move) const;
    int widthOf(const QLayoutItem& item, int width) const;
    QList<QLayoutItem*> m_items;
};

} // namespace bitsmith::ui
