// A live picture as a widget: the canvas, what is read from it, its controls, "Play", and the
// button that puts the user's own weights in.
#pragma once

#include "ui/bridge/services.h"
#include "ui/lessons/picture.h"
#include "ui/lessons/picture_source.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QGridLayout;
class QLabel;
class QPushButton;
class QSlider;

namespace bitsmith::ui {

class FlowLayout;
class PictureCanvas;

class PictureView final : public QWidget {
    Q_OBJECT
public:
    PictureView(Services& services, Session& session, QWidget* parent = nullptr);
    ~PictureView() override;

    // False: there is no such picture; the view is then empty and says so.
    bool setPicture(std::string_view id);
    LivePicture* picture() { return m_picture.get(); }
    const ControlValues& values() const { return m_values; }
    // As a lesson's step puts them. Errors: as ControlValues::setText; the others are set.
    Status put(const std::vector<std::pair<std::string, std::string>>& settings);
    void setValue(std::string_view id, double value);

    void useWeights(bool use);
    bool showsWeights() const { return m_shown != nullptr; }
    bool working() const { return m_job.value != 0 || m_workTimer.isActive(); }
    bool playing() const { return m_playTimer.isActive(); }    // column by column
    double computeMilliseconds() const { return m_computeMs; } // the latest compute()
    QWidget* canvas();

Q_SIGNALS:
    void changed();       // controls, readings or picture
    void demoRequested(); // open the demo model

protected:
    void changeEvent(QEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    friend class PictureCanvas;
    struct Row { // of one control
        QWidget* editor = nullptr;
        QLabel* number = nullptr;
    };
    void buildControls();
    void addSlider(const Control& control, int row);
    QWidget* addCompact(const Control& control);
    void buildPlayer();
    void refresh(); // compute, then show everything
    void showValues();
    void showReadings();
    void showSource();
    void play(bool on);
    void playStep();
    void startWork();
    void onFed(const JobFeed& feed);
    void onFinished(JobId id);
    void dropWork();

    Services& m_services;
    PictureSource m_source;
    std::unique_ptr<LivePicture> m_picture;
    ControlValues m_values;
    std::shared_ptr<const PictureWeights> m_shown;
    bool m_useWeights = false, m_filling = false;
    double m_computeMs = 0;
    JobId m_job;
    QString m_workKey;
    std::function<Result<std::any>(RunContext&, const Engine&)> m_nextWork;
    QTimer m_workTimer, m_playTimer;
    std::map<QString, Row> m_rows;

    PictureCanvas* m_canvas;
    QLabel *m_readings, *m_note, *m_workText;
    QWidget* m_controls;
    QWidget* m_sourceBox;
    QPushButton *m_weightsButton, *m_demoButton, *m_playButton = nullptr;
    QSlider* m_speed = nullptr;
};

} // namespace bitsmith::ui
