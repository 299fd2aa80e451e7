#include "ui/heatmap/tiled_heatmap.h"

#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr int Gap = 6;
constexpr int CacheKiB = 96 * 1024; // about 190 full tiles, values and pictures
constexpr double ZoomStep = 1.5, PanPart = 0.125;

QString spanText(std::size_t pixel, int level, std::size_t size) {
    const std::size_t first = pixel << level,
                      last = std::min(size, first + (std::size_t{1} << level)) - 1;
    return first == last ? QString::number(first) : QStringLiteral("%1–%2").arg(first).arg(last);
}

} // namespace

size_t qHash(const TileKey& key, size_t seed) {
    return qHashMulti(seed, key.levelY, key.levelX, key.row, key.col);
}

TiledHeatmap::TiledHeatmap(QuickPool& pool, QWidget* parent)
    : QWidget(parent), m_request(pool),
      m_saving(new PictureMenu(this, QStringLiteral("salience"))) {
    setAccessibleName(tr("Salience of the matrix, by place"));
    m_saving->setFilled([this] { return m_data.map != nullptr; });
    m_saving->setCsv([this] { return csv(); });
    m_saving->setExtra([this](QMenu& menu) {
        menu.addAction(tr("Zoom in (+)"), this, &TiledHeatmap::zoomIn);
        menu.addAction(tr("Zoom out (-)"), this, &TiledHeatmap::zoomOut);
        menu.addAction(tr("Whole matrix (F)"), this, &TiledHeatmap::fit);
    });
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    m_tiles.setMaxCost(CacheKiB);
}

void TiledHeatmap::setData(TiledHeatmapData data) {
    const bool sameShape = m_data.map && data.map && m_data.map->rows() == data.map->rows() &&
                           m_data.map->cols() == data.map->cols();
    m_request.cancel();
    m_tiles.clear();
    m_ranges.clear();
    m_data = std::move(data);
    if (m_data.map && m_data.map->levels() == 0) m_data.map.reset(); // nothing to see
    if (!sameShape) m_fitted = true;
    if (m_fitted)
        fit();
    else
        show(m_window);
}

MatrixSize TiledHeatmap::matrix() const {
    if (!m_data.map) return {};
    return {static_cast<double>(m_data.map->rows()), static_cast<double>(m_data.map->cols())};
}

QSize TiledHeatmap::minimumSizeHint() const {
    return QSize(200, 120).expandedTo(QSize(8, 6) * fontMetrics().height());
}

QRect TiledHeatmap::pictureRect() const {
    const int text = fontMetrics().height();
    const int numbers = fontMetrics().horizontalAdvance(QString::number(
        static_cast<qulonglong>(m_data.map ? std::max<std::size_t>(99, m_data.map->rows()) : 99)));
    return rect().adjusted(text + numbers + 2 * Gap, text / 2,
                           -(2 * Gap + heatScaleWidth(fontMetrics())), -(2 * text + Gap));
}

const HeatRange* TiledHeatmap::range() const {
    if (!m_data.map) return nullptr;
    const int levels = m_data.map->levels();
    const auto found =
        m_ranges.find({levelOf(m_window.scaleY, levels), levelOf(m_window.scaleX, levels)});
    return found == m_ranges.end() ? nullptr : &found->second;
}

void TiledHeatmap::show(const MatrixWindow& window) {
    m_window = limited(window, matrix(), pictureRect().size());
    m_fitted = m_window == fitted(matrix(), pictureRect().size());
    requestNext();
    update();
    Q_EMIT windowChanged();
}

void TiledHeatmap::fit() { show(fitted(matrix(), pictureRect().size())); }

void TiledHeatmap::zoom(double factor, const QPointF& about) {
    show(zoomed(m_window, factor, about, matrix(), pictureRect().size()));
}
void TiledHeatmap::zoomIn() { zoom(ZoomStep, QRectF({}, pictureRect().size()).center()); }
void TiledHeatmap::zoomOut() { zoom(1 / ZoomStep, QRectF({}, pictureRect().size()).center()); }

bool TiledHeatmap::complete() const {
    if (!m_data.map) return true;
    return std::ranges::all_of(
        visibleTiles(m_window, matrix(), m_data.map->levels(), pictureRect().size()),
        [&](const TileKey& key) { return m_tiles.contains(key); });
}

// The latest view wins: a tile that is no longer seen is given up.
void TiledHeatmap::requestNext() {
    if (!m_data.map) return;
    const auto wanted =
        visibleTiles(m_window, matrix(), m_data.map->levels(), pictureRect().size());
    if (m_request.busy() && std::ranges::find(wanted, m_making) != wanted.end()) return;
    const auto next =
        std::ranges::find_if(wanted, [&](const TileKey& key) { return !m_tiles.contains(key); });
    if (next == wanted.end()) return m_request.cancel();
    m_making = *next;
    const auto known = m_ranges.find({next->levelY, next->levelX});
    m_request.start<Made>(
        [key = *next, map = m_data.map, pooling = m_data.pooling, logarithmic = m_data.logarithmic,
         range = known == m_ranges.end() ? std::optional<HeatRange>()
                                         : known->second](RunContext& context) -> Result<Made> {
            Made made{key, std::make_shared<Tile>(), {}};
            made.range =
                range ? *range
                      : heatRange(sampledValues(*map, key.levelY, key.levelX, pooling, context),
                                  logarithmic);
            made.tile->values = tileValues(*map, key, pooling, context);
            const Matrix& values = made.tile->values;
            made.tile->image = heatmapImage(values.values(), static_cast<int>(values.rows()),
                                            static_cast<int>(values.cols()), made.range);
            return made;
        },
        [this](const Result<Made>& made) {
            if (!made) return Q_EMIT failed(qs(made.error().message));
            m_ranges.emplace(Levels{made->key.levelY, made->key.levelX}, made->range);
            const auto bytes = made->tile->values.values().size() * 4 +
                               static_cast<std::size_t>(made->tile->image.sizeInBytes());
            m_tiles.insert(made->key, new std::shared_ptr<Tile>(made->tile),
                           static_cast<int>(bytes / 1024) + 1);
            update();
            requestNext();
        });
}

void TiledHeatmap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    const QRect picture = pictureRect();
    if (!m_data.map || picture.width() < 8 || picture.height() < 8) return;
    paintTiles(painter, picture);
    painter.setPen(hasFocus() ? palette().color(QPalette::Highlight)
                              : palette().color(QPalette::Mid));
    painter.drawRect(picture.adjusted(0, 0, -1, -1));
    painter.setPen(palette().color(QPalette::Text));
    if (const HeatRange* colours = range())
        paintHeatScale(painter, {picture.right() + 1 + Gap, picture.top(), 1, picture.height()},
                       *colours);
    paintAxes(painter, picture);
}

void TiledHeatmap::paintTiles(QPainter& painter, const QRect& picture) {
    painter.save();
    painter.setClipRect(picture);
    painter.fillRect(picture, palette().color(QPalette::Window));
    painter.translate(picture.topLeft());
    const auto draw = [&](const TileKey& key, const Tile& tile) {
        // Whole pixels, so that neighbours meet.
        const QRectF at = tileRect(key, m_window, matrix());
        const QPoint from(qRound(at.left()), qRound(at.top())),
            to(qRound(at.right()), qRound(at.bottom()));
        painter.drawImage(
            QRect(from, QSize(std::max(1, to.x() - from.x()), std::max(1, to.y() - from.y()))),
            tile.image);
    };
    const auto wanted = visibleTiles(m_window, matrix(), m_data.map->levels(), picture.size());
    const bool missing =
        std::ranges::any_of(wanted, [&](const TileKey& key) { return !m_tiles.contains(key); });
    if (missing) {
        const QRectF seen({}, picture.size());
        QList<TileKey> standIns = m_tiles.keys();
        // The coarsest first, so that finer ones cover them.
        std::ranges::sort(standIns, std::greater(),
                          [](const TileKey& key) { return key.levelX + key.levelY; });
        for (const TileKey& key : std::as_const(standIns))
            if (tileRect(key, m_window, matrix()).intersects(seen))
                if (const auto* tile = m_tiles.object(key)) draw(key, **tile);
    }
    for (const TileKey& key : wanted)
        if (const auto* tile = m_tiles.object(key)) draw(key, **tile);
    painter.restore();
}

void TiledHeatmap::paintAxes(QPainter& painter, const QRect& picture) {
    const QFontMetrics metrics = fontMetrics();
    const int ascent = metrics.ascent();
    const auto ticks = [](double start, double scale, double size, int pixels, int room) {
        const double first = std::max(0.0, start),
                     last = std::min(size - 1, start + pixels / scale);
        std::vector<double> out;
        if (last <= first) return std::vector<double>{first};
        const double step = std::max(1.0, niceStep(first, last, std::clamp(pixels / room, 2, 10)));
        for (double at = std::ceil(first / step) * step; at <= last; at += step) out.push_back(at);
        return out;
    };
    int end = 0;
    for (const double col : ticks(m_window.left, m_window.scaleX, matrix().cols, picture.width(),
                                  metrics.horizontalAdvance(QStringLiteral("00000")) * 2)) {
        const int x = picture.left() + qRound((col + 0.5 - m_window.left) * m_window.scaleX);
        const QString text = QString::number(static_cast<qlonglong>(col));
        const int width = metrics.horizontalAdvance(text);
        const int at =
            std::clamp(x - width / 2, picture.left() - width / 2, picture.right() - width / 2);
        if (x > picture.right() || at < end) continue;
        painter.drawLine(x, picture.bottom() + 1, x, picture.bottom() + 3);
        painter.drawText(at, picture.bottom() + 4 + ascent, text);
        end = at + width + Gap;
    }
    for (const double row : ticks(m_window.top, m_window.scaleY, matrix().rows, picture.height(),
                                  metrics.height() * 2)) {
        const int y = picture.top() + qRound((row + 0.5 - m_window.top) * m_window.scaleY);
        if (y > picture.bottom()) continue;
        const QString text = QString::number(static_cast<qlonglong>(row));
        painter.drawLine(picture.left() - 3, y, picture.left() - 1, y);
        painter.drawText(picture.left() - Gap - metrics.horizontalAdvance(text), y + ascent / 2 - 1,
                         text);
    }
    paintSide(painter, m_data.colName, matrix().cols, {0, width()}, picture.center().x(),
              picture.bottom() + 4 + metrics.height() + ascent);
    painter.translate(0, height());
    painter.rotate(-90);
    paintSide(painter, m_data.rowName, matrix().rows, {height() - picture.bottom(), height()},
              height() - picture.center().y(), ascent + 1);
}

QString TiledHeatmap::textAt(const QPoint& position) const {
    const QRect picture = pictureRect();
    if (!m_data.map || !picture.contains(position)) return {};
    const double x = m_window.left + (position.x() - picture.left() + 0.5) / m_window.scaleX,
                 y = m_window.top + (position.y() - picture.top() + 0.5) / m_window.scaleY;
    if (x < 0 || y < 0 || x >= matrix().cols || y >= matrix().rows) return {};
    const int levels = m_data.map->levels(), levelX = levelOf(m_window.scaleX, levels),
              levelY = levelOf(m_window.scaleY, levels);
    const auto col = static_cast<std::size_t>(x) >> levelX,
               row = static_cast<std::size_t>(y) >> levelY;
    const auto* tile = m_tiles.object({levelY, levelX, row / TilePixels, col / TilePixels});
    if (!tile) return {};
    const float value = (*tile)->values(row % TilePixels, col % TilePixels);
    return tr("%1 %2, %3 %4: %5 %6")
        .arg(m_data.rowName, spanText(row, levelY, m_data.map->rows()), m_data.colName,
             spanText(col, levelX, m_data.map->cols()), m_data.valueName,
             numberText(static_cast<double>(value)));
}

void TiledHeatmap::resizeEvent(QResizeEvent*) {
    if (m_fitted)
        fit();
    else
        show(m_window);
}

void TiledHeatmap::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_data.map) return;
    m_dragging = true;
    m_grabbed = event->pos();
    setCursor(Qt::ClosedHandCursor);
}

void TiledHeatmap::mouseMoveEvent(QMouseEvent* event) {
    if (m_dragging) {
        const QPoint moved = event->pos() - m_grabbed;
        m_grabbed = event->pos();
        show(panned(m_window, moved, matrix(), pictureRect().size()));
    }
    Q_EMIT hovered(textAt(event->pos()));
}

void TiledHeatmap::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_dragging = false;
    unsetCursor();
}

void TiledHeatmap::leaveEvent(QEvent*) { Q_EMIT hovered({}); }

void TiledHeatmap::wheelEvent(QWheelEvent* event) {
    if (!m_data.map || event->angleDelta().y() == 0) return event->ignore();
    // A notch is 120; touchpads send less at a time.
    zoom(std::pow(ZoomStep, event->angleDelta().y() / 120.0),
         event->position() - pictureRect().topLeft());
    event->accept();
}

void TiledHeatmap::keyPressEvent(QKeyEvent* event) {
    const QSizeF size = pictureRect().size();
    const auto pan = [&](double x, double y) {
        show(panned(m_window, {x * size.width(), y * size.height()}, matrix(), size));
        // Without a mouse the middle is what is looked at.
        const QString text = textAt(pictureRect().center());
        setAccessibleDescription(text);
        Q_EMIT hovered(text);
    };
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomIn();
    case Qt::Key_Minus:
        return zoomOut();
    case Qt::Key_0:
    case Qt::Key_F:
    case Qt::Key_Home:
        return fit();
    case Qt::Key_Left:
        return pan(PanPart, 0);
    case Qt::Key_Right:
        return pan(-PanPart, 0);
    case Qt::Key_Up:
        return pan(0, PanPart);
    case Qt::Key_Down:
        return pan(0, -PanPart);
    case Qt::Key_Menu:
        return showMenu(mapToGlobal(rect().center()));
    default:
        QWidget::keyPressEvent(event);
    }
}

void TiledHeatmap::contextMenuEvent(QContextMenuEvent* event) { showMenu(event->globalPos()); }

QString TiledHeatmap::csv() const {
    QString out = QStringLiteral("first_row,first_col,rows,cols,value\r\n");
    if (!m_data.map) return out;
    const std::size_t allRows = m_data.map->rows(), allCols = m_data.map->cols();
    for (const TileKey& key :
         visibleTiles(m_window, matrix(), m_data.map->levels(), pictureRect().size())) {
        const auto* tile = m_tiles.object(key);
        if (!tile) continue;
        const Matrix& values = (*tile)->values;
        for (std::size_t r = 0; r < values.rows(); ++r)
            for (std::size_t c = 0; c < values.cols(); ++c) {
                const std::size_t row = (key.row * TilePixels + r) << key.levelY;
                const std::size_t col = (key.col * TilePixels + c) << key.levelX;
                out += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                           .arg(row)
                           .arg(col)
                           .arg(std::min(allRows - row, std::size_t{1} << key.levelY))
                           .arg(std::min(allCols - col, std::size_t{1} << key.levelX))
                           .arg(static_cast<double>(values(r, c)), 0, 'g', 9);
            }
    }
    return out;
}

void TiledHeatmap::showMenu(const QPoint& globalPosition) {
    if (m_data.map) m_saving->popup(globalPosition);
}

} // namespace bitsmith::ui
