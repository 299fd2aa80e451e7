// A column of a table or tree that takes the room which the others leave, but never less than so
// many characters: then the view scrolls sideways. (QHeaderView::Stretch squeezes it to nothing
// instead.)
#pragma once

#include <QObject>

class QAbstractItemView;
class QHeaderView;

namespace bitsmith::ui {

class RoomyColumn final : public QObject {
    Q_OBJECT
public:
    // Owned by the view.
    RoomyColumn(QAbstractItemView* view, QHeaderView* header, int column, int leastCharacters);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fit();
    QAbstractItemView* m_view;
    QHeaderView* m_header;
    int m_column, m_characters;
};

} // namespace bitsmith::ui
