// A live picture of a lesson: what a method does to a few numbers, computed by the engine itself
// and drawn anew whenever a control moves. One file each in pictures/, registered by one word.
//
// A picture is no widget. It says which controls it has, computes from their values, paints, and
// tells what is to be read from it; PictureView does the rest. What a lesson's step puts, what a
// slider moves and what the mouse drags are all the same: values of controls.
#pragma once

#include "core/base/run_context.h"
#include "core/calibration/layer_stats.h"
#include "core/model/model.h"
#include "core/pipeline/engine.h"
#include "core/tensor/matrix.h"

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>
#include <QStringList>

#include <QCoreApplication>

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

class QPainter;

namespace bitsmith::ui {

// The words of pictures, which are no QObjects and have no tr(). said(): of a text that is marked
// by QT_TRANSLATE_NOOP("lessons", ...).
struct Said {
    Q_DECLARE_TR_FUNCTIONS(lessons)
};
QString said(const char* text);

struct Control {
    enum class Kind : unsigned char {
        Slider, // min..max in steps
        Choice, // value: index into options
        Toggle, // 0 or 1
        Button  // each press adds 1
    };
    QString id, title, tip;
    Kind kind = Kind::Slider;
    double min = 0, max = 1, step = 1, value = 0;
    QStringList optionIds, options; // of Choice
    QString unit;                   // behind the number of a slider
};

// Constructors, so that a list of controls reads as one.
Control slider(const char* id, const QString& title, const QString& tip, double min, double max,
               double step, double value, const QString& unit = {});
// options: {id, title} each.
Control choice(const char* id, const QString& title, const QString& tip,
               std::initializer_list<std::pair<const char*, QString>> options, int value = 0);
Control toggle(const char* id, const QString& title, const QString& tip, bool value = false);
Control button(const char* id, const QString& title, const QString& tip);

// The present values. Ids that do not exist are mistakes of ours: 0, and an assertion.
class ControlValues {
public:
    ControlValues() = default;
    explicit ControlValues(std::vector<Control> controls) : m_controls(std::move(controls)) {}

    const std::vector<Control>& all() const { return m_controls; }
    const Control* find(std::string_view id) const;
    double number(std::string_view id) const;
    int whole(std::string_view id) const;
    bool on(std::string_view id) const { return number(id) > 0.5; }
    QString option(std::string_view id) const; // id of the chosen option
    // Brought to the control's range and steps.
    void set(std::string_view id, double value);
    // As a lesson writes it: a number, an option's id, yes or no. Errors (Usage): no such control
    // or value, naming those there are.
    Status setText(std::string_view id, std::string_view text);

private:
    std::vector<Control> m_controls;
};

// "My weights": some rows of the active tensor, and what is known of its inputs.
struct PictureWeights {
    static constexpr std::size_t MostValues = std::size_t{1} << 17, MostCols = 4096;
    QString tensor;
    Matrix values;                           // whole rows, cut at MostCols columns
    std::size_t rows = 0, cols = 0;          // of the whole tensor
    std::shared_ptr<const LayerStats> stats; // with its Gram matrix; null: not calibrated
    std::shared_ptr<const Model> model;
};

struct PictureInput {
    ControlValues& controls;       // compute() may correct them
    const PictureWeights* weights; // null: the picture's own example
};

// What is read from a picture: "rms error", "0.031".
struct Reading {
    QString title, value;
    bool operator==(const Reading&) const = default;
};

struct Inks {
    QColor text, dim, grid, base, first, second, third, warning;
    QFont font, small;
    bool dark = false;
};

// Something that takes longer than a frame: run as a job beside everything else, the newest only.
struct PictureWork {
    QString key; // the same key: what runs or was done stays
    std::function<Result<std::any>(RunContext&, const Engine&)> run;
};

struct PictureInfo {
    const char *id, *title;
    const char* alt; // one sentence for those who cannot see it
    // What "my weights" means here: a tensor's values, or the open model as a whole.
    enum class Source : unsigned char { Tensor, Model } source = Source::Tensor;
};

class LivePicture {
public:
    virtual ~LivePicture() = default;
    virtual const PictureInfo& info() const = 0;
    virtual std::vector<Control> controls() const = 0;
    // On the GUI thread, well below 100 ms.
    virtual void compute(const PictureInput& input) = 0;
    virtual void paint(QPainter& painter, const QRectF& area, const Inks& inks) = 0;
    virtual std::vector<Reading> readings() const = 0;
    // One line on where the numbers come from; empty: nothing to say.
    virtual QString note() const { return {}; }

    // The mouse at a place of the last painting: true where it changed a control. begin: just
    // pressed.
    virtual bool drag(const QPointF& at, bool begin, ControlValues& controls) {
        (void)at, (void)begin, (void)controls;
        return false;
    }
    // A control that "Play" moves to its end, step by step; empty: nothing to play.
    virtual QString played() const { return {}; }

    virtual std::optional<PictureWork> work(const PictureInput& input) {
        (void)input;
        return {};
    }
    // What work published, and its value at the end.
    virtual void received(const std::any& value) { (void)value; }
    virtual void workEnded(const QString& error) { (void)error; }
};

struct PictureEntry {
    const char* id;
    std::unique_ptr<LivePicture> (*make)();
};
std::span<const PictureEntry> allPictures();
const PictureEntry* findPicture(std::string_view id); // nullptr if unknown

} // namespace bitsmith::ui
