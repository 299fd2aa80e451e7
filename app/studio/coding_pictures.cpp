// Pictures of what entropy coding makes of a model: pages, dialogs, studies, and GGUF.
#include "app/studio/tour.h"

#include "ui/bridge/text.h"
#include "ui/panels/codes_page.h"
#include "ui/panels/error_page.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/weights_page.h"
#include "ui/window/compress_dialog.h"
#include "ui/window/compressibility_dialog.h"
#include "ui/window/load_study_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>

namespace bitsmith::ui {
namespace {

constexpr int CodesTab = 2, SalienceTab = 3, SpectrumTab = 4;
constexpr int LoadStudyMegabytes = 64; // enough for a picture

} // namespace

bool Tour::codingPictures() {
    for (const auto theme : {Theme::Dark, Theme::Light}) {
        const bool light = theme == Theme::Light;
        const QString suffix = light ? QStringLiteral("-light") : QStringLiteral("-dark");
        size(light ? 1280 : 1920, light ? 800 : 1080, theme);
        m_window.raisePanel(m_window.experiments()->objectName());
        for (const char* axis : {"tradeoffY", "tradeoffX"})
            if (auto* box = m_window.findChild<QComboBox*>(QLatin1String(axis)))
                box->setCurrentIndex(1);
        m_window.inspector()->tabs()->setCurrentIndex(CodesTab);
        settle();
        if (!wait([&] { return m_window.inspector()->codes()->ready(); }))
            return failed("no codes") == 0;
        shot(QStringLiteral("codes") + suffix);
        save(m_window.inspector(), QStringLiteral("panel-codes") + suffix);
        if (!compressPictures(suffix) || !loadPictures(suffix) || !studyPictures(suffix))
            return false;
    }
    return true;
}

bool Tour::compressPictures(const QString& suffix) {
    CompressDialog empty(m_services, m_window.runs(), {}, &m_window);
    empty.show();
    settle();
    save(&empty, QStringLiteral("compress-empty") + suffix);
    empty.reject();
    QDir source(m_window.session().path());
    const QStringList files = source.entryList({QStringLiteral("*.safetensors")}, QDir::Files);
    if (files.isEmpty()) return failed("the demo model has no safetensors file") == 0;
    const QString input = m_folder.absoluteFilePath(QStringLiteral("demo.safetensors"));
    if (!QFile::copy(source.filePath(files.constFirst()), input))
        return failed("the demo model cannot be copied") == 0;
    bool fine = true;
    const QString coded = input + QStringLiteral(".bitsmith");
    for (const QString& file : {input, coded}) {
        CompressDialog dialog(m_services, m_window.runs(), file, &m_window);
        dialog.show();
        fine = fine && wait([&] { return !dialog.inspecting(); });
        if (file == coded) // beside the original
            dialog.findChild<QLineEdit*>(QStringLiteral("compressName"))
                ->setText(QStringLiteral("again.safetensors"));
        auto* run = dialog.findChild<QPushButton*>(QStringLiteral("compressRun"));
        fine = fine && run && run->isEnabled();
        if (!fine) break;
        run->click();
        fine = wait([&] { return !m_services.jobs().anyUnfinished(); });
        settle();
        save(&dialog,
             (file == input ? QStringLiteral("compress") : QStringLiteral("decompress")) + suffix);
        dialog.reject();
    }
    for (const QString& file :
         {input, coded, m_folder.absoluteFilePath(QStringLiteral("again.safetensors"))})
        QFile::remove(file);
    return fine || failed("the demo model was not compressed") == 0;
}

bool Tour::loadPictures(const QString& suffix) {
    LoadStudyDialog dialog(m_services, m_window.runs(), {}, &m_window);
    dialog.show();
    settle();
    save(&dialog, QStringLiteral("load-study-empty") + suffix);
    auto* size = dialog.findChild<QSpinBox*>(QStringLiteral("loadStudySize"));
    auto* run = dialog.findChild<QPushButton*>(QStringLiteral("loadStudyRun"));
    if (!size || !run) return failed("no load study") == 0;
    size->setValue(LoadStudyMegabytes);
    run->click();
    if (!wait([&] { return !m_services.jobs().anyUnfinished(); }))
        return failed("the load study did not end") == 0;
    settle();
    save(&dialog, QStringLiteral("load-study") + suffix);
    dialog.reject();
    return true;
}

bool Tour::studyPictures(const QString& suffix) {
    CompressibilityDialog dialog(m_services, m_window.session(), m_window.runs(), &m_window);
    if (suffix.endsWith(QLatin1String("dark"))) dialog.resize(1600, 960);
    dialog.show();
    settle();
    if (!dialog.job().value) save(&dialog, QStringLiteral("study-empty") + suffix);
    auto* run = dialog.findChild<QPushButton*>(QStringLiteral("studyRun"));
    auto* tabs = dialog.findChild<QTabWidget*>(QStringLiteral("studyTabs"));
    if (!run || !tabs || !run->isEnabled()) return failed("no study") == 0;
    run->click();
    const CodesStudy* study = m_window.runs().codesStudied(dialog.job());
    wait([&] { return !m_services.jobs().anyUnfinished() || study->tensors() > 2; });
    settle();
    save(&dialog, QStringLiteral("study-running") + suffix);
    if (!wait([&] { return !m_services.jobs().anyUnfinished() && study->finished; }))
        return failed("the study did not end") == 0;
    for (int page = 0; page < tabs->count(); ++page) {
        tabs->setCurrentIndex(page);
        settle();
        save(&dialog, QStringLiteral("study-%1").arg(page) + suffix);
    }
    tabs->setCurrentIndex(0);
    if (auto* axis = dialog.findChild<QComboBox*>(QStringLiteral("studyY")))
        axis->setCurrentIndex(1);
    settle();
    save(&dialog, QStringLiteral("study-bound") + suffix);
    dialog.reject();
    return true;
}

bool Tour::ownCodesPictures(const QString& suffix) {
    CompressibilityDialog dialog(m_services, m_window.session(), m_window.runs(), &m_window);
    dialog.show();
    auto* coders = dialog.findChild<QCheckBox*>(QStringLiteral("studyCoders"));
    auto* run = dialog.findChild<QPushButton*>(QStringLiteral("studyRun"));
    if (!coders || !run || !run->isEnabled()) return failed("no study of codes") == 0;
    coders->setChecked(true);
    run->click();
    const CodesStudy* study = m_window.runs().codesStudied(dialog.job());
    if (!wait([&] { return !m_services.jobs().anyUnfinished() && study->finished; }))
        return failed("the study of codes did not end") == 0;
    settle();
    save(&dialog, QStringLiteral("study-codes") + suffix);
    dialog.reject();
    return true;
}

bool Tour::ggufPictures() {
    Session& session = m_window.session();
    session.usePreset("Q4_K_M");
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(RunController::suggestedOutput(qs(session.model()->name())));
    m_window.runs().quantize(std::move(request));
    settle();
    if (!wait([&] { return !m_services.jobs().anyUnfinished(); })) return false;
    settle();
    const QString file = m_folder.absoluteFilePath(QStringLiteral("demo.gguf"));
    for (const auto theme : {Theme::Light, Theme::Dark}) {
        const bool light = theme == Theme::Light;
        const QString suffix = light ? QStringLiteral("-light") : QStringLiteral("-dark");
        size(light ? 1280 : 1920, light ? 800 : 1080, theme);
        exportShot(("export-gguf" + suffix.toStdString()).c_str(), "llama.cpp");
        exportShot(("export-refused" + suffix.toStdString()).c_str(), "vllm");
    }
    ExportRequest wish;
    wish.model = session.lastOutput();
    wish.options.format = "gguf";
    wish.options.output = toPath(file);
    m_window.runs().exportModel(wish);
    settle();
    if (!wait([&] { return !m_services.jobs().anyUnfinished(); })) return false;
    session.open(file);
    if (!wait([&] { return session.state() != SessionState::Opening; }) ||
        session.state() != SessionState::Open)
        return failed(QStringLiteral("the export did not open: ") + session.error()) == 0;
    for (const auto theme : {Theme::Dark, Theme::Light}) {
        const bool light = theme == Theme::Light;
        const QString suffix = light ? QStringLiteral("-light") : QStringLiteral("-dark");
        size(light ? 1280 : 1920, light ? 800 : 1080, theme);
        if (!ownCodesPictures(suffix)) return false;
        for (const int page : {0, 1}) {
            m_window.inspector()->tabs()->setCurrentIndex(page);
            settle();
            wait([&] {
                return m_window.inspector()->weights()->ready() ||
                       m_window.inspector()->error()->ready();
            });
            shot((page == 0 ? QStringLiteral("gguf-weights") : QStringLiteral("gguf-error")) +
                 suffix);
        }
    }
    QFile::remove(file);
    return true;
}

} // namespace bitsmith::ui
