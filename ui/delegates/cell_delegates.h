// How cells are painted and edited: bits and recipe as combo boxes, fractions and errors as bars.
#pragma once

#include <QStyledItemDelegate>

namespace bitsmith::ui {

// Combo boxes that open at once and commit on choice.
class BitsDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model,
                      const QModelIndex& index) const override;
};

class RecipeDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model,
                      const QModelIndex& index) const override;
};

// The cell's text over a bar as long as errorBarLength() of the cell's `role` value.
class ErrorBarDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit ErrorBarDelegate(int role, QObject* parent)
        : QStyledItemDelegate(parent), m_role(role) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    int m_role;
};

// 0..1: logarithmic from 0.01 % to 100 %, so that 8 bits and 2 bits both show.
double errorBarLength(double relativeError);

// A progress bar of the cell's `role` value (0..1).
class ProgressDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit ProgressDelegate(int role, QObject* parent)
        : QStyledItemDelegate(parent), m_role(role) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    int m_role;
};

} // namespace bitsmith::ui
