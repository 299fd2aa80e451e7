// Tensors by widths as a picture: which tensor loses how much at how many bits. Rows are tensors in
// the model's order, colours logarithms of the loss. A click, or Enter on the cell that the arrow
// keys move, makes a tensor active.
#pragma once

#include "ui/widgets/picture_menu.h"

#include <QWidget>

#include <string>
#include <vector>

namespace bitsmith::ui {

struct SensitivityMapRow {
    std::string tensor;
    QString label; // "3.attn.q"
    int block = -1;
    std::vector<double> loss; // one per width; NaN: unknown
    double planned = 0;       // bits; 0: none
    bool operator==(const SensitivityMapRow&) const = default;
};

class SensitivityMap final : public QWidget {
    Q_OBJECT
public:
    explicit SensitivityMap(QWidget* parent = nullptr);
    void setData(QString metric, std::vector<int> widths, std::vector<SensitivityMapRow> rows);
    void setActive(const std::string& tensor);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    QRect cellRect(int row, int column) const; // for tests and tooltips
    QString cellText(int row, int column) const;
    int rowCount() const { return static_cast<int>(m_rows.size()); }
    int columnCount() const { return static_cast<int>(m_widths.size()); }
    int rowOf(const std::string& tensor) const; // -1: none
    QString csv() const;
    PictureMenu& saving() { return *m_saving; }

Q_SIGNALS:
    void activated(const std::string& tensor);
    void rowChosen(const QRect& cell); // by key or activation, to be scrolled to

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QRect gridRect() const;
    bool cellAt(const QPoint& position, int& row, int& column) const;
    void drawLabels(QPainter& painter) const;
    void drawScale(QPainter& painter) const;
    void moveCursor(int row, int column);
    double fractionOf(double loss) const; // 0..1 on the colour scale
    int labelWidth() const;

    PictureMenu* m_saving;
    QString m_metric;
    std::vector<int> m_widths;
    std::vector<SensitivityMapRow> m_rows;
    double m_least = 0, m_most = 0; // of the colour scale
    int m_active = -1, m_row = 0, m_column = 0;
};

} // namespace bitsmith::ui
