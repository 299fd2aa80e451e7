// A walk through the program on the demo model that takes a picture of each panel on the way. One
// class, told in several parts: screenshots.cpp and the files beside it.
#pragma once

#include "app/studio/screenshots.h"
#include "core/jobs/job_queue.h"
#include "ui/bridge/services.h"
#include "ui/window/main_window.h"
#include "ui/window/theme.h"

#include <QDir>
#include <QString>

#include <functional>

namespace bitsmith::ui {

class ExportDialog;

class Tour {
public:
    Tour(Services& services, MainWindow& window, const PictureWishes& wishes)
        : m_services(services), m_window(window), m_wishes(wishes), m_folder(wishes.folder) {}

    int run(); // exit code

private:
    bool everything();
    // Several plans, so that the plot of size against quality has points.
    bool quantizeAll();
    bool quantizeOnce(bool midway);
    void dialogShot();
    // A target that minds the plan, with its list of problems.
    void targetShot();
    void exportShot(const char* name, const char* targetId);
    // Where it may be written: the result's page.
    void exportOnce(ExportDialog* dialog, const char* name);
    bool pictures();

    // analysis_pictures.cpp
    // Which weights matter: the form that asks for a text, the picture whole and close by, spectra.
    bool saliencePictures();
    // What the model minds, before and after it was measured; the budget that uses it; metrics
    // compared. Light and small, dark and large, and at twice the size.
    bool sensitivityPictures();
    bool analyzeOnce();
    void comparePictures(const QString& suffix);

    // recipe_pictures.cpp
    bool recipePictures();

    // coding_pictures.cpp
    // What entropy coding makes of it: the page Codes, the plot by KL, the dialogs.
    bool codingPictures();
    // The demo model's own file, there and back.
    bool compressPictures(const QString& suffix);
    bool loadPictures(const QString& suffix);
    // The demo model's study: before, and each of its pages.
    bool studyPictures(const QString& suffix);
    // The last quantization's own codes, coder by coder.
    bool ownCodesPictures(const QString& suffix);
    // A preset for llama.cpp, its export, and the file opened again.
    bool ggufPictures();

    // lesson_pictures.cpp
    bool lessonsAlone(); // "all", or one
    // Every lesson; some dark, large, high in contrast, and with the open model's weights.
    bool lessonPictures(const QString& id = QStringLiteral("all"));

    // window_pictures.cpp
    // The first start; then panels, pages, layouts and dialogs in each look.
    bool windowPictures();
    bool manualPictures();
    bool somethingToShow();
    bool calibrateOnce();
    void wear(const Look& look);
    bool panelPictures(const QString& suffix);
    bool pagePictures(const QString& suffix);
    void layoutPictures(const QString& suffix);
    void dialogPictures(const QString& suffix);
    bool lessonPicture(const QString& suffix);

    // What all parts use; tour.cpp. False and failed(): a step did not come about.
    bool openDemo();
    void chooseTensor(const QString& role);
    void setPlan(const char* recipeId, int bits, const QString& role, int roleBits);
    bool finished(JobId id) const;
    void size(int width, int height, Theme theme);
    void settle();
    bool wait(const std::function<bool()>& condition);
    void shot(const QString& name);
    void shot(const char* name) { shot(QLatin1String(name)); }
    void save(QWidget* widget, const QString& name);
    int failed(const QString& text);
    int failed(const char* text) { return failed(QLatin1String(text)); }

    Services& m_services;
    MainWindow& m_window;
    PictureWishes m_wishes;
    QDir m_folder;
    int m_count = 0;
    bool m_problem = false;
};

} // namespace bitsmith::ui
