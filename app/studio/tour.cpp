// The steps that all pictures share: choose, wait, settle, save.
#include "app/studio/tour.h"

#include "ui/bridge/text.h"
#include "ui/window/commands.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <cstdio>
#include <functional>

namespace bitsmith::ui {
namespace {

constexpr int PatienceMilliseconds = 600000;

} // namespace

bool Tour::openDemo() {
    m_window.session().openDemo();
    return (wait([&] { return m_window.session().state() != SessionState::Opening; }) &&
            m_window.session().state() == SessionState::Open) ||
           failed(QStringLiteral("the demo model did not open: ") + m_window.session().error()) ==
               0;
}

void Tour::chooseTensor(const QString& role) {
    const auto& model = m_window.session().model();
    for (const auto& tensor : model->tensors())
        if (tensor.quantizable && qs(tensor.role) == role) {
            m_window.session().activate(tensor.name);
            return;
        }
}

void Tour::setPlan(const char* recipeId, int bits, const QString& role, int roleBits) {
    Session& session = m_window.session();
    const auto recipe = findRecipe(recipeId);
    if (!recipe) return;
    std::vector<std::size_t> all, some;
    const auto& tensors = session.document().plan()->model_tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (!tensors[i].quantizable) continue;
        all.push_back(i);
        if (!role.isEmpty() && qs(tensors[i].role) == role) some.push_back(i);
    }
    session.edit(all, {.recipe = *recipe, .bits = bits}, QStringLiteral("set plan"));
    session.edit(some, {.bits = roleBits}, QStringLiteral("set plan"));
}

bool Tour::finished(JobId id) const {
    const JobSnapshot* job = m_services.jobs().find(id);
    return job && job->state != JobState::Queued && job->state != JobState::Running;
}

void Tour::size(int width, int height, Theme theme) {
    m_window.commands().setTheme(theme);
    m_window.resize(width, height);
    settle();
    m_window.defaultLayout();
    settle();
}

void Tour::settle() {
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 300)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 20);
    // Without a loop around the tour nothing else does; a chart's old axes would be seen.
    QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

bool Tour::wait(const std::function<bool()>& condition) {
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > PatienceMilliseconds) return false;
        QApplication::processEvents(QEventLoop::AllEvents, 20);
    }
    return true;
}

void Tour::shot(const QString& name) {
    settle();
    save(&m_window, name);
}

void Tour::save(QWidget* widget, const QString& name) {
    const QString path = m_folder.filePath(name + QStringLiteral(".png"));
    if (widget->grab().save(path))
        ++m_count;
    else
        failed(QStringLiteral("cannot write ") + path);
}

int Tour::failed(const QString& text) {
    std::fprintf(stderr, "bitsmith-studio --screenshots: %s\n", qPrintable(text));
    m_problem = true;
    return 1;
}

} // namespace bitsmith::ui
