#include "ui/lessons/picture.h"

#include "ui/bridge/text.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace bitsmith::ui {

QString said(const char* text) { return Said::tr(text); }

Control slider(const char* id, const QString& title, const QString& tip, double min, double max,
               double step, double value, const QString& unit) {
    return {.id = QLatin1String(id),
            .title = title,
            .tip = tip,
            .min = min,
            .max = max,
            .step = step,
            .value = value,
            .unit = unit};
}

Control choice(const char* id, const QString& title, const QString& tip,
               std::initializer_list<std::pair<const char*, QString>> options, int value) {
    Control out{.id = QLatin1String(id),
                .title = title,
                .tip = tip,
                .kind = Control::Kind::Choice,
                .max = static_cast<double>(options.size()) - 1,
                .value = static_cast<double>(value)};
    for (const auto& [option, text] : options) {
        out.optionIds += QLatin1String(option);
        out.options += text;
    }
    return out;
}

Control toggle(const char* id, const QString& title, const QString& tip, bool value) {
    return {.id = QLatin1String(id),
            .title = title,
            .tip = tip,
            .kind = Control::Kind::Toggle,
            .value = value ? 1.0 : 0.0};
}

Control button(const char* id, const QString& title, const QString& tip) {
    return {.id = QLatin1String(id),
            .title = title,
            .tip = tip,
            .kind = Control::Kind::Button,
            .max = 1e9};
}

const Control* ControlValues::find(std::string_view id) const {
    const auto at = std::ranges::find(m_controls, qs(id), &Control::id);
    return at == m_controls.end() ? nullptr : &*at;
}

double ControlValues::number(std::string_view id) const {
    const Control* control = find(id);
    assert(control);
    return control ? control->value : 0;
}

int ControlValues::whole(std::string_view id) const {
    return static_cast<int>(std::lround(number(id)));
}

QString ControlValues::option(std::string_view id) const {
    const Control* control = find(id);
    return control ? control->optionIds.value(whole(id)) : QString();
}

void ControlValues::set(std::string_view id, double value) {
    const auto at = std::ranges::find(m_controls, qs(id), &Control::id);
    assert(at != m_controls.end());
    if (at == m_controls.end() || !std::isfinite(value)) return;
    if (at->step > 0) value = at->min + std::round((value - at->min) / at->step) * at->step;
    at->value = std::clamp(value, at->min, at->max);
}

Status ControlValues::setText(std::string_view id, std::string_view text) {
    const Control* control = find(id);
    if (!control) {
        QStringList known;
        for (const Control& c : m_controls) known += c.id;
        return fail(ErrorCode::Usage, "the picture has no control '{}'; it has: {}", id,
                    known.join(QStringLiteral(", ")).toStdString());
    }
    const QString wanted = qs(text);
    bool isNumber = false;
    const double number = wanted.toDouble(&isNumber);
    if (control->kind == Control::Kind::Choice) {
        const auto at = control->optionIds.indexOf(wanted);
        if (at < 0)
            return fail(ErrorCode::Usage, "{}: no option '{}'; there are: {}", id, text,
                        control->optionIds.join(QStringLiteral(", ")).toStdString());
        set(id, static_cast<double>(at));
        return {};
    }
    if (control->kind == Control::Kind::Toggle) {
        if (wanted != QLatin1String("yes") && wanted != QLatin1String("no"))
            return fail(ErrorCode::Usage, "{}: '{}' is neither yes nor no", id, text);
        set(id, wanted == QLatin1String("yes") ? 1 : 0);
        return {};
    }
    if (!isNumber || number < control->min || number > control->max)
        return fail(ErrorCode::Usage, "{}: '{}' is no number from {} to {}", id, text, control->min,
                    control->max);
    set(id, number);
    return {};
}

const PictureEntry* findPicture(std::string_view id) {
    for (const PictureEntry& entry : allPictures())
        if (id == entry.id) return &entry;
    return nullptr;
}

} // namespace bitsmith::ui
