#include "app/studio/screenshots.h"

#include <QRegularExpression>

namespace bitsmith::ui {
namespace {

constexpr int LeastSide = 400, MostSide = 8000; // pixels
constexpr int LeastZoom = 50, MostZoom = 300;   // per cent

} // namespace

QString Look::suffix() const {
    QString out =
        QStringLiteral("-%1-%2x%3")
            .arg(themeName(theme), QString::number(size.width()), QString::number(size.height()));
    if (zoom != 100) out += QStringLiteral("-%1").arg(zoom);
    return out;
}

std::vector<Look> PictureWishes::looks() const {
    const QSize small(1280, 800), large(1920, 1080);
    std::vector<std::pair<QSize, int>> shapes{{small, 100}, {large, 100}, {large, 200}};
    if (size || zoom) shapes = {{size.value_or(small), zoom.value_or(100)}};
    std::vector<Theme> themes{Theme::Light, Theme::Dark};
    if (theme) themes = {*theme};
    std::vector<Look> out;
    for (const Theme colours : themes)
        for (const auto& [pixels, percent] : shapes)
            out.push_back({.theme = colours, .size = pixels, .zoom = percent});
    return out;
}

Result<PictureWishes> pictureWishes(const QString& folder, const QString& part, const QString& size,
                                    const QString& zoom) {
    PictureWishes out{.folder = folder, .lesson = {}, .part = part};
    if (!QStringList{QString(), QStringLiteral("window"), QStringLiteral("manual")}.contains(part))
        return fail(ErrorCode::Usage, "--part must be window or manual");
    if (!size.isEmpty()) {
        static const QRegularExpression form(QStringLiteral("^(\\d{1,5})x(\\d{1,5})$"));
        const auto match = form.match(size);
        const QSize pixels(match.captured(1).toInt(), match.captured(2).toInt());
        if (std::min(pixels.width(), pixels.height()) < LeastSide ||
            std::max(pixels.width(), pixels.height()) > MostSide)
            return fail(ErrorCode::Usage, "--size must be WIDTHxHEIGHT, each of {} to {} pixels",
                        LeastSide, MostSide);
        out.size = pixels;
    }
    if (!zoom.isEmpty()) {
        bool number = false;
        const int percent = zoom.toInt(&number);
        if (!number || percent < LeastZoom || percent > MostZoom)
            return fail(ErrorCode::Usage, "--zoom must be a number of per cent, {} to {}",
                        LeastZoom, MostZoom);
        out.zoom = percent;
    }
    return out;
}

} // namespace bitsmith::ui
