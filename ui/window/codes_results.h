// What the codes of a quantized model are worth: paid, needed and coded bits of the whole, and of
// each tensor. Fills as tensors are counted.
#pragma once

#include "ui/models/figures_model.h"
#include "ui/session/codes_study.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace bitsmith::ui {

class BitsChart;

class CodesResults final : public QWidget {
    Q_OBJECT
public:
    explicit CodesResults(QWidget* parent = nullptr);
    void setStudy(const CodesStudy& study); // outlives this; call again when it grew
    BitsChart* chart() { return m_bits; }

private:
    void showCoders();

    const CodesStudy* m_study = nullptr;
    FiguresModel m_tensors, m_coders;
    BitsChart* m_bits;
    QTableView *m_table, *m_coderTable;
    QLabel *m_coderTitle, *m_skipped;
};

} // namespace bitsmith::ui
